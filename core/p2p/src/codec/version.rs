//! `version`: the first message of both sides.

use bytes::Bytes;
use peer_observer_event::{Version, VersionAddress};

use super::EncodeError;
use super::address::{read_port, read_v1, write_v1};
use super::reader::{Reader, Result};
use super::wire::{Wire, required};
use super::writer::{self, Writer};

/// Core's MAX_SUBVERSION_LENGTH.
const MAX_USER_AGENT_BYTES: usize = 256;

impl Wire for VersionAddress {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(VersionAddress {
            services: reader.u64()?,
            address: Some(read_v1(reader)?),
            port: read_port(reader)?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.u64(self.services);
        write_v1(required(&self.address, "address")?, writer)?;
        writer.port(self.port)
    }
}

impl Wire for Version {
    // The fields that later versions of the protocol added may be missing, as
    // in Core: sender and nonce together, then one by one.
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let mut version = Version {
            version: reader.i32()?,
            services: reader.u64()?,
            timestamp_unix_seconds: reader.i64()?,
            receiver: Some(VersionAddress::read(reader)?),
            ..Version::default()
        };
        if reader.remaining() > 0 {
            version.sender = Some(VersionAddress::read(reader)?);
            version.nonce = Some(reader.u64()?);
        }
        if reader.remaining() > 0 {
            let (text, bytes) = read_user_agent(reader)?;
            version.user_agent = Some(text);
            version.user_agent_bytes = bytes;
        }
        if reader.remaining() > 0 {
            version.start_height = Some(reader.i32()?);
        }
        if reader.remaining() > 0 {
            version.relay = Some(reader.u8()? != 0);
        }
        Ok(version)
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        check_order(self)?;
        writer.i32(self.version);
        writer.u64(self.services);
        writer.i64(self.timestamp_unix_seconds);
        required(&self.receiver, "receiver")?.write(writer)?;
        if let (Some(sender), Some(nonce)) = (&self.sender, self.nonce) {
            sender.write(writer)?;
            writer.u64(nonce);
        }
        if let Some(text) = &self.user_agent {
            let bytes = self.user_agent_bytes.as_deref().unwrap_or(text.as_bytes());
            writer.limited("user agent", MAX_USER_AGENT_BYTES, bytes)?;
        }
        if let Some(start_height) = self.start_height {
            writer.i32(start_height);
        }
        if let Some(relay) = self.relay {
            writer.u8(relay.into());
        }
        Ok(())
    }
}

/// The user agent as text, and its bytes where they are not UTF-8.
fn read_user_agent(reader: &mut Reader<'_>) -> Result<(String, Option<Bytes>)> {
    let bytes = reader.limited("user agent", MAX_USER_AGENT_BYTES)?;
    let end = reader.offset();
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => {
            let kept = reader.kept(end - bytes.len(), end);
            (String::from_utf8_lossy(bytes).into_owned(), Some(kept))
        }
    })
}

/// A field that is missing must not be followed by one that is not.
fn check_order(version: &Version) -> writer::Result {
    let fields = [
        ("sender", version.sender.is_some()),
        ("nonce", version.nonce.is_some()),
        ("user agent", version.user_agent.is_some()),
        ("start height", version.start_height.is_some()),
        ("relay flag", version.relay.is_some()),
    ];
    for [(earlier, earlier_is_there), (later, later_is_there)] in
        fields.windows(2).map(|pair| [pair[0], pair[1]])
    {
        if later_is_there && !earlier_is_there {
            return Err(EncodeError::VersionHole { later, earlier });
        }
    }
    if version.sender.is_some() && version.nonce.is_none() {
        return Err(EncodeError::Missing("nonce"));
    }
    Ok(())
}
