//! The NATS server.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use anyhow::Result;
use testkit::NatsServer;

use crate::patient::Patient;

fn patient_of(server: &NatsServer) -> Result<(tempfile::TempDir, Patient)> {
    let datadir = tempfile::tempdir()?;
    let mut patient = Patient::at(datadir.path())?;
    patient.set("bus.servers", vec![server.url()].into());
    Ok((datadir, patient))
}

#[tokio::test]
async fn a_login_that_the_server_refuses() -> Result<()> {
    let server = NatsServer::builder()
        .config("max_payload: 8MB\nauthorization { token: right }")
        .start()
        .await?;
    let (_datadir, mut patient) = patient_of(&server)?;
    let secret = patient.directory.path().join("secret");
    fs::write(&secret, "wrong\n")?;
    fs::set_permissions(&secret, Permissions::from_mode(0o644))?;
    patient.set("bus.secret", "token".into());
    patient.set("bus.secret_file", secret.display().to_string().into());
    patient.heal("nats_secret").await?;
    patient.is_found("nats_login", "bus.secret_file")?;
    fs::write(&secret, "right\n")?;
    patient.is_healed("nats_login")
}

#[tokio::test]
async fn a_server_that_is_not_there_or_takes_small_messages_alone() -> Result<()> {
    let mut server = NatsServer::start().await?;
    let (_datadir, patient) = patient_of(&server)?;
    patient.is_found("nats_max_payload", "max_payload: 8MB")?;
    server.kill()?;
    patient.is_found("nats_unreachable", "bus.servers")?;
    server.set_config("max_payload: 8MB");
    server.start_again().await?;
    patient.is_healed("nats_unreachable")?;
    patient.is_healed("nats_max_payload")
}

#[tokio::test]
async fn a_server_without_jetstream() -> Result<()> {
    let mut server = NatsServer::start().await?;
    let (_datadir, mut patient) = patient_of(&server)?;
    patient.set("bus.jetstream", true.into());
    patient.is_found("nats_no_jetstream", "jetstream {}")?;
    server.kill()?;
    let store = server.directory().join("store").display().to_string();
    server.set_config(&format!("jetstream {{ store_dir: {store:?} }}"));
    server.start_again().await?;
    patient.is_healed("nats_no_jetstream")
}
