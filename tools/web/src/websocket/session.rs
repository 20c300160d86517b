//! One websocket client.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use peer_observer_bus::{Delivery, Subscription, SubscriptionOptions};
use peer_observer_event::{Event, KindSet};
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::batch::{Batch, MOST_EVENTS};
use super::request::{Format, Request};
use super::sample::{LeftOut, Sample};
use super::wanted::Wanted;
use crate::app::App;

/// How long the closing handshake may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// Small frames from the server.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Says<'a> {
    Hello {
        version: &'a str,
    },
    /// All that follows is what the request with this id wants.
    Asked(u32),
    Missed(u64),
    LeftOut(LeftOut),
    Error(&'a str),
}

impl Says<'_> {
    pub(super) fn frame(&self) -> Message {
        // Text and numbers alone: there is always a JSON form.
        Message::text(serde_json::to_string(self).unwrap_or_default())
    }
}

/// Why a session ends.
pub(super) enum End {
    /// The client went away, or is so slow that it might as well have.
    Gone,
    /// The client did something that it must not.
    Error(String),
    /// This process or the bus ends.
    Shutdown,
}

/// What happened next.
enum Step {
    Frame(Option<Result<Message, axum::Error>>),
    Deliveries(bool),
    Snapshot,
    Ping,
    Deadline,
}

/// A client, from its hello to its end.
pub(super) struct Session<'a> {
    app: &'a App,
    socket: WebSocket,
    /// The events that the client wants, if any.
    pub(super) filter: Option<Wanted>,
    pub(super) format: Format,
    /// Picks the events for a client that does not want them all.
    pub(super) sample: Option<Sample>,
    /// Made when events are wanted for the first time.
    pub(super) subscription: Option<Subscription>,
    /// Taken from the subscription...
    pub(super) deliveries: Vec<Delivery>,
    /// ...and so many of them sent.
    pub(super) sent: usize,
    snapshots: Option<watch::Receiver<Option<Utf8Bytes>>>,
    has_asked: bool,
    heard: Instant,
}

impl<'a> Session<'a> {
    pub(super) fn new(app: &'a App, socket: WebSocket) -> Session<'a> {
        Session {
            app,
            socket,
            filter: None,
            format: Format::default(),
            sample: None,
            subscription: None,
            deliveries: Vec::new(),
            sent: 0,
            snapshots: None,
            has_asked: false,
            heard: Instant::now(),
        }
    }

    /// Serves the client until it or the process ends.
    pub(super) async fn run(mut self) {
        let Err(end) = self.serve().await;
        self.count_unsent().await;
        self.say_goodbye(end).await;
    }

    async fn serve(&mut self) -> Result<Infallible, End> {
        self.send(
            Says::Hello {
                version: &self.app.version,
            }
            .frame(),
        )
        .await?;
        let every = self.app.limits.ping;
        let mut pings = interval_at(Instant::now() + every, every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            match self.next_step(&mut pings).await? {
                Step::Frame(frame) => {
                    if let Some(id) = self.take_frame(frame)? {
                        self.send(Says::Asked(id).frame()).await?;
                    }
                }
                Step::Deliveries(true) if self.sample.is_some() => self.send_sample().await?,
                Step::Deliveries(true) => self.send_deliveries().await?,
                Step::Deliveries(false) => return Err(End::Shutdown),
                Step::Snapshot => self.send_snapshot().await?,
                Step::Ping => self.send(Message::Ping(bytes::Bytes::new())).await?,
                Step::Deadline if self.has_asked => return Err(End::Gone),
                Step::Deadline => {
                    let limit = self.app.limits.first_request.as_secs_f64();
                    return Err(End::Error(format!("no request within {limit} s")));
                }
            }
        }
    }

    async fn next_step(&mut self, pings: &mut Interval) -> Result<Step, End> {
        let limits = &self.app.limits;
        let patience = if self.has_asked {
            limits.silence
        } else {
            limits.first_request
        };
        let not_before = self.sample.as_ref().map(Sample::next_look);
        Ok(tokio::select! {
            () = self.app.shutdown.cancelled() => return Err(End::Shutdown),
            frame = self.socket.recv() => Step::Frame(frame),
            open = receive(&mut self.subscription, &mut self.deliveries, not_before) => Step::Deliveries(open),
            () = changed(&mut self.snapshots) => Step::Snapshot,
            _ = pings.tick() => Step::Ping,
            () = sleep_until(self.heard + patience) => Step::Deadline,
        })
    }

    /// The answer is the id of a request, where it has one.
    fn take_frame(
        &mut self,
        frame: Option<Result<Message, axum::Error>>,
    ) -> Result<Option<u32>, End> {
        match frame {
            Some(Ok(Message::Text(text))) => {
                self.heard = Instant::now();
                let request = Request::parse(&text)
                    .map_err(|error| End::Error(format!("bad request: {error}")))?;
                let id = request.id;
                self.ask(request);
                Ok(id)
            }
            Some(Ok(Message::Binary(_))) => Err(End::Error(
                "bad request: it has to be a text frame".to_owned(),
            )),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                // A ping does not stand in for the first request.
                if self.has_asked {
                    self.heard = Instant::now();
                }
                Ok(None)
            }
            Some(Ok(Message::Close(_))) | None => Err(End::Gone),
            // A frame beyond the limit of a request, or a broken connection.
            Some(Err(error)) => Err(End::Error(error.to_string())),
        }
    }

