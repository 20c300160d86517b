//! The thread that reads the log.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use peer_observer_bus::{Bus, wall_clock_ns};
use peer_observer_component::{Context, State};
use peer_observer_event::{Extractor, GapReason};
use peer_observer_node::NodeSettings;

use crate::input::{Input, Progress};
use crate::lines::{Lines, Next, Rest};
use crate::lives::Lives;
use crate::pace::Pace;
use crate::place::{self, Place};
use crate::session::Session;
use crate::settings::{LogExtractorSettings, LogInput};

/// How often the process and the log's place are looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);

/// Who gets so much at once is behind.
const BACKLOG_BYTES: usize = 64 * 1024;

/// While a backlog is read, subscribers with more than this in their queues are
/// waited for, for so long at most with each piece: what is not read yet is
/// safe in the file. Lines that come as they are written wait for nobody.
const LONG_QUEUE: usize = 16_384;
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// Reads the log until shutdown.
pub(crate) fn observe(node: &NodeSettings, settings: &LogExtractorSettings, context: &Context) {
    let publisher = context.bus.publisher(&node.name, Extractor::Log);
    let about = match &settings.input {
        LogInput::DebugLog => "the node's debug.log".to_owned(),
        LogInput::File(path) => path.display().to_string(),
        LogInput::StandardInput => "standard input".to_owned(),
    };
    let health = context.health.clone();
    let reader = Reader {
        session: Session::begin(node, publisher, health, &about),
        settings,
        about,
        lives: Lives::new(node.clone()),
        lines: Lines::new(),
        input: None,
        pace: Pace::new(),
        is_quiet: false,
    };
    reader.run(context);
}

struct Reader<'a> {
    settings: &'a LogExtractorSettings,
    /// What is read, for people.
    about: String,
    session: Session,
    lives: Lives,
    lines: Lines,
    input: Option<Input>,
    pace: Pace,
    /// There was nothing to read the last time either.
    is_quiet: bool,
}

/// What came of an attempt to read.
enum Step {
    /// So many bytes, and there may be more.
    Read(usize),
    /// There is nothing more now.
    Pause,
}

