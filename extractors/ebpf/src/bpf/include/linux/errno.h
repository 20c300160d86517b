/* The error numbers that libbpf's usdt.bpf.h names; the same on every architecture. */
#pragma once
#define ENOENT 2
#define ESRCH 3
#define EINVAL 22
#define E2BIG 7
