//! What it costs: at most 3 ms of CPU for a sample of 40 threads.

use anyhow::Result;
use testkit::Node;

use crate::observed::{FAST, Observed};

const MOST_NS: u64 = 3_000_000;
const SAMPLES: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn forty_threads_cost_at_most_three_milliseconds() -> Result<()> {
    let node = Node::builder()
        .arguments(["-par=12", "-rpcthreads=24"])
        .without_checks()
        .start()
        .await?;
    node.mine(1).await?;
    let mut observed = Observed::start(node.settings(), FAST);
    let idle = median_cost(&mut observed, "at rest").await?;
    let address = node.p2p_address();
    let load = tokio::spawn(async move {
        loop {
            lab::load::ping_flood(address, 50_000, 2).await?;
        }
        #[allow(unreachable_code)]
        anyhow::Ok(())
    });
    let busy = median_cost(&mut observed, "busy").await?;
    load.abort();
    assert!(idle <= MOST_NS && busy <= MOST_NS, "{idle} ns, {busy} ns");
    Ok(())
}

async fn median_cost(observed: &mut Observed, what: &str) -> Result<u64> {
    let mut costs = Vec::new();
    for _ in 0..SAMPLES {
        let sample = observed.sample().await?;
        assert!(sample.thread_count >= 40, "{}", sample.thread_count);
        costs.push(sample.cost_ns);
    }
    costs.sort_unstable();
    let [least, median, most] = [costs[0], costs[SAMPLES / 2], costs[SAMPLES - 1]];
    eprintln!("{what}: a sample costs {median} ns of CPU ({least} to {most})");
    Ok(median)
}
