//! The node's IPC interface: `ipc_extractor.ipc`.

use peer_observer_event::{ChainTipChanged, Payload};

use super::reading::Reading;
use super::{FromLegacy, one_of};
use crate::wire::{Result, Value};

/// The tip as they have told it last. They ask every 10 seconds, and tell it
/// whether or not it is another.
#[derive(Default)]
pub(super) struct Tip(Option<ChainTipChanged>);

impl Tip {
    pub(super) fn payload(
        &mut self,
        value: Value<'_>,
        reading: &mut Reading,
    ) -> Result<Option<Payload>> {
        // Beyond 1, as in a change that was proposed for them (#441).
        let skipped = match one_of(value)? {
            Some((1, value)) => {
                let tip: ChainTipChanged = value.message(reading)?;
                if self.0.as_ref() != Some(&tip) {
                    self.0 = Some(tip.clone());
                    return Ok(Some(Payload::ChainTipChanged(tip)));
                }
                "ipc_block_tip_unchanged"
            }
            Some((2, _)) => "ipc_transaction_added_to_mempool",
            Some((3, _)) => "ipc_transaction_removed_from_mempool",
            Some((4, _)) => "ipc_block_connected",
            Some((5, _)) => "ipc_block_disconnected",
            Some((6, _)) => "ipc_updated_block_tip",
            Some((7, _)) => "ipc_chain_state_flushed",
            _ => "ipc_unknown",
        };
        reading.skip(skipped);
        Ok(None)
    }
}

/// `BlockTip`.
impl FromLegacy for ChainTipChanged {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.height = value.i32()?,
            2 => self.block_hash = value.hash()?,
            _ => {}
        }
        Ok(())
    }

    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        self.observed = true;
        Ok(())
    }
}
