# Of Bitcoin Core 31, src/ipc/capnp/rpc.capnp.
@0x9c3505dc45e146ac;

using Proxy = import "proxy.capnp";

interface Rpc {
  # Request and result are JSON-RPC as over HTTP. A user whom rpcwhitelist=
  # does not let call the method gets "null".
  executeRpc @0 (context :Proxy.Context, request :Text, uri :Text, user :Text) -> (result :Text);
}
