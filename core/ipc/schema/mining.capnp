# Of Bitcoin Core 31, src/ipc/capnp/mining.capnp. Methods and fields that are
# not used here stand in for their numbers only.
@0xc77d03df6a41b505;

using Common = import "common.capnp";
using Proxy = import "proxy.capnp";

interface Mining {
  isTestChain @0 Proxy.Unused -> Proxy.Unused;
  isInitialBlockDownload @1 Proxy.Call -> (result :Bool);
  getTip @2 Proxy.Call -> (result :Common.BlockRef, hasResult :Bool);
  # Answers with the tip then, after `timeout` milliseconds at the latest;
  # without result when the node stops or after `interrupt`. The default is
  # part of the number's form on the wire; Core 30 has none.
  waitTipChanged @3 (context :Proxy.Context, currentTip :Data, timeout :Float64 = 1.7976931348623157e308) -> (result :Common.BlockRef);
  # Without `cooldown` it does not wait for the end of the initial block
  # download. Core 30 has other parameters.
  createNewBlock @4 (context :Proxy.Context, options :BlockCreateOptions, cooldown :Bool = true) -> (result :BlockTemplate);
  checkBlock @5 Proxy.Unused -> Proxy.Unused;
  # Ends what waits in this object. Core 30 does not have it.
  interrupt @6 Proxy.Unused -> Proxy.Unused;
}

interface BlockTemplate {
  destroy @0 Proxy.Unused -> Proxy.Unused;
  getBlockHeader @1 Proxy.Unused -> Proxy.Unused;
  # With a coinbase that only stands in for the real one.
  getBlock @2 Proxy.Call -> (result :Data);
  # In satoshi, without the coinbase.
  getTxFees @3 Proxy.Call -> PerTransaction;
  # Cost, without the coinbase.
  getTxSigops @4 Proxy.Call -> PerTransaction;
}

struct PerTransaction {
  result @0 :List(Int64);
}

# The node's own settings hold for what is not set.
struct BlockCreateOptions {
  useMempool @0 :Bool = true;
  blockReservedWeight @1 :UInt64 = 8000;
  coinbaseOutputMaxAdditionalSigops @2 :UInt64 = 400;
}
