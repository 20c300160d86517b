//! CPU time by thread.

use anyhow::{Result, ensure};
use peer_observer_event::{ProcessSample, ThreadUsage};
use testkit::observer::Process;
use testkit::{Node, wait_for_value};

use crate::observed::{FAST, Observed, all_threads_seconds, cpu_seconds};

/// Of the process's CPU time.
const TOLERANCE: f64 = 0.02;

/// A node out of initial block download: it processes inv.
async fn busy_node() -> Result<Node> {
    let node = Node::builder().without_checks().start().await?;
    node.mine(1).await?;
    Ok(node)
}

/// Waits until the process uses no more, and returns what it has used.
async fn seconds_at_rest(process: Process) -> Result<f64> {
    let mut last = None;
    wait_for_value("the node comes to rest", async || {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let now = process.cpu().ok();
        let is_same = now == last;
        last = now;
        is_same.then_some(now?.as_secs_f64())
    })
    .await
}

fn assert_within_tolerance(what: &str, measured: f64, expected: f64) {
    let difference = (measured - expected) / expected;
    eprintln!(
        "{what}: {measured:.3} s of {expected:.3} s, {:+.2} %",
        difference * 100.0
    );
    assert!(
        difference.abs() <= TOLERANCE,
        "{what} {measured} {expected}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_threads_together_have_used_what_the_process_has_used() -> Result<()> {
    let node = busy_node().await?;
    let process = Process(node.pid()?);
    let mut observed = Observed::start(node.settings(), FAST);
    let before = observed.sample().await?;
    lab::load::ping_flood(node.p2p_address(), 300_000, 2).await?;
    lab::load::inv_flood(node.p2p_address(), 5_000, 1_000).await?;

    let used = seconds_at_rest(process).await?;
    let sample = observed.fresh_sample().await?;
    assert_within_tolerance("sum of the threads", all_threads_seconds(&sample), used);
    let of_process = sample.user_seconds + sample.system_seconds;
    assert_within_tolerance("the process's own figure", of_process, used);
    // It is known whose time it is, but for threads that came and went.
    let unknown = cpu_seconds(&sample, "other") - cpu_seconds(&before, "other");
    assert!(unknown <= TOLERANCE * used, "{unknown} of {used}");
    assert_divided_like_the_process(&sample);

    // Also for an extractor that comes late: what it has not seen is `other`.
    let mut late = Observed::start(node.settings(), FAST);
    let sample = late.sample().await?;
    assert_within_tolerance("seen late", all_threads_seconds(&sample), used);
    never_goes_back(&observed)
}

/// User and system time of all threads, each for itself. The kernel divides
/// them for each thread and for the process by samples of its own.
fn assert_divided_like_the_process(sample: &ProcessSample) {
    let sum = |of: fn(&ThreadUsage) -> f64| sample.threads.iter().map(of).sum::<f64>();
    let whole = sample.user_seconds + sample.system_seconds;
    let user = sum(|usage| usage.user_seconds);
    let difference = (user - sample.user_seconds).abs();
    eprintln!("user time {user:.3} s of {:.3} s", sample.user_seconds);
    assert!(difference <= 0.05 * whole, "{sample:?}");
}

fn never_goes_back(observed: &Observed) -> Result<()> {
    let samples = observed
        .events
        .iter()
        .filter_map(|event| match &event.payload {
            Some(peer_observer_event::Payload::ProcessSample(sample)) => Some(sample),
            _ => None,
        });
    let samples: Vec<_> = samples.collect();
    ensure!(samples.len() > 5);
    for pair in samples.windows(2) {
        for before in &pair[0].threads {
            let same = |usage: &&ThreadUsage| usage.name == before.name;
            let now = pair[1].threads.iter().find(same).expect("a name stays");
            assert!(now.user_seconds >= before.user_seconds);
            assert!(now.system_seconds >= before.system_seconds);
            assert!(now.run_queue_seconds >= before.run_queue_seconds);
            assert!(now.voluntary_switches >= before.voluntary_switches);
            assert!(now.involuntary_switches >= before.involuntary_switches);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_message_thread_shows_as_such() -> Result<()> {
    let node = busy_node().await?;
    let mut observed = Observed::start(node.settings(), FAST);
    let before = observed.sample().await?;
    lab::load::inv_flood(node.p2p_address(), 4_000, 1_000).await?;
    let after = observed.fresh_sample().await?;

    let grown = |usage: &ThreadUsage| {
        let seconds = cpu_seconds(&after, &usage.name) - cpu_seconds(&before, &usage.name);
        (seconds, usage.name.clone())
    };
    let mut grown: Vec<(f64, String)> = after.threads.iter().map(grown).collect();
    grown.sort_by(|one, other| other.0.total_cmp(&one.0));
    eprintln!("{grown:.3?}");
    assert_eq!(grown[0].1, "b-msghand");
    let all: f64 = grown.iter().map(|(seconds, _)| seconds).sum();
    assert!(grown[0].0 > all / 2.0, "{grown:?}");
    let usage = |sample: &ProcessSample| {
        let named = |usage: &&ThreadUsage| usage.name == "b-msghand";
        sample.threads.iter().find(named).cloned()
    };
    let (before, after) = (usage(&before).unwrap(), usage(&after).unwrap());
    let switches = |usage: &ThreadUsage| usage.voluntary_switches + usage.involuntary_switches;
    assert!(switches(&after) > switches(&before));
    assert!(after.run_queue_seconds.unwrap() > before.run_queue_seconds.unwrap());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_threads_of_a_pool_have_one_name() -> Result<()> {
    let mut node = Node::builder()
        .arguments(["-par=4", "-rpcthreads=5"])
        .start()
        .await?;
    let mut expected = vec![
        // The fourth one is who connects the block.
        ("b-scriptch", 3),
        ("b-msghand", 1),
        ("b-net", 1),
        ("b-addcon", 1),
        ("b-scheduler", 1),
    ];
    match node.version().await? >= 310_000 {
        true => {
            node.add_arguments(["-ipcbind=unix"]);
            node.restart().await?;
            // Five workers and the one that listens.
            expected.extend([("b-http", 6), ("b-capnp-loop", 1)]);
        }
        false => expected.extend([("b-http", 1), ("b-httpworker", 5)]),
    }
    let mut observed = Observed::start(node.settings(), FAST);
    let sample = observed.sample().await?;
    for (name, count) in expected {
        let named = |usage: &&ThreadUsage| usage.name == name;
        let usage = sample.threads.iter().find(named);
        assert_eq!(
            usage.map(|usage| usage.count),
            Some(count),
            "{name}: {sample:?}"
        );
    }
    let all: u32 = sample.threads.iter().map(|usage| usage.count).sum();
    assert_eq!(all, sample.thread_count);
    assert!(!sample.threads.iter().any(|usage| usage.name.contains('.')));
    Ok(())
}
