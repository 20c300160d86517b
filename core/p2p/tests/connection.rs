//! The client against itself: what one side sends, the other receives.

#![allow(clippy::unwrap_used)] // A test says where it fails.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use peer_observer_event::{Body, Feature, Inv, InventoryItem, Ping};
use peer_observer_p2p::{Connection, Options, P2pError, Transport, V1Header, magic};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

fn options(transport: Transport) -> Options {
    Options::new(transport, magic::REGTEST)
}

/// Both ends of a connection whose transport is set up.
async fn pair(initiator: &Options, responder: &Options) -> (Connection, Connection) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accept = async {
        let (stream, _) = listener.accept().await.unwrap();
        Connection::accept(stream, responder).await.unwrap()
    };
    let (ours, theirs) = tokio::join!(Connection::connect(address, initiator), accept);
    (ours.unwrap(), theirs)
}

/// Both ends of a connection whose handshake is done.
async fn ready_pair(transport: Transport) -> (Connection, Connection) {
    let options = options(transport);
    let (mut ours, mut theirs) = pair(&options, &options).await;
    let (first, second) = tokio::join!(ours.handshake(&options), theirs.handshake(&options));
    first.unwrap();
    second.unwrap();
    (ours, theirs)
}

#[tokio::test]
async fn each_side_learns_what_the_other_says_of_itself() {
    for transport in [Transport::V1, Transport::V2] {
        let mut initiator = options(transport);
        initiator.version.user_agent = "/initiator:1/".to_owned();
        initiator.version.protocol_version = 70017;
        initiator.before_verack.push(Body::Feature(Feature {
            feature_id: "BIP-TEST".to_owned(),
            feature_data: Bytes::from_static(&[1]),
        }));
        let mut responder = options(transport);
        responder.version.start_height = 1234;
        responder.version.relay = false;
        responder.before_verack.clear();

        let (mut ours, mut theirs) = pair(&initiator, &responder).await;
        let (their_version, our_version) =
            tokio::join!(ours.handshake(&initiator), theirs.handshake(&responder));
        let (their_version, our_version) = (their_version.unwrap(), our_version.unwrap());
        assert_eq!(our_version.user_agent.as_deref(), Some("/initiator:1/"));
        assert_eq!(our_version.version, 70017);
        assert_eq!(their_version.start_height, Some(1234));
        assert_eq!(their_version.relay, Some(false));
        let commands: Vec<_> = theirs
            .before_verack()
            .iter()
            .map(|received| received.command.as_str())
            .collect();
        assert_eq!(commands, ["wtxidrelay", "sendaddrv2", "feature"]);
        assert!(ours.before_verack().is_empty());
    }
}

#[tokio::test]
async fn messages_of_every_size_arrive_in_order() {
    let items = |count| {
        vec![
            InventoryItem {
                r#type: 5,
                hash: [7; 32]
            };
            count
        ]
    };
    for transport in [Transport::V1, Transport::V2] {
        let (mut ours, mut theirs) = ready_pair(transport).await;
        let bodies = [
            Body::Ping(Ping { nonce: Some(1) }),
            Body::Inv(Inv {
                items: items(50_000),
            }),
            Body::Inv(Inv { items: items(1) }),
        ];
        let largest = vec![0xaa; 4_000_000];
        let send = async {
            for body in &bodies {
                ours.send(body).await.unwrap();
            }
            ours.send_raw("hello", &largest).await.unwrap();
        };
        let receive = async {
            for body in &bodies {
                assert_eq!(theirs.receive().await.unwrap().body, *body);
            }
            let received = theirs.receive().await.unwrap();
            assert_eq!(
                (received.command.as_str(), &received.payload[..]),
                ("hello", &largest[..])
            );
        };
        tokio::join!(send, receive);
    }
}

