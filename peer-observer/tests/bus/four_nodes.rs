//! Four nodes, and every extractor and every tool a process of its own: all is
//! shown, and a process that is killed takes with it what it did, and no more.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;
use testkit::observer::http::{get, sum};
use testkit::{NatsServer, Node, free_port, wait_for};
use tokio::task::JoinSet;

use crate::process::Running;

const NODES: [&str; 4] = ["alice", "bob", "carol", "dave"];
const EXTRACTORS: [&str; 6] = ["ebpf", "rpc", "log", "p2p", "ipc", "process"];

/// What each extractor is there for.
const FAMILIES: [&str; 6] = [
    "peerobserver_p2p_messages_total",
    "peerobserver_rpc_peer_info_peers",
    "peerobserver_log_lines_total",
    "peerobserver_probe_ping_seconds_count",
    "peerobserver_ipc_echo_duration_seconds_count",
    "peerobserver_node_process_cpu_seconds_total",
];

const DIAL_INTERVAL: Duration = Duration::from_millis(500);

/// An extractor of a node.
type Place = (&'static str, &'static str);

struct Setup {
    server: NatsServer,
    directories: BTreeMap<&'static str, TempDir>,
    nodes: Vec<Node>,
    extractors: BTreeMap<Place, Running>,
    tools: BTreeMap<&'static str, (Running, TempDir, String)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_takes_with_it_what_it_did_and_no_more() -> Result<()> {
    let mut setup = Setup::start().await?;
    let _dialling = setup.have_us_dialled()?;
    setup.everything_is_shown().await?;

    // One process of each kind, each at another node.
    let killed: [Place; 6] = [
        ("alice", "ebpf"),
        ("bob", "rpc"),
        ("carol", "log"),
        ("dave", "process"),
        ("alice", "p2p"),
        ("bob", "ipc"),
    ];
    for place in killed {
        setup.extractors.remove(&place);
        setup.all_but(&[place]).await?;
        setup.start_extractor(place)?;
        setup.all_but(&[]).await?;
    }
    // The page goes on without the metrics, and the other way round.
    let metrics = setup.tools.remove("metrics");
    let before = events_on_the_page(&setup.tools["web"].2).await?;
    wait_for("the page goes on", async || {
        let now = events_on_the_page(&setup.tools["web"].2).await;
        now.is_ok_and(|now| now > before)
    })
    .await?;
    drop(metrics);
    setup.start_tool("metrics")?;
    setup.tools.remove("web");
    setup.all_but(&[]).await?;
    setup.start_tool("web")?;
    // A node that goes away disturbs no other one.
    setup.nodes[3].kill()?;
    setup.all_but(&[]).await?;
    let url = setup.tools["web"].2.clone();
    wait_for("the page shows all four again", async || {
        let text = get(&format!("{url}/api/v1/node")).await;
        text.is_ok_and(|text| {
            NODES
                .iter()
                .all(|name| text.contains(&format!("\"{name}\"")))
        })
    })
    .await?;
    Ok(())
}

impl Setup {
    async fn start() -> Result<Setup> {
        let mut nodes = Vec::new();
        for name in NODES {
            let node = Node::builder().name(name).ipc();
            // Two of them with other settings.
            let node = match name {
                "carol" => node.arguments(["-txindex=1", "-peerbloomfilters=1", "-maxmempool=50"]),
                "dave" => node.arguments(["-v2transport=0", "-blocksonly=1", "-prune=550"]),
                _ => node,
            };
            nodes.push(node.start().await?);
        }
        for pair in nodes.windows(2) {
            pair[0].connect_to(&pair[1]).await?;
        }
        nodes[0].mine(3).await?;
        let mut setup = Setup {
            server: NatsServer::start().await?,
            directories: BTreeMap::new(),
            nodes,
            extractors: BTreeMap::new(),
            tools: BTreeMap::new(),
        };
        for tool in ["metrics", "web"] {
            setup.start_tool(tool)?;
        }
        for (name, node) in NODES.into_iter().zip(&setup.nodes) {
            let directory = tempfile::tempdir()?;
            write_config(directory.path(), name, node)?;
            setup.directories.insert(name, directory);
        }
        for name in NODES {
            for extractor in EXTRACTORS {
                setup.start_extractor((name, extractor))?;
            }
        }
        Ok(setup)
    }

    fn start_extractor(&mut self, place: Place) -> Result<()> {
        let (node, extractor) = place;
        let directory = self.directories[node].path();
        let url = self.server.url();
        let arguments = ["extract", extractor, "--bus", &url];
        let arguments = [&arguments[..], &["--config", "peer-observer.toml"]].concat();
        self.extractors
            .insert(place, Running::start(directory, &arguments));
        Ok(())
    }

