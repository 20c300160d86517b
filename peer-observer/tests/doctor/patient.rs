//! A node with its configuration, doctor's report on it, and doctor's advice
//! followed to the letter.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tempfile::TempDir;
use testkit::Node;

/// The user that owns nothing.
const NOBODY: &str = "65534";

/// What doctor says, as docs/doctor.md describes it.
#[derive(Debug, Deserialize)]
pub struct Report {
    pub problems: usize,
    pub warnings: usize,
    pub findings: Vec<Finding>,
    #[serde(skip)]
    pub exit_code: i32,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Finding {
    pub node: Option<String>,
    pub area: String,
    pub status: String,
    pub id: Option<String>,
    pub text: String,
    pub fixes: Vec<Fix>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Fix {
    pub place: String,
    pub text: String,
    pub replaces: Option<String>,
    pub restart_node: bool,
}

impl Report {
    /// The finding with this name.
    pub fn find(&self, id: &str) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.id.as_deref() == Some(id))
    }

    /// The names of all problems and warnings.
    pub fn ids(&self) -> Vec<&str> {
        let ids = self
            .findings
            .iter()
            .filter_map(|finding| finding.id.as_deref());
        ids.collect()
    }
}

/// What doctor is run on.
pub struct Patient {
    /// For everything that a test needs on the disk; others may pass through it.
    pub directory: TempDir,
    pub node: Option<Node>,
    config: toml::Table,
    datadir: PathBuf,
    /// Run before doctor, in a mount namespace of its own.
    mounts: Option<String>,
    /// Run as nobody, with these groups besides.
    groups: Option<Vec<String>>,
    program: PathBuf,
}

impl Patient {
    /// A running node.
    pub fn with(node: Node) -> Result<Patient> {
        let datadir = node.datadir().to_owned();
        let mut patient = Patient::at(&datadir)?;
        patient.node = Some(node);
        Ok(patient)
    }

