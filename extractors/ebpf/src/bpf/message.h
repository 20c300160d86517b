/*
 * P2P messages, in three variants that differ in how a payload gets into the
 * ring. All fall back to a record without payload where there is no room, and
 * only when there is no room for that either is a message dropped.
 */
#pragma once

#include "common.h"

struct command {
    char text[COMMAND_ROOM];
};

/* Commands whose payload is not wanted (setting `none`). */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, struct command);
    __type(value, __u8);
} unwanted_payloads SEC(".maps");

struct message_arguments {
    __u64 peer_id, address, connection_type, command, payload_bytes, payload;
};

static __always_inline int message_arguments(struct pt_regs *ctx, struct message_arguments *into)
{
    struct __bpf_usdt_spec *spec = arguments_of(ctx);
    if (!spec)
        return -ESRCH;
    return ARGUMENT(0, into->peer_id) || ARGUMENT(1, into->address) ||
           ARGUMENT(2, into->connection_type) || ARGUMENT(3, into->command) ||
           ARGUMENT(4, into->payload_bytes) || ARGUMENT(5, into->payload);
}

/* How much payload to copy, and the flag that says why less than all of it. */
static __always_inline __u32 wanted_bytes(const struct message_arguments *arguments, __u32 *flags)
{
    if (tuning.has_unwanted_payloads) {
        struct command command = {};
        if (bpf_probe_read_user_str(command.text, sizeof(command.text), (void *)arguments->command) > 0 &&
            bpf_map_lookup_elem(&unwanted_payloads, &command)) {
            *flags |= PAYLOAD_NOT_WANTED;
            return 0;
        }
    }
    if (arguments->payload_bytes > MAX_PAYLOAD) {
        *flags |= PAYLOAD_TOO_LARGE;
        return 0;
    }
    return arguments->payload_bytes;
}

static __always_inline void fill_message(struct message *message, const struct message_arguments *arguments,
                                         __u32 tracepoint, __u32 flags, __u64 now)
{
    message->head.monotonic_ns = now;
    message->head.tracepoint = tracepoint;
    message->peer_id = arguments->peer_id;
    message->payload_bytes = arguments->payload_bytes;
    message->copied = 0;
    flags |= read_text(message->command, COMMAND_ROOM, arguments->command, TEXT_FAULT);
    flags |= read_text(message->connection_type, CONNECTION_TYPE_ROOM, arguments->connection_type, TEXT_FAULT);
    flags |= read_text(message->address, ADDRESS_ROOM, arguments->address, TEXT_CUT);
    message->head.flags = flags;
}

/* A record without payload: unwanted, too large, or there was no room for it. */
static __always_inline int submit_without_payload(struct counts *counts, const struct message_arguments *arguments,
                                                  __u32 tracepoint, __u32 flags, __u64 now)
{
    struct message *message = bpf_ringbuf_reserve(&ring, sizeof(*message), 0);
    if (!message) {
        COUNT(counts->ring_full);
        return 0;
    }
    fill_message(message, arguments, tracepoint, flags, now);
    /* Before submitting: the reader may be faster than this program. */
    if (flags & PAYLOAD_RING_FULL)
        COUNT(counts->reduced_ring_full);
    if ((message->head.flags & ~(TEXT_CUT | PAYLOAD_NOT_WANTED)) != 0)
        COUNT(counts->reduced);
    else
        COUNT(counts->whole);
    bpf_ringbuf_submit(message, wake_flag(now));
    return 0;
}

/* Everything before the payload; what it returns says whether to go on. */
#define MESSAGE_PROLOGUE(tracepoint)                                                     \
    struct counts *counts = counts_of(tracepoint);                                       \
    COUNT(counts->attempted);                                                            \
    __u64 now = bpf_ktime_get_ns();                                                      \
    struct message_arguments arguments = {};                                             \
    if (message_arguments(ctx, &arguments)) {                                            \
        COUNT(counts->read_fault);                                                       \
        return 0;                                                                        \
    }                                                                                    \
    __u32 flags = 0;                                                                     \
    __u64 wanted = wanted_bytes(&arguments, &flags);                                     \
    if (!wanted)                                                                         \
        return submit_without_payload(counts, &arguments, tracepoint, flags, now);

static __always_inline void count_payload(struct counts *counts, struct message *message, __u64 copied)
{
    message->copied = copied;
    if (message->copied != message->payload_bytes)
        message->head.flags |= PAYLOAD_FAULT;
    if ((message->head.flags & ~TEXT_CUT) != 0)
        COUNT(counts->reduced);
    else
        COUNT(counts->whole);
}

/* --- kfunc: Linux 6.16 and newer. One call copies any number of bytes. --- */

extern int bpf_probe_read_user_dynptr(const struct bpf_dynptr *to, __u64 offset, __u64 size,
                                      const void *from) __ksym __weak;

