//! Which transport a peer speaks that has connected to us.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::transport::COMMAND_BYTES;
use crate::{P2pError, Transport};

/// So many bytes tell the transports apart (BIP324): a v1 peer begins with
/// magic and message type of its version, a v2 peer with 64 random-looking bytes.
pub(crate) const PREFIX_BYTES: usize = 4 + COMMAND_BYTES;

const VERSION: &[u8; COMMAND_BYTES] = b"version\0\0\0\0\0";

/// Reads a peer's first bytes.
pub(crate) async fn read_prefix(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<[u8; PREFIX_BYTES], P2pError> {
    let mut prefix = [0; PREFIX_BYTES];
    match stream.read_exact(&mut prefix).await {
        Ok(_) => Ok(prefix),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(P2pError::Closed),
        Err(error) => Err(error.into()),
    }
}

/// What a peer speaks that begins so.
///
/// # Errors
///
/// [`P2pError::Magic`] for a v1 peer of another network.
pub(crate) fn transport_of(
    prefix: &[u8; PREFIX_BYTES],
    magic: [u8; 4],
) -> Result<Transport, P2pError> {
    let [a, b, c, d, command @ ..] = *prefix;
    let found = [a, b, c, d];
    if command != *VERSION {
        return Ok(Transport::V2);
    }
    if found != magic {
        return Err(P2pError::Magic {
            found,
            expected: magic,
        });
    }
    Ok(Transport::V1)
}
