//! A source tree of Bitcoin Core, read.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::calls;
use super::functions::{self, Function};
use super::preprocess::{self, Expansion, Macros};
use super::tokens::{self, Kind, Token};

/// Folders of `src` that log nothing, or whose output is no debug.log.
const LEFT_OUT: [&str; 11] = [
    "bench",
    "crc32c",
    "crypto",
    "ipc/libmultiprocess/ci",
    "ipc/libmultiprocess/example",
    "ipc/libmultiprocess/test",
    "ipc/test",
    "minisketch",
    "secp256k1",
    "test",
    "univalue",
];

/// The files' texts, by their paths below `src`.
pub(super) struct Texts {
    /// As in `31.99`.
    pub(super) version: String,
    /// What the program calls itself: `Bitcoin Core`.
    client_name: String,
    files: BTreeMap<String, String>,
}

impl Texts {
    /// Reads a source tree: the directory with `CMakeLists.txt` or, before
    /// version 29, `configure.ac`.
    pub(super) fn read(source: &Path) -> Result<Texts> {
        let src = source.join("src");
        ensure!(
            src.join("validation.cpp").is_file(),
            "{} is no source tree of Bitcoin Core: it has no src/validation.cpp",
            source.display()
        );
        let mut files = BTreeMap::new();
        read_folder(&src, "", &mut files)?;
        let (version, client_name) = build_settings(source)?;
        Ok(Texts {
            version,
            client_name,
            files,
        })
    }
}

fn read_folder(src: &Path, folder: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    let path = src.join(folder);
    for entry in fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let below = match folder {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        let kind = entry.file_type()?;
        if kind.is_dir() && !LEFT_OUT.contains(&below.as_str()) && name != "test" {
            read_folder(src, &below, files)?;
        }
        let is_source = [".cpp", ".h", ".cc"].iter().any(|end| name.ends_with(end));
        if kind.is_file() && is_source && !name.contains("_test.") {
            let bytes = fs::read(entry.path())
                .with_context(|| format!("cannot read {}", entry.path().display()))?;
            files.insert(below, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(())
}

/// Version and name, from the build system's files.
fn build_settings(source: &Path) -> Result<(String, String)> {
    let read = |name: &str| fs::read_to_string(source.join(name)).ok();
    let text = read("CMakeLists.txt")
        .filter(|text| text.contains("CLIENT_VERSION_MAJOR"))
        .or_else(|| read("configure.ac"))
        .with_context(|| {
            format!(
                "{} has neither CMakeLists.txt nor configure.ac with the version",
                source.display()
            )
        })?;
    let number = |name: &str| {
        let behind = text.split_once(name)?.1;
        let start = behind.find(|character: char| character.is_ascii_digit())?;
        let digits = &behind[start..];
        let end = digits.find(|character: char| !character.is_ascii_digit())?;
        digits[..end].parse::<u32>().ok()
    };
    let major = number("CLIENT_VERSION_MAJOR").context("the version's major number")?;
    let minor = number("CLIENT_VERSION_MINOR").context("the version's minor number")?;
    let between = |before: &str, after: &str| {
        let behind = text.split_once(before)?.1;
        Some(behind.split_once(after)?.0.to_owned())
    };
    let name = between("set(CLIENT_NAME \"", "\"")
        .or_else(|| between("AC_INIT([", "]"))
        .unwrap_or_else(|| "Bitcoin Core".to_owned());
    Ok((format!("{major}.{minor}"), name))
}

/// A file's tokens and functions.
pub(super) struct File<'a> {
    pub(super) path: &'a str,
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) functions: Vec<Function<'a>>,
}

/// Where in the tree a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: usize,
    /// Index into the file's functions.
    pub(super) function: usize,
}

/// A call.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallSite {
    pub(super) place: Place,
    /// The token with the callee's name; the bracket comes next.
    pub(super) name: usize,
}