#[tokio::test]
async fn both_halves_work_at_the_same_time() {
    let (ours, theirs) = ready_pair(Transport::V2).await;
    let (mut our_reader, mut our_writer) = ours.into_split();
    let (mut their_reader, mut their_writer) = theirs.into_split();
    let echo = tokio::spawn(async move {
        for _ in 0..100 {
            let received = their_reader.receive().await.unwrap();
            their_writer.send(&received.body).await.unwrap();
        }
    });
    let send = async {
        for nonce in 0..100 {
            our_writer
                .send(&Body::Ping(Ping { nonce: Some(nonce) }))
                .await
                .unwrap();
        }
    };
    let receive = async {
        for nonce in 0..100 {
            let body = Body::Ping(Ping { nonce: Some(nonce) });
            assert_eq!(our_reader.receive().await.unwrap().body, body);
        }
    };
    tokio::join!(send, receive);
    echo.await.unwrap();
    // The echo's halves are gone, so its side is closed.
    assert!(matches!(our_reader.receive().await, Err(P2pError::Closed)));
}

#[tokio::test]
async fn a_wrong_checksum_costs_one_message_only() {
    let (mut ours, mut theirs) = ready_pair(Transport::V1).await;
    let mut header = ours.v1_header("ping", &[1; 8]).unwrap();
    header.checksum[0] ^= 1;
    ours.send_v1_frame(&header, &[1; 8]).await.unwrap();
    ours.send(&Body::Ping(Ping { nonce: Some(2) }))
        .await
        .unwrap();
    let error = theirs.receive().await.unwrap_err();
    assert!(
        matches!(&error, P2pError::Checksum { command } if command == "ping"),
        "{error}"
    );
    assert_eq!(
        theirs.receive().await.unwrap().body,
        Body::Ping(Ping { nonce: Some(2) })
    );
}

