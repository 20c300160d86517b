//! `cargo xtask log-templates`: the catalogue of Core's log messages, from its source.
//!
//! The source is read as far as that takes: tokens ([`tokens`]), macros
//! ([`preprocess`]), functions ([`functions`]), all of it by name ([`tree`]). Then
//! every logging call ([`calls`]) is followed from its format string, or the
//! variable that it logs, to the texts that it can write ([`evaluate`],
//! [`formatted`], [`variables`]). What is logged through others has files of its own:
//! [`timers`], [`leveldb`], [`multiprocess`], [`logger`].
//!
//! No types are known. A function is followed by its name, to all callers of that
//! name; so a template can have more places than can really log it, but the place
//! that does is among them. Of what cannot be followed there is no template.

mod calls;
mod catalogue;
mod categories;
mod evaluate;
mod format;
mod formatted;
mod functions;
mod leveldb;
mod logger;
mod multiprocess;
mod pattern;
mod preprocess;
mod syntax;
mod timers;
mod tokens;
mod tree;
mod variables;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use peer_observer_log::catalogue::Catalogue;

use categories::Categories;
use tree::{Texts, Tree};

/// Makes the catalogue of the source tree and writes it to `output`, else to
/// the log extractor's catalogues.
pub(crate) fn run(source: &Path, output: Option<PathBuf>) -> Result<()> {
    let texts = Texts::read(source)?;
    let output = output.unwrap_or_else(|| committed(&texts.version));
    let text = generate(&texts);
    Catalogue::parse(&text).context("the extractor could not read what was made of this source")?;
    std::fs::write(&output, text).with_context(|| format!("cannot write {}", output.display()))?;
    println!("wrote {}", output.display());
    Ok(())
}

/// Where this repository keeps the catalogue of a version.
fn committed(version: &str) -> PathBuf {
    crate::shell::root().join(format!("extractors/log/catalogue/core-{version}.txt"))
}

fn generate(texts: &Texts) -> String {
    let tree = Tree::new(texts);
    let categories = Categories::read(&tree);
    let (mut messages, untold) = calls::find(&tree, &categories);
    for call in untold {
        tracing::info!("nothing is known of what {}:{} logs", call.file, call.line);
    }
    messages.extend(timers::find(&tree, &categories));
    messages.extend(leveldb::find(&tree, &categories));
    messages.extend(multiprocess::find(&tree, &categories));
    messages.extend(logger::find(&tree));
    catalogue::write(tree.version, &messages)
}

#[cfg(test)]
mod tests {
    use testkit::core::Version;

    use super::*;

    /// The text of a block's message, and its locations.
    fn blocks(catalogue: &str) -> Vec<(&str, Vec<&str>)> {
        let blocks = catalogue.split("\n\n").skip(1);
        blocks
            .map(|block| {
                let mut lines = block.lines();
                (lines.next().unwrap(), lines.map(str::trim).collect())
            })
            .collect()
    }

    fn read(files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let src = folder.path().join("src");
        let settings = "set(CLIENT_NAME \"Core\")\nset(CLIENT_VERSION_MAJOR 31)\n\
                        set(CLIENT_VERSION_MINOR 7)\n";
        std::fs::create_dir(&src).unwrap();
        std::fs::write(folder.path().join("CMakeLists.txt"), settings).unwrap();
        for name in ["validation.cpp", "logging.cpp"] {
            std::fs::write(src.join(name), "{\"net\", BCLog::NET},").unwrap();
        }
        for (name, text) in files {
            std::fs::create_dir_all(src.join(name).parent().unwrap()).unwrap();
            std::fs::write(src.join(name), text).unwrap();
        }
        generate(&Texts::read(folder.path()).unwrap())
    }

    #[test]
    fn messages_are_followed_to_their_formats() {
        let source = r#"
            #define LOG_MSG(fmt, ...) (should_log() ? tfm::format((fmt), __VA_ARGS__) : std::string{})
            #define PASS_ON(text)  \
                auto passed = (text); \
                LogDebug(BCLog::NET, "Passing on %s", passed);
            void Place::Report(const std::string& why, int number)
            {
                const std::string prefixed = why.empty() ? "" : (": " + why);
                LogDebug(BCLog::NET, "Misbehaving: peer=%d%s\n",
                         number, prefixed);
            }
            void Callers(bool loud) {
                Report("too many headers", 1);
                Report(strprintf("message size = %u", 7), 2);
                auto log_msg = LOG_MSG("%s: block hash=%s", __func__, hash());
                PASS_ON(std::move(log_msg));
                auto text = [&]() { return strprintf("New peer %s connected", name()); };
                if (loud) { LogInfo("%s", text()); }
                std::string error;
                if (!Fill(error)) LogError(CLIENT_NAME ": %s", error);
                LogWarning("%s\n", unknown.text());
                LogPrintf("abc: %s", loud);
            }
            bool Fill(std::string& error) { error = _("Disk is full").translated; return false; }
            "#;
        let catalogue = read(&[("node/place.cpp", source)]);
        let expected = [
            ("\"Core: Disk is full\"", "node/place.cpp:20 error"),
            ("\"Misbehaving: peer=%d\"", "node/place.cpp:9 debug net"),
            (
                "\"Misbehaving: peer=%d: message size = %d\"",
                "node/place.cpp:9 debug net",
            ),
            (
                "\"Misbehaving: peer=%d: too many headers\"",
                "node/place.cpp:9 debug net",
            ),
            ("\"New peer %s connected\"", "node/place.cpp:18 info"),
            ("\"Passing on \"", "node/place.cpp:16 debug net"),
            (
                "\"Passing on Callers: block hash=%s\"",
                "node/place.cpp:16 debug net",
            ),
        ];
        let found = blocks(&catalogue);
        let found: Vec<_> = found
            .iter()
            .map(|(message, locations)| (*message, locations.join(" ")))
            .collect();
        let expected = expected.map(|(message, location)| (message, location.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn the_committed_catalogue_is_that_of_the_source() {
        let texts = Texts::read(&Version::Core31.source().unwrap()).unwrap();
        let committed = std::fs::read_to_string(committed(&texts.version)).unwrap();
        let made = generate(&texts);
        let differs = made
            .lines()
            .zip(committed.lines())
            .find(|(made, committed)| made != committed);
        assert!(
            made == committed,
            "the catalogue is out of date, first here: {differs:?}; to make it anew:\n\
             cargo xtask log-templates {}",
            Version::Core31.source().unwrap().display()
        );
    }
}