    fn start_tool(&mut self, tool: &'static str) -> Result<()> {
        let directory = tempfile::tempdir()?;
        let port = free_port()?;
        let config = format!("[http]\nlisten = \"127.0.0.1:{port}\"\n");
        std::fs::write(directory.path().join("peer-observer.toml"), config)?;
        let url = self.server.url();
        let running = Running::start(directory.path(), &["tool", tool, "--bus", &url]);
        let listens = format!("http://127.0.0.1:{port}");
        self.tools.insert(tool, (running, directory, listens));
        Ok(())
    }

    /// Has all nodes dial peer-observer, again and again while this is held:
    /// `-addnode` tries once a minute.
    fn have_us_dialled(&self) -> Result<JoinSet<()>> {
        let mut dialling = JoinSet::new();
        for (name, node) in NODES.into_iter().zip(&self.nodes) {
            let address = std::fs::read_to_string(self.directories[name].path().join("listen"))?;
            let client = node.client().clone();
            dialling.spawn(async move {
                loop {
                    // Refused while it is connected, and when the node has gone.
                    let parameters = serde_json::json!([address, "onetry"]);
                    client.call("addnode", parameters).await.ok();
                    tokio::time::sleep(DIAL_INTERVAL).await;
                }
            });
        }
        Ok(dialling)
    }

    async fn metrics(&self) -> Result<String> {
        get(&format!("{}/metrics", self.tools["metrics"].2)).await
    }

    async fn everything_is_shown(&self) -> Result<()> {
        self.all_but(&[]).await?;
        let url = &self.tools["web"].2;
        let page = get(&format!("{url}/api/v1/node")).await?;
        for name in NODES {
            assert!(page.contains(&format!("\"{name}\"")), "{name}: {page}");
        }
        // Messages, replies, log lines, pings, blocks and samples of all nodes.
        let mut missing = Vec::new();
        let shown = wait_for("everything of all nodes is in the metrics", async || {
            let Ok(metrics) = self.metrics().await else {
                return false;
            };
            let series = FAMILIES
                .iter()
                .flat_map(|family| NODES.map(|node| format!("{family}{{node=\"{node}\"")));
            let is_missing =
                |series: &String| !metrics.lines().any(|line| line.starts_with(series));
            missing = series.filter(is_missing).collect();
            missing.is_empty()
        })
        .await;
        shown.with_context(|| format!("{missing:?} are missing"))
    }

    /// Waits until something new has come from every extractor but these, from
    /// which nothing comes.
    async fn all_but(&self, gone: &[Place]) -> Result<()> {
        let mut before = None;
        wait_for("news of all that is there", async || {
            let Ok(metrics) = self.metrics().await else {
                return false;
            };
            let now = events(&metrics);
            let before = before.get_or_insert_with(|| now.clone());
            now.iter().all(|(place, count)| {
                gone.contains(place) || (*count > 0 && *count > before[place])
            })
        })
        .await?;
        let (before, now) = (before.unwrap_or_default(), events(&self.metrics().await?));
        for place in gone {
            assert_eq!(before[place], now[place], "{place:?} was killed");
        }
        Ok(())
    }
}

/// How much has come from each extractor: the more the larger.
fn events(metrics: &str) -> BTreeMap<Place, u64> {
    let mut events = BTreeMap::new();
    for node in NODES {
        for extractor in EXTRACTORS {
            let family = "peerobserver_event_latency_seconds_count";
            let prefix = format!("{family}{{node=\"{node}\",extractor=\"{extractor}\"}}");
            events.insert((node, extractor), sum(metrics, &prefix));
        }
    }
    events
}

async fn events_on_the_page(url: &str) -> Result<u64> {
    let text = get(&format!("{url}/api/v1/totals")).await?;
    let totals: serde_json::Value = serde_json::from_str(&text)?;
    Ok(totals["bus_sequence"].as_u64().unwrap_or(0))
}

fn write_config(directory: &Path, name: &str, node: &Node) -> Result<()> {
    let listen = format!("127.0.0.1:{}", free_port()?);
    std::fs::write(directory.join("listen"), &listen)?;
    let socket = node.ipc_socket();
    let config = format!(
        "[[node]]\nname = \"{name}\"\ndatadir = \"{}\"\nchain = \"regtest\"\n\
         p2p_listen = \"{listen}\"\nipc_socket = \"{}\"\n",
        node.datadir().display(),
        socket.display()
    );
    std::fs::write(directory.join("peer-observer.toml"), config)?;
    Ok(())
}
