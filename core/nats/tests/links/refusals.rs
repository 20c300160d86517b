//! What the server refuses is said, and works when the cause goes.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use peer_observer_nats::{Login, Mode, NatsSettings, StreamSettings};
use testkit::{Certificates, NatsServer};

use crate::old_server;
use crate::process::{Observer, Reader, balance, secret};
use crate::small_disk::SmallDisk;

#[tokio::test]
async fn a_wrong_password_is_said_and_a_right_one_helps() {
    let server = NatsServer::builder()
        .config("authorization { user: observer, password: right }")
        .start()
        .await
        .unwrap();
    let password_file = server.directory().join("password");
    secret(&password_file, "wrong\n");
    let mut settings = NatsSettings::new(server.url());
    settings.login = Login::Password {
        user: "observer".to_owned(),
        password_file: password_file.clone(),
    };
    let mut observer = Observer::start(&settings);
    observer.publish(10);
    observer.link.waits_because("refuses our login").await;
    // A secret that everybody may read is not used.
    std::fs::write(&password_file, "right\n").unwrap();
    std::fs::set_permissions(&password_file, Permissions::from_mode(0o644)).unwrap();
    observer.link.waits_because("run chmod o=").await;
    secret(&password_file, "right\n");
    observer.settled(10).await;
    assert_eq!(balance(&observer.hop()), (10, 0, 0));
}

#[tokio::test]
async fn a_subject_that_is_not_permitted_is_named_and_nothing_is_lost() {
    let authorization = |subjects: &str| {
        format!(
            "authorization {{ users: [ {{ user: observer, password: p, permissions: {{ publish: {subjects}, subscribe: \"_INBOX.>\" }} }} ] }}"
        )
    };
    let mut server = NatsServer::builder()
        .config(&authorization("[\"_INBOX.>\"]"))
        .start()
        .await
        .unwrap();
    let password_file = server.directory().join("password");
    secret(&password_file, "p");
    let mut settings = NatsSettings::new(server.url());
    settings.login = Login::Password {
        user: "observer".to_owned(),
        password_file,
    };
    let mut observer = Observer::start(&settings);
    observer.publish(1);
    observer
        .link
        .waits_because("publish to \"peerobserver.v1.alice.notice\"")
        .await;
    server.kill().unwrap();
    server.set_config(&authorization("[\"_INBOX.>\", \"peerobserver.v1.>\"]"));
    server.start_again().await.unwrap();
    observer.settled(1).await;
}

#[tokio::test]
async fn a_server_without_jetstream_is_said_and_one_with_it_helps() {
    let mut server = NatsServer::start().await.unwrap();
    let settings = NatsSettings::new(server.url()).jetstream();
    let mut observer = Observer::start(&settings);
    observer.publish(10);
    observer.link.waits_because("offers no JetStream").await;
    server.kill().unwrap();
    let store = server.directory().join("store").display().to_string();
    server.set_config(&format!(
        "jetstream {{ store_dir: {store:?}, max_file_store: 8GB }}"
    ));
    server.start_again().await.unwrap();
    observer.settled(10).await;
    assert_eq!(balance(&observer.hop()), (10, 0, 0));
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_said_and_the_right_one_helps() {
    let directory = tempfile::tempdir().unwrap();
    let right = Certificates::make(directory.path(), "right").unwrap();
    let wrong = Certificates::make(directory.path(), "wrong").unwrap();
    let server = NatsServer::builder()
        .config(&right.config())
        .start()
        .await
        .unwrap();
    let ca_file = directory.path().join("ca.pem");
    std::fs::copy(&wrong.ca, &ca_file).unwrap();
    let mut settings = NatsSettings::new(server.url().replace("nats://", "tls://"));
    settings.ca_file = Some(ca_file.clone());
    let mut observer = Observer::start(&settings);
    observer.publish(10);
    observer
        .link
        .waits_because("no TLS with the NATS server")
        .await;
    std::fs::copy(&right.ca, &ca_file).unwrap();
    observer.settled(10).await;
    assert_eq!(balance(&observer.hop()), (10, 0, 0));
}

#[tokio::test]
async fn a_server_without_room_for_the_stream_is_said_and_room_helps() {
    let mut server = NatsServer::builder()
        .jetstream_limited("1MB")
        .start()
        .await
        .unwrap();
    let mut settings = NatsSettings::new(server.url());
    settings.mode = Mode::JetStream(StreamSettings {
        max_bytes: 64 << 20,
        ..StreamSettings::default()
    });
    let mut observer = Observer::start(&settings);
    observer.publish(10);
    observer.link.waits_because("is full").await;
    server.kill().unwrap();
    server.set_jetstream_limit("128MB");
    server.start_again().await.unwrap();
    observer.settled(10).await;
    assert_eq!(balance(&observer.hop()), (10, 0, 0));
}

#[tokio::test]
async fn a_disk_that_is_full_is_said_and_room_on_it_helps() {
    let store = SmallDisk::mount("2m");
    let mut server = NatsServer::builder()
        .store(store.path())
        .jetstream()
        .start()
        .await
        .unwrap();
    let mut settings = NatsSettings::new(server.url());
    settings.mode = Mode::JetStream(StreamSettings {
        max_bytes: 256 << 20,
        ..StreamSettings::default()
    });
    let mut observer = Observer::start(&settings);
    for _ in 0..40 {
        observer.publish_large(100_000);
    }
    observer.link.waits_because("stream").await;
    store.resize("256m");
    // It has switched JetStream off, and says so in its log.
    server.kill().unwrap();
    server.start_again().await.unwrap();
    observer.settled(40).await;
    let mut reader = Reader::start(&settings, None);
    assert_eq!(reader.read_to(40).await.len(), 40);
    assert_eq!(balance(&observer.hop()), (40, 0, 0));
}

#[tokio::test]
async fn a_server_from_before_jetstream_is_said_with_its_version_and_a_newer_one_helps() {
    let mut server = NatsServer::builder()
        .jetstream_limited("8GB")
        .start()
        .await
        .unwrap();
    server.kill().unwrap();
    let port = server.url().rsplit(':').next().unwrap().parse().unwrap();
    let old = old_server::serve(port).await;
    let settings = NatsSettings::new(server.url()).jetstream();
    let mut observer = Observer::start(&settings);
    observer.publish(10);
    observer
        .link
        .waits_because("(version 2.1.9) offers no JetStream")
        .await;
    old.abort();
    old.await.ok();
    server.start_again().await.unwrap();
    observer.settled(10).await;
    assert_eq!(balance(&observer.hop()), (10, 0, 0));
}
