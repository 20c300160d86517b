//! The methods that are called, one file each.

mod estimatesmartfee;
mod getaddrmaninfo;
mod getblockchaininfo;
mod getchaintips;
mod getchaintxstats;
mod getdeploymentinfo;
mod getindexinfo;
mod getmemoryinfo;
mod getmempoolinfo;
mod getmininginfo;
mod getnettotals;
mod getnetworkinfo;
mod getorphantxs;
mod getpeerinfo;
mod getrawaddrman;
mod getrpcinfo;
mod listbanned;
mod uptime;

use crate::method::Method;

/// A host name of 253 characters, a colon and a port, and some room.
const ADDRESS_BYTES: usize = 300;
/// Core's MAX_SUBVERSION_LENGTH.
const USER_AGENT_BYTES: usize = 256;
/// Core's MAX_SCRIPT_SIZE.
const SIGNET_CHALLENGE_BYTES: usize = 10_000;

/// Every method that this extractor can call.
pub(crate) const METHODS: &[Method] = &[
    getpeerinfo::GETPEERINFO,
    getmempoolinfo::GETMEMPOOLINFO,
    uptime::UPTIME,
    getnettotals::GETNETTOTALS,
    getmemoryinfo::GETMEMORYINFO,
    getaddrmaninfo::GETADDRMANINFO,
    getchaintxstats::GETCHAINTXSTATS,
    getnetworkinfo::GETNETWORKINFO,
    getblockchaininfo::GETBLOCKCHAININFO,
    getorphantxs::GETORPHANTXS,
    getrawaddrman::GETRAWADDRMAN,
    estimatesmartfee::ESTIMATESMARTFEE,
    getchaintips::GETCHAINTIPS,
    listbanned::LISTBANNED,
    getmininginfo::GETMININGINFO,
    getindexinfo::GETINDEXINFO,
    getdeploymentinfo::GETDEPLOYMENTINFO,
    getrpcinfo::GETRPCINFO,
];
