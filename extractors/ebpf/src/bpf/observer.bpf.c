/*
 * One program for each of Bitcoin Core's tracepoints: reads the arguments,
 * puts one record into the ring, counts what became of it.
 */
#include "kernel_types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

#include "common.h"
#include "message.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define MESSAGE_PROGRAM(name, variant, tracepoint) \
    SEC("usdt") int name##_##variant(struct pt_regs *ctx) { return message_##variant(ctx, tracepoint); }

MESSAGE_PROGRAM(net_inbound_message, kfunc, NET_INBOUND_MESSAGE)
MESSAGE_PROGRAM(net_outbound_message, kfunc, NET_OUTBOUND_MESSAGE)
MESSAGE_PROGRAM(net_inbound_message, dynptr, NET_INBOUND_MESSAGE)
MESSAGE_PROGRAM(net_outbound_message, dynptr, NET_OUTBOUND_MESSAGE)
MESSAGE_PROGRAM(net_inbound_message, basic, NET_INBOUND_MESSAGE)
MESSAGE_PROGRAM(net_outbound_message, basic, NET_OUTBOUND_MESSAGE)

/*
 * A program whose record has a constant size. `body` fills `*record` (a struct
 * `type`) and jumps to `fault` where a part without which the record makes no
 * sense cannot be read; texts that cannot be read are only flagged.
 */
#define RECORD_PROGRAM(name, number, type, body)                                         \
    SEC("usdt") int name(struct pt_regs *ctx)                                            \
    {                                                                                    \
        struct counts *counts = counts_of(number);                                       \
        COUNT(counts->attempted);                                                        \
        struct __bpf_usdt_spec *spec = arguments_of(ctx);                                \
        if (!spec) {                                                                     \
            COUNT(counts->read_fault);                                                   \
            return 0;                                                                    \
        }                                                                                \
        struct type *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);            \
        if (!record) {                                                                   \
            COUNT(counts->ring_full);                                                    \
            return 0;                                                                    \
        }                                                                                \
        __u64 now = bpf_ktime_get_ns();                                                  \
        __u32 flags = 0;                                                                 \
        __u64 address __attribute__((unused)) = 0;                                       \
        record->head.monotonic_ns = now;                                                 \
        record->head.tracepoint = number;                                                \
        body                                                                             \
        record->head.flags = flags;                                                      \
        if (flags & TEXT_FAULT)                                                          \
            COUNT(counts->reduced);                                                      \
        else                                                                             \
            COUNT(counts->whole);                                                        \
        bpf_ringbuf_submit(record, wake_flag(now));                                      \
        return 0;                                                                        \
    fault:                                                                               \
        COUNT(counts->read_fault);                                                       \
        bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);                                   \
        return 0;                                                                        \
    }

#define NUMBER(index, field) \
    if (ARGUMENT(index, record->field)) goto fault;
#define BYTES(index, field) \
    if (ARGUMENT(index, address) || bpf_probe_read_user(record->field, sizeof(record->field), (void *)address)) goto fault;
#define TEXT(index, field, cut) \
    if (ARGUMENT(index, address)) goto fault; \
    flags |= read_text(record->field, sizeof(record->field), address, cut);

#define CONNECTION \
    NUMBER(0, peer_id) TEXT(1, address, TEXT_CUT) TEXT(2, connection_type, TEXT_FAULT) NUMBER(3, network) NUMBER(4, value)

RECORD_PROGRAM(net_inbound_connection, NET_INBOUND_CONNECTION, connection, CONNECTION)
RECORD_PROGRAM(net_outbound_connection, NET_OUTBOUND_CONNECTION, connection, CONNECTION)
RECORD_PROGRAM(net_closed_connection, NET_CLOSED_CONNECTION, connection, CONNECTION)
RECORD_PROGRAM(net_evicted_inbound_connection, NET_EVICTED_INBOUND_CONNECTION, connection, CONNECTION)
RECORD_PROGRAM(net_misbehaving_connection, NET_MISBEHAVING_CONNECTION, misbehaving,
    NUMBER(0, peer_id) TEXT(1, reason, TEXT_CUT))

RECORD_PROGRAM(mempool_added, MEMPOOL_ADDED, mempool_added,
    BYTES(0, txid) NUMBER(1, size_vbytes) NUMBER(2, fee_sat))
RECORD_PROGRAM(mempool_removed, MEMPOOL_REMOVED, mempool_removed,
    BYTES(0, txid) TEXT(1, reason, TEXT_CUT) NUMBER(2, size_vbytes) NUMBER(3, fee_sat) NUMBER(4, entered_unix_seconds))
RECORD_PROGRAM(mempool_replaced, MEMPOOL_REPLACED, mempool_replaced,
    BYTES(0, txid) NUMBER(1, size_vbytes) NUMBER(2, fee_sat) NUMBER(3, entered_unix_seconds)
    BYTES(4, replacement_hash) NUMBER(5, replacement_size_vbytes) NUMBER(6, replacement_fee_sat)
    NUMBER(7, replaced_by_transaction))
RECORD_PROGRAM(mempool_rejected, MEMPOOL_REJECTED, mempool_rejected,
    BYTES(0, txid) TEXT(1, reason, TEXT_CUT))

RECORD_PROGRAM(validation_block_connected, VALIDATION_BLOCK_CONNECTED, block_connected,
    BYTES(0, block_hash) NUMBER(1, height) NUMBER(2, transactions) NUMBER(3, inputs) NUMBER(4, sigops_cost)
    NUMBER(5, duration_ns))

#define COIN BYTES(0, txid) NUMBER(1, index) NUMBER(2, height) NUMBER(3, value_sat) NUMBER(4, coinbase)

RECORD_PROGRAM(utxocache_add, UTXOCACHE_ADD, coin, COIN)
RECORD_PROGRAM(utxocache_spent, UTXOCACHE_SPENT, coin, COIN)
RECORD_PROGRAM(utxocache_uncache, UTXOCACHE_UNCACHE, coin, COIN)
RECORD_PROGRAM(utxocache_flush, UTXOCACHE_FLUSH, cache_flushed,
    NUMBER(0, duration_us) NUMBER(1, mode) NUMBER(2, coins) NUMBER(3, memory_bytes) NUMBER(4, for_prune))
