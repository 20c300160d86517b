/*
 * The few kernel types that our programs touch, written out: none of them may
 * change, they are part of the kernel's interface. So no vmlinux.h of 130,000
 * lines and no dependence on the kernel that this was built on.
 */
#pragma once
#define __VMLINUX_H__ /* libbpf's headers ask whether somebody declared the types. */

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
#define true 1
#define false 0

/* enum bpf_map_type */
enum {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_RINGBUF = 27,
};

/* Flags of the ring buffer's helpers. */
enum {
    BPF_RB_NO_WAKEUP = 1,
    BPF_RB_FORCE_WAKEUP = 2,
    BPF_RB_AVAIL_DATA = 0,
};

struct bpf_dynptr {
    __u64 opaque[2];
} __attribute__((aligned(8)));

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
    unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
    unsigned long orig_ax, ip, cs, flags, sp, ss;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
    __u64 regs[31];
    __u64 sp;
    __u64 pc;
    __u64 pstate;
};
struct pt_regs {
    struct user_pt_regs user_regs;
};
#else
#error "peer-observer's eBPF programs know x86_64 and aarch64"
#endif
