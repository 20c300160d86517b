//! A small Bitcoin P2P client and the codec of every message.
