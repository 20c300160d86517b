//! What every reply has: how long it took, how large it is, when it came.

use peer_observer_event::{Payload, RPC_METHODS};

use crate::catalogue::{Catalogue, define};
use crate::family::{Gauges, Histograms, NodeName, gauge_value};
use crate::labels::RPC_METHOD;

/// As Prometheus' clients have it for durations, and up to the longest timeout.
const DURATION_BUCKETS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Families of all replies.
pub(crate) struct ReplyFamilies {
    duration: Histograms<1>,
    bytes: Gauges<1>,
    time: Gauges<1>,
}

impl ReplyFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ReplyFamilies {
        catalogue.area("RPC replies", "every reply");
        ReplyFamilies {
            duration: catalogue.histograms(
                define(
                    "rpc_reply_duration_seconds",
                    "seconds",
                    "Time the node took to answer",
                )
                .labels([RPC_METHOD])
                .existing(
                    "`rpcextractor_rpc_fetch_duration_seconds`; failed calls are in \
                     `peerobserver_hop_dropped_total` with the hop `rpc`",
                ),
                &DURATION_BUCKETS,
            ),
            bytes: catalogue.family(
                define("rpc_reply_bytes", "bytes", "Size of the last reply's text")
                    .labels([RPC_METHOD]),
            ),
            time: catalogue.family(
                define(
                    "rpc_reply_time_seconds",
                    "seconds since the epoch",
                    "When the last reply came: as old are the numbers made from it",
                )
                .labels([RPC_METHOD]),
            ),
        }
    }

    pub(super) fn fold(&self, node: &NodeName, payload: &Payload, now: i64) {
        let Some((method, (duration_ns, bytes))) = payload.rpc_method().zip(cost(payload)) else {
            return;
        };
        let seconds = duration_ns as f64 / 1e9;
        self.duration.at(node, [method]).observe(seconds);
        self.bytes.at(node, [method]).set(gauge_value(bytes));
        self.time.at(node, [method]).set(now);
    }

    pub(super) fn clear(&self, node: &NodeName) {
        for method in RPC_METHODS {
            self.bytes.remove(node, [method]);
            self.time.remove(node, [method]);
        }
    }
}

/// Duration in nanoseconds and size in bytes.
fn cost(payload: &Payload) -> Option<(u64, u64)> {
    macro_rules! cost {
        ($($name:ident),+ $(,)?) => {
            match payload {
                $(Payload::$name(reply) => Some((reply.duration_ns, reply.reply_bytes)),)+
                _ => None,
            }
        };
    }
    cost!(
        PeerInfos,
        MempoolInfo,
        Uptime,
        NetTotals,
        MemoryInfo,
        AddrmanInfo,
        ChainTxStats,
        NetworkInfo,
        BlockchainInfo,
        OrphanTxs,
        RawAddrman,
        SmartFees,
        ChainTips,
        BanList,
        MiningInfo,
        IndexInfo,
        DeploymentInfo,
        RpcInfo,
    )
}
