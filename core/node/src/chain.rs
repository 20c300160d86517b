//! The chains that Bitcoin Core knows, and what differs between them on disk
//! and on the network.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which block chain a node follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Chain {
    /// The real one.
    Main,
    /// The third test network (`-testnet`).
    Testnet3,
    /// The fourth test network (BIP94).
    Testnet4,
    /// The test network with signed blocks (BIP325).
    Signet,
    /// A private chain for tests.
    Regtest,
}

impl Chain {
    /// Every chain.
    pub const ALL: [Chain; 5] = [
        Chain::Main,
        Chain::Testnet3,
        Chain::Testnet4,
        Chain::Signet,
        Chain::Regtest,
    ];

    /// Core's name for the chain, as `-chain=` takes it and `getblockchaininfo`
    /// says it; also the section in `bitcoin.conf`.
    pub const fn word(self) -> &'static str {
        match self {
            Chain::Main => "main",
            Chain::Testnet3 => "test",
            Chain::Testnet4 => "testnet4",
            Chain::Signet => "signet",
            Chain::Regtest => "regtest",
        }
    }

    /// Where a node keeps this chain's files: the data directory itself for
    /// the main chain, a subdirectory for the others.
    pub fn directory(self, datadir: &Path) -> PathBuf {
        match self {
            Chain::Main => datadir.to_owned(),
            Chain::Testnet3 => datadir.join("testnet3"),
            Chain::Testnet4 => datadir.join("testnet4"),
            Chain::Signet => datadir.join("signet"),
            Chain::Regtest => datadir.join("regtest"),
        }
    }

    /// The port that the RPC server listens on unless told otherwise.
    pub const fn default_rpc_port(self) -> u16 {
        match self {
            Chain::Main => 8332,
            Chain::Testnet3 => 18332,
            Chain::Testnet4 => 48332,
            Chain::Signet => 38332,
            Chain::Regtest => 18443,
        }
    }

    /// The port that the node listens on for peers unless told otherwise.
    pub const fn default_p2p_port(self) -> u16 {
        match self {
            Chain::Main => 8333,
            Chain::Testnet3 => 18333,
            Chain::Testnet4 => 48333,
            Chain::Signet => 38333,
            Chain::Regtest => 18444,
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// The name is none of Core's chains.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown chain {0:?}: one of main, test, testnet4, signet, regtest is meant")]
pub struct UnknownChain(pub String);

impl FromStr for Chain {
    type Err = UnknownChain;

    /// Takes Core's names and, for the third test network, its directory's.
    fn from_str(text: &str) -> Result<Chain, UnknownChain> {
        match text {
            "testnet3" | "testnet" => Ok(Chain::Testnet3),
            _ => Chain::ALL
                .into_iter()
                .find(|chain| chain.word() == text)
                .ok_or_else(|| UnknownChain(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Chain {
    type Error = UnknownChain;

    fn try_from(text: String) -> Result<Chain, UnknownChain> {
        text.parse()
    }
}

impl From<Chain> for String {
    fn from(chain: Chain) -> String {
        chain.word().to_owned()
    }
}
