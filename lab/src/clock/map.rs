//! Which node time it was at a real time.

use serde::{Deserialize, Serialize};

/// A moment at which the nodes' clocks were set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockPoint {
    /// The host's time of day, in nanoseconds since the epoch.
    pub real_ns: u64,
    /// The same moment on the host's CLOCK_MONOTONIC, in nanoseconds.
    pub monotonic_ns: u64,
    /// What the nodes' clocks were set to, in nanoseconds since the epoch.
    pub node_ns: u64,
}

/// Why points are no map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockMapError {
    /// There are none.
    #[error("a clock map needs at least one moment at which the clock was set")]
    Empty,
    /// A point is not after the one before it.
    #[error("moment {0} of the clock map is not after the one before it")]
    Order(usize),
}

/// Moments at which the nodes' clocks were set, in their order: a part of every
/// recording on node time.
///
/// Between two moments node time passes evenly (the node's own clock stands
/// still until it is set again: it is up to one step behind). Before the first
/// and after the last one it passes as fast as real time. Later is never
/// earlier: where `a <= b`, the node time of `a` is not after that of `b`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ClockPoint>", into = "Vec<ClockPoint>")]
pub struct ClockMap {
    /// Not empty; all three times of each are later than those of the one before.
    points: Vec<ClockPoint>,
}

impl TryFrom<Vec<ClockPoint>> for ClockMap {
    type Error = ClockMapError;

    fn try_from(points: Vec<ClockPoint>) -> Result<ClockMap, ClockMapError> {
        if points.is_empty() {
            return Err(ClockMapError::Empty);
        }
        let is_after = |pair: &[ClockPoint]| {
            pair[0].real_ns < pair[1].real_ns
                && pair[0].monotonic_ns < pair[1].monotonic_ns
                && pair[0].node_ns < pair[1].node_ns
        };
        match points.windows(2).position(|pair| !is_after(pair)) {
            Some(position) => Err(ClockMapError::Order(position + 1)),
            None => Ok(ClockMap { points }),
        }
    }
}

impl From<ClockMap> for Vec<ClockPoint> {
    fn from(map: ClockMap) -> Vec<ClockPoint> {
        map.points
    }
}

impl ClockMap {
    /// The moments at which the clocks were set: at least one.
    pub fn points(&self) -> &[ClockPoint] {
        &self.points
    }

    /// When the clocks were set for the first time.
    pub fn first(&self) -> ClockPoint {
        self.points[0]
    }

    /// When the clocks were set for the last time.
    pub fn last(&self) -> ClockPoint {
        self.points[self.points.len() - 1]
    }

    /// The node time, in nanoseconds since the epoch, at a real time of day in
    /// nanoseconds since the epoch.
    pub fn node_time_ns(&self, real_ns: u64) -> u64 {
        self.look_up(real_ns, |point| point.real_ns, |point| point.node_ns)
    }

    /// The node's CLOCK_MONOTONIC, in nanoseconds, at a moment of the host's: it
    /// stands where the host's stands when the nodes' clocks are first set, and
    /// runs on as fast as node time does.
    pub fn node_monotonic_ns(&self, monotonic_ns: u64) -> u64 {
        let first = self.first();
        let node_monotonic_ns = |point: &ClockPoint| {
            let since_first = point.node_ns - first.node_ns;
            first.monotonic_ns.saturating_add(since_first)
        };
        self.look_up(monotonic_ns, |point| point.monotonic_ns, node_monotonic_ns)
    }

    /// How long the last `real_ns` nanoseconds before a real time of day were
    /// for the node.
    pub fn node_duration_ns(&self, until_real_ns: u64, real_ns: u64) -> u64 {
        let since = self.node_time_ns(until_real_ns.saturating_sub(real_ns));
        self.node_time_ns(until_real_ns) - since
    }

