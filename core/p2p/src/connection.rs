//! A connection to a peer.

use std::io::Cursor;
use std::net::SocketAddr;

use bip324::Role;
use peer_observer_event::{Body, Version};
use tokio::io::AsyncReadExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::decoder::MessageDecoder;
use crate::handshake::{self, Side};
use crate::message_writer::Framing;
use crate::{
    MessageReader, MessageWriter, Options, P2pError, Received, Transport, V1Header, detection,
};

/// An established connection to one peer.
///
/// [`Connection::connect`], [`Connection::accept`] or [`Connection::accept_any`]
/// set up the transport, [`Connection::handshake`] exchanges version and verack. Between and after
/// them anything can be sent.
pub struct Connection {
    reader: MessageReader,
    writer: MessageWriter,
    side: Side,
    transport: Transport,
    magic: [u8; 4],
    peer_address: SocketAddr,
    local_address: SocketAddr,
    before_verack: Vec<Received>,
}

impl Connection {
    /// Connects and sets up the transport (v1 needs nothing).
    ///
    /// # Errors
    ///
    /// Nobody listens there; the peer does not speak the transport; a deadline.
    pub async fn connect(address: SocketAddr, options: &Options) -> Result<Self, P2pError> {
        let limit = options.deadlines.connect;
        let stream = match timeout(limit, dial(address, options)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(source)) => return Err(P2pError::Connect { address, source }),
            Err(_) => {
                return Err(P2pError::Deadline {
                    what: "the TCP connection",
                    limit,
                });
            }
        };
        let transport = options.transport;
        Self::establish(stream, &[], transport, options, Side::Initiator).await
    }

    /// Takes a connection that a peer has made to us, and sets up the transport.
    ///
    /// In the handshake a Core node refuses a peer that it has dialled (but for
    /// -addnode and feelers) without NODE_NETWORK and NODE_WITNESS: set them in
    /// [`crate::OurVersion::services`].
    ///
    /// # Errors
    ///
    /// The peer does not speak the transport; a deadline.
    pub async fn accept(stream: TcpStream, options: &Options) -> Result<Self, P2pError> {
        let transport = options.transport;
        Self::establish(stream, &[], transport, options, Side::Responder).await
    }

    /// The same for a peer of which nobody knows what it speaks: v1 or v2 by
    /// what it sends first. [`Options::transport`] does not matter here.
    ///
    /// # Errors
    ///
    /// As [`Connection::accept`]; [`P2pError::Magic`] for a v1 peer of another
    /// network. (With v2 that cannot be told from noise.)
    pub async fn accept_any(mut stream: TcpStream, options: &Options) -> Result<Self, P2pError> {
        let limit = options.deadlines.connect;
        let prefix = match timeout(limit, detection::read_prefix(&mut stream)).await {
            Ok(prefix) => prefix?,
            Err(_) => {
                return Err(P2pError::Deadline {
                    what: "the peer's first message",
                    limit,
                });
            }
        };
        let transport = detection::transport_of(&prefix, options.magic)?;
        Self::establish(stream, &prefix, transport, options, Side::Responder).await
    }

    /// `prefix` has been read already.
    async fn establish(
        stream: TcpStream,
        prefix: &[u8],
        transport: Transport,
        options: &Options,
        side: Side,
    ) -> Result<Self, P2pError> {
        stream.set_nodelay(true)?;
        let peer_address = stream.peer_addr()?;
        let local_address = stream.local_addr()?;
        let (read_half, write_half) = stream.into_split();
        let (reader, writer) = match transport {
            Transport::V1 => v1_halves(read_half, prefix, write_half, options),
            Transport::V2 => v2_halves(read_half, prefix, write_half, options, side).await?,
        };
        Ok(Connection {
            reader,
            writer,
            side,
            transport,
            magic: options.magic,
            peer_address,
            local_address,
            before_verack: Vec::new(),
        })
    }

    /// Exchanges version and verack and gives the peer's version message.
    ///
    /// # Errors
    ///
    /// The peer does something else, closes the connection, or takes too long.
    pub async fn handshake(&mut self, options: &Options) -> Result<Version, P2pError> {
        let (version, before_verack) = handshake::handshake(self, options).await?;
        self.before_verack = before_verack;
        Ok(version)
    }

    /// What the peer sent between its version and its verack.
    pub fn before_verack(&self) -> &[Received] {
        &self.before_verack
    }

    /// Sends a message: see [`MessageWriter::send`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn send(&mut self, body: &Body) -> Result<(), P2pError> {
        self.writer.send(body).await
    }

    /// Sends any message type with any payload: see [`MessageWriter::send_raw`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn send_raw(&mut self, command: &str, payload: &[u8]) -> Result<(), P2pError> {
        self.writer.send_raw(command, payload).await
    }

    /// Sends bytes without framing: see [`MessageWriter::send_bytes`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), P2pError> {
        self.writer.send_bytes(bytes).await
    }

    /// Sends a frame that may be wrong: see [`MessageWriter::send_v1_frame`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn send_v1_frame(
        &mut self,
        header: &V1Header,
        payload: &[u8],
    ) -> Result<(), P2pError> {
        self.writer.send_v1_frame(header, payload).await
    }

    /// The correct header for a payload, to be changed and sent with
    /// [`Connection::send_v1_frame`].
    ///
    /// # Errors
    ///
    /// As [`V1Header::new`].
    pub fn v1_header(&self, command: &str, payload: &[u8]) -> Result<V1Header, P2pError> {
        V1Header::new(self.magic, command, payload)
    }

    /// The next message: see [`MessageReader::receive`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn receive(&mut self) -> Result<Received, P2pError> {
        self.reader.receive().await
    }

    /// Takes the connection apart, to send and receive at the same time. It
    /// closes when both halves are gone.
    pub fn into_split(self) -> (MessageReader, MessageWriter) {
        (self.reader, self.writer)
    }

    /// What the connection speaks.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The peer's address and port.
    pub fn peer_address(&self) -> SocketAddr {
        self.peer_address
    }

    /// Our address and port.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    pub(crate) fn side(&self) -> Side {
        self.side
    }

    pub(crate) fn reader(&mut self) -> &mut MessageReader {
        &mut self.reader
    }
}

