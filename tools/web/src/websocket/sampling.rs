//! A session whose client has set a limit.

use peer_observer_bus::Delivery;
use tokio::time::Instant;

use super::batch::{Batch, MOST_EVENTS};
use super::sample::{LONGEST_SAMPLED, LeftOut};
use super::session::{End, Says, Session};

impl Session<'_> {
    /// Looks at all that waits, sends a part of it and says how much was left out.
    pub(super) async fn send_sample(&mut self) -> Result<(), End> {
        let missed = self.pick().await;
        if self.filter.is_none() {
            return Ok(());
        }
        if missed > 0 {
            self.send(Says::Missed(missed).frame()).await?;
        }
        let mut batch = Batch::new(self.format);
        let mut written = 0;
        while written < self.deliveries.len() {
            let Some(sample) = self.sample.as_mut().filter(|sample| sample.has_bytes()) else {
                break;
            };
            let before = batch.len();
            if let Delivery::Event(event) = &self.deliveries[written]
                && !batch.add_up_to(event, LONGEST_SAMPLED)
            {
                sample.left_out.limit += 1;
            }
            sample.wrote(batch.len() - before);
            written += 1;
            if batch.is_full() {
                self.send_batch(&mut batch, written).await?;
            }
        }
        self.send_batch(&mut batch, written).await?;
        let Some(sample) = &mut self.sample else {
            return Ok(());
        };
        let mut left_out = std::mem::take(&mut sample.left_out);
        left_out.limit += (self.deliveries.len() - written) as u64;
        self.deliveries.clear();
        self.sent = 0;
        if left_out != LeftOut::default() {
            self.send(Says::LeftOut(left_out).frame()).await?;
        }
        Ok(())
    }

    /// Leaves the picked events in `deliveries`; the answer is how many were missed.
    async fn pick(&mut self) -> u64 {
        let (Some(sample), Some(subscription)) = (&mut self.sample, &mut self.subscription) else {
            return 0;
        };
        sample.begin(Instant::now());
        let mut missed = 0;
        // What came in meanwhile is for the next time, or a flood would never end.
        let mut waiting = subscription.depth();
        loop {
            for delivery in self.deliveries.drain(..) {
                match (delivery, &self.filter) {
                    (Delivery::Event(event), Some(filter)) => match filter.matches(&event) {
                        true => sample.offer(event),
                        false => sample.left_out.filter += 1,
                    },
                    (Delivery::Missed(count), _) => missed += count,
                    (Delivery::Event(_), None) => {}
                }
            }
            if waiting == 0 {
                break;
            }
            let most = waiting.min(MOST_EVENTS);
            waiting -= most;
            subscription.receive(&mut self.deliveries, most).await;
        }
        self.deliveries
            .extend(sample.take().into_iter().map(Delivery::Event));
        missed
    }
}
