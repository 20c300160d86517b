//! Text within events.

use peer_observer_event::Event;
use tokio::time::Instant;

use super::budget::Budget;

/// JSON that is searched for one client per second, in bytes: less than a
/// twentieth of a core.
const SEARCHED_PER_SECOND: u32 = 16 << 20;

/// Looks for a text in the JSON form of payloads, whatever its case.
pub(super) struct Search {
    needle: String,
    buffer: Vec<u8>,
    budget: Budget,
}

impl Search {
    pub(super) fn new(text: &str, now: Instant) -> Search {
        // As it stands in JSON: a quotation mark is escaped there.
        let quoted = serde_json::Value::from(text).to_string();
        Search {
            needle: quoted[1..quoted.len() - 1].to_ascii_lowercase(),
            buffer: Vec::new(),
            budget: Budget::new(SEARCHED_PER_SECOND, now),
        }
    }

    pub(super) fn refill(&mut self, now: Instant) {
        self.budget.refill(now);
    }

    /// Does the text stand in the payload? `None`: this second's work is done.
    pub(super) fn finds(&mut self, event: &Event) -> Option<bool> {
        if self.budget.available() == 0 {
            return None;
        }
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, &event.payload).expect(
            "a payload holds no map with keys that are not text, and memory takes all writes",
        );
        self.budget.take(self.buffer.len());
        self.buffer.make_ascii_lowercase();
        let text = str::from_utf8(&self.buffer).expect("serde_json writes UTF-8");
        Some(text.contains(&self.needle))
    }
}
