//! The listening socket: TCP, or a Unix socket that belongs to us alone.

use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::settings::Listen;

/// For owner and group: whoever may open it may read everything.
const SOCKET_MODE: u32 = 0o660;

/// Connections that may wait until they are accepted.
const BACKLOG: i32 = 128;

/// A socket that listens already, without anybody answering yet.
#[derive(Debug)]
pub(crate) struct Bound {
    socket: BoundSocket,
    address: Listen,
}

#[derive(Debug)]
enum BoundSocket {
    Tcp(TcpListener),
    Unix(UnixListener, SocketFile),
}

impl Bound {
    /// Listens.
    pub(crate) fn new(listen: &Listen) -> io::Result<Bound> {
        match listen {
            Listen::Tcp(address) => {
                let listener = TcpListener::bind(address)?;
                listener.set_nonblocking(true)?;
                Ok(Bound {
                    address: Listen::Tcp(listener.local_addr()?),
                    socket: BoundSocket::Tcp(listener),
                })
            }
            Listen::Unix(path) => {
                remove_stale(path)?;
                let listener = bind_unix(path)?;
                let file = SocketFile::new(path)?;
                Ok(Bound {
                    address: listen.clone(),
                    socket: BoundSocket::Unix(listener, file),
                })
            }
        }
    }

    /// Where it listens, with the port that was taken.
    pub(crate) fn address(&self) -> &Listen {
        &self.address
    }

    /// For accepting.
    pub(crate) fn into_listener(self) -> io::Result<Listener> {
        Ok(match self.socket {
            BoundSocket::Tcp(listener) => {
                Listener::Tcp(tokio::net::TcpListener::from_std(listener)?)
            }
            BoundSocket::Unix(listener, file) => {
                let listener = tokio::net::UnixListener::from_std(listener)?;
                Listener::Unix {
                    listener,
                    _file: file,
                }
            }
        })
    }
}

/// Accepts connections. A Unix socket's file goes when this is dropped.
pub(crate) enum Listener {
    Tcp(tokio::net::TcpListener),
    Unix {
        listener: tokio::net::UnixListener,
        _file: SocketFile,
    },
}

/// Either kind of connection.
pub(super) type Stream = Box<dyn Duplex>;

/// Reads and writes.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

impl Listener {
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Small frames must not wait for more; a socket that refuses works all the same.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            Listener::Unix { listener, .. } => Ok(Box::new(listener.accept().await?.0)),
        }
    }
}

/// The socket's file, removed when dropped if it is still the same.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    device_and_inode: (u64, u64),
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<SocketFile> {
        let about = std::fs::symlink_metadata(path)?;
        Ok(SocketFile {
            path: path.to_owned(),
            device_and_inode: (about.dev(), about.ino()),
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let about = std::fs::symlink_metadata(&self.path);
        if about.is_ok_and(|about| (about.dev(), about.ino()) == self.device_and_inode) {
            // The next start removes what stays behind.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // Linux gives the file the socket's mode less the umask: so it is never
    // more open than this, and the second call gives back what the umask took.
    let mode = Mode::from_raw_mode(SOCKET_MODE);
    rustix::fs::fchmod(&socket, mode)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    rustix::fs::chmod(path, mode)?;
    rustix::net::listen(&socket, BACKLOG)?;
    Ok(UnixListener::from(socket))
}

/// Removes the socket that a killed instance left behind; nothing else, and
/// nobody else's.
fn remove_stale(path: &Path) -> io::Result<()> {
    let in_the_way = |why: &str| Err(io::Error::new(ErrorKind::AddrInUse, why.to_owned()));
    let about = match std::fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !about.file_type().is_socket() {
        return in_the_way("there is something that is no socket");
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return in_the_way("there is a socket of another user");
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => std::fs::remove_file(path),
        _ => in_the_way("somebody listens there already"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn listen(path: &Path) -> io::Result<Bound> {
        Bound::new(&Listen::Unix(path.to_owned()))
    }

    #[test]
    fn the_socket_is_for_owner_and_group_and_goes_with_the_listener() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let bound = listen(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, SOCKET_MODE);
        let second = listen(&path).unwrap_err();
        assert!(
            second.to_string().contains("listens there already"),
            "{second}"
        );
        drop(bound);
        assert!(!path.exists());
    }

    #[test]
    fn what_a_killed_instance_left_behind_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        listen(&path).unwrap();
    }

    #[test]
    fn nothing_else_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "precious").unwrap();
        assert!(listen(&path).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(listen(&link).is_err());
        assert!(path.exists() && link.exists());
    }
}
