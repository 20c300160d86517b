//! The example in docs/ is the reference: it loads, has every key, and shows
//! the defaults.

use std::path::Path;

use serde_json::Value;

use super::{Config, ConfigError, Source};

const EXAMPLE: &str = include_str!("../../../docs/peer-observer.example.toml");

/// What exists on the reader's machine, here in a directory of our own.
const EXAMPLE_DATADIR: &str = "/var/lib/bitcoind";
const EXAMPLE_PASSWORD_FILE: &str = "/etc/peer-observer/rpc-password";

fn load(text: &str) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let password_file = dir.path().join("password");
    std::fs::write(&password_file, "secret").unwrap();
    let text = text
        .replace(EXAMPLE_DATADIR, dir.path().to_str().unwrap())
        .replace(EXAMPLE_PASSWORD_FILE, password_file.to_str().unwrap());
    let file = dir.path().join("peer-observer.toml");
    std::fs::write(&file, text).unwrap();
    Config::load(&Source {
        file: Some(&file),
        ..Source::default()
    })
}

/// The example with every default written out.
fn uncommented() -> String {
    let is_default = |line: &&str| {
        line.strip_prefix('#')
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_lowercase()))
    };
    let lines = EXAMPLE
        .lines()
        .map(|line| if is_default(&line) { &line[1..] } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every key of a configuration, as `http.listen`; `null` for what is optional.
fn keys(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                keys(value, &format!("{path}.{name}"), into);
            }
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            list.iter().for_each(|value| keys(value, path, into));
        }
        _ => into.push(path.trim_start_matches('.').to_owned()),
    }
}

#[test]
fn the_example_loads_and_shows_the_defaults() {
    let as_it_is = load(EXAMPLE).unwrap();
    let mut written_out = load(&uncommented()).unwrap();
    assert_eq!(written_out.node.len(), 1);
    // Nothing else but these has a value where there is no default.
    written_out.node = as_it_is.node.clone();
    let json = |config: &Config| {
        let mut value = serde_json::to_value(config).unwrap();
        value["node"] = Value::Null;
        value["http"]["token_file"] = Value::Null;
        let archive = [
            "directory",
            "retain_bytes",
            "retain_age",
            "kinds",
            "nodes",
            "commands",
        ];
        for key in [&archive[..], &["networks"]].concat() {
            value["archive"][key] = Value::Null;
        }
        for key in ["user", "secret_file", "ca_file", "receive"] {
            value["bus"][key] = Value::Null;
        }
        value
    };
    assert_eq!(json(&written_out), json(&as_it_is));
    assert_eq!(json(&as_it_is), json(&Config::default()));
}

#[test]
fn the_example_has_every_key() {
    let example: Value =
        serde_json::to_value(toml::from_str::<toml::Table>(&uncommented()).unwrap()).unwrap();
    let (mut documented, mut known) = (Vec::new(), Vec::new());
    keys(&example, "", &mut documented);
    let config = load(&uncommented()).unwrap();
    keys(&serde_json::to_value(config).unwrap(), "", &mut known);
    documented.sort();
    known.sort();
    assert_eq!(documented, known);
}

#[test]
fn the_smallest_configuration_is_enough() {
    let text = r#"
        [http]
        listen = "127.0.0.1:8480"

        [[node]]
        name = "alice"
        datadir = "/var/lib/bitcoind"
    "#;
    let config = load(text).unwrap();
    let settings = config.node[0].settings();
    assert_eq!(settings.name, "alice");
    assert!(config.ebpf.enabled && config.rpc.enabled && config.metrics.enabled);
}

#[test]
fn what_is_printed_can_be_loaded_and_means_the_same() {
    let config = load(&uncommented()).unwrap();
    let again: Config = toml::from_str(&config.to_toml().unwrap()).unwrap();
    assert_eq!(again, config);
}

#[test]
fn a_data_directory_needs_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config::load(&Source {
        datadir: Some(dir.path()),
        ..Source::default()
    })
    .unwrap();
    let settings = config.node[0].settings();
    assert_eq!(
        (settings.name.as_str(), settings.datadir.as_path()),
        ("node", dir.path())
    );
    let missing = Source {
        datadir: Some(Path::new("/nowhere/at/all")),
        ..Source::default()
    };
    assert!(
        Config::load(&missing)
            .unwrap_err()
            .to_string()
            .contains("no such directory")
    );
}

#[test]
fn keep_settings_change_only_what_they_mention() {
    let with_keep =
        |keep: &str| load(&EXAMPLE.replace("[ebpf.keep]", &format!("[ebpf.keep]\n{keep}")));
    let config = with_keep("block = \"full\"\ninv = \"none\"").unwrap();
    let words = serde_json::to_value(&config.ebpf.keep).unwrap();
    assert_eq!(words["block"], "full");
    assert_eq!(words["inv"], "none");
    assert_eq!(words["tx"], "summary");
    assert_eq!(words["default"], "full");
}

#[test]
fn labels_of_a_node_are_part_of_its_settings() {
    let text = EXAMPLE.replace("#labels =", "labels =");
    let settings = load(&text).unwrap().node[0].settings();
    let labels: Vec<_> = settings.labels.iter().collect();
    assert_eq!(labels, [("region", "eu"), ("role", "honeypot")]);
}

/// Examples of whole configurations; their data directories are on other machines.
#[test]
fn the_deployments_load() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/deployments"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let text = [
            "/var/lib/bitcoind-31",
            "/var/lib/bitcoind-30",
            "/var/lib/knots",
        ]
        .iter()
        .fold(text, |text, datadir| text.replace(datadir, EXAMPLE_DATADIR));
        let config = load(&text);
        let config = config.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let is_tools = path.ends_with("tools-host.toml");
        assert_eq!(config.receives(), is_tools, "{}", path.display());
        assert_eq!(config.node.is_empty(), is_tools, "{}", path.display());
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn a_secret_in_an_address_is_refused_and_not_shown() {
    let text = "[bus]\nservers = [\"nats://user:hunter2@10.0.0.5:4222\"]\n";
    let error = load(text).unwrap_err().to_string();
    assert!(error.contains("secret_file"), "{error}");
    assert!(error.contains(":2:"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}