/// All files, and what is where.
pub(super) struct Tree<'a> {
    pub(super) version: &'a str,
    pub(super) files: Vec<File<'a>>,
    pub(super) functions: HashMap<&'a str, Vec<Place>>,
    pub(super) calls: HashMap<&'a str, Vec<CallSite>>,
    /// Texts of constants outside of functions.
    pub(super) constants: HashMap<&'a str, String>,
    /// Functions by the signal that calls them: `signal.connect(function)`.
    pub(super) signals: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(texts: &'a Texts) -> Tree<'a> {
        let mut shared = Macros::new();
        let mut constants: HashMap<&str, String> = ["CLIENT_NAME", "PACKAGE_NAME"]
            .map(|macro_name| (macro_name, texts.client_name.clone()))
            .into();
        let mut raw = Vec::new();
        for (path, text) in &texts.files {
            let tokens = tokens::read(text);
            constants.extend(preprocess::texts(&tokens));
            if path.ends_with(".h") {
                shared.extend(preprocess::definitions(&tokens));
            }
            raw.push((path.as_str(), tokens));
        }
        let files = raw
            .into_iter()
            .map(|(path, tokens)| {
                let own = preprocess::definitions(&tokens);
                let expansion = Expansion {
                    shared: &shared,
                    own: &own,
                    is_kept: calls::is_logging_macro,
                };
                let tokens = expansion.expand(&preprocess::without_directives(&tokens));
                File {
                    path,
                    functions: functions::find(&tokens),
                    tokens,
                }
            })
            .collect();
        let mut tree = Tree {
            version: &texts.version,
            files,
            functions: HashMap::new(),
            calls: HashMap::new(),
            constants,
            signals: HashMap::new(),
        };
        tree.index();
        tree
    }

    fn index(&mut self) {
        for (number, file) in self.files.iter().enumerate() {
            let mut end = 0;
            for (function, found) in file.functions.iter().enumerate() {
                let place = Place {
                    file: number,
                    function,
                };
                self.functions.entry(found.name).or_default().push(place);
                for name in found.body.clone() {
                    if is_call(&file.tokens, name) {
                        let site = CallSite { place, name };
                        let callee = file.tokens[name].text;
                        self.calls.entry(callee).or_default().push(site);
                    }
                    if let Some((signal, slot)) = connection(&file.tokens, name) {
                        self.signals.entry(slot).or_default().push(signal);
                    }
                }
                index_constants(&file.tokens, end..found.body.start, &mut self.constants);
                end = found.body.end;
            }
            index_constants(&file.tokens, end..file.tokens.len(), &mut self.constants);
        }
    }

    pub(super) fn function(&self, place: Place) -> &Function<'a> {
        &self.files[place.file].functions[place.function]
    }

    pub(super) fn tokens(&self, place: Place) -> &[Token<'a>] {
        &self.files[place.file].tokens
    }

    /// The calls of a function: by its name, and through signals.
    pub(super) fn calls_of<'t>(&'t self, name: &'t str) -> impl Iterator<Item = CallSite> + 't {
        let through = self.signals.get(name).into_iter().flatten().copied();
        std::iter::once(name)
            .chain(through)
            .filter_map(|name| self.calls.get(name))
            .flatten()
            .copied()
    }

    /// The places of all functions.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.files.iter().enumerate().flat_map(|(file, found)| {
            (0..found.functions.len()).map(move |function| Place { file, function })
        })
    }
}

fn is_call(tokens: &[Token<'_>], name: usize) -> bool {
    let Some(next) = tokens.get(name + 1) else {
        return false;
    };
    let is_constructor = next.is("{") && tokens[name].text.starts_with(char::is_uppercase);
    tokens[name].is_identifier() && (next.is("(") || is_constructor)
}

/// `signal.connect(function)`, or `signal_connect(function)` of older versions.
fn connection<'a>(tokens: &[Token<'a>], place: usize) -> Option<(&'a str, &'a str)> {
    let parts = tokens.get(place..place + 6)?;
    if let Some(signal) = parts[0].text.strip_suffix("_connect") {
        let is_connection = parts[1].is("(") && parts[2].is_identifier() && parts[3].is(")");
        return is_connection.then_some((signal, parts[2].text));
    }
    let is_connection = parts[0].is_identifier()
        && parts[1].is(".")
        && parts[2].is("connect")
        && parts[3].is("(")
        && parts[4].is_identifier()
        && parts[5].is(")");
    is_connection.then(|| (parts[0].text, parts[4].text))
}

/// `NAME = "text"` and `NAME{"text"}` outside of functions.
fn index_constants<'a>(
    tokens: &[Token<'a>],
    range: Range<usize>,
    constants: &mut HashMap<&'a str, String>,
) {
    for parts in tokens[range].windows(4) {
        let is_constant = parts[0].is_identifier()
            && (parts[1].is("=") || parts[1].is("{"))
            && parts[2].kind == Kind::Text
            && (parts[3].is(";") || parts[3].is("}"));
        if is_constant && let Some(text) = parts[2].string() {
            constants.insert(parts[0].text, text);
        }
    }
}
