//! The page in a real browser, on a real node: peers, moving counters, hostile
//! text that stays text, and a clear word when the stream is interrupted.

#[path = "support/browser.rs"]
#[allow(unreachable_pub)]
mod browser;

use std::path::Path;

use anyhow::Result;
use browser::Page;
use testkit::observer::Observer;
use testkit::{Node, Peer, PeerOptions, Transport};

const HOSTILE: &str = "<img src=x onerror=\"window.hacked=1\">";

#[tokio::test(flavor = "multi_thread")]
async fn shows_peers_and_moving_counters() -> Result<()> {
    let node = Node::start().await?;
    let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
    let observer = Observer::start(binary, "alice", node.datadir(), None, "").await?;
    let options = PeerOptions::new(Transport::V2).user_agent(HOSTILE);
    let peer = Peer::connect_with(&node, options).await?;
    peer.ping_pong_barrier().await?;

    let mut page = Page::open(&format!("{}/", observer.url), 1280, 900).await?;
    let has = |text: &str| format!("document.body.innerText.includes({text:?})");
    page.wait_for(
        "the peer's address",
        &has(&peer.local_address().to_string()),
    )
    .await?;
    page.wait_for("the peer's user agent, as text", &has(HOSTILE))
        .await?;
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

    assert_eq!(page.evaluate("window.hacked === undefined").await?, true);
    assert_eq!(page.complaints, Vec::<String>::new());

    drop(observer);
    page.wait_for(
        "a word about the interruption",
        "/interrupted/i.test(document.body.innerText)",
    )
    .await
}
