/* What all programs share: the ring, the counters, checked reads. */
#pragma once

#include "records.h"

/* Why nothing or not everything of a record went into the ring. */
struct counts {
    __u64 attempted;
    __u64 whole;
    __u64 reduced;
    __u64 ring_full;
    __u64 read_fault;
    __u64 reduced_ring_full; /* Of `reduced`: because the ring was full. */
    __u64 reserved[2];       /* One cache line each. */
};

/* Counters by processor, so that they do not fight over cache lines. A program
 * can be interrupted by another one on the same processor, and machines can
 * have more processors than slots: the additions are atomic all the same. */
#define SLOTS 16
struct counts counts[SLOTS][TRACEPOINTS] SEC(".data.counts");

static __always_inline struct counts *counts_of(__u32 tracepoint)
{
    return &counts[bpf_get_smp_processor_id() & (SLOTS - 1)][tracepoint & (TRACEPOINTS - 1)];
}

#define COUNT(field) __sync_fetch_and_add(&(field), 1)

/* The one ring: its order is the order of the stream. Size set before loading. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 24);
} ring SEC(".maps");

/* What user space sets before loading; src/kernel.rs has the same layout. */
volatile const struct {
    /* Wake the reader when so many bytes wait; it looks by itself every few
     * milliseconds otherwise. Waking it for every record would cost the node
     * more than all the rest. */
    __u64 wake_bytes;
    /* Is there any command in `unwanted_payloads`? */
    __u64 has_unwanted_payloads;
} tuning SEC(".rodata.tuning") = { .wake_bytes = 1 << 20 };

/* At most one wake-up per this time: a reader that is behind is awake already. */
#define WAKE_INTERVAL_NS 1000000
__u64 last_wake_ns;

static __always_inline __u64 wake_flag(__u64 now)
{
    if (bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) < tuning.wake_bytes)
        return BPF_RB_NO_WAKEUP;
    /* A race between two threads costs one wake-up too many. */
    if (now - last_wake_ns < WAKE_INTERVAL_NS)
        return BPF_RB_NO_WAKEUP;
    last_wake_ns = now;
    return BPF_RB_FORCE_WAKEUP;
}

/* The specification of this tracepoint's arguments: found once per hit, where
 * libbpf's bpf_usdt_arg() looks it up again for every argument. */
static __always_inline struct __bpf_usdt_spec *arguments_of(struct pt_regs *ctx)
{
    int id = __bpf_usdt_spec_id(ctx);
    if (id < 0)
        return 0;
    return bpf_map_lookup_elem(&__bpf_usdt_specs, &id);
}

/* Reads argument `number`; 0 where that worked. */
static __always_inline int argument(struct pt_regs *ctx, struct __bpf_usdt_spec *spec,
                                    __u32 number, __u64 *value)
{
    struct __bpf_usdt_arg_spec *where = &spec->args[number];
    unsigned long read = 0, index = 0;
    if (number >= spec->arg_cnt)
        return -ENOENT;
    if (where->arg_type == BPF_USDT_ARG_CONST) {
        read = where->val_off;
    } else {
        if (bpf_probe_read_kernel(&read, sizeof(read), (void *)ctx + where->reg_off))
            return -EINVAL;
        if (where->arg_type == BPF_USDT_ARG_SIB) {
            if (bpf_probe_read_kernel(&index, sizeof(index), (void *)ctx + where->idx_reg_off))
                return -EINVAL;
            read += index << where->scale_bitshift;
        }
        if (where->arg_type != BPF_USDT_ARG_REG &&
            bpf_probe_read_user(&read, sizeof(read), (void *)(read + where->val_off)))
            return -EINVAL;
    }
    read <<= where->arg_bitshift;
    *value = where->arg_signed ? (__u64)((__s64)read >> where->arg_bitshift)
                               : read >> where->arg_bitshift;
    return 0;
}

#define ARGUMENT(number, value) argument(ctx, spec, number, &(value))

/* Reads a text of the node into `room` bytes. What could not be read is empty
 * and flagged, what did not fit is flagged: old contents of the ring never
 * pass for text, since everything behind the closing NUL is ignored. */
static __always_inline __u32 read_text(char *into, __u32 room, __u64 from, __u32 cut_flag)
{
    long length = bpf_probe_read_user_str(into, room, (void *)from);
    if (length <= 0) {
        into[0] = 0;
        return TEXT_FAULT;
    }
    if (length == room) {
        char last = 0; /* The character that had to make room for the NUL. */
        if (bpf_probe_read_user(&last, 1, (void *)(from + room - 1)) || last)
            return cut_flag;
    }
    return 0;
}
