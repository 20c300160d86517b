//! The consumer of docs/bus.md, run as it stands there.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use peer_observer_bus::{Bus, Draft};
use peer_observer_component::{CancellationToken, HealthRegistry, Supervisor};
use peer_observer_event::{Body, Extractor, P2pMessage, Payload, Ping};
use peer_observer_nats::{NatsSettings, Uplink};
use testkit::NatsServer;

const PACKAGES: [&str; 3] = [
    "nats-py==2.16.0",
    "protobuf==7.36.2",
    "grpcio-tools==1.85.1",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_consumer_of_the_documentation_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read_to_string(root.join("docs/bus.md")).unwrap();
    let python = testkit::python::with(&PACKAGES).unwrap();
    let directory = tempfile::tempdir().unwrap();

    // The commands of the section, but for pip's.
    let section = text.split("## In Python").nth(1).unwrap();
    let generate = block(section, "sh");
    let generate = generate
        .lines()
        .find(|line| line.contains("grpc_tools"))
        .unwrap()
        .replace("python ", &format!("{} ", python.display()))
        .replace(
            "core/event/proto",
            &root.join("core/event/proto").display().to_string(),
        );
    let generated = Command::new("sh")
        .args(["-c", &generate])
        .current_dir(directory.path())
        .status();
    assert!(generated.unwrap().success());
    let script = directory.path().join("consumer.py");
    std::fs::write(&script, block(section, "python")).unwrap();

    let server = NatsServer::start().await.unwrap();
    let mut consumer = Command::new(&python)
        .arg(&script)
        .arg(server.url())
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(consumer.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert_eq!(next(), "listening");

    let bus = Bus::in_process();
    let shutdown = CancellationToken::new();
    let mut supervisor = Supervisor::new(bus.clone(), shutdown, HealthRegistry::default());
    supervisor.start(Uplink::new(&bus, Arc::new(NatsSettings::new(server.url()))));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    for peer_id in 1..=3 {
        publisher.publish(Draft::now(Payload::P2pMessage(P2pMessage {
            peer_id,
            command: "ping".to_owned(),
            payload_bytes: 8,
            body: Some(Body::Ping(Ping { nonce: Some(7) })),
            ..P2pMessage::default()
        })));
    }
    for peer_id in 1..=3 {
        assert_eq!(next(), format!("alice {peer_id} ping 8"));
    }
    consumer.kill().unwrap();
    consumer.wait().unwrap();
}

/// The first block of this language.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let begin = format!("```{language}\n");
    let rest = text.split(&begin).nth(1).unwrap();
    rest.split("```").next().unwrap()
}
