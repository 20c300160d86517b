//! The forms that Bitcoin Core accepts and those that it throws away.

mod support;

use bytes::Bytes;
use peer_observer_event::{Body, CutReason, Network, NetworkAddress};
use peer_observer_p2p::codec::{EncodeError, Keep, decode, encode};
use support::{body, samples};

fn error_of(command: &str, payload: &[u8]) -> String {
    match body(command, payload) {
        Body::Undecodable(undecodable) => undecodable.error,
        body => panic!("{command} was decoded: {body:?}"),
    }
}

fn address_of(body: Body) -> NetworkAddress {
    let (Body::Addr(peer_observer_event::Addr { mut entries })
    | Body::Addrv2(peer_observer_event::AddrV2 { mut entries })) = body
    else {
        panic!("no addresses: {body:?}");
    };
    assert_eq!(entries.len(), 1);
    entries
        .remove(0)
        .address
        .expect("every entry has an address")
}

fn addr(address: [u8; 16]) -> Vec<u8> {
    [&[1][..], &[0; 12], &address, &[0x20, 0x8d]].concat()
}

fn addrv2(network_id: u8, address: &[u8]) -> Vec<u8> {
    let length = address.len() as u16;
    // CompactSize: one byte below 253.
    let length = if length < 253 {
        vec![length as u8]
    } else {
        [&[253][..], &length.to_le_bytes()].concat()
    };
    [
        &[1][..],
        &[0; 4],
        &[1],
        &[network_id],
        &length,
        address,
        &[0x20, 0x8d],
    ]
    .concat()
}

#[test]
fn addr_tells_the_networks_in_ipv6_apart() {
    let mut mapped = [0; 16];
    mapped[10..].copy_from_slice(&[0xff, 0xff, 192, 0, 2, 1]);
    let address = address_of(body("addr", &addr(mapped)));
    assert_eq!(
        (address.network(), &address.bytes[..]),
        (Network::Ipv4, &[192, 0, 2, 1][..])
    );

    let mut onion_cat = [7; 16];
    onion_cat[..6].copy_from_slice(&[0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43]);
    let address = address_of(body("addr", &addr(onion_cat)));
    assert_eq!(
        (address.network(), address.bip155_network_id),
        (Network::Unknown, Some(3))
    );
    assert_eq!(address.bytes, [7; 10][..]);

    // Nobody can say CJDNS in this form.
    let address = address_of(body("addr", &addr([0xfc; 16])));
    assert_eq!(
        (address.network(), &address.bytes[..]),
        (Network::Ipv6, &[0xfc; 16][..])
    );
}

#[test]
fn addrv2_knows_the_networks_of_bip155() {
    let lengths = [
        (1, 4, Network::Ipv4),
        (2, 16, Network::Ipv6),
        (4, 32, Network::Onion),
        (5, 32, Network::I2p),
        (6, 16, Network::Cjdns),
    ];
    for (id, length, network) in lengths {
        let address = address_of(body("addrv2", &addrv2(id, &[9; 32][..length])));
        assert_eq!((address.network(), address.bytes.len()), (network, length));
        assert_eq!(address.bip155_network_id, None);
        let error = error_of("addrv2", &addrv2(id, &[9; 40][..length + 1]));
        assert!(error.contains(&format!("network {id}")), "{error}");
    }
}

#[test]
fn addrv2_keeps_addresses_of_unknown_networks_up_to_512_bytes() {
    for (id, length) in [(0, 1), (3, 10), (3, 16), (77, 0), (255, 512)] {
        let address = address_of(body("addrv2", &addrv2(id, &vec![9; length])));
        assert_eq!(
            (address.network(), address.bytes.len()),
            (Network::Unknown, length)
        );
        assert_eq!(address.bip155_network_id, Some(id.into()));
    }
    let error = error_of("addrv2", &addrv2(77, &[9; 513]));
    assert!(error.contains("513") && error.contains("512"), "{error}");
}

