//! Words of the node's process, as the kernel accounts for it.

/// Names of Core's threads (`util::ThreadRename` and `util::TraceThread`) of
/// the versions 22 to 31, of ZeroMQ's, and of the programs, which is the main
/// thread's name. Linux cuts names at 15 characters; numbered pools are one.
pub(crate) const THREADS: [&str; 38] = [
    "b-addcon",
    "b-basic block f",
    "b-blkfltbscidx",
    "b-capnp-loop",
    "b-coinstatsidx",
    "b-coinstatsinde",
    "b-dnsseed",
    "b-http",
    "b-httpworker",
    "b-i2paccept",
    "b-init",
    "b-initload",
    "b-loadblk",
    "b-mapport",
    "b-msghand",
    "b-net",
    "b-opencon",
    "b-prevout",
    "b-privbcast",
    "b-qt-init",
    "b-qt-rpcconsole",
    "b-qt-walletctrl",
    "b-scheduler",
    "b-scriptch",
    "b-shutoff",
    "b-torcontrol",
    "b-txidx",
    "b-txindex",
    "b-txospenderidx",
    "b-txospenderind",
    "b-upnp",
    "b-utxocompact",
    "bitcoin-node",
    "bitcoin-qt",
    "bitcoind",
    "ZMQbg/IO",
    "ZMQbg/IO/0",
    "ZMQbg/Reaper",
];

/// Where processor time is spent.
pub(crate) const CPU_MODES: [&str; 2] = ["user", "system"];

/// Did the thread give the processor up (waiting), or was it taken away?
pub(crate) const SWITCHES: [&str; 2] = ["voluntary", "involuntary"];

/// Kinds of memory in /proc/PID/status.
pub(crate) const MEMORY_KINDS: [&str; 4] = ["anonymous", "file", "shared", "swap"];

/// Page faults: without and with reading from a disk.
pub(crate) const FAULTS: [&str; 2] = ["minor", "major"];

/// Directions of input and output.
pub(crate) const OPERATIONS: [&str; 2] = ["read", "write"];

/// What pressure stall information is about.
pub(crate) const RESOURCES: [&str; 3] = ["cpu", "memory", "io"];

/// Whose pressure it is.
pub(crate) const PRESSURE_SCOPES: [&str; 2] = ["cgroup", "machine"];

/// Did some tasks wait, or all of them?
pub(crate) const STALLS: [&str; 2] = ["some", "full"];

/// What is read of the process, and costs time.
pub(crate) const SAMPLES: [&str; 2] = ["usage", "memory"];