#[tokio::test]
async fn a_header_that_announces_too_much_is_refused_before_its_payload_comes() {
    let (mut ours, mut theirs) = ready_pair(Transport::V1).await;
    let header = V1Header {
        payload_bytes: 4_000_001,
        command: [0xff; 12],
        ..ours.v1_header("", &[]).unwrap()
    };
    ours.send_v1_frame(&header, &[]).await.unwrap();
    let error = theirs.receive().await.unwrap_err();
    assert!(
        matches!(
            error,
            P2pError::PayloadTooLarge {
                bytes: 4_000_001,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn another_network_and_garbage_are_told_apart_from_messages() {
    let mut other = options(Transport::V1);
    other.magic = magic::SIGNET;
    let (mut ours, mut theirs) = pair(&options(Transport::V1), &other).await;
    ours.send_bytes(&[0xab; 24]).await.unwrap();
    let error = theirs.receive().await.unwrap_err();
    assert!(
        matches!(
            error,
            P2pError::Magic {
                found: [0xab, ..],
                ..
            }
        ),
        "{error}"
    );
    assert!(ours.send(&Body::Ping(Ping { nonce: None })).await.is_ok());

    let (mut ours, _theirs) = ready_pair(Transport::V2).await;
    assert!(matches!(
        ours.send_bytes(&[1]).await,
        Err(P2pError::NeedsV1)
    ));
}

#[tokio::test]
async fn a_handshake_takes_no_large_messages() {
    for transport in [Transport::V1, Transport::V2] {
        let options = options(transport);
        let (mut ours, mut theirs) = pair(&options, &options).await;
        let send = ours.send_raw("version", &[0; 100_000]);
        let (sent, error) = tokio::join!(send, theirs.handshake(&options));
        sent.unwrap();
        let error = error.unwrap_err();
        assert!(
            matches!(&error, P2pError::PayloadTooLarge { limit: 16_384, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn one_port_takes_peers_of_both_transports() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    for transport in [Transport::V1, Transport::V2] {
        let options = options(transport);
        let ours = async {
            let mut ours = Connection::connect(address, &options).await.unwrap();
            ours.handshake(&options).await.unwrap();
            ours.send(&Body::Ping(Ping { nonce: Some(7) }))
                .await
                .unwrap();
            ours
        };
        let theirs = async {
            let (stream, _) = listener.accept().await.unwrap();
            // What the options say does not count.
            let mut theirs = Connection::accept_any(stream, &self::options(Transport::V1))
                .await
                .unwrap();
            theirs.handshake(&options).await.unwrap();
            theirs
        };
        let (_ours, mut theirs) = tokio::join!(ours, theirs);
        assert_eq!(theirs.transport(), transport);
        let received = theirs.receive().await.unwrap();
        assert_eq!(received.body, Body::Ping(Ping { nonce: Some(7) }));
    }
}

#[tokio::test]
async fn a_first_message_in_pieces_is_understood_and_another_network_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    for (magic, is_ours) in [(magic::REGTEST, true), (magic::MAIN, false)] {
        let send = async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            for byte in V1Header::new(magic, "version", &[]).unwrap().to_bytes() {
                // The other side closes as soon as it knows the network.
                if stream.write_all(&[byte]).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            stream
        };
        let accept = async {
            let (stream, _) = listener.accept().await.unwrap();
            Connection::accept_any(stream, &options(Transport::V2)).await
        };
        let (_stream, accepted) = tokio::join!(send, accept);
        match accepted {
            Ok(accepted) => assert!(is_ours && accepted.transport() == Transport::V1),
            Err(error) => assert!(
                !is_ours && matches!(error, P2pError::Magic { found, .. } if found == magic::MAIN),
                "{error}"
            ),
        }
    }
}

#[tokio::test]
async fn a_silent_peer_runs_into_the_deadlines() {
    // Accepts the connection by its backlog, and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut v2 = options(Transport::V2);
    v2.deadlines.connect = Duration::from_millis(50);
    let result = Connection::connect(address, &v2).await;
    assert!(matches!(result.err(), Some(P2pError::Deadline { .. })));

    let mut v1 = options(Transport::V1);
    v1.deadlines.handshake = Duration::from_millis(50);
    v1.deadlines.receive = Duration::from_millis(50);
    v1.deadlines.connect = Duration::from_millis(50);
    let mut connection = Connection::connect(address, &v1).await.unwrap();
    assert!(matches!(
        connection.handshake(&v1).await,
        Err(P2pError::Deadline { .. })
    ));
    assert!(matches!(
        connection.receive().await,
        Err(P2pError::Deadline { .. })
    ));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let _silent = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let accepted = Connection::accept_any(stream, &v1).await;
    assert!(matches!(accepted.err(), Some(P2pError::Deadline { .. })));
}

#[tokio::test]
async fn giving_up_a_receive_loses_nothing() {
    for transport in [Transport::V1, Transport::V2] {
        let (mut ours, mut theirs) = ready_pair(transport).await;
        let payload = vec![3; 1_000_000];
        let send = ours.send_raw("hello", &payload);
        let receive = async {
            loop {
                // Mostly shorter than the message takes.
                let attempt = tokio::time::timeout(Duration::from_micros(50), theirs.receive());
                if let Ok(received) = attempt.await {
                    return received.unwrap();
                }
            }
        };
        let (sent, received) = tokio::join!(send, receive);
        sent.unwrap();
        assert_eq!(received.payload, payload);
    }
}

#[tokio::test]
async fn a_peer_that_does_not_begin_with_version_fails_the_handshake() {
    let options = options(Transport::V1);
    let (mut ours, mut theirs) = pair(&options, &options).await;
    ours.send(&Body::Ping(Ping { nonce: Some(1) }))
        .await
        .unwrap();
    let error = theirs.handshake(&options).await.unwrap_err();
    assert!(
        matches!(&error, P2pError::Handshake(text) if text.contains("ping")),
        "{error}"
    );
}

#[tokio::test]
async fn a_connection_comes_from_the_address_that_was_asked_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut options = options(Transport::V1);
    let local_address = IpAddr::from([127, 0, 0, 7]);
    options.local_address = Some(local_address);
    let address: SocketAddr = listener.local_addr().unwrap();
    let connection = Connection::connect(address, &options).await.unwrap();
    let (_stream, from) = listener.accept().await.unwrap();
    assert_eq!(from.ip(), local_address);
    assert_eq!(connection.local_address(), from);
}
