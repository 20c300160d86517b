//! What the node tells us unasked: addresses, transactions, blocks, fee rates.

use peer_observer_event::probe_announcement::Body;
use peer_observer_event::{AddressEntry, FeeFilter, Inv, ProbeAnnouncement};

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Histograms, NodeName};
use crate::labels::probe::ANNOUNCEMENT;
use crate::labels::{ADDRESS_FORM, ITEM_TYPE, NETWORK};
use crate::p2p::{ENTRIES_BUCKETS, INV_BUCKETS, count_by_type};
use crate::poll::{Poll, PollBuilder};
use crate::words::listed;
use crate::words::p2p::item_type_word;
use crate::words::probe::ANNOUNCEMENTS;

/// Families of announcements.
pub(super) struct AnnouncementFamilies {
    messages: Counters<1>,
    bytes: Counters<1>,
    undecodable: Counters<1>,
    addresses: Counters<2>,
    address_entries: Histograms<1>,
    inv_items: Counters<1>,
    inv_entries: Histograms<0>,
    headers: Counters<0>,
    fee_filter: Poll<FeeFilter>,
}

impl AnnouncementFamilies {
    pub(super) fn new(catalogue: &mut Catalogue) -> AnnouncementFamilies {
        AnnouncementFamilies {
            messages: catalogue.family(
                define(
                    "probe_announcements",
                    "messages",
                    "Messages with which the node told us something unasked",
                )
                .labels([ANNOUNCEMENT])
                .existing(
                    "`p2pextractor_addrv2relay_messages`, `p2pextractor_invs_messages`, \
                     `p2pextractor_feefilter_messages`",
                ),
            ),
            bytes: catalogue.family(
                define(
                    "probe_announcement_bytes",
                    "bytes",
                    "Size of these messages' payloads, without the transport's framing",
                )
                .labels([ANNOUNCEMENT]),
            ),
            undecodable: catalogue.family(
                define(
                    "probe_undecodable_announcements",
                    "messages",
                    "Messages of these types that do not follow the format of their type",
                )
                .labels([ANNOUNCEMENT]),
            ),
            addresses: catalogue.family(
                define(
                    "probe_addresses",
                    "entries",
                    "Addresses that the node told us, by network",
                )
                .labels([ADDRESS_FORM, NETWORK])
                .existing("`p2pextractor_addrv2relay_addresses`, of addrv2 only"),
            ),
            address_entries: catalogue.histograms(
                define(
                    "probe_address_entries",
                    "entries",
                    "Entries in an addr or addrv2 message to us; those that are passed on have \
                     up to 10",
                )
                .labels([ADDRESS_FORM])
                .existing(
                    "`p2pextractor_addrv2relay_messages_10_or_less_entries` for the bucket 10, \
                     `p2pextractor_addrv2relay_size` for the last message",
                ),
                &ENTRIES_BUCKETS,
            ),
            inv_items: catalogue.family(
                define(
                    "probe_inv_items",
                    "items",
                    "Items in inv messages to us, by type",
                )
                .labels([ITEM_TYPE])
                .existing("`p2pextractor_invs_items`"),
            ),
            inv_entries: catalogue.histograms(
                define(
                    "probe_inv_entries",
                    "items",
                    "Items in an inv message to us",
                )
                .existing("`p2pextractor_invs_size`, of the last message alone"),
                &INV_BUCKETS,
            ),
            headers: catalogue.family(define(
                "probe_headers",
                "headers",
                "Headers of blocks that the node told us in headers messages",
            )),
            fee_filter: PollBuilder::<FeeFilter>::within(catalogue)
                .gauge(
                    define(
                        "probe_latest_feefilter_feerate_sat_per_kvb",
                        "satoshis for 1000 virtual bytes",
                        "Fee rate in the node's last feefilter message to us",
                    )
                    .existing("`p2pextractor_feefilter_last`"),
                    |feefilter| feefilter.feerate_sat_per_kvb,
                )
                .finish(),
        }
    }

    pub(super) fn fold(&self, node: &NodeName, announcement: &ProbeAnnouncement, is_current: bool) {
        let message = listed(&ANNOUNCEMENTS, &announcement.command);
        self.messages.at(node, [message]).inc();
        self.bytes
            .at(node, [message])
            .inc_by(announcement.payload_bytes);
        match &announcement.body {
            Some(Body::Addr(addr)) => self.addresses(node, "addr", &addr.entries),
            Some(Body::Addrv2(addr)) => self.addresses(node, "addrv2", &addr.entries),
            Some(Body::Inv(inv)) => self.inv(node, inv),
            Some(Body::Feefilter(feefilter)) if is_current => self.fee_filter.set(node, feefilter),
            Some(Body::Headers(headers)) => {
                let count = headers.headers.len() as u64;
                self.headers.at(node, []).inc_by(count);
            }
            Some(Body::Undecodable(_)) => {
                self.undecodable.at(node, [message]).inc();
            }
            Some(Body::Cmpctblock(_) | Body::Feefilter(_)) | None => {}
        }
    }

    fn addresses(&self, node: &NodeName, form: &'static str, entries: &[AddressEntry]) {
        self.address_entries
            .at(node, [form])
            .observe(entries.len() as f64);
        for entry in entries {
            let network = entry
                .address
                .as_ref()
                .map_or_else(Default::default, |address| address.network());
            self.addresses.at(node, [form, network.word()]).inc();
        }
    }

    fn inv(&self, node: &NodeName, inv: &Inv) {
        self.inv_entries
            .at(node, [])
            .observe(inv.items.len() as f64);
        for (place, count) in count_by_type(inv).into_iter().enumerate() {
            if count > 0 {
                let item_type = item_type_word(place);
                self.inv_items.at(node, [item_type]).inc_by(count);
            }
        }
    }

    pub(super) fn clear(&self, node: &NodeName) {
        self.fee_filter.clear(node);
    }
}
