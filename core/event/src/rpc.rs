//! Replies of RPC methods, and the fields in them that the schema does not have.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::Payload;

/// Every RPC method whose reply has a payload.
pub const RPC_METHODS: [&str; 18] = [
    "getpeerinfo",
    "getmempoolinfo",
    "uptime",
    "getnettotals",
    "getmemoryinfo",
    "getaddrmaninfo",
    "getchaintxstats",
    "getnetworkinfo",
    "getblockchaininfo",
    "getorphantxs",
    "getrawaddrman",
    "estimatesmartfee",
    "getchaintips",
    "listbanned",
    "getmininginfo",
    "getindexinfo",
    "getdeploymentinfo",
    "getrpcinfo",
];

/// Deepest path of an [`RpcField`].
const MOST_PARTS: usize = 8;

/// Longest part of an [`RpcField`]'s path, in bytes.
const PART_BYTES: usize = 64;

/// Fields that the schema does not have: name to JSON text.
type OtherFields = BTreeMap<String, String>;

impl Payload {
    /// The RPC method that this is a reply to.
    pub fn rpc_method(&self) -> Option<&'static str> {
        Some(match self {
            Payload::PeerInfos(_) => "getpeerinfo",
            Payload::MempoolInfo(_) => "getmempoolinfo",
            Payload::Uptime(_) => "uptime",
            Payload::NetTotals(_) => "getnettotals",
            Payload::MemoryInfo(_) => "getmemoryinfo",
            Payload::AddrmanInfo(_) => "getaddrmaninfo",
            Payload::ChainTxStats(_) => "getchaintxstats",
            Payload::NetworkInfo(_) => "getnetworkinfo",
            Payload::BlockchainInfo(_) => "getblockchaininfo",
            Payload::OrphanTxs(_) => "getorphantxs",
            Payload::RawAddrman(_) => "getrawaddrman",
            Payload::SmartFees(_) => "estimatesmartfee",
            Payload::ChainTips(_) => "getchaintips",
            Payload::BanList(_) => "listbanned",
            Payload::MiningInfo(_) => "getmininginfo",
            Payload::IndexInfo(_) => "getindexinfo",
            Payload::DeploymentInfo(_) => "getdeploymentinfo",
            Payload::RpcInfo(_) => "getrpcinfo",
            _ => return None,
        })
    }
}

/// A field of an RPC's reply that the schema does not have, such as
/// `getpeerinfo.cpu_load` of a patched node: the method, and the names from its
/// reply to the field. Lists are no part of the path: a field of a peer is one
/// of all peers. Neither is what has no fixed name: networks of
/// `getaddrmaninfo`, places of `getrawaddrman`, indexes, deployments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RpcField {
    method: &'static str,
    path: Vec<String>,
}

/// A text that names no [`RpcField`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RpcFieldError {
    /// There is no such method, or none at all.
    #[error("{0:?} is no field of an RPC's reply; say METHOD.FIELD, as in getpeerinfo.cpu_load")]
    NoMethod(String),
    /// The rest is no path.
    #[error(
        "{0:?} is no field of an RPC's reply: behind the method come 1 to {MOST_PARTS} names, \
         each of 1 to {PART_BYTES} of A-Z, a-z, 0-9, _ and -, with dots between them"
    )]
    NoPath(String),
}

impl RpcField {
    /// The method.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The names from the reply to the field, at least one.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// The field's values in `payload`: one for each object that has it, in the
    /// reply's order. Numbers as they are, `true` is 1, `false` 0; anything else
    /// is no value. None when the payload is another method's, and for fields
    /// that the schema has.
    pub fn values(&self, payload: &Payload) -> Vec<f64> {
        let mut values = Vec::new();
        if payload.rpc_method() == Some(self.method) {
            each_object(payload, &mut |place, other| {
                values.extend(self.value(place, other));
            });
        }
        values
    }

    /// The value in an object that stands at `place` in the reply.
    fn value(&self, place: &[&str], other: &OtherFields) -> Option<f64> {
        let (to_object, rest) = self.path.split_at_checked(place.len())?;
        let (name, inside) = rest.split_first()?;
        if to_object != place {
            return None;
        }
        let value: Value = serde_json::from_str(other.get(name)?).ok()?;
        match inside
            .iter()
            .try_fold(&value, |value, name| value.get(name))?
        {
            Value::Number(number) => number.as_f64(),
            Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
            _ => None,
        }
    }
}

impl FromStr for RpcField {
    type Err = RpcFieldError;

    fn from_str(text: &str) -> Result<RpcField, RpcFieldError> {
        let no_method = || RpcFieldError::NoMethod(text.to_owned());
        let (method, path) = text.split_once('.').ok_or_else(no_method)?;
        let method = RPC_METHODS.into_iter().find(|known| *known == method);
        let method = method.ok_or_else(no_method)?;
        let is_part = |part: &str| {
            let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            (1..=PART_BYTES).contains(&part.len()) && part.bytes().all(letters)
        };
        if path.split('.').count() > MOST_PARTS || !path.split('.').all(is_part) {
            return Err(RpcFieldError::NoPath(text.to_owned()));
        }
        let path = path.split('.').map(str::to_owned).collect();
        Ok(RpcField { method, path })
    }
}

impl Serialize for RpcField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RpcField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RpcField, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for RpcField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.method, self.path.join("."))
    }
}

/// Hands out every object of a reply: its place in the reply, by the names
/// that the node uses, and what the schema does not have of it.
fn each_object(payload: &Payload, found: &mut impl FnMut(&[&str], &OtherFields)) {
    /// The objects of a list.
    macro_rules! all {
        ($list:expr, $place:expr) => {
            for object in $list.iter() {
                found(&$place, &object.other_fields);
            }
        };
    }
    match payload {
        Payload::PeerInfos(reply) => all!(reply.peers, []),
        Payload::MempoolInfo(reply) => found(&[], &reply.other_fields),
        Payload::NetTotals(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.upload_target, ["uploadtarget"]);
        }
        Payload::MemoryInfo(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.locked, ["locked"]);
        }
        Payload::AddrmanInfo(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.networks, []);
        }
        Payload::ChainTxStats(reply) => found(&[], &reply.other_fields),
        Payload::NetworkInfo(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.networks, ["networks"]);
            all!(reply.local_addresses, ["localaddresses"]);
        }
        Payload::BlockchainInfo(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.background_validation, ["backgroundvalidation"]);
        }
        Payload::OrphanTxs(reply) => all!(reply.transactions, []),
        Payload::RawAddrman(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.new_entries, ["new"]);
            all!(reply.tried_entries, ["tried"]);
        }
        Payload::SmartFees(reply) => all!(reply.estimates, []),
        Payload::ChainTips(reply) => all!(reply.tips, []),
        Payload::BanList(reply) => all!(reply.bans, []),
        Payload::MiningInfo(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.next, ["next"]);
        }
        Payload::IndexInfo(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.indexes, []);
        }
        Payload::DeploymentInfo(reply) => {
            found(&[], &reply.other_fields);
            for deployment in &reply.deployments {
                found(&["deployments"], &deployment.other_fields);
                if let Some(bip9) = &deployment.bip9 {
                    found(&["deployments", "bip9"], &bip9.other_fields);
                    all!(bip9.statistics, ["deployments", "bip9", "statistics"]);
                }
            }
        }
        Payload::RpcInfo(reply) => {
            found(&[], &reply.other_fields);
            all!(reply.active_commands, ["active_commands"]);
        }
        _ => {}
    }
}
