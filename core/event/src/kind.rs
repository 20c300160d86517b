//! Kinds: the unit of subscription.

use crate::{Event, Kind, Payload};

impl Payload {
    /// The kind that this payload belongs to.
    pub fn kind(&self) -> Kind {
        match self {
            Payload::P2pMessage(_) => Kind::P2pMessage,
            Payload::ConnectionOpened(_)
            | Payload::ConnectionClosed(_)
            | Payload::ConnectionEvicted(_)
            | Payload::ConnectionMisbehaving(_) => Kind::Connection,
            Payload::MempoolAdded(_)
            | Payload::MempoolRemoved(_)
            | Payload::MempoolReplaced(_)
            | Payload::MempoolRejected(_) => Kind::Mempool,
            Payload::BlockConnected(_) => Kind::Validation,
            Payload::UtxoAdded(_)
            | Payload::UtxoSpent(_)
            | Payload::UtxoUncached(_)
            | Payload::UtxoCacheFlushed(_) => Kind::Utxocache,
            Payload::PeerInfos(_)
            | Payload::MempoolInfo(_)
            | Payload::Uptime(_)
            | Payload::NetTotals(_)
            | Payload::MemoryInfo(_)
            | Payload::AddrmanInfo(_)
            | Payload::ChainTxStats(_)
            | Payload::NetworkInfo(_)
            | Payload::BlockchainInfo(_)
            | Payload::OrphanTxs(_)
            | Payload::RawAddrman(_)
            | Payload::SmartFees(_)
            | Payload::ChainTips(_)
            | Payload::BanList(_)
            | Payload::MiningInfo(_)
            | Payload::IndexInfo(_)
            | Payload::DeploymentInfo(_)
            | Payload::RpcInfo(_) => Kind::Rpc,
            Payload::Started(_)
            | Payload::NodeGone(_)
            | Payload::NodeBack(_)
            | Payload::Gap(_)
            | Payload::LogTemplateSeen(_) => Kind::Notice,
            Payload::Heartbeat(_) => Kind::Heartbeat,
            Payload::Tick(_) => Kind::Tick,
            Payload::LogLine(_) | Payload::BlockReconstruction(_) => Kind::Log,
            Payload::ProbeConnected(_)
            | Payload::ProbeDisconnected(_)
            | Payload::ProbePing(_)
            | Payload::ProbeAnnouncement(_) => Kind::Probe,
            Payload::ChainTipChanged(_)
            | Payload::ChainReorganized(_)
            | Payload::BlockTemplate(_)
            | Payload::IpcEcho(_) => Kind::Chain,
            Payload::ProcessSample(_) | Payload::ProcessMemory(_) => Kind::Process,
            Payload::Alert(_) => Kind::Alert,
        }
    }
}

impl Event {
    /// The kind of this event; `Kind::Unspecified` where a newer version has
    /// written a payload that this one does not know.
    pub fn kind(&self) -> Kind {
        self.payload
            .as_ref()
            .map_or(Kind::Unspecified, Payload::kind)
    }
}

impl Kind {
    /// Every kind that an event can have.
    pub const ALL: [Kind; 14] = [
        Kind::P2pMessage,
        Kind::Connection,
        Kind::Mempool,
        Kind::Validation,
        Kind::Utxocache,
        Kind::Rpc,
        Kind::Notice,
        Kind::Heartbeat,
        Kind::Tick,
        Kind::Log,
        Kind::Probe,
        Kind::Chain,
        Kind::Process,
        Kind::Alert,
    ];
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindSet(u64);

impl KindSet {
    /// Every kind, those of later versions included.
    pub const ALL: KindSet = KindSet(u64::MAX);
    /// No kind.
    pub const NONE: KindSet = KindSet(0);

    /// This set and `kind`.
    pub const fn with(self, kind: Kind) -> KindSet {
        KindSet(self.0 | 1 << kind as u32)
    }

    /// This set without `kind`.
    pub const fn without(self, kind: Kind) -> KindSet {
        KindSet(self.0 & !(1 << kind as u32))
    }

    /// Is `kind` in the set?
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }
}

impl FromIterator<Kind> for KindSet {
    fn from_iter<T: IntoIterator<Item = Kind>>(kinds: T) -> Self {
        kinds.into_iter().fold(KindSet::NONE, KindSet::with)
    }
}
