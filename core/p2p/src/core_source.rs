//! Bitcoin Core's source as the reference: its message types and short ids.

use std::path::{Path, PathBuf};
use std::process::Command;

use bitcoin::hex::FromHex;
use peer_observer_event::COMMANDS;

use crate::{magic, v2};

/// A file of Core's source, as the package that `testkit/sources` names has it.
fn read(path: &str) -> String {
    let manifest =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testkit/sources/core-31/Cargo.toml");
    cargo(&["fetch", "--locked"], &manifest);
    let options = ["metadata", "--locked", "--offline", "--format-version", "1"];
    let metadata: serde_json::Value =
        serde_json::from_slice(&cargo(&options, &manifest)).expect("cargo prints JSON");
    let packages = metadata["packages"]
        .as_array()
        .expect("metadata lists packages");
    let package = packages
        .iter()
        .find(|package| package["name"] == "libbitcoinkernel-sys")
        .expect("testkit/sources/core-31 depends on libbitcoinkernel-sys");
    let manifest = package["manifest_path"]
        .as_str()
        .expect("a package has a manifest");
    let file = PathBuf::from(manifest)
        .with_file_name("bitcoin/src")
        .join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn cargo(options: &[&str], manifest: &Path) -> Vec<u8> {
    let output = Command::new(env!("CARGO"))
        .args(options)
        .arg("--manifest-path")
        .arg(manifest)
        .output()
        .expect("cargo runs this test, so it can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// What stands between `start` and the next closing brace.
fn table<'source>(source: &'source str, start: &str) -> &'source str {
    let (_, rest) = source
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in Core"));
    rest.split_once("}").expect("a table ends").0
}

/// The message type that a constant such as `NetMsgType::INV` stands for.
fn value<'source>(protocol: &'source str, constant: &str) -> &'source str {
    let start = format!("inline constexpr const char* {constant}{{\"");
    let (_, rest) = protocol
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {constant} in Core"));
    rest.split_once('"').expect("a string ends").0
}

#[test]
fn every_message_type_of_core_has_a_decoder() {
    let protocol = read("protocol.h");
    let names = table(&protocol, "ALL_NET_MESSAGE_TYPES{");
    let constants: Vec<_> = names
        .lines()
        .filter_map(|line| line.trim().strip_prefix("NetMsgType::")?.strip_suffix(','))
        .collect();
    assert!(
        constants.len() > 30,
        "ALL_NET_MESSAGE_TYPES has another form: {names}"
    );
    for constant in constants {
        let command = value(&protocol, constant);
        assert!(COMMANDS.contains(&command), "{command} has no decoder");
    }
}

#[test]
fn short_ids_are_those_of_core() {
    let protocol = read("protocol.h");
    let net = read("net.cpp");
    let entries = table(&net, "V2_MESSAGE_IDS = {")
        .lines()
        // Some lines hold several reserved ids, and comments hold commas.
        .flat_map(|line| line.split("//").next().unwrap_or_default().split(','))
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let mut count = 0;
    for (id, entry) in entries.enumerate() {
        let Some(constant) = entry.strip_prefix("NetMsgType::") else {
            continue;
        };
        let command = value(&protocol, constant);
        assert_eq!(v2::short_id(command), Some(id as u8), "{command}");
        count += 1;
    }
    let ours = COMMANDS
        .iter()
        .filter(|command| v2::short_id(command).is_some())
        .count();
    assert_eq!(count, ours);
}

#[test]
fn the_default_signet_has_the_magic_of_its_challenge() {
    let parameters = read("kernel/chainparams.cpp");
    let (before, _) = parameters
        .split_once("\"_hex_v_u8;\n            vFixedSeeds = std::vector<uint8_t>(std::begin(chainparams_seed_signet)")
        .expect("the default signet's challenge stands before its seeds");
    let (_, challenge) = before.rsplit_once('"').expect("a string begins");
    let challenge = <Vec<u8> as FromHex>::from_hex(challenge).expect("it is in hex");
    assert_eq!(magic::of_signet(&challenge), magic::SIGNET);
}
