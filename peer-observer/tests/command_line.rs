//! The binary as somebody at a terminal meets it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the line where it did"
)]

use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

fn peer_observer(arguments: &[&str], directory: &Path) -> (i32, String, String) {
    let output = Command::cargo_bin("peer-observer")
        .unwrap()
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Checks a configuration in which DIR stands for a directory that exists.
fn check(config: &str) -> (i32, String, String) {
    let dir = TempDir::new().unwrap();
    let datadir = dir.path().join("data");
    std::fs::create_dir(&datadir).unwrap();
    let config = config.replace("DIR", datadir.to_str().unwrap());
    std::fs::write(dir.path().join("peer-observer.toml"), config).unwrap();
    peer_observer(&["check-config"], dir.path())
}

const NODE: &str = "[[node]]\nname = \"alice\"\ndatadir = \"DIR\"\n";

#[test]
fn every_mistake_is_one_line_with_its_place_and_what_would_be_right() {
    let cases: &[(&str, usize, &[&str])] = &[
        // Wrong keys.
        (
            "[http]\nlistn = 1\n",
            2,
            &["unknown key `listn` in [http]", "known keys: listen, "],
        ),
        (
            "[htp]\n",
            1,
            &["unknown key `htp` at the top level", "http, bus, node"],
        ),
        (
            "[rpc.getpeerinf]\n",
            1,
            &["unknown key `getpeerinf` in [rpc]", "getpeerinfo"],
        ),
        (
            "[rpc.getpeerinfo]\n\nevery = 1\n",
            3,
            &["[rpc.getpeerinfo]", "interval"],
        ),
        (
            "[ebpf.keep]\nfoo = \"full\"\n",
            2,
            &["unknown key `foo` in [ebpf.keep]", "cmpctblock"],
        ),
        (
            "[[node]]\nname = \"a\"\ndata = \"x\"\n",
            3,
            &["unknown key `data` in [[node]]", "datadir"],
        ),
        // Missing keys.
        (
            "\n[[node]]\nname = \"a\"\n",
            2,
            &["missing key `datadir` in [[node]]"],
        ),
        // Wrong types.
        (
            "[http]\nlisten = 8480\n",
            2,
            &["`listen` in [http]", "IP address with port"],
        ),
        (
            "[ebpf]\nenabled = \"yes\"\n",
            2,
            &["`enabled` in [ebpf]", "expected a boolean"],
        ),
        (
            "[ebpf]\nvariant = \"fast\"\n",
            2,
            &["`variant`", "auto", "basic"],
        ),
        (
            "[ebpf]\nring_bytes = \"16 MB\"\n",
            2,
            &["`ring_bytes`", "16 MiB"],
        ),
        (
            "[ebpf.keep]\ntx = \"some\"\n",
            2,
            &["`tx` in [ebpf.keep]", "summary"],
        ),
        (
            "[rpc.getpeerinfo]\ninterval = 10\n",
            2,
            &["`interval`", "10 s"],
        ),
        (
            "[logging]\nformat = \"xml\"\n",
            2,
            &["`format` in [logging]", "json"],
        ),
        ("http = 1\n", 1, &["`http`"]),
        ("node = 1\n", 1, &["`node`"]),
        // Values out of range.
        (
            "[http]\nlisten = \"0.0.0.0:8480\"\n",
            2,
            &["other machines", "127.0.0.1:8480", "token_file"],
        ),
        (
            "[http]\nmax_websockets = 0\n",
            2,
            &["out of range: from 1 to 1024"],
        ),
        (
            "[http]\nallowed_hosts = [\"http://a\"]\n",
            2,
            &["no host name"],
        ),
        (
            "[ebpf]\nring_bytes = \"65 MiB\"\n",
            2,
            &["from 4 KiB to 64 MiB"],
        ),
        ("[ebpf]\nring_bytes = -1\n", 2, &["a size"]),
        (
            "[rpc.getpeerinfo]\ninterval = \"1 ms\"\n",
            2,
            &["from 100 ms to 1 d"],
        ),
        (
            "[archive]\nlevel = 23\n",
            2,
            &["no level of zstd", "1 to 22"],
        ),
        (
            "[archive]\nnodes = [\"bob\"]\n[[node]]\nname = \"alice\"\ndatadir = \".\"\n",
            2,
            &["there is no node `bob`"],
        ),
        (
            "[archive]\nnetworks = [\"tor\"]\n",
            2,
            &["unknown network \"tor\""],
        ),
        (
            "[[node]]\nname = \"Alice\"\ndatadir = \"DIR\"\n",
            2,
            &["a-z, 0-9"],
        ),
        (
            "[[node]]\nname = \"a\"\ndatadir = \"DIR\"\nchain = \"moon\"\n",
            4,
            &["moon", "regtest"],
        ),
        (
            "[[node]]\nname = \"a\"\ndatadir = \"DIR\"\nrpc_address = \"x\"\n",
            4,
            &["host and port"],
        ),
        (
            "[[node]]\nname = \"a\"\ndatadir = \"DIR\"\nrpc_user = \"x\"\n",
            4,
            &["rpc_password_file"],
        ),
        (
            "[[node]]\nname = \"a\"\ndatadir = \"DIR\"\nlabels = { role = \"x\", node = \"y\" }\n",
            4,
            &["`node` is no name for a label", "a-z, 0-9"],
        ),
        (
            "[[node]]\nname = \"a\"\ndatadir = \"DIR\"\n[node.labels]\nrole = \"x\"\nregion = \"\"\n",
            6,
            &["wrong value of `region` in [node.labels]", "printable"],
        ),
        (
            "[[node]]\nname = \"a\"\ndatadir = \"DIR\"\n[node.labels]\nrole = 1\n",
            5,
            &[
                "wrong value of `role` in [node.labels]",
                "expected a string",
            ],
        ),
        // Files that are not there.
        (
            "[[node]]\nname = \"a\"\ndatadir = \"/nowhere\"\n",
            3,
            &["no directory /nowhere"],
        ),
        (
            "[[node]]\nname = \"a\"\ndatadir = \"DIR\"\nrpc_user = \"x\"\nrpc_password_file = \"/none\"\n",
            5,
            &["no file /none"],
        ),
        // No TOML.
        ("[http]\nlisten = \"127\n", 2, &[]),
        ("[http\n", 1, &[]),
        ("[http]\n[http]\n", 2, &["duplicate"]),
    ];
    for (config, line, words) in cases {
        let (code, stdout, stderr) = check(config);
        assert_eq!((code, stdout.as_str()), (2, ""), "{config}\n{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{config}\n{stderr}");
        let place = format!("peer-observer.toml:{line}: ");
        assert!(
            stderr.starts_with(&place),
            "{config}\nshould be in line {line}: {stderr}"
        );
        for word in *words {
            assert!(stderr.contains(word), "{config}\nlacks {word:?}: {stderr}");
        }
    }
}

#[test]
fn names_have_to_differ() {
    let (code, _, stderr) = check(&format!("{NODE}\n{NODE}"));
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("peer-observer.toml:6: there is another node `alice`"),
        "{stderr}"
    );
}