async fn dial(address: SocketAddr, options: &Options) -> std::io::Result<TcpStream> {
    let Some(local_address) = options.local_address else {
        return TcpStream::connect(address).await;
    };
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.bind(SocketAddr::new(local_address, 0))?;
    socket.connect(address).await
}

fn v1_halves(
    read_half: OwnedReadHalf,
    prefix: &[u8],
    write_half: OwnedWriteHalf,
    options: &Options,
) -> (MessageReader, MessageWriter) {
    let (magic, deadlines) = (options.magic, options.deadlines);
    let mut decoder = MessageDecoder::v1(magic);
    decoder.push(prefix);
    (
        MessageReader::new(Box::new(read_half), decoder, deadlines.receive),
        MessageWriter::new(write_half, Framing::V1 { magic }, deadlines.send),
    )
}

async fn v2_halves(
    read_half: OwnedReadHalf,
    prefix: &[u8],
    mut write_half: OwnedWriteHalf,
    options: &Options,
    side: Side,
) -> Result<(MessageReader, MessageWriter), P2pError> {
    let (magic, deadlines) = (options.magic, options.deadlines);
    let role = match side {
        Side::Initiator => Role::Initiator,
        Side::Responder => Role::Responder,
    };
    let stream = Cursor::new(prefix.to_vec()).chain(read_half);
    let handshake = bip324::futures::handshake(magic, role, None, None, stream, &mut write_half);
    let limit = deadlines.connect;
    let (inbound, outbound, stream) = match timeout(limit, handshake).await {
        Ok(result) => result.map_err(|error| P2pError::TransportHandshake(error.to_string()))?,
        Err(_) => {
            return Err(P2pError::Deadline {
                what: "the v2 transport's handshake",
                limit,
            });
        }
    };
    let decoder = MessageDecoder::v2(inbound);
    let framing = Framing::V2(Box::new(outbound));
    Ok((
        MessageReader::new(Box::new(stream), decoder, deadlines.receive),
        MessageWriter::new(write_half, framing, deadlines.send),
    ))
}
