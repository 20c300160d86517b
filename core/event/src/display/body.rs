//! What a P2P message says, in few words.

use std::fmt::{self, Formatter};

use super::text::{Counted, Hash, Hex, Plain, Quoted, Tally};
use crate::{
    AddressEntry, Body, InventoryItem, Reject, Transaction, Version, address_text,
    inventory_type_word,
};

/// Writes a space and the body; nothing for a message that has no content.
pub(super) fn write(f: &mut Formatter<'_>, body: &Body) -> fmt::Result {
    match body {
        Body::Verack(_)
        | Body::Sendaddrv2(_)
        | Body::Sendheaders(_)
        | Body::Getaddr(_)
        | Body::Mempool(_)
        | Body::Filterclear(_)
        | Body::Wtxidrelay(_) => Ok(()),
        Body::Version(version) => self::version(f, version),
        Body::Addr(addr) => addresses(f, &addr.entries),
        Body::Addrv2(addr) => addresses(f, &addr.entries),
        Body::Inv(inv) => inventory(f, &inv.items),
        Body::Getdata(getdata) => inventory(f, &getdata.items),
        Body::Notfound(notfound) => inventory(f, &notfound.items),
        Body::Getblocks(get) => locator(f, &get.locator_hashes, &get.stop_hash),
        Body::Getheaders(get) => locator(f, &get.locator_hashes, &get.stop_hash),
        Body::Headers(headers) => {
            write!(f, " {}", Counted(headers.headers.len(), "header"))?;
            let last = headers.headers.last();
            last.map_or(Ok(()), |header| write!(f, " last={}", Hash(&header.hash)))
        }
        Body::Tx(tx) => transaction(f, tx),
        Body::Block(block) => {
            block_hash(f, block.header.as_ref())?;
            write!(f, " {}", Counted(block.transactions.len(), "transaction"))
        }
        Body::Ping(ping) => match ping.nonce {
            Some(nonce) => write!(f, " nonce={nonce:016x}"),
            None => f.write_str(" without nonce"),
        },
        Body::Pong(pong) => write!(f, " nonce={:016x}", pong.nonce),
        Body::Feefilter(filter) => write!(f, " {} sat/kvB", filter.feerate_sat_per_kvb),
        Body::Sendcmpct(send) => {
            let bandwidth = if send.high_bandwidth { "high" } else { "low" };
            write!(f, " {bandwidth} bandwidth version={}", send.version)
        }
        Body::Cmpctblock(block) => {
            block_hash(f, block.header.as_ref())?;
            let (short_ids, prefilled) = (block.short_ids.len(), block.prefilled.len());
            write!(
                f,
                " {}, {prefilled} prefilled",
                Counted(short_ids, "short id")
            )
        }
        Body::Getblocktxn(get) => {
            write!(
                f,
                " {} {}",
                Hash(&get.block_hash),
                Counted(get.indexes.len(), "transaction")
            )
        }
        Body::Blocktxn(block) => {
            let count = block.transactions.len();
            write!(
                f,
                " {} {}",
                Hash(&block.block_hash),
                Counted(count, "transaction")
            )
        }
        Body::Merkleblock(block) => {
            block_hash(f, block.header.as_ref())?;
            let (all, hashes) = (block.transaction_count, Counted(block.hashes.len(), "hash"));
            write!(f, " {hashes} of {}", Counted(all as usize, "transaction"))
        }
        Body::Filterload(load) => {
            let (bytes, hashes) = (load.filter.len(), load.hash_functions);
            write!(
                f,
                " filter of {bytes} B hash_functions={hashes} flags={}",
                load.flags
            )
        }
        Body::Filteradd(add) => write!(f, " {}", Hex(&add.data)),
        Body::Getcfilters(get) => {
            let (filter, from) = (get.filter_type, get.start_height);
            write!(
                f,
                " type={filter} from height {from} to {}",
                Hash(&get.stop_hash)
            )
        }
        Body::Cfilter(filter) => {
            let (kind, bytes) = (filter.filter_type, filter.filter.len());
            write!(
                f,
                " type={kind} {} filter of {bytes} B",
                Hash(&filter.block_hash)
            )
        }
        Body::Getcfheaders(get) => {
            let (filter, from) = (get.filter_type, get.start_height);
            write!(
                f,
                " type={filter} from height {from} to {}",
                Hash(&get.stop_hash)
            )
        }
        Body::Cfheaders(headers) => {
            let (kind, count) = (headers.filter_type, headers.filter_hashes.len());
            write!(
                f,
                " type={kind} {} to {}",
                Counted(count, "hash"),
                Hash(&headers.stop_hash)
            )
        }
        Body::Getcfcheckpt(get) => {
            write!(f, " type={} to {}", get.filter_type, Hash(&get.stop_hash))
        }
        Body::Cfcheckpt(check) => {
            let (kind, count) = (check.filter_type, check.filter_header_hashes.len());
            write!(
                f,
                " type={kind} {} to {}",
                Counted(count, "header"),
                Hash(&check.stop_hash)
            )
        }
        Body::Sendtxrcncl(send) => write!(f, " version={} salt={:016x}", send.version, send.salt),
        Body::Feature(feature) => {
            write!(
                f,
                " {} {}",
                Quoted(&feature.feature_id),
                Hex(&feature.feature_data)
            )
        }
        Body::Reject(reject) => self::reject(f, reject),
        Body::Alert(alert) => {
            let (alert, signature) = (alert.alert.len(), alert.signature.len());
            write!(f, " alert of {alert} B signature of {signature} B")
        }
        Body::Unknown(unknown) => write!(f, " unknown {}", Hex(&unknown.first_bytes)),
        Body::Undecodable(bad) => {
            let (error, at) = (Quoted(&bad.error), bad.offset);
            write!(
                f,
                " undecodable at byte {at}: {error} {}",
                Hex(&bad.first_bytes)
            )
        }
    }
}

