//! The connection that is measured: reads all that the node says, answers what
//! it must, and asks for what is measured.

use std::time::{Duration, Instant};

use peer_observer_event::{
    Body, GetHeaders, Headers, Ping, Pong, ProbeAnnouncement, SendCmpct, SendHeaders,
};
use peer_observer_p2p::codec::{self, Keep};
use peer_observer_p2p::{Connection, MessageReader, MessageWriter, P2pError, RawMessage};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use crate::P2pExtractorSettings;
use crate::announcement::{announcement, is_wanted};
use crate::best_block::{BlockHash, Locator};
use crate::clock::Moment;
use crate::counts::reason;
use crate::pinger::Pinger;

/// A node that has said nothing for so long is gone: Core's TIMEOUT_INTERVAL.
/// It pings each two minutes, and answers our pings.
const LONGEST_SILENCE: Duration = Duration::from_secs(20 * 60);

/// Messages that wait for the session; the node waits when it is slow.
const QUEUE: usize = 64;

/// Compact blocks with witnesses (BIP152).
const COMPACT_BLOCKS: SendCmpct = SendCmpct {
    high_bandwidth: true,
    version: 2,
};

/// A message that came, or the end of the conversation.
pub(crate) struct Sight {
    pub(crate) at: Moment,
    pub(crate) what: Seen,
}

