//! The node's process: uptime, getmemoryinfo, getrpcinfo.

use peer_observer_event::{MemoryInfo, RPC_METHODS, RpcInfo, Uptime};

use crate::catalogue::{Catalogue, define};
use crate::labels::RPC_COMMAND;
use crate::poll::{Poll, PollBuilder};
use crate::words::listed;

pub(super) fn uptime(catalogue: &mut Catalogue) -> Poll<Uptime> {
    PollBuilder::<Uptime>::new(catalogue, "uptime", "`uptime`")
        .gauge(
            define(
                "rpc_uptime_seconds",
                "seconds",
                "How long the node has been running",
            )
            .existing("`rpc_uptime`"),
            |uptime| uptime.uptime_seconds,
        )
        .finish()
}

pub(super) fn memory_info(catalogue: &mut Catalogue) -> Poll<MemoryInfo> {
    PollBuilder::<MemoryInfo>::new(catalogue, "getmemoryinfo", "`getmemoryinfo`")
        .gauge(
            define(
                "rpc_memory_info_locked_used_bytes",
                "bytes",
                "Used memory among that which is kept out of swap",
            )
            .source("`locked.used`")
            .existing("`rpc_memoryinfo_locked_used`"),
            |info| info.locked.as_ref()?.used_bytes,
        )
        .gauge(
            define(
                "rpc_memory_info_locked_free_bytes",
                "bytes",
                "Free memory among that which is kept out of swap",
            )
            .source("`locked.free`")
            .existing("`rpc_memoryinfo_locked_free`"),
            |info| info.locked.as_ref()?.free_bytes,
        )
        .gauge(
            define(
                "rpc_memory_info_locked_total_bytes",
                "bytes",
                "Memory that should be kept out of swap",
            )
            .source("`locked.total`")
            .existing("`rpc_memoryinfo_locked_total`"),
            |info| info.locked.as_ref()?.total_bytes,
        )
        .gauge(
            define(
                "rpc_memory_info_locked_bytes",
                "bytes",
                "Memory that the system did lock: less than the total where a lock failed",
            )
            .source("`locked.locked`")
            .existing("`rpc_memoryinfo_locked_locked`"),
            |info| info.locked.as_ref()?.locked_bytes,
        )
        .gauge(
            define(
                "rpc_memory_info_locked_used_chunks",
                "chunks",
                "Used pieces of the memory that is kept out of swap",
            )
            .source("`locked.chunks_used`")
            .existing("`rpc_memoryinfo_locked_chunks_used`"),
            |info| info.locked.as_ref()?.chunks_used,
        )
        .gauge(
            define(
                "rpc_memory_info_locked_free_chunks",
                "chunks",
                "Free pieces of the memory that is kept out of swap",
            )
            .source("`locked.chunks_free`")
            .existing("`rpc_memoryinfo_locked_chunks_free`"),
            |info| info.locked.as_ref()?.chunks_free,
        )
        .finish()
}

pub(super) fn rpc_info(catalogue: &mut Catalogue) -> Poll<RpcInfo> {
    PollBuilder::<RpcInfo>::new(catalogue, "getrpcinfo", "`getrpcinfo`")
        .gauges(
            define(
                "rpc_rpc_info_active_commands",
                "calls",
                "Calls that the node is working on, the one that asks for it among them",
            )
            .labels([RPC_COMMAND])
            .source("`active_commands`"),
            |info| {
                let commands = info.active_commands.iter();
                let method = |name: &Option<String>| {
                    listed(&RPC_METHODS, name.as_deref().unwrap_or_default())
                };
                commands
                    .map(|command| ([method(&command.method)], 1u64))
                    .collect()
            },
        )
        .gauge(
            define(
                "rpc_rpc_info_longest_command_seconds",
                "seconds",
                "For how long the node has been working on the call that takes longest",
            )
            .source("`active_commands[].duration`"),
            |info| {
                let commands = info.active_commands.iter();
                let longest = commands.filter_map(|command| command.duration_us).max();
                longest.map(|duration_us| duration_us as f64 / 1e6)
            },
        )
        .finish()
}