impl Reader<'_> {
    fn run(mut self, context: &Context) {
        let mut next_look = Instant::now();
        let mut next_heartbeat = Instant::now() + HEARTBEAT_INTERVAL;
        while !context.shutdown.is_cancelled() {
            let now = Instant::now();
            if now >= next_look {
                self.look();
                next_look = now + LOOK_INTERVAL;
            }
            if now >= next_heartbeat {
                self.session.heartbeat(self.lines.counts());
                next_heartbeat = now + HEARTBEAT_INTERVAL;
            }
            match self.read() {
                Step::Read(bytes) => {
                    self.pace.something();
                    if bytes >= BACKLOG_BYTES {
                        self.wait_for_subscribers(&context.bus);
                    }
                }
                Step::Pause => self.wait(),
            }
        }
        // A half-written line in a file is read whole by the next instance.
        match self.input.as_ref().is_some_and(Input::is_stream) {
            true => self.take(Rest::Nothing),
            false => self.take(Rest::Late),
        }
        self.session.heartbeat(self.lines.counts());
    }

    /// Looks where the log is and whether the node runs.
    fn look(&mut self) {
        self.lives.look();
        match place::find(self.settings, &mut self.lives, self.input.as_ref()) {
            Place::AsBefore => {}
            Place::Here(found) => {
                self.leave_input();
                if let Some(path) = found.input.path() {
                    self.about = path.display().to_string();
                }
                if let Some(since_ns) = found.missed_since_ns {
                    let detail = format!("the node writes its log to {} now", self.about);
                    let times_ns = (since_ns, wall_clock_ns());
                    self.session.gap(GapReason::NotAttached, times_ns, detail);
                }
                self.input = Some(found.input);
            }
            Place::Nowhere => {
                self.leave_input();
                let detail = "the node writes no debug.log (-nodebuglogfile); start it with \
                              -debuglogfile=debug.log, or switch the log extractor off";
                self.session.is(State::Off, detail);
            }
            Place::Unknown(detail) => self.session.is(State::Waiting, &detail),
        }
    }

    fn leave_input(&mut self) {
        if self.input.take().is_some() {
            self.take(Rest::Nothing);
            self.session.flush();
        }
    }

    /// Reads what is there, a piece at a time.
    fn read(&mut self) -> Step {
        let Some(input) = &mut self.input else {
            return Step::Pause;
        };
        let mut progress = Ok(Progress::Idle);
        let filled = self.lines.fill(|space| {
            progress = input.read(space);
            Ok(match progress {
                Ok(Progress::Read(count)) => count,
                _ => 0,
            })
        });
        match filled.and(progress) {
            Ok(Progress::Read(count)) => {
                self.is_quiet = false;
                if input.is_stream() {
                    self.lives.is_live();
                }
                self.take(Rest::Coming);
                self.report();
                return Step::Read(count);
            }
            Ok(Progress::Idle) => {
                if self.at_end() {
                    self.lives.begin(&mut self.session, &self.about);
                    self.report();
                }
            }
            Ok(Progress::Ended) => {
                self.take(Rest::Nothing);
                return Step::Read(0);
            }
            Ok(Progress::Truncated { since_ns }) => {
                self.take(Rest::Nothing);
                let detail = format!("{} was truncated", self.about);
                let times = (since_ns, wall_clock_ns());
                self.session.gap(GapReason::FileReplaced, times, detail);
                return Step::Read(0);
            }
            Ok(Progress::Missing) => {
                self.at_end();
                let detail = format!("there is no {}, waiting for it", self.about);
                self.session.is(State::Waiting, &detail);
            }
            Ok(Progress::Finished) => {
                self.take(Rest::Nothing);
                let detail = format!("{} has ended", self.about);
                self.lives.finish(&mut self.session, &detail);
                self.session.is(State::Waiting, &detail);
            }
            Err(error) => {
                let remedy = match error.kind() {
                    ErrorKind::PermissionDenied => {
                        "; run as the node's user, or join its group and let that read the file \
                         (chmod g+r)"
                    }
                    _ => "",
                };
                self.at_end();
                let detail = format!("cannot read {}: {error}{remedy}", self.about);
                self.session.is(State::Failed, &detail);
            }
        }
        Step::Pause
    }

    /// Makes events of all lines that are there whole.
    fn take(&mut self, rest: Rest) {
        loop {
            let mut first = self.session.batch.len();
            let next = self.lines.next(rest, &mut self.session.batch);
            if next == Next::Nothing {
                return;
            }
            if next == Next::Start || !self.lives.is_settled() {
                // They come behind what is to be said of the node first.
                let events = self.session.batch.split_off(first);
                match next {
                    Next::Start => self.lives.starts(&mut self.session),
                    _ => self.lives.meet(&events, &mut self.session, &self.about),
                }
                first = self.session.batch.len();
                self.session.batch.extend(events);
            }
            self.session.flush_if_full(first);
        }
    }

    /// All that was there has been read. Says whether it has stayed so for a
    /// while: what belongs to the last line may be written just now.
    fn at_end(&mut self) -> bool {
        let is_quiet = std::mem::replace(&mut self.is_quiet, true);
        if is_quiet {
            self.take(Rest::Late);
            self.lives.at_end(&mut self.session);
        }
        self.session.flush();
        is_quiet
    }

    fn report(&mut self) {
        let about = &self.about;
        match self.lives.is_there() {
            true => self.session.is(State::Working, &format!("reads {about}")),
            false => {
                let detail = format!("no node is to be seen, waiting for lines in {about}");
                self.session.is(State::Waiting, &detail);
            }
        }
    }

    fn wait(&mut self) {
        let longest = self.pace.nothing();
        match &self.input {
            Some(input) => input.wait(longest),
            None => std::thread::sleep(longest),
        }
    }

    /// A backlog may be read as fast as others take it.
    fn wait_for_subscribers(&self, bus: &Bus) {
        let began = Instant::now();
        let is_long = || bus.subscriptions().iter().any(|one| one.depth > LONG_QUEUE);
        while is_long() && began.elapsed() < LONGEST_WAIT {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
