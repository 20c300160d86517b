//! All families that events feed.

use peer_observer_event::RpcField;

use crate::blocks::BlockFamilies;
use crate::catalogue::Catalogue;
use crate::chain::ChainFamilies;
use crate::connection::ConnectionFamilies;
use crate::fleet::FleetFamilies;
use crate::log::LogFamilies;
use crate::mempool::MempoolFamilies;
use crate::p2p::P2pFamilies;
use crate::pipeline::PipelineFamilies;
use crate::probe::ProbeFamilies;
use crate::process::ProcessFamilies;
use crate::reconstruction::ReconstructionFamilies;
use crate::rpc::RpcFamilies;
use crate::utxocache::UtxoCacheFamilies;

/// The families of every theme.
pub(crate) struct Families {
    pub(crate) p2p: P2pFamilies,
    pub(crate) connection: ConnectionFamilies,
    pub(crate) mempool: MempoolFamilies,
    pub(crate) blocks: BlockFamilies,
    pub(crate) utxocache: UtxoCacheFamilies,
    pub(crate) log: LogFamilies,
    pub(crate) reconstruction: ReconstructionFamilies,
    pub(crate) probe: ProbeFamilies,
    pub(crate) chain: ChainFamilies,
    pub(crate) process: ProcessFamilies,
    pub(crate) rpc: RpcFamilies,
    pub(crate) fleet: FleetFamilies,
    pub(crate) pipeline: PipelineFamilies,
}

impl Families {
    /// Defines the metrics in the order of the reference; of the fields in
    /// `extra_gauges`, too.
    pub(crate) fn new(catalogue: &mut Catalogue, extra_gauges: Vec<RpcField>) -> Families {
        Families {
            p2p: P2pFamilies::new(catalogue),
            connection: ConnectionFamilies::new(catalogue),
            mempool: MempoolFamilies::new(catalogue),
            blocks: BlockFamilies::new(catalogue),
            utxocache: UtxoCacheFamilies::new(catalogue),
            log: LogFamilies::new(catalogue),
            reconstruction: ReconstructionFamilies::new(catalogue),
            probe: ProbeFamilies::new(catalogue),
            chain: ChainFamilies::new(catalogue),
            process: ProcessFamilies::new(catalogue),
            rpc: RpcFamilies::new(catalogue, extra_gauges),
            fleet: FleetFamilies::new(catalogue),
            pipeline: PipelineFamilies::new(catalogue),
        }
    }
}
