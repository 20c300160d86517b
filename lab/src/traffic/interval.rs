//! Times between things that happen independently of each other.

use std::time::Duration;

use rand::Rng;

/// A random time with this average, as between the events of a Poisson
/// process. Never more than ten times the average.
pub(super) fn random_interval(average: Duration) -> Duration {
    let uniform: f64 = rand::rng().random_range(0.0..1.0);
    average.mul_f64((-(1.0 - uniform).ln()).min(10.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_is_the_average() {
        let count = 100_000;
        let total: Duration = (0..count)
            .map(|_| random_interval(Duration::from_secs(1)))
            .sum();
        let average = total.as_secs_f64() / f64::from(count);
        assert!((0.97..1.03).contains(&average), "{average}");
    }
}
