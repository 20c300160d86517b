# Of Bitcoin Core 31, src/ipc/capnp/common.capnp.
@0xcd2c6232cb484a28;

struct BlockRef {
  # 32 bytes, in the order in which they are hashed.
  hash @0 :Data;
  height @1 :Int32;
}
