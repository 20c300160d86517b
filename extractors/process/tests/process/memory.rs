//! Memory, I/O and open files.

use anyhow::Result;
use peer_observer_component::State;
use peer_observer_event::Payload;
use peer_observer_process::ProcessExtractorSettings;
use testkit::Node;
use testkit::observer::Process;

use crate::observed::{FAST, Observed};

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_those_of_the_node() -> Result<()> {
    let node = Node::start().await?;
    let mut observed = Observed::start(node.settings(), FAST);
    let before = observed.sample().await?;
    let memory = before.memory.expect("memory is for everybody");
    let resident = memory.anonymous_bytes + memory.file_bytes + memory.shared_bytes;
    assert!(resident <= memory.peak_resident_bytes && resident <= memory.virtual_bytes);
    assert!(memory.anonymous_bytes > 1 << 20, "{memory:?}");
    assert!(before.minor_faults > 0);

    let proportional = observed.memory().await?;
    let pss = Process(node.pid()?).pss_bytes()?;
    let difference = proportional.proportional_bytes.abs_diff(pss);
    assert!(difference < pss / 4, "{proportional:?} {pss}");
    assert!(proportional.private_bytes <= proportional.proportional_bytes);
    assert!(proportional.cost_ns > 0);

    // Twenty peers are twenty sockets, and blocks are written to the disk.
    let sockets_before = before.files.unwrap().sockets;
    let peers = lab::load::idle_peers(node.p2p_address(), 20).await?;
    node.mine(10).await?;
    let with_peers = |payload: &Payload| match payload {
        Payload::ProcessSample(sample) => {
            let files = sample.files.unwrap();
            (files.sockets >= sockets_before + 20).then(|| (**sample).clone())
        }
        _ => None,
    };
    observed
        .until("sample with 20 more sockets", with_peers)
        .await?;
    let after = observed.fresh_sample().await?;
    let files = after.files.unwrap();
    assert!(files.open_files >= files.sockets);
    assert!(files.open_files_limit.unwrap() > u64::from(files.open_files));
    let (io, io_before) = (after.io.unwrap(), before.io.unwrap());
    assert!(io.write_calls > io_before.write_calls);
    assert!(io.write_call_bytes > io_before.write_call_bytes + 10 * 80);
    drop(peers);

    observed
        .count("sample", |count| {
            count.whole == count.attempted && count.whole > 2
        })
        .await?;
    observed
        .count("memory", |count| {
            count.whole == count.attempted && count.whole > 0
        })
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn above_the_limit_memory_is_left_alone() -> Result<()> {
    let node = Node::start().await?;
    let settings = ProcessExtractorSettings {
        memory_limit_bytes: 1 << 20,
        ..FAST
    };
    let mut observed = Observed::start(node.settings(), settings);
    let counted = observed
        .count("memory", |count| count.attempted > 1)
        .await?;
    assert_eq!(counted.dropped[0].reason, "above_limit");
    assert_eq!(counted.dropped[0].count, counted.attempted);
    observed
        .until_health(
            State::Working,
            "more is resident than the limit of 1048576 bytes",
        )
        .await?;
    Ok(())
}