#[test]
fn an_address_without_a_form_in_addr_is_not_encoded() {
    let onion = body("addrv2", &addrv2(4, &[9; 32]));
    let Body::Addrv2(peer_observer_event::AddrV2 { entries }) = onion else {
        unreachable!()
    };
    let error = encode(&Body::Addr(peer_observer_event::Addr { entries }));
    assert!(
        matches!(
            error,
            Err(EncodeError::Address {
                network: "onion",
                ..
            })
        ),
        "{error:?}"
    );
}

#[test]
fn the_oldest_version_message_has_no_later_fields() {
    let (_, payload) = samples::all().remove(0);
    let Body::Version(version) = body("version", &payload[..46]) else {
        panic!("undecodable")
    };
    assert_eq!(version.version, 70016);
    assert_eq!(
        (version.sender, version.nonce, version.user_agent),
        (None, None, None)
    );
    assert_eq!((version.start_height, version.relay), (None, None));
}

#[test]
fn a_user_agent_that_is_not_utf8_is_kept_beside_its_text() {
    let (_, mut payload) = samples::all().remove(0);
    let place = payload.len() - 5 - 3;
    payload[place..place + 3].copy_from_slice(&[b'/', 0xff, b'/']);
    let Body::Version(version) = body("version", &payload) else {
        panic!("undecodable")
    };
    assert_eq!(version.user_agent.as_deref(), Some("/\u{fffd}/"));
    assert_eq!(version.user_agent_bytes.as_deref(), Some(&b"/\xff/"[..]));
}

#[test]
fn the_final_alert_of_core_is_an_alert() {
    // What Core sends to peers with a protocol version up to 70012.
    let hex = "60010000000000000000000000ffffff7f00000000ffffff7ffeffff7f01ffffff7f00000000ffffff\
               7f00ffffff7f002f555247454e543a20416c657274206b657920636f6d70726f6d697365642c207570\
               6772616465207265717569726564004630440220653febd6410f470f6bae11cad19c48413becb1ac2c\
               17f908fd0fd53bdc3abd5202206d0e9c96fe88d4a0f01ed9dedae2b6f9e00da94cad0fecaae66ecf68\
               9bf71b50";
    let digits: Vec<u8> = hex
        .bytes()
        .map(|digit| (digit as char).to_digit(16))
        .map(|digit| digit.expect("only hex digits stand above") as u8)
        .collect();
    let payload: Vec<u8> = digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    let Body::Alert(alert) = body("alert", &payload) else {
        panic!("undecodable")
    };
    assert!(alert.alert.windows(6).any(|text| text == b"URGENT"));
    assert_eq!((alert.alert.len(), alert.signature.len()), (96, 70));
}

#[test]
fn positions_in_a_block_are_absolute_and_have_16_bits() {
    let request =
        |differences: &[u8]| [&[3; 32][..], &[differences.len() as u8], differences].concat();
    let Body::Getblocktxn(decoded) = body("getblocktxn", &request(&[2, 0, 5])) else {
        panic!("undecodable")
    };
    assert_eq!(decoded.indexes, [2, 3, 9]);

    let last = [&[3; 32][..], &[1, 253, 0xff, 0xff]].concat();
    let Body::Getblocktxn(decoded) = body("getblocktxn", &last) else {
        panic!("undecodable")
    };
    assert_eq!(decoded.indexes, [65535]);
    let overflow = [&[3; 32][..], &[2, 253, 0xff, 0xff, 0]].concat();
    assert!(error_of("getblocktxn", &overflow).contains("65535"));
}

#[test]
fn transactions_that_core_refuses_are_undecodable() {
    let witness = samples::witness_transaction();
    let mut unknown_flag = witness.clone();
    unknown_flag[5] = 3;
    assert!(error_of("tx", &unknown_flag).contains("flags"));

    let legacy = samples::legacy_transaction();
    let (version, rest) = legacy.split_at(4);
    let (core, lock_time) = rest.split_at(rest.len() - 4);
    let empty_witness = [version, &[0, 1], core, &[0], lock_time].concat();
    assert!(error_of("tx", &empty_witness).contains("empty"));
}