    /// A data directory without a running node.
    pub fn at(datadir: &Path) -> Result<Patient> {
        let directory = tempfile::tempdir()?;
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755))?;
        let bin = directory.path().join("bin");
        fs::create_dir(&bin)?;
        let config = toml::toml! {
            [[node]]
            name = "alice"
        };
        let mut patient = Patient {
            directory,
            node: None,
            config,
            datadir: datadir.to_owned(),
            mounts: None,
            groups: None,
            program: env!("CARGO_BIN_EXE_peer-observer").into(),
        };
        let datadir = datadir.to_str().context("a path that is text")?;
        patient.set_node("datadir", datadir);
        // We are root already; and group membership is what `examine` makes of it.
        patient.script("sudo", "exec \"$@\"")?;
        let noted = patient.directory.path().join("usermod");
        patient.script("usermod", &format!("echo \"$2\" >> {}", noted.display()))?;
        patient.script("id", "case $1 in -gn) echo nogroup;; *) echo nobody;; esac")?;
        Ok(patient)
    }

    /// Puts a shell script before all other programs of this name.
    pub fn script(&self, name: &str, text: &str) -> Result<()> {
        let path = self.directory.path().join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n"))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        Ok(())
    }

    pub fn node(&mut self) -> Result<&mut Node> {
        self.node.as_mut().context("the patient has a node")
    }

    /// Sets a key of `[[node]]`.
    pub fn set_node(&mut self, key: &str, value: &str) {
        self.node_section().insert(key.to_owned(), value.into());
    }

    /// The user `observer` with this password, in a file that doctor may read.
    pub fn set_password(&mut self, text: &str) -> Result<()> {
        let password = self.directory.path().join("password");
        fs::write(&password, format!("{text}\n"))?;
        self.set_node("rpc_user", "observer");
        let path = password.to_str().context("a path that is text")?;
        self.set_node("rpc_password_file", path);
        Ok(())
    }

    fn node_section(&mut self) -> &mut toml::Table {
        self.config["node"][0].as_table_mut().unwrap()
    }

    /// Sets a key such as `ebpf.variant`.
    pub fn set(&mut self, path: &str, value: toml::Value) {
        let mut table = &mut self.config;
        let (sections, key) = path.rsplit_once('.').unwrap_or(("", path));
        for section in sections.split('.').filter(|section| !section.is_empty()) {
            let entry = table.entry(section.to_owned());
            let inner = entry.or_insert(toml::Table::new().into());
            table = inner.as_table_mut().unwrap();
        }
        table.insert(key.to_owned(), value);
    }

    /// From now on doctor sees the machine after these shell commands.
    pub fn mount(&mut self, commands: &str) {
        self.mounts = Some(commands.to_owned());
    }

    /// From now on doctor runs as nobody, from a copy of the binary that
    /// capabilities can be given to.
    pub fn become_nobody(&mut self) -> Result<()> {
        self.groups = Some(Vec::new());
        let copy = self.directory.path().join("peer-observer");
        fs::copy(&self.program, &copy)?;
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
        self.program = copy;
        Ok(())
    }

    /// The binary that doctor runs from.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Lines that are put into bitcoin.conf; they count from the next start on.
    pub fn write_bitcoin_conf(&self, lines: &str) -> Result<()> {
        Ok(fs::write(self.datadir.join("bitcoin.conf"), lines)?)
    }

    /// Runs doctor.
    pub fn examine(&self) -> Result<Report> {
        let output = self.command(&["--json"])?.output()?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        let mut report: Report = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("doctor prints JSON, but says: {stderr}"))?;
        report.exit_code = output.status.code().context("doctor ends by itself")?;
        let has_problems = report.problems > 0;
        ensure!(report.exit_code == i32::from(has_problems), "{report:#?}");
        let count = |status: &str| {
            let is_it = |finding: &&Finding| finding.status == status;
            report.findings.iter().filter(is_it).count()
        };
        ensure!(report.problems == count("problem") && report.warnings == count("warning"));
        Ok(report)
    }

    /// Runs doctor for people.
    pub fn examine_as_text(&self) -> Result<String> {
        Ok(String::from_utf8(self.command(&[])?.output()?.stdout)?)
    }

    fn command(&self, more: &[&str]) -> Result<Command> {
        let config = self.directory.path().join("peer-observer.toml");
        fs::write(&config, toml::to_string(&self.config)?)?;
        let mut words: Vec<String> = Vec::new();
        if let Some(mounts) = &self.mounts {
            let script = format!("{mounts}\nexec \"$@\"");
            words.extend(["unshare", "--mount", "sh", "-ec", &script, "sh"].map(str::to_owned));
        }
        if let Some(groups) = &self.groups {
            words.extend(["setpriv", "--reuid", NOBODY, "--regid", NOBODY].map(str::to_owned));
            match groups.is_empty() {
                true => words.push("--clear-groups".to_owned()),
                false => words.extend(["--groups".to_owned(), groups.join(",")]),
            }
        }
        words.push(self.program.display().to_string());
        words.extend(["doctor", "--config"].map(str::to_owned));
        words.push(config.display().to_string());
        words.extend(more.iter().copied().map(str::to_owned));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env("PATH", self.path()?);
        Ok(command)
    }

    fn path(&self) -> Result<String> {
        let bin = self.directory.path().join("bin");
        Ok(format!("{}:{}", bin.display(), std::env::var("PATH")?))
    }

    /// Follows all that doctor advises about this finding, and nothing else.
    pub async fn follow(&mut self, finding: &Finding) -> Result<()> {
        ensure!(!finding.fixes.is_empty(), "no advice: {finding:?}");
        for fix in &finding.fixes {
            self.apply(fix).with_context(|| format!("{fix:?}"))?;
        }
        if finding.fixes.iter().any(|fix| fix.restart_node)
            && let Some(node) = &mut self.node
        {
            // With SIGKILL: what the node was told may forbid the RPC `stop`.
            node.kill()?;
            node.start_again().await?;
        }
        Ok(())
    }

    fn apply(&mut self, fix: &Fix) -> Result<()> {
        match fix.place.as_str() {
            "command" => self.run(&fix.text),
            "bitcoin_conf" => {
                let path = self.datadir.join("bitcoin.conf");
                let present = fs::read_to_string(&path).unwrap_or_default();
                let is_replaced = |line: &&str| match &fix.replaces {
                    Some(option) if option.ends_with(':') => line.starts_with(option),
                    Some(option) => line.split('=').next() == Some(option),
                    None => false,
                };
                let mut lines: Vec<&str> =
                    present.lines().filter(|line| !is_replaced(line)).collect();
                lines.push(&fix.text);
                Ok(fs::write(path, lines.join("\n") + "\n")?)
            }
            "node_command_line" => {
                let text = fix.text.clone();
                self.node()?.add_arguments([text]);
                Ok(())
            }
            "configuration" => {
                let line: toml::Table = toml::from_str(&fix.text)?;
                let mut path = String::new();
                let mut value = toml::Value::Table(line);
                while let toml::Value::Table(table) = value {
                    let (key, inner) = table.into_iter().next().context("a key")?;
                    path = match path.as_str() {
                        "" => key,
                        _ => format!("{path}.{key}"),
                    };
                    value = inner;
                }
                self.set(&path, value);
                Ok(())
            }
            // Advice to take a key out of the configuration.
            "advice" if fix.replaces.is_some() => {
                let key = fix.replaces.as_deref().unwrap_or_default();
                let taken = self.node_section().remove(key);
                taken.map(drop).with_context(|| format!("{key} is there"))
            }
            "advice" if fix.restart_node => Ok(()),
            _ => bail!("only a person can follow this"),
        }
    }

    fn run(&mut self, command: &str) -> Result<()> {
        let status = Command::new("sh")
            .args(["-ec", command])
            .env("PATH", self.path()?)
            .status()?;
        ensure!(status.success(), "{command}: {status}");
        // Who logs in anew has the groups that usermod gave.
        let noted = self.directory.path().join("usermod");
        if let (Some(groups), Ok(names)) = (&mut self.groups, fs::read_to_string(noted)) {
            *groups = names.lines().map(str::to_owned).collect();
        }
        Ok(())
    }

    /// Finds the problem or warning, follows the advice, and finds it no more.
    pub async fn heal(&mut self, id: &str) -> Result<()> {
        let report = self.examine()?;
        let finding = report
            .find(id)
            .with_context(|| format!("{id} is not in {report:#?}"))?
            .clone();
        self.follow(&finding).await?;
        self.is_healed(id)
    }

    /// Finds it no more.
    pub fn is_healed(&self, id: &str) -> Result<()> {
        let after = self.examine()?;
        ensure!(after.find(id).is_none(), "{id} is still in {after:#?}");
        Ok(())
    }

    /// Finds it, with advice in which these words are.
    pub fn is_found(&self, id: &str, words: &str) -> Result<Finding> {
        let report = self.examine()?;
        let finding = report
            .find(id)
            .with_context(|| format!("{id} is not in {report:#?}"))?;
        let advice = finding.fixes.iter().any(|fix| fix.text.contains(words));
        ensure!(advice, "{words:?} is not advised in {finding:#?}");
        Ok(finding.clone())
    }
}
