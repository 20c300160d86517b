//! Which network the node is on: the magic of its messages.

use data_encoding::HEXLOWER_PERMISSIVE;
use peer_observer_node::{Chain, Node};
use peer_observer_p2p::magic;

/// The magic of the node's network. A signet's challenge is the given one, else
/// the node's own `-signetchallenge` where that can be seen, else the default's.
pub(crate) fn magic_of(node: &Node, signet_challenge: Option<&[u8]>) -> [u8; 4] {
    match node.chain() {
        Chain::Main => magic::MAIN,
        Chain::Testnet3 => magic::TESTNET3,
        Chain::Testnet4 => magic::TESTNET4,
        Chain::Regtest => magic::REGTEST,
        Chain::Signet => match signet_challenge {
            Some(challenge) => magic::of_signet(challenge),
            None => own_challenge(node).map_or(magic::SIGNET, |own| magic::of_signet(&own)),
        },
    }
}

/// A node does not start with a challenge that is not in hex.
fn own_challenge(node: &Node) -> Option<Vec<u8>> {
    let (challenge, _) = node.option("signetchallenge")?;
    HEXLOWER_PERMISSIVE.decode(challenge.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use peer_observer_node::NodeSettings;

    use super::*;

    /// A node whose bitcoin.conf says this.
    fn magic_with(config: &str, given: Option<&[u8]>) -> [u8; 4] {
        let datadir = tempfile::tempdir().unwrap();
        std::fs::write(datadir.path().join("bitcoin.conf"), config).unwrap();
        let node = Node::locate(&NodeSettings::new("alice", datadir.path())).unwrap();
        magic_of(&node, given)
    }

    #[test]
    fn a_signet_has_the_magic_of_its_challenge() {
        let own = "signet=1\n[signet]\nsignetchallenge=51\n";
        assert_eq!(magic_with(own, None), magic::of_signet(&[0x51]));
        assert_eq!(magic_with(own, Some(&[0x52])), magic::of_signet(&[0x52]));
        assert_eq!(magic_with("signet=1\n", None), magic::SIGNET);
    }

    #[test]
    fn other_networks_have_their_own() {
        assert_eq!(magic_with("", Some(&[0x51])), magic::MAIN);
        assert_eq!(magic_with("testnet4=1\n", None), magic::TESTNET4);
        assert_eq!(magic_with("testnet=1\n", None), magic::TESTNET3);
        assert_eq!(magic_with("regtest=1\n", None), magic::REGTEST);
    }
}
