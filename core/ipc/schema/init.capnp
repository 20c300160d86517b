# What a node offers to who connects. Of Bitcoin Core 31,
# src/ipc/capnp/init.capnp; the order of the methods is part of the protocol.
@0xf2c5cfa319406aa6;

using Echo = import "echo.capnp".Echo;
using Mining = import "mining.capnp".Mining;
using Proxy = import "proxy.capnp";
using Rpc = import "rpc.capnp".Rpc;

interface Init {
  # To be called before everything else.
  construct @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap);
  makeEcho @1 Proxy.Call -> (result :Echo);
  # Core 30's Mining. Newer nodes refuse it.
  makeMiningOfCore30 @2 Proxy.Call -> (result :Mining);
  # Answers when the node has loaded its chain.
  makeMining @3 Proxy.Call -> (result :Mining);
  makeRpc @4 Proxy.Call -> (result :Rpc);
}