#[test]
fn a_line_break_in_a_value_does_not_break_the_line() {
    let (code, _, stderr) = check("[logging]\nformat = \"a\\nb\\u001b[31m\"\n");
    assert_eq!(code, 2);
    assert_eq!(stderr.lines().count(), 1, "{stderr:?}");
    assert!(!stderr.contains('\u{1b}'), "{stderr:?}");
}

#[test]
fn mistakes_without_a_line_are_one_line_too() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("empty.toml"), "").unwrap();
    for (arguments, words) in [
        (
            &["check-config", "--config", "nowhere.toml"][..],
            "nowhere.toml: cannot read it",
        ),
        (
            &["check-config", "--config", "empty.toml"],
            "empty.toml: no node; add a section [[node]]",
        ),
        (&["run"], "--config FILE"),
        (&["run", "--datadir", "nowhere"], "no such directory"),
    ] {
        let (code, _, stderr) = peer_observer(arguments, dir.path());
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    }
}

#[test]
fn check_config_prints_the_effective_settings() {
    let (code, stdout, stderr) = check(&format!("{NODE}[rpc.getpeerinfo]\ninterval = \"2s\"\n"));
    assert_eq!((code, stderr.as_str()), (0, ""));
    for line in [
        "listen = \"127.0.0.1:8480\"",
        "name = \"alice\"",
        "ring_bytes = \"16 MiB\"",
        "utxocache = false",
        "cmpctblock = \"summary\"",
        "interval = \"2 s\"",
        "timeout = \"5 s\"",
    ] {
        assert!(
            stdout.lines().any(|printed| printed == line),
            "{line} is not in\n{stdout}"
        );
    }
}

