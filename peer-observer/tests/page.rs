//! The page in a real browser, on a real node.

#[path = "support/browser.rs"]
#[allow(unreachable_pub)]
mod browser;
#[path = "page/script.rs"]
#[allow(unreachable_pub)]
mod script;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use browser::Page;
use script::Script;
use testkit::observer::Observer;
use testkit::{Node, Peer, PeerOptions, Transport};
use tokio::task::JoinHandle;

const HOSTILE: &str = "<img src=x onerror=\"window.hacked=1\">";

/// Soon enough for somebody who waits.
const OFTEN: &str = "[rpc.getpeerinfo]\ninterval = \"1 s\"\n";

async fn observe(node: &Node, port: Option<u16>) -> Result<Observer> {
    let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
    Observer::start(binary, "alice", node.datadir(), port, OFTEN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_peers_and_moving_counters() -> Result<()> {
    let node = Node::start().await?;
    let observer = observe(&node, None).await?;
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

/// `web/dev/pipeline.mjs` says what every view has to show.
#[tokio::test(flavor = "multi_thread")]
async fn every_view_shows_what_happens() -> Result<()> {
    let node = Node::start().await?;
    node.mine(3).await?;
    let observer = observe(&node, None).await?;
    let url = observer.url.clone();
    let port = url.rsplit(':').next().context("a port")?.parse()?;
    let mut observer = Some(observer);
    let (_first, address) = Pinging::connect(&node, HOSTILE).await?;
    let mut second = None;

    let mut script = Script::start("pipeline.mjs", &[&url, &address, HOSTILE]).await?;
    while let Some(request) = script.request().await? {
        let answer = match request.split_once(' ').unwrap_or((&request, "")) {
            ("connect", user_agent) => {
                let (peer, address) = Pinging::connect(&node, user_agent).await?;
                second = Some(peer);
                address
            }
            ("disconnect", _) => {
                second = None;
                String::new()
            }
            ("mine", _) => node.mine(1).await?.remove(0),
            ("stop", _) => {
                observer = None;
                String::new()
            }
            ("start", _) => {
                observer = Some(observe(&node, Some(port)).await?);
                String::new()
            }
            _ => bail!("the script wants {request:?}"),
        };
        script.answer(&answer).await?;
    }
    drop((observer, second));
    Ok(())
}