static __always_inline int message_kfunc(struct pt_regs *ctx, __u32 tracepoint)
{
    MESSAGE_PROLOGUE(tracepoint)
    struct bpf_dynptr record;
    if (bpf_ringbuf_reserve_dynptr(&ring, sizeof(struct message) + wanted, 0, &record)) {
        bpf_ringbuf_discard_dynptr(&record, BPF_RB_NO_WAKEUP); /* Asked for by the verifier. */
        return submit_without_payload(counts, &arguments, tracepoint, flags | PAYLOAD_RING_FULL, now);
    }
    struct message *message = bpf_dynptr_data(&record, 0, sizeof(*message));
    if (!message) {
        COUNT(counts->read_fault);
        bpf_ringbuf_discard_dynptr(&record, BPF_RB_NO_WAKEUP);
        return 0;
    }
    fill_message(message, &arguments, tracepoint, flags, now);
    int failed = bpf_probe_read_user_dynptr(&record, sizeof(*message), wanted, (void *)arguments.payload);
    count_payload(counts, message, failed ? 0 : wanted);
    bpf_ringbuf_submit_dynptr(&record, wake_flag(now));
    return 0;
}

/* --- dynptr: Linux 5.19 and newer. Records of exact size, filled in pieces
 * whose sizes are constants: whole ones in a loop, then the binary digits of
 * the rest. --- */

#define PIECE_BITS 12
#define PIECE (1 << PIECE_BITS)

struct copy {
    struct bpf_dynptr record;
    __u64 from;
    __u64 copied;
};

/* Copies the next `size` bytes, a constant; 0 where that worked. */
static __always_inline long copy_next(struct copy *copy, __u32 size)
{
    void *into = bpf_dynptr_data(&copy->record, sizeof(struct message) + copy->copied, size);
    if (!into || bpf_probe_read_user(into, size, (void *)(copy->from + copy->copied)))
        return 1;
    copy->copied += size;
    return 0;
}

static long copy_piece(__u32 piece, struct copy *copy)
{
    return copy_next(copy, PIECE);
}

#define COPY_DIGIT(bits) \
    if (!failed && (wanted & (1 << bits))) failed = copy_next(&copy, 1 << bits);

static __always_inline int message_dynptr(struct pt_regs *ctx, __u32 tracepoint)
{
    MESSAGE_PROLOGUE(tracepoint)
    struct copy copy = { .from = arguments.payload };
    if (bpf_ringbuf_reserve_dynptr(&ring, sizeof(struct message) + wanted, 0, &copy.record)) {
        bpf_ringbuf_discard_dynptr(&copy.record, BPF_RB_NO_WAKEUP);
        return submit_without_payload(counts, &arguments, tracepoint, flags | PAYLOAD_RING_FULL, now);
    }
    struct message *message = bpf_dynptr_data(&copy.record, 0, sizeof(*message));
    if (!message) {
        COUNT(counts->read_fault);
        bpf_ringbuf_discard_dynptr(&copy.record, BPF_RB_NO_WAKEUP);
        return 0;
    }
    fill_message(message, &arguments, tracepoint, flags, now);
    __u32 pieces = wanted >> PIECE_BITS;
    if (pieces)
        bpf_loop(pieces, copy_piece, &copy, 0);
    /* A piece that could not be copied ends the loop before its time. */
    long failed = copy.copied != (__u64)pieces << PIECE_BITS;
    COPY_DIGIT(11) COPY_DIGIT(10) COPY_DIGIT(9) COPY_DIGIT(8) COPY_DIGIT(7) COPY_DIGIT(6)
    COPY_DIGIT(5) COPY_DIGIT(4) COPY_DIGIT(3) COPY_DIGIT(2) COPY_DIGIT(1) COPY_DIGIT(0)
    message = bpf_dynptr_data(&copy.record, 0, sizeof(*message));
    if (message)
        count_payload(counts, message, copy.copied);
    bpf_ringbuf_submit_dynptr(&copy.record, wake_flag(now));
    return 0;
}

/* --- basic: Linux 5.8 and newer. Records of constant sizes, each twice the
 * one before; still one ring, so that the order holds. --- */

#define SIZE_CLASS(bits)                                                                 \
    if (wanted <= (1 << bits)) {                                                         \
        struct message *message = bpf_ringbuf_reserve(&ring, sizeof(*message) + (1 << bits), 0); \
        if (!message)                                                                    \
            return submit_without_payload(counts, &arguments, tracepoint,                \
                                          flags | PAYLOAD_RING_FULL, now);               \
        fill_message(message, &arguments, tracepoint, flags, now);                       \
        __u64 size = wanted;                                                             \
        barrier_var(size);                                                               \
        if (size > (1 << bits))                                                          \
            size = 1 << bits;                                                            \
        int failed = bpf_probe_read_user(message + 1, size, (void *)arguments.payload);  \
        count_payload(counts, message, failed ? 0 : size);                               \
        bpf_ringbuf_submit(message, wake_flag(now));                                     \
        return 0;                                                                        \
    }

static __always_inline int message_basic(struct pt_regs *ctx, __u32 tracepoint)
{
    MESSAGE_PROLOGUE(tracepoint)
    SIZE_CLASS(6) SIZE_CLASS(7) SIZE_CLASS(8) SIZE_CLASS(9) SIZE_CLASS(10) SIZE_CLASS(11)
    SIZE_CLASS(12) SIZE_CLASS(13) SIZE_CLASS(14) SIZE_CLASS(15) SIZE_CLASS(16) SIZE_CLASS(17)
    SIZE_CLASS(18) SIZE_CLASS(19) SIZE_CLASS(20) SIZE_CLASS(21) SIZE_CLASS(22)
    return 0; /* Never reached: wanted is at most MAX_PAYLOAD, less than 1 << 22. */
}
