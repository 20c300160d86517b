//! The page in a real browser, on a real node.

#[path = "support/browser.rs"]
#[allow(unreachable_pub)]
mod browser;
#[path = "page/script.rs"]
#[allow(unreachable_pub)]
mod script;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use browser::Page;
use script::Script;
use testkit::observer::Observer;
use testkit::{Node, Peer, PeerOptions, Transport, free_port};
use tokio::task::JoinHandle;

const HOSTILE: &str = "<img src=x onerror=\"window.hacked=1\">";

/// Soon enough for somebody who waits.
const OFTEN: &str = "[rpc.getpeerinfo]\ninterval = \"1 s\"\n";
const MEASURED_OFTEN: &str = "[p2p]\nping_interval = \"1 s\"\n\n\
    [ipc]\necho_interval = \"1 s\"\ntemplate_interval = \"1 s\"\n";

/// Of a node that has no socket for it.
const WITHOUT_IPC: &str = "[ipc]\nenabled = false\n";

async fn observe(node: &Node, port: Option<u16>, config: &str) -> Result<Observer> {
    let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
    Observer::start(binary, "alice", node.datadir(), port, config).await
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_peers_and_moving_counters() -> Result<()> {
    let node = Node::start().await?;
    let observer = observe(&node, None, &format!("{OFTEN}{WITHOUT_IPC}")).await?;
    let options = PeerOptions::new(Transport::V2).user_agent(HOSTILE);
    let peer = Peer::connect_with(&node, options).await?;
    peer.ping_pong_barrier().await?;

    let mut page = Page::open(&format!("{}/", observer.url), 1280, 900).await?;
    let has = |text: &str| format!("document.body.innerText.includes({text:?})");
    page.wait_for(
        "the stream to be live",
        "/\\blive\\b/i.test(document.body.innerText)",
    )
    .await?;

    // The row of pings counts on while pings come in.
    let pings = "[...document.querySelectorAll('tr')].map(row => row.innerText)\
                 .find(row => /^ping\\b/.test(row.trim()) && /in/.test(row))";
    page.wait_for("a row for pings", &format!("!!({pings})"))
        .await?;
    let before = page.evaluate(pings).await?;
    for _ in 0..50 {
        peer.ping_pong_barrier().await?;
    }
    page.wait_for("the counters to move", &format!("({pings}) !== {before}"))
        .await?;

    page.evaluate("location.hash = '#/peers'").await?;
    page.wait_for(
        "the peer's address",
        &has(&peer.local_address().to_string()),
    )
    .await?;
    page.wait_for("the peer's user agent, as text", &has(HOSTILE))
        .await?;

    assert_eq!(page.evaluate("window.hacked === undefined").await?, true);
    assert_eq!(page.complaints, Vec::<String>::new());

    drop(observer);
    page.wait_for(
        "a word about the interruption",
        "/interrupted/i.test(document.body.innerText)",
    )
    .await
}

/// A peer that pings until it is dropped.
struct Pinging(JoinHandle<()>);

impl Pinging {
    async fn connect(node: &Node, user_agent: &str) -> Result<(Pinging, String)> {
        let options = PeerOptions::new(Transport::V2).user_agent(user_agent);
        let peer = Peer::connect_with(node, options).await?;
        let address = peer.local_address().to_string();
        let pinging = tokio::spawn(async move {
            let mut pace = tokio::time::interval(Duration::from_millis(100));
            while peer.ping_pong_barrier().await.is_ok() {
                pace.tick().await;
            }
        });
        Ok((Pinging(pinging), address))
    }
}

impl Drop for Pinging {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A node, what watches it, and a peer that comes and goes as a script wants it.
struct Stage {
    node: Node,
    port: u16,
    config: String,
    /// Where the node dials what watches it.
    dialled: Option<SocketAddr>,
    observer: Option<Observer>,
    peer: Option<Pinging>,
}

impl Stage {
    /// A node with three blocks, watched with this configuration.
    async fn set(node: Node, config: String, dialled: Option<SocketAddr>) -> Result<Stage> {
        node.mine(3).await?;
        let mut stage = Stage {
            node,
            port: free_port()?,
            config,
            dialled,
            observer: None,
            peer: None,
        };
        stage.start().await?;
        Ok(stage)
    }

    async fn start(&mut self) -> Result<()> {
        let observer = observe(&self.node, Some(self.port), &self.config);
        self.observer = Some(match self.dialled {
            None => observer.await?,
            Some(address) => tokio::select! {
                observer = observer => observer?,
                dialling = self.node.keep_dialling(address) => match dialling? {},
            },
        });
        Ok(())
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Does what the script asks for, until it is through.
    async fn play(mut self, mut script: Script) -> Result<()> {
        while let Some(request) = script.request().await? {
            let answer = match request.split_once(' ').unwrap_or((&request, "")) {
                ("connect", user_agent) => {
                    let (peer, address) = Pinging::connect(&self.node, user_agent).await?;
                    self.peer = Some(peer);
                    address
                }
                ("disconnect", _) => {
                    self.peer = None;
                    String::new()
                }
                ("mine", _) => self.node.mine(1).await?.remove(0),
                ("stop", _) => {
                    self.observer = None;
                    String::new()
                }
                ("start", _) => {
                    self.start().await?;
                    String::new()
                }
                _ => bail!("the script wants {request:?}"),
            };
            script.answer(&answer).await?;
        }
        Ok(())
    }
}

/// `web/dev/pipeline.mjs` says what every view has to show, and what they show
/// in place of what is not switched on.
#[tokio::test(flavor = "multi_thread")]
async fn every_view_shows_what_happens() -> Result<()> {
    let stage = Stage::set(Node::start().await?, format!("{OFTEN}{WITHOUT_IPC}"), None).await?;
    let (_first, address) = Pinging::connect(&stage.node, HOSTILE).await?;
    let script = Script::start("pipeline.mjs", &[&stage.url(), &address, HOSTILE]).await?;
    stage.play(script).await
}

/// `web/dev/node-views.mjs` says what is to be seen of a node that is watched
/// from all sides.
#[tokio::test(flavor = "multi_thread")]
async fn the_views_of_node_and_log_live() -> Result<()> {
    let arguments = ["-debug=1", "-debugexclude=libevent", "-logtimemicros=1"];
    let node = Node::builder().ipc().arguments(arguments).start().await?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let config = format!("p2p_listen = \"{listen}\"\n\n{OFTEN}{MEASURED_OFTEN}");
    let stage = Stage::set(node, config, Some(listen)).await?;
    let script = Script::start("node-views.mjs", &[&stage.url(), HOSTILE]).await?;
    stage.play(script).await
}
