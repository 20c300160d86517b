//! The commands of `archive`, as somebody types them.
