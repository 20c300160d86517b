//! Certificates for a NATS server, made for one test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// An authority, and what a server on 127.0.0.1 shows with its signature.
pub struct Certificates {
    /// The authority's certificate (PEM).
    pub ca: PathBuf,
    /// The server's certificate (PEM), signed by the authority.
    pub certificate: PathBuf,
    /// Its key (PEM).
    pub key: PathBuf,
}

impl Certificates {
    /// Makes them in this directory; `name` tells several apart.
    pub fn make(directory: &Path, name: &str) -> Result<Certificates> {
        let file = |what: &str| directory.join(format!("{name}-{what}"));
        let made = Certificates {
            ca: file("ca.pem"),
            certificate: file("server.pem"),
            key: file("server.key"),
        };
        let (ca_key, request, extensions) = (file("ca.key"), file("server.csr"), file("ext"));
        fs::write(&extensions, "subjectAltName=IP:127.0.0.1\n").context("writing extensions")?;
        let new_key = |key: &Path| {
            let mut command = openssl("req");
            command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
            command.args(["-nodes", "-keyout"]).arg(key);
            command
        };
        run(new_key(&ca_key)
            .args(["-x509", "-days", "2", "-subj"])
            .arg(format!("/CN={name}"))
            .arg("-out")
            .arg(&made.ca))?;
        run(new_key(&made.key)
            .args(["-subj", "/CN=127.0.0.1", "-out"])
            .arg(&request))?;
        run(openssl("x509")
            .args(["-req", "-days", "2", "-CAcreateserial", "-in"])
            .arg(&request)
            .arg("-CA")
            .arg(&made.ca)
            .arg("-CAkey")
            .arg(&ca_key)
            .arg("-extfile")
            .arg(&extensions)
            .arg("-out")
            .arg(&made.certificate))?;
        Ok(made)
    }

    /// The lines of a NATS server's configuration that use them.
    pub fn config(&self) -> String {
        format!(
            "tls {{ cert_file: {:?}, key_file: {:?} }}",
            self.certificate.display().to_string(),
            self.key.display().to_string()
        )
    }
}

fn openssl(command: &str) -> Command {
    let mut openssl = Command::new("openssl");
    openssl.arg(command);
    openssl
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .context("starting openssl: install Debian's package openssl")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "openssl failed: {said}");
    Ok(())
}