#[test]
fn help_has_examples() {
    let dir = TempDir::new().unwrap();
    for command in [
        &[][..],
        &["run"],
        &["check-config"],
        &["watch"],
        &["extract"],
        &["tool"],
        &["doctor"],
        &["rpc-whitelist"],
        &["completions"],
        &["man"],
    ] {
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let (code, stdout, _) = peer_observer(&arguments, dir.path());
        assert_eq!(code, 0);
        assert!(
            stdout.contains("Examples:\n") && stdout.contains("peer-observer "),
            "{stdout}"
        );
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let dir = TempDir::new().unwrap();
    for arguments in [
        &["nonsense"][..],
        &["watch", "--kind", "nonsense"],
        &["extract", "web"],
        &[],
    ] {
        let (code, _, stderr) = peer_observer(arguments, dir.path());
        assert_eq!(code, 2, "{arguments:?}");
        assert!(!stderr.is_empty());
    }
}

#[test]
fn the_version_names_the_commit() {
    let dir = TempDir::new().unwrap();
    let (code, stdout, _) = peer_observer(&["--version"], dir.path());
    assert_eq!(code, 0);
    let here = std::process::Command::new("git")
        .args(["rev-parse", "HEAD"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let version = format!("peer-observer {}", env!("CARGO_PKG_VERSION"));
    match here {
        Ok(output) if output.status.success() => {
            let commit = String::from_utf8(output.stdout).unwrap();
            assert_eq!(stdout.trim(), format!("{version} ({})", &commit[..12]));
        }
        // A source tarball has no commit; git refuses another user's repository, the build does not.
        _ => assert!(stdout.starts_with(&version), "{stdout}"),
    }
}

#[test]
fn completions_and_man_pages_know_every_command() {
    let dir = TempDir::new().unwrap();
    let commands = [
        "run",
        "check-config",
        "doctor",
        "rpc-whitelist",
        "watch",
        "extract",
        "tool",
    ];
    for shell in ["bash", "zsh", "fish"] {
        let (code, script, stderr) = peer_observer(&["completions", shell], dir.path());
        assert_eq!((code, stderr.as_str()), (0, ""));
        for command in commands {
            assert!(script.contains(command), "{shell} lacks {command}");
        }
        let file = dir.path().join(shell);
        std::fs::write(&file, script).unwrap();
        // The shell itself finds nothing wrong, where it is installed.
        let checked = std::process::Command::new(shell)
            .arg("-n")
            .arg(&file)
            .output();
        if let Ok(output) = checked {
            assert!(output.status.success(), "{output:?}");
        }
    }
    let (code, page, _) = peer_observer(&["man"], dir.path());
    assert_eq!(code, 0);
    assert!(
        page.contains(".TH peer-observer 1") && page.contains("peer\\-observer\\-doctor"),
        "{page}"
    );
    let pages = dir.path().join("man/man1");
    let (code, _, stderr) = peer_observer(&["man", "--out", pages.to_str().unwrap()], dir.path());
    assert_eq!((code, stderr.as_str()), (0, ""));
    for command in commands {
        let page =
            std::fs::read_to_string(pages.join(format!("peer-observer-{command}.1"))).unwrap();
        assert!(page.contains("Examples:"), "{page}");
    }
}

#[test]
fn the_whitelist_is_one_line_for_the_configured_user() {
    let dir = TempDir::new().unwrap();
    let datadir = dir.path().join("data");
    std::fs::create_dir(&datadir).unwrap();
    let datadir = datadir.to_str().unwrap();
    let (code, stdout, stderr) =
        peer_observer(&["rpc-whitelist", "--datadir", datadir], dir.path());
    assert_eq!((code, stderr.as_str()), (0, ""));
    let lines: Vec<&str> = stdout
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let [line] = lines[..] else {
        panic!("one line is meant: {stdout}");
    };
    assert!(line.starts_with("rpcwhitelist=__cookie__:"), "{stdout}");
    assert!(line.contains("getpeerinfo"), "{stdout}");
    assert!(stdout.contains("rpcwhitelistdefault=0"), "{stdout}");
}
