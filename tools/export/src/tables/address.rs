//! Addresses: `address:port` in parts, and networks as words.

use peer_observer_event::Network;

/// The network's word, as in the JSON form.
pub(crate) fn network_word(network: i32) -> &'static str {
    Network::try_from(network).unwrap_or_default().word()
}

/// What stands before the port and the port of `1.2.3.4:8333`,
/// `[2001:db8::1]:8333` or `name.onion:8333`. Without brackets, the numbers of
/// an IPv6 address are no port.
pub(crate) fn split(address: &str) -> (&str, Option<u64>) {
    let Some((host, port)) = address.rsplit_once(':') else {
        return (address, None);
    };
    let Some(port) = port.parse::<u16>().ok().map(u64::from) else {
        return (address, None);
    };
    let bracketed = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match bracketed {
        Some(inside) => (inside, Some(port)),
        None if host.contains(':') => (address, None),
        None => (host, Some(port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_where_its_port_begins() {
        let cases = [
            ("1.2.3.4:8333", ("1.2.3.4", Some(8333))),
            ("[2001:db8::1]:18444", ("2001:db8::1", Some(18444))),
            ("name.onion:8333", ("name.onion", Some(8333))),
            ("name.b32.i2p:0", ("name.b32.i2p", Some(0))),
            ("node.example.org", ("node.example.org", None)),
            ("2001:db8::1", ("2001:db8::1", None)),
            ("[2001:db8::1]", ("[2001:db8::1]", None)),
            ("1.2.3.4:70000", ("1.2.3.4:70000", None)),
            ("1.2.3.4:", ("1.2.3.4:", None)),
            (":", (":", None)),
            ("[]:1", ("", Some(1))),
            ("[:1", ("[", Some(1))),
            ("", ("", None)),
        ];
        for (address, expected) in cases {
            assert_eq!(split(address), expected, "{address:?}");
        }
    }
}
