//! How often the extractors look, in node time.

use std::time::Duration;

/// RPC methods and the node seconds between two calls. Often enough that the
/// page has something to show, seldom enough for a small file.
const METHODS: [(&str, u64); 17] = [
    ("getpeerinfo", 60),
    ("getmempoolinfo", 30),
    ("uptime", 60),
    ("getnettotals", 30),
    ("getmemoryinfo", 300),
    ("getaddrmaninfo", 120),
    ("getchaintxstats", 600),
    ("getnetworkinfo", 60),
    ("getblockchaininfo", 60),
    ("getorphantxs", 120),
    ("getrawaddrman", 3000),
    ("estimatesmartfee", 300),
    ("getchaintips", 120),
    ("listbanned", 300),
    ("getmininginfo", 300),
    ("getindexinfo", 1200),
    ("getdeploymentinfo", 3000),
];

/// The part of peer-observer's configuration that says how often, for clocks
/// that run so many times as fast as real time.
pub(super) fn configuration(speed: u32) -> String {
    let every = |node_seconds: u64| {
        let real = Duration::from_secs(node_seconds) / speed;
        format!("\"{} ms\"", real.as_millis())
    };
    let mut text = String::new();
    for (method, seconds) in METHODS {
        text += &format!("[rpc.{method}]\ninterval = {}\n\n", every(seconds));
    }
    // It would tell the path of the log, and what else it tells says nothing here.
    text += "[rpc.getrpcinfo]\nenabled = false\n\n";
    text += &format!("[p2p]\nping_interval = {}\n\n", every(60));
    text += &format!(
        "[ipc]\necho_interval = {}\ntemplate_interval = {}\n\n",
        every(60),
        every(120)
    );
    text += &format!(
        "[process]\ninterval = {}\nproportional_memory_interval = {}\n",
        every(30),
        every(300)
    );
    text
}
