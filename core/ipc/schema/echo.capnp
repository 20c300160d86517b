# Of Bitcoin Core 31, src/ipc/capnp/echo.capnp.
@0x888b4f7f51e691f7;

using Proxy = import "proxy.capnp";

interface Echo {
  destroy @0 Proxy.Unused -> Proxy.Unused;
  echo @1 (context :Proxy.Context, echo :Text) -> (result :Text);
}
