//! Where a node listens for IPC.

use std::path::PathBuf;

/// The socket's name where `-ipcbind` names none (Core: `ParseAddress` of
/// `ipc/process.cpp`).
const DEFAULT_NAME: &str = "node.sock";

/// What the node's `-ipcbind` says, as far as it can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IpcSocket {
    /// The node's socket.
    At(PathBuf),
    /// Neither the command line of the running process, where that is visible,
    /// nor `bitcoin.conf` has `-ipcbind`. Where `-ipcbind=unix` would put the socket.
    Off(PathBuf),
    /// Something that is no Unix socket.
    NotUnix(String),
}

impl IpcSocket {
    /// Reads the value of `-ipcbind` of a node that keeps its chain in `chain_dir`.
    pub(crate) fn read(value: Option<&str>, chain_dir: &std::path::Path) -> IpcSocket {
        let default = chain_dir.join(DEFAULT_NAME);
        let Some(value) = value.filter(|value| *value != "0") else {
            return IpcSocket::Off(default);
        };
        match value.strip_prefix("unix") {
            Some("" | ":") => IpcSocket::At(default),
            Some(rest) => match rest.strip_prefix(':') {
                Some(path) => IpcSocket::At(chain_dir.join(path)),
                None => IpcSocket::NotUnix(value.to_owned()),
            },
            None => IpcSocket::NotUnix(value.to_owned()),
        }
    }

    /// The socket to try: the command line of a process that cannot be seen
    /// may well have `-ipcbind=unix`.
    ///
    /// # Errors
    /// The value of `-ipcbind` where that is no Unix socket.
    pub fn path(self) -> Result<PathBuf, String> {
        match self {
            IpcSocket::At(path) | IpcSocket::Off(path) => Ok(path),
            IpcSocket::NotUnix(address) => Err(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_form_of_ipcbind() {
        let read = |value| IpcSocket::read(value, Path::new("/d/regtest"));
        let at = |path: &str| IpcSocket::At(path.into());
        assert_eq!(read(Some("unix")), at("/d/regtest/node.sock"));
        assert_eq!(read(Some("unix:")), at("/d/regtest/node.sock"));
        assert_eq!(read(Some("unix:a/b")), at("/d/regtest/a/b"));
        assert_eq!(read(Some("unix:/run/n.sock")), at("/run/n.sock"));
        let off = IpcSocket::Off("/d/regtest/node.sock".into());
        assert_eq!(read(None), off);
        assert_eq!(read(Some("0")), off);
        for other in ["tcp:1", "unixx", "1"] {
            assert_eq!(read(Some(other)), IpcSocket::NotUnix(other.to_owned()));
        }
    }
}