    fn look_up(
        &self,
        from: u64,
        key: impl Fn(&ClockPoint) -> u64,
        value: impl Fn(&ClockPoint) -> u64,
    ) -> u64 {
        let next = self.points.partition_point(|point| key(point) <= from);
        let Some(before) = next.checked_sub(1).map(|last| &self.points[last]) else {
            let first = self.first();
            return value(&first).saturating_sub(key(&first) - from);
        };
        let since = from - key(before);
        let Some(after) = self.points.get(next) else {
            return value(before).saturating_add(since);
        };
        let (passed, took) = (value(after) - value(before), key(after) - key(before));
        // At most `passed`, because `since` is less than `took`.
        let part = u128::from(passed) * u128::from(since) / u128::from(took);
        value(before) + part as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn point(real_seconds: u64, node_seconds: u64) -> ClockPoint {
        ClockPoint {
            real_ns: real_seconds * SECOND,
            monotonic_ns: (real_seconds - 900) * SECOND,
            node_ns: node_seconds * SECOND,
        }
    }

    /// Ten times as fast, then twenty times.
    fn map() -> ClockMap {
        let points = vec![
            point(1_000, 5_000),
            point(1_010, 5_100),
            point(1_020, 5_300),
        ];
        points.try_into().unwrap()
    }

    #[test]
    fn time_is_linear_between_the_moments_and_real_outside() {
        let map = map();
        for (real, node) in [
            (990, 4_990),
            (1_000, 5_000),
            (1_001, 5_010),
            (1_010, 5_100),
            (1_011, 5_120),
            (1_020, 5_300),
            (1_025, 5_305),
        ] {
            assert_eq!(
                map.node_time_ns(real * SECOND),
                node * SECOND,
                "at {real} s"
            );
        }
        assert_eq!(map.node_time_ns(1_001 * SECOND + 1), 5_010 * SECOND + 10);
        assert_eq!(map.node_time_ns(0), 4_000 * SECOND);
        assert_eq!(map.node_time_ns(u64::MAX), u64::MAX);
    }

    #[test]
    fn both_clocks_of_the_host_say_the_same() {
        let map = map();
        for real in 990..1_030 {
            let by_day = map.node_time_ns(real * SECOND) - 4_990 * SECOND;
            let monotonic = map.node_monotonic_ns((real - 900) * SECOND);
            let first = map.node_monotonic_ns(90 * SECOND);
            assert_eq!(monotonic - first, by_day, "at {real} s");
        }
        assert_eq!(map.node_monotonic_ns(100 * SECOND), 100 * SECOND);
    }

    #[test]
    fn later_is_never_earlier() {
        let map = map();
        let times = (0..40_000u64).map(|step| 990 * SECOND + step * 1_000_003);
        let nodes: Vec<u64> = times.map(|real| map.node_time_ns(real)).collect();
        assert!(nodes.is_sorted());
    }

    #[test]
    fn a_duration_is_as_long_as_it_was_for_the_node() {
        let map = map();
        let duration = map.node_duration_ns(1_012 * SECOND, 5 * SECOND);
        assert_eq!(duration, (3 * 10 + 2 * 20) * SECOND);
        assert_eq!(map.node_duration_ns(1_012 * SECOND, 0), 0);
    }

    #[test]
    fn a_map_survives_being_written_and_one_out_of_order_is_refused() {
        let text = serde_json::to_string(&map()).unwrap();
        assert_eq!(serde_json::from_str::<ClockMap>(&text).unwrap(), map());
        assert_eq!(ClockMap::try_from(vec![]), Err(ClockMapError::Empty));
        let turned = vec![point(1_000, 5_000), point(1_010, 5_000)];
        assert_eq!(ClockMap::try_from(turned), Err(ClockMapError::Order(1)));
        let text = text.replace("5100", "4000");
        let error = serde_json::from_str::<ClockMap>(&text).unwrap_err();
        assert!(error.to_string().contains("moment 1"), "{error}");
    }
}
