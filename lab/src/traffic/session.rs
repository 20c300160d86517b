//! What a client says and answers while it is connected.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::Result;
use bitcoin::hashes::Hash;
use bitcoin::{Transaction, consensus, constants};
use peer_observer_event::{
    Addr, AddrV2, Body, FeeFilter, GetAddr, GetData, GetHeaders, Inv, InventoryItem, NotFound,
    Ping, Pong, SendCmpct, SendHeaders,
};
use peer_observer_p2p::{Connection, MessageReader, MessageWriter, PROTOCOL_VERSION, Received};
use rand::Rng;
use tokio::time::{Instant, sleep_until};

use super::TrafficConfig;
use super::interval::random_interval;
use super::supply::Supply;
use crate::addresses;

/// Inventory types (protocol.h; BIP144, BIP339).
const TX: u32 = 1;
const BLOCK: u32 = 2;
const WTX: u32 = 5;
const WITNESS: u32 = 1 << 30;

/// A client keeps this many of its own transactions for those who ask.
const KEPT_TRANSACTIONS: usize = 32;

/// It asks for so many announced things at once.
const WANTED_AT_ONCE: usize = 100;

pub(super) struct Session<'a> {
    reader: MessageReader,
    writer: MessageWriter,
    is_modern: bool,
    config: &'a TrafficConfig,
    supply: &'a Supply,
    own: VecDeque<Transaction>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        connection: Connection,
        is_modern: bool,
        config: &'a TrafficConfig,
        supply: &'a Supply,
    ) -> Session<'a> {
        let (reader, writer) = connection.into_split();
        Session {
            reader,
            writer,
            is_modern,
            config,
            supply,
            own: VecDeque::new(),
        }
    }

    /// Goes on until the connection ends.
    pub(super) async fn run(mut self) -> Result<()> {
        self.introduce().await?;
        let transaction_interval = self.transaction_interval();
        // Core pings at even intervals.
        let ping_interval = self.config.pace.real_duration(self.config.ping_interval);
        let mut next_ping = Instant::now() + ping_interval;
        let mut next_gossip = self.after(self.config.gossip_interval);
        let mut next_transaction = transaction_interval.map(|interval| self.after(interval));
        loop {
            tokio::select! {
                received = self.reader.receive() => self.answer(received?).await?,
                () = sleep_until(next_ping) => {
                    self.ping().await?;
                    next_ping = Instant::now() + ping_interval;
                }
                () = sleep_until(next_gossip) => {
                    self.gossip().await?;
                    next_gossip = self.after(self.config.gossip_interval);
                }
                () = sleep_until(next_transaction.unwrap_or(next_ping)),
                    if next_transaction.is_some() =>
                {
                    self.announce_transaction().await?;
                    next_transaction = transaction_interval.map(|interval| self.after(interval));
                }
            }
        }
    }

    /// A random moment, on average so far away on the clock that we go by.
    fn after(&self, average: Duration) -> Instant {
        Instant::now() + self.config.pace.real_duration(random_interval(average))
    }

    /// A client's part of all transactions.
    fn transaction_interval(&self) -> Option<Duration> {
        let clients = (self.config.nodes.len() * self.config.peers_per_node) as f64;
        let interval = clients / self.config.transactions_per_second;
        Duration::try_from_secs_f64(interval).ok()
    }

    /// What clients say first (Core: `ProcessMessage`, on verack).
    async fn introduce(&mut self) -> Result<()> {
        let genesis = constants::genesis_block(bitcoin::Network::Regtest).block_hash();
        let compact = SendCmpct {
            high_bandwidth: false,
            version: 2,
        };
        let ask = GetHeaders {
            version: PROTOCOL_VERSION as u32,
            locator_hashes: vec![genesis.to_byte_array().to_vec().into()],
            stop_hash: vec![0; 32].into(),
        };
        if self.is_modern {
            self.writer.send(&Body::Sendheaders(SendHeaders {})).await?;
            self.writer.send(&Body::Sendcmpct(compact)).await?;
        }
        self.ping().await?;
        self.writer.send(&Body::Getaddr(GetAddr {})).await?;
        self.writer.send(&Body::Getheaders(ask)).await?;
        let filter = FeeFilter {
            feerate_sat_per_kvb: 1000,
        };
        Ok(self.writer.send(&Body::Feefilter(filter)).await?)
    }

    async fn ping(&mut self) -> Result<()> {
        let nonce = Some(rand::random());
        Ok(self.writer.send(&Body::Ping(Ping { nonce })).await?)
    }

    /// Passes on a few addresses, as clients do with those they have just heard.
    async fn gossip(&mut self) -> Result<()> {
        let now = self.config.pace.now_u32();
        let body = {
            let mut random = rand::rng();
            let count = random.random_range(1..=10);
            if self.is_modern {
                let entries = (0..count).map(|_| addresses::random_entry_at(&mut random, now));
                Body::Addrv2(AddrV2 {
                    entries: entries.collect(),
                })
            } else {
                let entries = (0..count).map(|_| addresses::random_ip_entry_at(&mut random, now));
                Body::Addr(Addr {
                    entries: entries.collect(),
                })
            }
        };
        Ok(self.writer.send(&body).await?)
    }

    async fn announce_transaction(&mut self) -> Result<()> {
        let transaction = self.supply.transaction().await?;
        // Without a witness, which these do not have, both ids are the same.
        let hash = transaction.compute_txid().to_byte_array();
        let r#type = if self.is_modern { WTX } else { TX };
        self.own.push_back(transaction);
        if self.own.len() > KEPT_TRANSACTIONS {
            self.own.pop_front();
        }
        let items = vec![InventoryItem { r#type, hash }];
        Ok(self.writer.send(&Body::Inv(Inv { items })).await?)
    }

    async fn answer(&mut self, received: Received) -> Result<()> {
        match received.body {
            Body::Ping(Ping { nonce: Some(nonce) }) => {
                self.writer.send(&Body::Pong(Pong { nonce })).await?;
            }
            Body::Getdata(GetData { items }) => self.give(items).await?,
            Body::Inv(Inv { items }) => {
                let wanted = items.into_iter().filter_map(|item| self.wanted(item));
                self.want(wanted.take(WANTED_AT_ONCE).collect()).await?;
            }
            // A single header is a new block; many are the answer to our question.
            Body::Headers(headers) if headers.headers.len() == 1 => {
                let wanted = headers.headers.iter().filter_map(|header| {
                    Some(InventoryItem {
                        r#type: BLOCK | WITNESS,
                        hash: header.hash[..].try_into().ok()?,
                    })
                });
                self.want(wanted.collect()).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// How we ask for what was announced, if we do.
    fn wanted(&self, item: InventoryItem) -> Option<InventoryItem> {
        let share = self.config.wanted_share;
        let is_wanted = item.r#type == BLOCK || rand::rng().random_bool(share);
        is_wanted.then_some(InventoryItem {
            r#type: match item.r#type {
                WTX => WTX,
                other => other | WITNESS,
            },
            ..item
        })
    }

    async fn want(&mut self, items: Vec<InventoryItem>) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        Ok(self.writer.send(&Body::Getdata(GetData { items })).await?)
    }

    async fn give(&mut self, items: Vec<InventoryItem>) -> Result<()> {
        let mut missing = Vec::new();
        for item in items {
            let is_wanted = |own: &&Transaction| *own.compute_txid().as_byte_array() == item.hash;
            match self.own.iter().find(is_wanted) {
                Some(own) => {
                    self.writer
                        .send_raw("tx", &consensus::serialize(own))
                        .await?;
                }
                None => missing.push(item),
            }
        }
        if !missing.is_empty() {
            self.writer
                .send(&Body::Notfound(NotFound { items: missing }))
                .await?;
        }
        Ok(())
    }
}
