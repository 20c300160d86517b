//! `reject` (BIP61) and `alert`: no longer in use, still seen.

use peer_observer_event::{Alert, Reject};

use super::reader::{Reader, Result};
use super::wire::Wire;
use super::writer::{self, Writer};

/// The length of a message type.
const MAX_COMMAND_BYTES: usize = 12;
/// MAX_REJECT_MESSAGE_LENGTH of the Core versions that knew `reject`.
const MAX_REASON_BYTES: usize = 111;

impl Wire for Reject {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Reject {
            rejected_command: reader.text("rejected command", MAX_COMMAND_BYTES)?,
            code: reader.u8()?.into(),
            reason: reader.text("reason", MAX_REASON_BYTES)?,
            hash: if reader.remaining() < 32 {
                None
            } else {
                Some(reader.hash()?)
            },
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.limited(
            "rejected command",
            MAX_COMMAND_BYTES,
            self.rejected_command.as_bytes(),
        )?;
        writer.narrow_u8("code", self.code)?;
        writer.limited("reason", MAX_REASON_BYTES, self.reason.as_bytes())?;
        self.hash
            .as_ref()
            .map_or(Ok(()), |hash| writer.hash("hash", hash))
    }
}

impl Wire for Alert {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Alert {
            alert: reader.sized_bytes()?,
            signature: reader.sized_bytes()?,
        })
    }

    fn write(&self, writer: &mut Writer) -> writer::Result {
        writer.sized_bytes(&self.alert);
        writer.sized_bytes(&self.signature);
        Ok(())
    }
}
