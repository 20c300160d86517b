//! What one kind of report is made into, a reply of an RPC method or a sample
//! of the node's process: a table of definitions, each with the function that
//! takes the numbers out of a report.

use std::collections::BTreeMap;

use crate::catalogue::{Catalogue, Definition};
use crate::family::{NodeName, Value, usable_seconds};
use crate::polled::{
    Distribution, PolledCounter, PolledGauge, PolledSeconds, PolledSeries, PolledValue,
};

/// Sets a node's series of one family from a report, or removes them.
type Update<R> = Box<dyn Fn(&NodeName, Option<&R>) + Send + Sync>;

/// Numbers by the values of their labels.
pub(crate) type ByLabels<T, const N: usize> = Vec<([&'static str; N], T)>;

/// The families of one kind of report: it is, or is summed up as, `R`.
pub(crate) struct Poll<R> {
    updates: Vec<Update<R>>,
}

impl<R> Poll<R> {
    /// Replaces the node's numbers by those of this report.
    pub(crate) fn set(&self, node: &NodeName, report: &R) {
        self.updates
            .iter()
            .for_each(|update| update(node, Some(report)));
    }

    /// Removes the node's numbers.
    pub(crate) fn clear(&self, node: &NodeName) {
        self.updates.iter().for_each(|update| update(node, None));
    }
}

/// Defines the families of a [`Poll`], one after the other.
pub(crate) struct PollBuilder<'a, R> {
    catalogue: &'a mut Catalogue,
    updates: Vec<Update<R>>,
}

impl<'a, R: 'static> PollBuilder<'a, R> {
    /// Reports of one kind, with a title and a source for the reference.
    pub(crate) fn new(
        catalogue: &'a mut Catalogue,
        title: &'static str,
        source: &'static str,
    ) -> PollBuilder<'a, R> {
        catalogue.area(title, source);
        PollBuilder::within(catalogue)
    }

    /// Goes on with the area that was begun last.
    pub(crate) fn within(catalogue: &'a mut Catalogue) -> PollBuilder<'a, R> {
        PollBuilder {
            catalogue,
            updates: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Poll<R> {
        Poll {
            updates: self.updates,
        }
    }

    /// A number, absent where the report has none.
    pub(crate) fn gauge<T: Number + 'static>(
        self,
        definition: Definition<0>,
        number: fn(&R) -> T,
    ) -> PollBuilder<'a, R> {
        self.add(definition, &[], move |report| {
            let number = number(report).number();
            let gauge = number.map(|number| ([], PolledGauge::new(number)));
            gauge.into_iter().collect()
        })
    }

    /// Numbers by the values of their labels; those of equal labels are summed up.
    pub(crate) fn gauges<T: Number + 'static, const N: usize>(
        self,
        definition: Definition<N>,
        numbers: fn(&R) -> ByLabels<T, N>,
    ) -> PollBuilder<'a, R> {
        self.add(definition, &[], move |report| {
            sums(numbers(report), PolledGauge::new)
        })
    }

    /// A count that the node keeps.
    pub(crate) fn counter(
        self,
        definition: Definition<0>,
        count: fn(&R) -> Option<u64>,
    ) -> PollBuilder<'a, R> {
        self.add(definition, &[], move |report| {
            let count = count(report).map(|count| ([], PolledCounter::new(count)));
            count.into_iter().collect()
        })
    }

    /// Counts that the node keeps, by the values of their labels; those of
    /// equal labels are summed up.
    pub(crate) fn counters<const N: usize>(
        self,
        definition: Definition<N>,
        counts: fn(&R) -> ByLabels<u64, N>,
    ) -> PollBuilder<'a, R> {
        self.add(definition, &[], move |report| {
            let mut sums = BTreeMap::<_, u64>::new();
            for (values, count) in counts(report) {
                let sum = sums.entry(values.map(Value::Borrowed)).or_default();
                *sum = sum.saturating_add(count);
            }
            let counters = sums.into_iter();
            counters
                .map(|(values, count)| (values, PolledCounter::new(count)))
                .collect()
        })
    }

    /// Seconds that the node, or the kernel for it, sums up, by the values of
    /// their labels; those of equal labels are added.
    pub(crate) fn seconds<const N: usize>(
        self,
        definition: Definition<N>,
        seconds: fn(&R) -> ByLabels<f64, N>,
    ) -> PollBuilder<'a, R> {
        self.add(definition, &[], move |report| {
            let mut seconds = seconds(report);
            seconds.retain(|(_, seconds)| usable_seconds(Some(*seconds)).is_some());
            sums(seconds, PolledSeconds::new)
        })
    }

    /// How numbers are distributed.
    pub(crate) fn distribution(
        self,
        definition: Definition<0>,
        buckets: &'static [f64],
        numbers: fn(&R) -> Vec<f64>,
    ) -> PollBuilder<'a, R> {
        self.add(definition, buckets, move |report| {
            let distribution = Distribution::new(buckets, numbers(report));
            PolledSeries::from([([], distribution)])
        })
    }

    /// How numbers are distributed, by the values of their labels.
    pub(crate) fn distributions<const N: usize>(
        self,
        definition: Definition<N>,
        buckets: &'static [f64],
        numbers: fn(&R) -> ByLabels<Vec<f64>, N>,
    ) -> PollBuilder<'a, R> {
        self.add(definition, buckets, move |report| {
            let numbers = numbers(report).into_iter();
            numbers
                .map(|(values, numbers)| {
                    let distribution = Distribution::new(buckets, numbers);
                    (values.map(Value::Borrowed), distribution)
                })
                .collect()
        })
    }

    fn add<V: PolledValue, const N: usize>(
        mut self,
        definition: Definition<N>,
        buckets: &'static [f64],
        series: impl Fn(&R) -> PolledSeries<V, N> + Send + Sync + 'static,
    ) -> PollBuilder<'a, R> {
        let family = self.catalogue.polled::<V, N>(definition, buckets);
        self.updates.push(Box::new(move |node, report| {
            family.replace(node, report.map(&series).unwrap_or_default());
        }));
        self
    }
}

/// Adds up the numbers of equal labels.
fn sums<T: Number, V, const N: usize>(
    numbers: ByLabels<T, N>,
    value: fn(f64) -> V,
) -> PolledSeries<V, N> {
    let mut sums = BTreeMap::<_, f64>::new();
    for (values, number) in numbers {
        if let Some(number) = number.number() {
            *sums.entry(values.map(Value::Borrowed)).or_default() += number;
        }
    }
    let sums = sums.into_iter();
    sums.map(|(values, sum)| (values, value(sum))).collect()
}

/// What can be the value of a gauge.
pub(crate) trait Number {
    /// Absent where there is none, or none that can be shown.
    fn number(self) -> Option<f64>;
}

impl Number for f64 {
    fn number(self) -> Option<f64> {
        Some(self).filter(|number| number.is_finite())
    }
}

impl Number for u64 {
    fn number(self) -> Option<f64> {
        Some(self as f64)
    }
}

impl Number for i32 {
    fn number(self) -> Option<f64> {
        Some(f64::from(self))
    }
}

impl Number for i64 {
    fn number(self) -> Option<f64> {
        Some(self as f64)
    }
}

impl Number for usize {
    fn number(self) -> Option<f64> {
        Some(self as f64)
    }
}

impl Number for u32 {
    fn number(self) -> Option<f64> {
        Some(f64::from(self))
    }
}

impl Number for bool {
    fn number(self) -> Option<f64> {
        Some(u8::from(self).into())
    }
}

impl<T: Number> Number for Option<T> {
    fn number(self) -> Option<f64> {
        self?.number()
    }
}
