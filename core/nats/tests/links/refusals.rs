//! What the server refuses is said, and works when the cause goes.

use peer_observer_nats::{Login, NatsSettings};
use testkit::NatsServer;

use crate::process::{Observer, balance};

#[tokio::test]
async fn a_wrong_password_is_said_and_a_right_one_helps() {
    let server = NatsServer::builder()
        .config("authorization { user: observer, password: right }")
        .start()
        .await
        .unwrap();
    let password_file = server.directory().join("password");
    std::fs::write(&password_file, "wrong\n").unwrap();
    let mut settings = NatsSettings::new(server.url());
    settings.login = Login::Password {
        user: "observer".to_owned(),
        password_file: password_file.clone(),
    };
    let mut observer = Observer::start(&settings);
    observer.publish(10);
    observer.link.waits_because("refuses our login").await;
    std::fs::write(&password_file, "right\n").unwrap();
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
    std::fs::write(&password_file, "p").unwrap();
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
