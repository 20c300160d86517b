//! Sockets that are not there, not for us, or not a node's.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use peer_observer_ipc::{IpcClient, IpcError, Limits};
use testkit::Node;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

const LIMITS: Limits = Limits {
    connect_timeout: Duration::from_secs(2),
    reply_bytes: 1 << 20,
};

async fn refusal(path: &Path) -> IpcError {
    match IpcClient::connect(path, LIMITS).await {
        Ok(_) => panic!("{} is a node", path.display()),
        Err(error) => error,
    }
}

#[tokio::test]
async fn nothing_nobody_and_no_socket() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("node.sock");
    let missing = refusal(&path).await;
    assert_eq!(missing, IpcError::NoSocket { path: path.clone() });
    assert!(missing.to_string().contains("bitcoin-node -ipcbind=unix"));

    drop(UnixListener::bind(&path)?);
    assert_eq!(refusal(&path).await, IpcError::Refused { path });

    let file = directory.path().join("file");
    std::fs::write(&file, "")?;
    assert_eq!(refusal(&file).await, IpcError::Refused { path: file });

    let long = directory.path().join("x".repeat(200));
    let refused = refusal(&long).await;
    assert!(
        matches!(refused, IpcError::CannotConnect { .. }),
        "{refused}"
    );
    Ok(())
}

/// Behind the socket is somebody who treats each connection like this.
async fn stranger(treat: impl AsyncFn(UnixStream)) -> Result<(IpcError, Duration)> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("node.sock");
    let listener = UnixListener::bind(&path)?;
    let began = std::time::Instant::now();
    let serve = async {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            treat(stream).await;
        }
    };
    let refusal = tokio::select! {
        refusal = refusal(&path) => refusal,
        () = serve => unreachable!(),
    };
    Ok((refusal, began.elapsed()))
}

fn reason(refusal: &IpcError) -> &str {
    match refusal {
        IpcError::NotIpc { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn somebody_who_closes_at_once() -> Result<()> {
    let (refusal, _) = stranger(async |stream| drop(stream)).await?;
    assert!(
        reason(&refusal).contains("closed the connection"),
        "{refusal}"
    );
    // After some bytes.
    let (refusal, _) =
        stranger(async |mut stream| stream.write_all(&[0; 7]).await.unwrap()).await?;
    reason(&refusal);
    Ok(())
}

#[tokio::test]
async fn somebody_who_says_nothing() -> Result<()> {
    let silent = async |mut stream: UnixStream| {
        let mut buffer = [0; 1024];
        while stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
    };
    let (refusal, after) = stranger(silent).await?;
    assert!(
        reason(&refusal).contains("no answer within 2s"),
        "{refusal}"
    );
    assert!(after < Duration::from_secs(15), "{after:?}");
    Ok(())
}

#[tokio::test]
async fn somebody_who_speaks_another_protocol() -> Result<()> {
    let page = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    // A message of 16 GB is announced, and one with 500 segments.
    let huge = [&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f][..], &[1; 100]].concat();
    let many = [&[0xf3, 1, 0, 0][..], &[0xff; 3000]].concat();
    for bytes in [&page[..], &huge, &many, &[0; 5000], &[0x5a; 5000]] {
        let babble = async |mut stream: UnixStream| {
            stream.write_all(bytes).await.ok();
            let mut buffer = [0; 1024];
            while stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
        };
        let (refusal, _) = stranger(babble).await?;
        reason(&refusal);
    }
    Ok(())
}

/// Tells the test that it runs as another user, and which socket it should try.
const SOCKET: &str = "PEER_OBSERVER_TEST_FORBIDDEN_SOCKET";

/// What another user does below; no test of its own.
#[tokio::test]
async fn another_user() {
    let Ok(path) = std::env::var(SOCKET) else {
        return;
    };
    let refused = refusal(Path::new(&path)).await;
    assert_eq!(refused, IpcError::PermissionDenied { path: path.into() });
    assert!(refused.to_string().contains("may not connect"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_socket() -> Result<()> {
    let node = Node::builder().ipc().start().await?;
    let directory = tempfile::tempdir()?;
    let open = |path: &Path| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755));
    open(directory.path())?;
    let program = directory.path().join("test");
    std::fs::copy(std::env::current_exe()?, &program)?;
    open(&program)?;
    let as_nobody = |socket: &Path| {
        Command::new("setpriv")
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            .arg(&program)
            .args(["--exact", "sockets::another_user"])
            .env(SOCKET, socket)
            .output()
    };
    // The directory is closed, then only the socket.
    for _ in 0..2 {
        let output = as_nobody(&node.ipc_socket())?;
        ensure!(output.status.success(), "{output:?}");
        for directory in [node.datadir(), &node.chain_dir()] {
            open(directory)?;
        }
    }
    Ok(())
}
