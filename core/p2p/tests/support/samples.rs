//! The smallest instance of each message with one item in each of its lists.

/// Version, one input, one output, no witness, lock time.
pub fn legacy_transaction() -> Vec<u8> {
    let input = [&[7; 32][..], &[0; 4], &[1, 0x51], &[0xff; 4]].concat();
    let output = [&5000_u64.to_le_bytes()[..], &[1, 0x51]].concat();
    [&[2, 0, 0, 0, 1][..], &input, &[1], &output, &[0; 4]].concat()
}

/// The same with a witness of one item.
pub fn witness_transaction() -> Vec<u8> {
    let legacy = legacy_transaction();
    let (version, rest) = legacy.split_at(4);
    let (core, lock_time) = rest.split_at(rest.len() - 4);
    [version, &[0, 1], core, &[1, 2, 0xaa, 0xbb], lock_time].concat()
}

/// The header of regtest's first block.
pub fn header() -> Vec<u8> {
    let merkle_root = [
        0x3b, 0xa3, 0xed, 0xfd, 0x7a, 0x7b, 0x12, 0xb2, 0x7a, 0xc7, 0x2c, 0x3e, 0x67, 0x76, 0x8f,
        0x61, 0x7f, 0xc8, 0x1b, 0xc3, 0x88, 0x8a, 0x51, 0x32, 0x3a, 0x9f, 0xb8, 0xaa, 0x4b, 0x1e,
        0x5e, 0x4a,
    ];
    let numbers = [1_296_688_602_u32, 0x207f_ffff, 2]
        .map(u32::to_le_bytes)
        .concat();
    [&[1, 0, 0, 0][..], &[0; 32], &merkle_root, &numbers].concat()
}

fn version_address() -> Vec<u8> {
    [
        &[9; 8][..],
        &[0; 10],
        &[0xff, 0xff, 127, 0, 0, 1],
        &[0x20, 0x8d],
    ]
    .concat()
}

/// Message types and payloads.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let hash = [3; 32];
    let inventory = [&[1, 1, 0, 0, 0][..], &hash].concat();
    let locator = [&[0x80, 0x11, 1, 0, 1][..], &hash, &hash].concat();
    let range = [&[0, 1, 0, 0, 0][..], &hash].concat();
    let time_and_services = [4; 12];
    let address = version_address();
    vec![
        (
            "version",
            [
                &[0x80, 0x11, 1, 0][..],
                &[1; 16],
                &address,
                &address,
                &[5; 8],
                &[3, b'/', b'x', b'/'],
                &[6; 4],
                &[1],
            ]
            .concat(),
        ),
        ("verack", vec![]),
        (
            "addr",
            [&[1][..], &time_and_services, &address[8..]].concat(),
        ),
        (
            "addrv2",
            [
                &[1][..],
                &[4; 4],
                &[0xfd, 0, 4],
                &[1, 4, 10, 0, 0, 1],
                &[0x20, 0x8d],
            ]
            .concat(),
        ),
        ("sendaddrv2", vec![]),
        ("inv", inventory.clone()),
        ("getdata", inventory.clone()),
        ("notfound", inventory),
        ("getblocks", locator.clone()),
        ("getheaders", locator),
        ("headers", [&[1][..], &header(), &[0]].concat()),
        ("sendheaders", vec![]),
        ("tx", witness_transaction()),
        (
            "block",
            [&header()[..], &[1], &legacy_transaction()].concat(),
        ),
        ("getaddr", vec![]),
        ("mempool", vec![]),
        ("ping", vec![8; 8]),
        ("pong", vec![8; 8]),
        ("feefilter", vec![0xe8, 3, 0, 0, 0, 0, 0, 0]),
        ("sendcmpct", vec![1, 2, 0, 0, 0, 0, 0, 0, 0]),
        (
            "cmpctblock",
            [
                &header()[..],
                &[9; 8],
                &[1],
                &[6; 6],
                &[1, 0],
                &witness_transaction(),
            ]
            .concat(),
        ),
        ("getblocktxn", [&hash[..], &[1, 7]].concat()),
        (
            "blocktxn",
            [&hash[..], &[1], &witness_transaction()].concat(),
        ),
        (
            "merkleblock",
            [&header()[..], &[1, 0, 0, 0, 1], &hash, &[1, 1]].concat(),
        ),
        (
            "filterload",
            [&[1, 0xff][..], &[5, 0, 0, 0], &[0; 4], &[1]].concat(),
        ),
        ("filteradd", vec![1, 0xaa]),
        ("filterclear", vec![]),
        ("getcfilters", range.clone()),
        ("cfilter", [&[0][..], &hash, &[1, 0]].concat()),
        ("getcfheaders", range),
        ("cfheaders", [&[0][..], &hash, &hash, &[1], &hash].concat()),
        ("getcfcheckpt", [&[0][..], &hash].concat()),
        ("cfcheckpt", [&[0][..], &hash, &[1], &hash].concat()),
        ("wtxidrelay", vec![]),
        ("sendtxrcncl", [&[1, 0, 0, 0][..], &[4; 8]].concat()),
        ("feature", [&[7][..], b"BIP-FOO", &[2, 1, 0]].concat()),
        (
            "reject",
            [&[2][..], b"tx", &[0x10, 3], b"bad", &hash].concat(),
        ),
        ("alert", vec![1, 0xaa, 1, 0xbb]),
    ]
}