    /// From now on the client wants this instead.
    fn ask(&mut self, request: Request) {
        let Request {
            id: _,
            events,
            log,
            text,
            max_per_second,
            snapshots,
            format,
        } = request;
        self.has_asked = true;
        self.format = format;
        match (&mut self.snapshots, snapshots) {
            (None, true) => self.snapshots = Some(self.app.snapshots.subscribe()),
            (Some(_), false) => self.snapshots = None,
            _ => {}
        }
        self.filter = events.map(|events| Wanted { events, log });
        let kinds = self.filter.as_ref().map_or(KindSet::NONE, Wanted::kind_set);
        match &mut self.subscription {
            // The same queue goes on, so that nothing is lost or doubled at the change.
            Some(subscription) => subscription.set_kinds(kinds),
            None if self.filter.is_some() => {
                let limits = &self.app.limits;
                let options = SubscriptionOptions::new("websocket")
                    .lossy()
                    .kinds(kinds)
                    .queue(limits.queue_events, limits.queue_bytes);
                self.subscription = Some(self.app.bus.subscribe(options));
            }
            None => {}
        }
        self.sample = max_per_second.map(|most| Sample::new(most, text.as_deref(), Instant::now()));
    }

    fn wants(&self, event: &Event) -> bool {
        self.filter
            .as_ref()
            .is_some_and(|filter| filter.matches(event))
    }

    /// Sends what was taken from the subscription, in its order.
    async fn send_deliveries(&mut self) -> Result<(), End> {
        let mut batch = Batch::new(self.format);
        for place in 0..self.deliveries.len() {
            match &self.deliveries[place] {
                Delivery::Event(event) => {
                    if self.wants(event) {
                        batch.add(event);
                    }
                }
                Delivery::Missed(count) => {
                    let missed = Says::Missed(*count).frame();
                    self.send_batch(&mut batch, place).await?;
                    if self.filter.is_some() {
                        self.send(missed).await?;
                    }
                }
            }
            if batch.is_full() {
                self.send_batch(&mut batch, place + 1).await?;
            }
        }
        self.send_batch(&mut batch, self.deliveries.len()).await?;
        self.deliveries.clear();
        self.sent = 0;
        Ok(())
    }

    /// Sends the frame, after which the first `sent` deliveries are done with.
    pub(super) async fn send_batch(&mut self, batch: &mut Batch, sent: usize) -> Result<(), End> {
        if !batch.is_empty() {
            let (whole, reduced) = (batch.whole, batch.reduced);
            self.send(batch.take_frame()).await?;
            self.app.websocket_hop.add(whole, reduced, &[]);
        }
        self.sent = sent;
        Ok(())
    }

    async fn send_snapshot(&mut self) -> Result<(), End> {
        let snapshot = self
            .snapshots
            .as_mut()
            .and_then(|held| held.borrow_and_update().clone());
        match snapshot {
            Some(snapshot) => self.send(Message::Text(snapshot)).await,
            None => Ok(()),
        }
    }

    pub(super) async fn send(&mut self, message: Message) -> Result<(), End> {
        tokio::select! {
            sent = timeout(self.app.limits.send, self.socket.send(message)) => match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) | Err(_) => Err(End::Gone),
            },
            () = self.app.shutdown.cancelled() => Err(End::Shutdown),
        }
    }

    /// Counts the events that were meant for this client and will not reach it.
    async fn count_unsent(&mut self) {
        // What a client with a limit would have got of the queue, nobody knows.
        let queued = self.subscription.take().filter(|_| self.sample.is_none());
        if let Some(mut subscription) = queued {
            subscription.set_kinds(KindSet::NONE);
            while subscription.depth() > 0 {
                subscription
                    .receive(&mut self.deliveries, MOST_EVENTS)
                    .await;
            }
        }
        let unsent = self.deliveries[self.sent..]
            .iter()
            .filter(|delivery| match delivery {
                Delivery::Event(event) => self.wants(event),
                Delivery::Missed(_) => false,
            });
        self.app
            .websocket_hop
            .add(0, 0, &[("client_gone", unsent.count() as u64)]);
    }

    async fn say_goodbye(mut self, end: End) {
        let (error, code) = match end {
            End::Gone => return,
            End::Error(error) => (Some(Says::Error(&error).frame()), close_code::POLICY),
            End::Shutdown => (None, close_code::AWAY),
        };
        let goodbye = async {
            if let Some(error) = error {
                self.socket.send(error).await?;
            }
            let close = CloseFrame {
                code,
                reason: Utf8Bytes::default(),
            };
            self.socket.send(Message::Close(Some(close))).await?;
            // Closing before the client has read this could take it away again.
            while let Some(Ok(_)) = self.socket.recv().await {}
            Ok::<(), axum::Error>(())
        };
        // Whoever does not listen to a goodbye gets none.
        let _ = timeout(GOODBYE, goodbye).await;
    }
}

async fn receive(
    subscription: &mut Option<Subscription>,
    into: &mut Vec<Delivery>,
    not_before: Option<Instant>,
) -> bool {
    if let Some(not_before) = not_before {
        sleep_until(not_before).await;
    }
    match subscription {
        Some(subscription) => subscription.receive(into, MOST_EVENTS).await,
        None => std::future::pending().await,
    }
}

async fn changed(snapshots: &mut Option<watch::Receiver<Option<Utf8Bytes>>>) {
    // The sender lives as long as the application that every session borrows.
    let is_open = match snapshots {
        Some(snapshots) => snapshots.changed().await.is_ok(),
        None => false,
    };
    if !is_open {
        std::future::pending().await
    }
}
