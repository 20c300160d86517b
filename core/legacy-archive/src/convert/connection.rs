//! Connections: `ebpf_extractor.connection`.

use peer_observer_event::{
    ConnectionClosed, ConnectionEvicted, ConnectionMisbehaving, ConnectionOpened, ConnectionType,
    Direction, Network, Payload,
};

use super::reading::Reading;
use super::{FromLegacy, one_of};
use crate::wire::{Result, Value};

pub(super) fn payload(value: Value<'_>, reading: &mut Reading) -> Result<Option<Payload>> {
    Ok(Some(match one_of(value)? {
        Some((1, value)) => Payload::ConnectionClosed(value.message(reading)?),
        Some((2, value)) => Payload::ConnectionEvicted(value.message(reading)?),
        Some((3, value)) => opened(value, Direction::Inbound, reading)?,
        Some((4, value)) => opened(value, Direction::Outbound, reading)?,
        Some((5, value)) => Payload::ConnectionMisbehaving(value.message(reading)?),
        _ => {
            reading.skip("connection_unknown");
            return Ok(None);
        }
    }))
}

fn opened(value: Value<'_>, direction: Direction, reading: &mut Reading) -> Result<Payload> {
    let mut opened: ConnectionOpened = value.message(reading)?;
    opened.set_direction(direction);
    Ok(Payload::ConnectionOpened(opened))
}

/// `Connection`, which is a part of most events here.
#[derive(Default)]
struct Connection {
    peer_id: u64,
    address: String,
    connection_type: i32,
    network: i32,
}

impl FromLegacy for Connection {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.peer_id = value.u64()?,
            2 => self.address = value.string()?,
            3 => self.connection_type = connection_type(value)?,
            4 => self.network = network(value.u64()?).into(),
            _ => {}
        }
        Ok(())
    }
}

/// Takes the fields of a `Connection` into a payload of ours.
macro_rules! set_connection {
    ($payload:expr, $value:expr, $reading:expr) => {{
        let connection: Connection = $value.message($reading)?;
        $payload.peer_id = connection.peer_id;
        $payload.address = connection.address;
        $payload.connection_type = connection.connection_type;
        $payload.network = connection.network;
    }};
}

impl FromLegacy for ConnectionOpened {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => set_connection!(self, value, reading),
            2 => self.existing_connections = value.u64()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for ConnectionClosed {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => set_connection!(self, value, reading),
            2 => self.opened_unix_seconds = value.u64()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for ConnectionEvicted {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => set_connection!(self, value, reading),
            2 => self.opened_unix_seconds = value.u64()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for ConnectionMisbehaving {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.peer_id = value.u64()?,
            2 => self.reason = value.string()?,
            _ => {}
        }
        Ok(())
    }
}

/// Their enum `ConnType`. Unknown is what they have for Core's `manual`,
/// `addr-fetch` and `private-broadcast`.
pub(super) fn connection_type(value: Value<'_>) -> Result<i32> {
    let connection_type = match value.u64()? {
        1 => ConnectionType::Inbound,
        2 => ConnectionType::OutboundFullRelay,
        3 => ConnectionType::BlockRelayOnly,
        4 => ConnectionType::Feeler,
        _ => ConnectionType::Unspecified,
    };
    Ok(connection_type.into())
}

/// Core's enum Network (netaddress.h).
fn network(number: u64) -> Network {
    match number {
        0 => Network::NotPubliclyRoutable,
        1 => Network::Ipv4,
        2 => Network::Ipv6,
        3 => Network::Onion,
        4 => Network::I2p,
        5 => Network::Cjdns,
        6 => Network::Internal,
        _ => Network::Unknown,
    }
}