fn version(f: &mut Formatter<'_>, version: &Version) -> fmt::Result {
    write!(
        f,
        " version={} services={:#x}",
        version.version, version.services
    )?;
    if let Some(user_agent) = &version.user_agent {
        write!(f, " user_agent={}", Quoted(user_agent))?;
    }
    if let Some(height) = version.start_height {
        write!(f, " height={height}")?;
    }
    if let Some(relay) = version.relay {
        write!(f, " relay={relay}")?;
    }
    version
        .nonce
        .map_or(Ok(()), |nonce| write!(f, " nonce={nonce:016x}"))
}

fn addresses(f: &mut Formatter<'_>, entries: &[AddressEntry]) -> fmt::Result {
    if let [entry] = entries {
        let Some(address) = &entry.address else {
            return f.write_str(" 1 entry");
        };
        let text = address_text(address);
        let brackets = text.contains(':');
        let (open, close) = if brackets { ("[", "]") } else { ("", "") };
        return write!(f, " {open}{}{close}:{}", Plain(&text), entry.port);
    }
    write!(f, " {}", Counted(entries.len(), "entry"))?;
    if entries.is_empty() {
        return Ok(());
    }
    let network = |entry: &AddressEntry| {
        entry
            .address
            .as_ref()
            .map_or("unspecified", |address| address.network().word())
    };
    write!(f, ": {}", entries.iter().map(network).collect::<Tally>())
}

fn inventory(f: &mut Formatter<'_>, items: &[InventoryItem]) -> fmt::Result {
    let word = |item: &InventoryItem| inventory_type_word(item.r#type).unwrap_or("other");
    match items {
        [] => f.write_str(" 0 items"),
        [item] => write!(f, " {} {}", word(item), Hash(&item.hash)),
        _ => {
            let tally = items.iter().map(word).collect::<Tally>();
            write!(f, " {}: {tally}", Counted(items.len(), "item"))
        }
    }
}

fn locator(f: &mut Formatter<'_>, hashes: &[bytes::Bytes], stop: &[u8]) -> fmt::Result {
    write!(f, " {}", Counted(hashes.len(), "locator hash"))?;
    if let Some(first) = hashes.first() {
        write!(f, " from {}", Hash(first))?;
    }
    // All zero means: as many as there are.
    if stop.iter().any(|byte| *byte != 0) {
        write!(f, " to {}", Hash(stop))
    } else {
        Ok(())
    }
}

fn transaction(f: &mut Formatter<'_>, tx: &Transaction) -> fmt::Result {
    let (inputs, outputs) = (tx.input_count, tx.output_count);
    write!(
        f,
        " {} weight={} inputs={inputs}",
        Hash(&tx.txid),
        tx.weight
    )?;
    write!(f, " outputs={outputs}")?;
    tx.output_sat
        .map_or(Ok(()), |value| write!(f, " {value} sat"))
}

fn block_hash(f: &mut Formatter<'_>, header: Option<&crate::BlockHeader>) -> fmt::Result {
    header.map_or(Ok(()), |header| write!(f, " {}", Hash(&header.hash)))
}

fn reject(f: &mut Formatter<'_>, reject: &Reject) -> fmt::Result {
    let (command, reason) = (Quoted(&reject.rejected_command), Quoted(&reject.reason));
    write!(f, " {command} code={:#04x} {reason}", reject.code)?;
    reject
        .hash
        .as_ref()
        .map_or(Ok(()), |hash| write!(f, " {}", Hash(hash)))
}
