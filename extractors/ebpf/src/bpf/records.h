/*
 * Records as they lie in the ring buffer. src/record.rs reads exactly this.
 * All numbers in the host's byte order, no implicit padding anywhere.
 */
#pragma once

/* Tracepoints; src/tracepoint.rs has the same numbers. */
enum tracepoint {
    NET_INBOUND_MESSAGE = 0,
    NET_OUTBOUND_MESSAGE = 1,
    NET_INBOUND_CONNECTION = 2,
    NET_OUTBOUND_CONNECTION = 3,
    NET_CLOSED_CONNECTION = 4,
    NET_EVICTED_INBOUND_CONNECTION = 5,
    NET_MISBEHAVING_CONNECTION = 6,
    MEMPOOL_ADDED = 7,
    MEMPOOL_REMOVED = 8,
    MEMPOOL_REPLACED = 9,
    MEMPOOL_REJECTED = 10,
    VALIDATION_BLOCK_CONNECTED = 11,
    UTXOCACHE_ADD = 12,
    UTXOCACHE_SPENT = 13,
    UTXOCACHE_UNCACHE = 14,
    UTXOCACHE_FLUSH = 15,
    TRACEPOINTS = 16,
};

/* Flags: what is not as it should be. */
enum {
    TEXT_CUT = 1 << 0,          /* The record's (first) text did not fit. */
    TEXT_FAULT = 1 << 1,        /* A text could not be read; it is empty. */
    PAYLOAD_NOT_WANTED = 1 << 2,/* The setting for this command is `none`. */
    PAYLOAD_RING_FULL = 1 << 3, /* No room for the payload, only for the rest. */
    PAYLOAD_FAULT = 1 << 4,     /* The payload could not be read. */
    PAYLOAD_TOO_LARGE = 1 << 5, /* Larger than Core allows. */
};

/* Room for texts, the closing NUL included. The longest in use: a Tor v3
 * address with port has 68 characters, a command 12, a connection type 19. */
#define ADDRESS_ROOM 80
#define NAME_ROOM 272 /* A host name has up to 253 characters, then a port. */
#define COMMAND_ROOM 16
#define CONNECTION_TYPE_ROOM 24
#define REASON_ROOM 512
#define REMOVAL_REASON_ROOM 24 /* The longest is sizelimit. */

/* Core's MAX_PROTOCOL_MESSAGE_LENGTH. */
#define MAX_PAYLOAD 4000000

struct head {
    __u64 monotonic_ns;
    __u32 tracepoint;
    __u32 flags;
};

/* Followed by `copied` bytes of payload (in some variants by padding behind them). */
struct message {
    struct head head;
    __u64 peer_id;
    __u64 payload_bytes;
    __u64 copied;
    char command[COMMAND_ROOM];
    char connection_type[CONNECTION_TYPE_ROOM];
    char address[ADDRESS_ROOM];
};

struct connection {
    struct head head;
    __u64 peer_id;
    __u64 network;
    __u64 value; /* Opened: existing connections; else: opened, seconds since the epoch. */
    char connection_type[CONNECTION_TYPE_ROOM];
    char address[NAME_ROOM];
};

struct misbehaving {
    struct head head;
    __u64 peer_id;
    char reason[REASON_ROOM];
};

struct mempool_added {
    struct head head;
    __u8 txid[32];
    __u64 size_vbytes;
    __u64 fee_sat;
};

struct mempool_removed {
    struct head head;
    __u8 txid[32];
    __u64 size_vbytes;
    __u64 fee_sat;
    __u64 entered_unix_seconds;
    char reason[REMOVAL_REASON_ROOM];
};

struct mempool_replaced {
    struct head head;
    __u8 txid[32];
    __u64 size_vbytes;
    __u64 fee_sat;
    __u64 entered_unix_seconds;
    __u8 replacement_hash[32];
    __u64 replacement_size_vbytes;
    __u64 replacement_fee_sat;
    __u64 replaced_by_transaction;
};

struct mempool_rejected {
    struct head head;
    __u8 txid[32];
    char reason[REASON_ROOM];
};

struct block_connected {
    struct head head;
    __u8 block_hash[32];
    __u64 height;
    __u64 transactions;
    __u64 inputs;
    __u64 sigops_cost;
    __u64 duration_ns;
};

struct coin {
    struct head head;
    __u8 txid[32];
    __u64 index;
    __u64 height;
    __u64 value_sat;
    __u64 coinbase;
};

struct cache_flushed {
    struct head head;
    __u64 duration_us;
    __u64 mode;
    __u64 coins;
    __u64 memory_bytes;
    __u64 for_prune;
};
