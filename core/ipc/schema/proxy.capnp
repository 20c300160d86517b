# Threads of the node on which calls run. Of libmultiprocess' mp/proxy.capnp
# (Bitcoin Core 31, src/ipc/libmultiprocess/include).
@0xcc316e3f71a040fb;

interface ThreadMap {
  # Makes a thread in the node.
  makeThread @0 (name :Text) -> (result :Thread);
}

# A thread in the node. Runs one call after the other.
interface Thread {}

# Comes with every call that takes time.
struct Context {
  # Where the call runs.
  thread @0 :Thread;
  # Where the node's calls back to us would run. We offer nothing to call.
  callbackThread @1 :Thread;
}

# Parameters of a call that has no others. A method's parameters have the same
# form on the wire whether they are named like this or listed.
struct Call {
  context @0 :Context;
}

# Parameters and results of methods that are not used here.
struct Unused {}