#[test]
fn a_transaction_without_inputs_and_outputs_is_one() {
    let Body::Tx(transaction) = body("tx", &[2, 0, 0, 0, 0, 0, 0, 0, 0, 0]) else {
        panic!("undecodable")
    };
    assert_eq!((transaction.size_bytes, transaction.weight), (10, 40));
    assert_eq!((transaction.input_count, transaction.output_count), (0, 0));
    assert_eq!(transaction.txid, transaction.wtxid);
}

#[test]
fn a_count_beyond_the_payload_is_refused_at_once() {
    for command in [
        "inv",
        "addr",
        "addrv2",
        "headers",
        "getblocktxn",
        "block",
        "tx",
    ] {
        let start = match command {
            "getblocktxn" => vec![3; 32],
            "block" => samples::header(),
            "tx" => vec![2, 0, 0, 0],
            _ => vec![],
        };
        // 2^25, the largest count that Core lets pass.
        let payload = [&start[..], &[254, 0, 0, 0, 2], &[0; 40]].concat();
        let error = error_of(command, &payload);
        assert!(error.starts_with("33554432 items"), "{command}: {error}");
        let payload = [&start[..], &[254, 1, 0, 0, 2], &[0; 40]].concat();
        let error = error_of(command, &payload);
        assert!(error.contains("33554433"), "{command}: {error}");
    }
}

#[test]
fn sizes_must_have_their_shortest_form() {
    let error = error_of("filteradd", &[253, 1, 0, 0xaa]);
    assert!(error.contains("CompactSize"), "{error}");
    assert!(error_of("sendcmpct", &[2, 2, 0, 0, 0, 0, 0, 0, 0]).contains("neither 0 nor 1"));
}

#[test]
fn the_setting_decides_how_much_is_kept() {
    let block = [&samples::header()[..], &[1], &samples::legacy_transaction()].concat();
    let nothing = decode("block", &block, Keep::Nothing);
    assert_eq!((nothing.body, nothing.bulk_bytes), (None, 0));
    let cut = nothing
        .cut
        .expect("a message without body is marked as cut");
    assert_eq!((cut.reason(), cut.kept_bytes), (CutReason::Setting, 0));

    let Some(Body::Block(summary)) = decode("block", &block, Keep::Summary).body else {
        panic!("undecodable")
    };
    assert_eq!(summary.transactions[0].raw, None);
    assert_eq!(
        encode(&Body::Block(summary)),
        Err(EncodeError::TransactionWithoutRaw)
    );

    let long = vec![0xff; 1000];
    let kept = |command, keep| match decode(command, &long, keep).body {
        Some(Body::Unknown(unknown)) => unknown.first_bytes,
        Some(Body::Undecodable(undecodable)) => undecodable.first_bytes,
        body => panic!("{command}: {body:?}"),
    };
    assert_eq!(kept("hello", Keep::Summary), Bytes::from(vec![0xff; 256]));
    assert_eq!(kept("hello", Keep::Full), long);
    assert_eq!(kept("tx", Keep::Summary), Bytes::from(vec![0xff; 256]));
    assert_eq!(kept("tx", Keep::Full), long);
}

#[test]
fn bulk_is_what_a_body_holds() {
    let bulk = |command, payload: &[u8], keep| decode(command, payload, keep).bulk_bytes;
    assert_eq!(bulk("ping", &[0; 8], Keep::Full), 0);
    assert_eq!(bulk("version", &samples::all()[0].1, Keep::Full), 0);

    let inv = [&[253, 0x10, 0x27][..], &vec![1; 36 * 10_000]].concat();
    assert!((360_000..400_000).contains(&bulk("inv", &inv, Keep::Full)));

    // A large transaction: a summary holds next to nothing of it.
    let script = vec![0x51; 90_000];
    let input = [&[7; 36][..], &[0], &[0xff; 4]].concat();
    let output = [&[1; 8][..], &[254, 0x90, 0x5f, 1, 0], &script].concat();
    let large = [&[2, 0, 0, 0, 1][..], &input, &[1], &output, &[0; 4]].concat();
    assert_eq!(bulk("tx", &large, Keep::Summary), 0);
    assert!((90_000..91_000).contains(&bulk("tx", &large, Keep::Full)));
}
