//! Labels: their names, and the values that they can have.

pub(crate) mod log;
pub(crate) mod probe;
pub(crate) mod process;

use peer_observer_event::{
    COMMANDS, ConnectionType, CutReason, Direction, Extractor, GapReason, Network, RPC_METHODS,
};
use peer_observer_fleet::Measure;

use crate::words::p2p::{COMMAND_WORDS, INV_MIXTURES, ITEM_TYPES, NONCE_SIZES, item_type_word};
use crate::words::pipeline::{DROP_REASONS, HOPS};
use crate::words::{self, OTHER};

/// A label of a family.
#[derive(Clone, Copy)]
pub(crate) struct Label {
    pub(crate) name: &'static str,
    /// What it says.
    pub(crate) meaning: &'static str,
    pub(crate) values: Values,
}

/// The values that a label can have.
#[derive(Clone, Copy)]
pub(crate) enum Values {
    /// These words.
    Words(fn() -> Vec<&'static str>),
    /// Too many to list, or not known here: where they come from, and what bounds them.
    Bounded(&'static str),
}

impl Label {
    const fn words(
        name: &'static str,
        meaning: &'static str,
        words: fn() -> Vec<&'static str>,
    ) -> Label {
        Label {
            name,
            meaning,
            values: Values::Words(words),
        }
    }

    const fn bounded(name: &'static str, meaning: &'static str, bound: &'static str) -> Label {
        Label {
            name,
            meaning,
            values: Values::Bounded(bound),
        }
    }

    /// The label under another name.
    const fn named(self, name: &'static str, meaning: &'static str) -> Label {
        Label {
            name,
            meaning,
            values: self.values,
        }
    }
}

/// The words of an enum of the schema.
fn words_of<E: TryFrom<i32>>(word: fn(E) -> &'static str) -> Vec<&'static str> {
    (0..)
        .map_while(|number| E::try_from(number).ok())
        .map(word)
        .collect()
}

/// A list, and `other` behind it.
fn or_other<'a>(list: impl IntoIterator<Item = &'a &'static str>) -> Vec<&'static str> {
    list.into_iter().copied().chain([OTHER]).collect()
}

pub(crate) const NODE_LABELS: Label = Label::bounded(
    "role, region, …",
    "what the operator has given the node as `labels`",
    "at most 16 names and values from the configuration",
);
pub(crate) const MOMENT: Label = Label::words(
    "moment",
    "which moment counts: the node knew of it, or connected the block or took the transaction \
     into its mempool",
    || [Measure::Seen, Measure::Accepted].map(Measure::word).into(),
);
pub(crate) const DIRECTION: Label = Label::words(
    "direction",
    "who sent the message, or opened the connection: inbound is the peer",
    || words_of(Direction::word),
);
pub(crate) const CONNECTION_TYPE: Label = Label::words(
    "connection_type",
    "type of the connection, in Bitcoin Core's words",
    || words_of(ConnectionType::word),
);
pub(crate) const NETWORK: Label = Label::words("network", "network of the address", || {
    or_other(&words_of(Network::word))
});
pub(crate) const SOURCE_NETWORK: Label = NETWORK.named(
    "source_network",
    "network of the peer that told the address",
);
pub(crate) const EXTRACTOR: Label =
    Label::words("extractor", "who observed it", || words_of(Extractor::word));

pub(crate) const MESSAGE: Label =
    Label::words("message", "type of the message", || COMMAND_WORDS.into());
pub(crate) const CUT_REASON: Label = Label::words("reason", "why the payload was cut", || {
    words_of(CutReason::word)
});
pub(crate) const ADDRESS_FORM: Label =
    Label::words("message", "type of the message", || vec!["addr", "addrv2"]);
pub(crate) const SIDE: Label =
    Label::words("side", "where the time lies, seen from the message", || {
        vec!["past", "future"]
    });
pub(crate) const SERVICE_BIT: Label = Label::bounded(
    "bit",
    "number of the service bit, from the lowest",
    "0 to 63; 0 is NODE_NETWORK, 3 NODE_WITNESS, 10 NODE_NETWORK_LIMITED, 11 NODE_P2P_V2",
);
pub(crate) const ITEM_TYPE: Label = Label::words("type", "type of the inventory item", || {
    (0..=ITEM_TYPES.len()).map(item_type_word).collect()
});
pub(crate) const INV_MIXTURE: Label =
    Label::words("types", "how many types of items the message has", || {
        INV_MIXTURES.into()
    });
pub(crate) const NONCE_SIZE: Label = Label::words(
    "nonce",
    "smallest unsigned integer that holds the nonce; `none` is a ping without one, `0` the number",
    || NONCE_SIZES.into(),
);
pub(crate) const REJECTED_MESSAGE: Label =
    Label::words("message", "type of the rejected message", || {
        or_other(&COMMANDS)
    });
pub(crate) const REJECT_CODE: Label = Label::words("code", "BIP61's word for the code", || {
    words::words_in(&words::REJECT_CODES)
});
pub(crate) const IMPLEMENTATION: Label = Label::words(
    "implementation",
    "software, as far as the user agent says it",
    || or_other(&words::IMPLEMENTATIONS),
);

pub(crate) const MISBEHAVIOUR: Label = Label::words(
    "reason",
    "how Bitcoin Core describes the misbehaviour, without numbers",
    || or_other(&words::MISBEHAVIOURS),
);
pub(crate) const REMOVAL_REASON: Label =
    Label::words("reason", "why the transaction was removed", || {
        or_other(&words::REMOVAL_REASONS)
    });
pub(crate) const REJECTION_REASON: Label = Label::words(
    "reason",
    "why the transaction was rejected, without details",
    || or_other(&words::REJECTION_REASONS),
);
pub(crate) const FLUSH_MODE: Label = Label::words("mode", "Bitcoin Core's FlushStateMode", || {
    words::words_in(&words::FLUSH_MODES)
});

pub(crate) const GAP_REASON: Label = Label::words("reason", "why events were lost", || {
    words_of(GapReason::word)
});
pub(crate) const HOP: Label = Label::words("hop", "station of the pipeline", || or_other(&HOPS));
pub(crate) const PART: Label = Label::bounded(
    "part",
    "what of the hop: tracepoint, RPC method, subscription",
    "at most 64 names of at most 64 bytes per source; the rest is `other`",
);
pub(crate) const DROP_REASON: Label = Label::words("reason", "why the event was dropped", || {
    or_other(&DROP_REASONS)
});
pub(crate) const SUBSCRIPTION: Label = Label::bounded(
    "subscription",
    "the tool",
    "names that tools give their subscriptions",
);
pub(crate) const VERSION: Label = Label::bounded("version", "version of peer-observer", "one");

pub(crate) const RPC_METHOD: Label = Label::words("method", "RPC method", || RPC_METHODS.into());
pub(crate) const RPC_COMMAND: Label =
    Label::words("method", "RPC method that the node is working on", || {
        or_other(&RPC_METHODS)
    });
pub(crate) const RPC_FIELD: Label = Label::bounded(
    "field",
    "the field, as METHOD.FIELD",
    "the setting `rpc.extra_gauges`, at most 32",
);
pub(crate) const TRANSPORT: Label = Label::words("transport", "transport protocol", || {
    or_other(&words::TRANSPORTS)
});
pub(crate) const PROTOCOL_VERSION: Label = Label::words(
    "protocol_version",
    "protocol version that the peer said, if it is one that changed something",
    || words::words_in(&words::PROTOCOL_VERSIONS),
);
pub(crate) const PERMISSION: Label = Label::words(
    "permission",
    "permission that the operator gave the peer",
    || or_other(&words::PERMISSIONS),
);
pub(crate) const CHAIN: Label =
    Label::words("chain", "chain of the node", || or_other(&words::CHAINS));
pub(crate) const TIP_STATUS: Label =
    Label::words("status", "Bitcoin Core's word for the branch", || {
        or_other(&words::TIP_STATES)
    });
pub(crate) const INDEX: Label = Label::words("index", "the index", || or_other(&words::INDEXES));
pub(crate) const DEPLOYMENT: Label = Label::words("deployment", "the soft fork", || {
    or_other(&words::DEPLOYMENTS)
});
pub(crate) const DEPLOYMENT_STATUS: Label = Label::words(
    "status",
    "BIP9 status for the next block; a buried deployment is `active` or `inactive`",
    || or_other(&words::DEPLOYMENT_STATES),
);
pub(crate) const TARGET: Label = Label::words(
    "target_blocks",
    "blocks until confirmation that were asked for",
    || words::FEE_TARGETS.map(|(_, word)| word).into(),
);
pub(crate) const FEE_MODE: Label =
    Label::words("mode", "estimate mode", || words::FEE_MODES.into());
pub(crate) const TABLE: Label = Label::words(
    "table",
    "table of the address manager: heard of, or connected to once",
    || words::TABLES.into(),
);
pub(crate) const PORT: Label = Label::words(
    "port",
    "port, if it is a chain's default or I2P's 0",
    || words::words_in(&words::PORTS),
);
pub(crate) const AHEAD: Label = Label::words(
    "ahead",
    "how far the time lies in the future; entries over 10 minutes ahead are in `any`, too",
    || words::AHEAD.into(),
);
pub(crate) const CHANGE: Label = Label::words(
    "change",
    "what is different at a place of the table: entry, its services or its time",
    || words::ADDRMAN_CHANGES.into(),
);