/// What came.
pub(crate) enum Seen {
    /// Something to publish, and the heap memory that it holds, in bytes.
    Announcement(ProbeAnnouncement, usize),
    /// The answer to our ping, so long after it.
    Pong(Duration),
    /// A message of which nothing is published.
    Other,
    /// A message of which nothing could be made, and why.
    Damaged(&'static str),
    /// The conversation is over: for people, and for counting where a message
    /// was to blame.
    Ended(String, Option<&'static str>),
}

/// A conversation that goes on by itself. Dropping it closes the connection.
pub(crate) struct Conversation {
    sights: mpsc::Receiver<Sight>,
    task: JoinHandle<()>,
}

impl Conversation {
    /// Begins. `best_block` is the node's best block, where that is known.
    pub(crate) fn begin(
        connection: Connection,
        settings: P2pExtractorSettings,
        best_block: Option<BlockHash>,
    ) -> Conversation {
        let (sender, sights) = mpsc::channel(QUEUE);
        let (reader, writer) = connection.into_split();
        let now = Instant::now();
        let speaker = Speaker {
            reader,
            writer,
            pinger: settings
                .ping_interval
                .map(|interval| Pinger::new(interval, now)),
            settings,
            locator: Locator::default(),
            heard: now,
        };
        let task = tokio::spawn(speaker.speak(best_block, sender));
        Conversation { sights, task }
    }

    /// Moves what came to the end of `into`, at most so many; 0 when the
    /// conversation is over. Cancel safe.
    pub(crate) async fn receive(&mut self, into: &mut Vec<Sight>, most: usize) -> usize {
        self.sights.recv_many(into, most).await
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Speaker {
    reader: MessageReader,
    writer: MessageWriter,
    settings: P2pExtractorSettings,
    pinger: Option<Pinger>,
    locator: Locator,
    /// When the last message was there.
    heard: Instant,
}

impl Speaker {
    async fn speak(mut self, best_block: Option<BlockHash>, sights: mpsc::Sender<Sight>) {
        if let Err(error) = self.begin(best_block).await {
            return ended(&sights, error.to_string(), None).await;
        }
        loop {
            let silence = self.heard + LONGEST_SILENCE;
            let ping = self.pinger.as_ref().map_or(silence, Pinger::due);
            let sight = tokio::select! {
                received = self.reader.receive_raw() => self.received(received).await,
                () = sleep_until(silence.into()) => {
                    let minutes = LONGEST_SILENCE.as_secs() / 60;
                    let reason = format!("the node has said nothing for {minutes} minutes");
                    return ended(&sights, reason, None).await;
                }
                () = sleep_until(ping.into()) => match self.ping().await {
                    Ok(()) => continue,
                    Err(error) => return ended(&sights, error.to_string(), None).await,
                },
            };
            let is_last = matches!(sight.what, Seen::Ended(..));
            // Nobody listens any more when this fails.
            if sights.send(sight).await.is_err() || is_last {
                return;
            }
        }
    }

    /// Asks for what is not sent unasked.
    async fn begin(&mut self, best_block: Option<BlockHash>) -> Result<(), P2pError> {
        if !self.settings.blocks {
            return Ok(());
        }
        // Several blocks at once come as headers then, not as inv.
        self.writer.send(&Body::Sendheaders(SendHeaders {})).await?;
        self.writer.send(&Body::Sendcmpct(COMPACT_BLOCKS)).await?;
        match best_block {
            Some(hash) => self.ask_behind(hash).await,
            None => Ok(()),
        }
    }

    async fn ask_behind(&mut self, hash: BlockHash) -> Result<(), P2pError> {
        let question: GetHeaders = self.locator.question(hash);
        self.writer.send(&Body::Getheaders(question)).await
    }

    async fn ping(&mut self) -> Result<(), P2pError> {
        let Some(pinger) = &mut self.pinger else {
            return Ok(());
        };
        let nonce = rand::random();
        pinger.sent(nonce, Instant::now());
        self.writer
            .send(&Body::Ping(Ping { nonce: Some(nonce) }))
            .await
    }

    async fn received(&mut self, received: Result<RawMessage, P2pError>) -> Sight {
        let at = Moment::now();
        let what = match received {
            Ok(message) => {
                self.heard = at.instant;
                match self.message(at.instant, message).await {
                    Ok(seen) => seen,
                    Err(error) => Seen::Ended(error.to_string(), None),
                }
            }
            Err(error) if !error.ends_connection() => Seen::Damaged(reason(&error)),
            Err(error) => {
                let of_message = matches!(
                    error,
                    P2pError::PayloadTooLarge { .. }
                        | P2pError::Decrypt(_)
                        | P2pError::Magic { .. }
                );
                Seen::Ended(error.to_string(), of_message.then(|| reason(&error)))
            }
        };
        Sight { at, what }
    }

    /// Answers a message where it must be answered, and says what there is to
    /// publish.
    async fn message(&mut self, now: Instant, message: RawMessage) -> Result<Seen, P2pError> {
        let RawMessage { command, payload } = message;
        let is_wanted = is_wanted(&command, &self.settings);
        let is_needed = match command.as_str() {
            "ping" | "pong" | "getheaders" => true,
            "inv" => self.settings.blocks,
            _ => false,
        };
        if !is_wanted && !is_needed {
            return Ok(Seen::Other);
        }
        let decoded = codec::decode(&command, &payload, Keep::Summary);
        match &decoded.body {
            Some(Body::Ping(Ping { nonce: Some(nonce) })) => {
                let pong = Body::Pong(Pong { nonce: *nonce });
                self.writer.send(&pong).await?;
            }
            Some(Body::Pong(pong)) => {
                let pinger = self.pinger.as_mut();
                let round_trip = pinger.and_then(|pinger| pinger.pong(pong.nonce, now));
                return Ok(round_trip.map_or(Seen::Other, Seen::Pong));
            }
            Some(Body::Getheaders(_)) => {
                // Without an answer the node would wait for one.
                self.writer.send(&Body::Headers(Headers::default())).await?;
            }
            Some(Body::Inv(inv)) if self.settings.blocks => {
                if let Some(hash) = Locator::announced(inv) {
                    self.ask_behind(hash).await?;
                }
            }
            Some(Body::Headers(headers)) if self.locator.is_answer(headers) => {
                return Ok(Seen::Other);
            }
            Some(Body::Undecodable(_)) if !is_wanted => return Ok(Seen::Damaged("undecodable")),
            _ => {}
        }
        let body = decoded.body.filter(|_| is_wanted);
        let announced = body.and_then(|body| announcement(command, payload.len() as u64, body));
        Ok(match announced {
            Some(announced) => Seen::Announcement(announced, decoded.bulk_bytes),
            None => Seen::Other,
        })
    }
}

async fn ended(sights: &mpsc::Sender<Sight>, text: String, reason: Option<&'static str>) {
    let at = Moment::now();
    let what = Seen::Ended(text, reason);
    // Where nobody listens any more, nobody needs to know.
    let _ = sights.send(Sight { at, what }).await;
}
