//! The node's best block, which we say that we have too: a node announces a
//! block with its header or as a compact block only to a peer of which it
//! knows that it has the block before (Core: PeerHasHeader).

use bytes::Bytes;
use data_encoding::HEXLOWER;
use peer_observer_event::{GetHeaders, Headers, Inv};
use peer_observer_node::RpcClient;
use peer_observer_p2p::PROTOCOL_VERSION;
use serde::Deserialize;
use serde_json::Value;

/// A block's hash, in internal byte order.
pub(crate) type BlockHash = [u8; 32];

/// Core's MSG_BLOCK and MSG_WITNESS_BLOCK.
const BLOCK_TYPES: [u32; 2] = [2, 0x4000_0002];

#[derive(Deserialize)]
struct BlockchainInfo {
    bestblockhash: String,
}

/// Asks the node which block is its best; `None` where it does not say.
pub(crate) async fn ask(rpc: &RpcClient) -> Option<BlockHash> {
    let info: BlockchainInfo = rpc.call_as("getblockchaininfo", Value::Null).await.ok()?;
    let mut hash: BlockHash = HEXLOWER
        .decode(info.bestblockhash.as_bytes())
        .ok()?
        .try_into()
        .ok()?;
    hash.reverse();
    Some(hash)
}

/// What we tell the node about its chain, and its answers.
#[derive(Debug, Default)]
pub(crate) struct Locator {
    /// The block of the getheaders whose answer has not come.
    asked: Option<BlockHash>,
}

impl Locator {
    /// The question for what follows this block. The node takes it that we have
    /// the block and what it answers.
    pub(crate) fn question(&mut self, hash: BlockHash) -> GetHeaders {
        self.asked = Some(hash);
        GetHeaders {
            version: PROTOCOL_VERSION as u32,
            locator_hashes: vec![Bytes::copy_from_slice(&hash)],
            stop_hash: Bytes::from_static(&[0; 32]),
        }
    }

    /// A block announced by inv: the node does not know that we have the one
    /// before, and will not know either that we have this one unless we say so.
    pub(crate) fn announced(inv: &Inv) -> Option<BlockHash> {
        let blocks = inv.items.iter().rev();
        let last = blocks
            .into_iter()
            .find(|item| BLOCK_TYPES.contains(&item.r#type));
        last.map(|item| item.hash)
    }

    /// Is this the answer to our question, and so no announcement? Without
    /// headers it always is: an announcement announces something.
    pub(crate) fn is_answer(&mut self, headers: &Headers) -> bool {
        let Some(first) = headers.headers.first() else {
            self.asked = None;
            return true;
        };
        let follows = |asked: &mut BlockHash| first.previous_block_hash == asked[..];
        self.asked.take_if(follows).is_some()
    }
}

#[cfg(test)]
mod tests {
    use peer_observer_event::{BlockHeader, InventoryItem};

    use super::*;

    fn headers(previous: &[BlockHash]) -> Headers {
        let header = |hash: &BlockHash| BlockHeader {
            previous_block_hash: Bytes::copy_from_slice(hash),
            ..BlockHeader::default()
        };
        Headers {
            headers: previous.iter().map(header).collect(),
        }
    }

    #[test]
    fn answers_are_told_from_announcements() {
        let mut locator = Locator::default();
        assert!(
            !locator.is_answer(&headers(&[[1; 32]])),
            "nothing was asked"
        );
        locator.question([1; 32]);
        assert!(
            !locator.is_answer(&headers(&[[2; 32]])),
            "builds on another"
        );
        assert!(locator.is_answer(&headers(&[[1; 32], [2; 32]])));
        assert!(!locator.is_answer(&headers(&[[1; 32]])), "answered already");
        assert!(locator.is_answer(&headers(&[])), "announces nothing");
    }

    #[test]
    fn the_last_block_of_an_inv_is_the_newest() {
        let item = |r#type, number| InventoryItem {
            r#type,
            hash: [number; 32],
        };
        let inv = |items| Inv { items };
        let of = |items| Locator::announced(&inv(items));
        assert_eq!(of(vec![item(5, 1), item(1, 2)]), None);
        assert_eq!(of(vec![item(2, 1), item(2, 2), item(5, 3)]), Some([2; 32]));
    }
}
