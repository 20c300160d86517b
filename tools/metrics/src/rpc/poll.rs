//! What one method's replies are made into: a table of definitions, each with
//! the function that takes the numbers out of a reply.

use std::collections::BTreeMap;

use crate::catalogue::{Catalogue, Definition};
use crate::family::{NodeName, Value};
use crate::polled::{Distribution, PolledCounter, PolledGauge, PolledSeries};

/// Sets a node's series of one family from a reply, or removes them.
type Update<R> = Box<dyn Fn(&NodeName, Option<&R>) + Send + Sync>;

/// Numbers by the values of their labels.
pub(crate) type ByLabels<T, const N: usize> = Vec<([&'static str; N], T)>;

/// The families of one method, whose replies are, or are summed up as, `R`.
pub(crate) struct Poll<R> {
    updates: Vec<Update<R>>,
}

impl<R> Poll<R> {
    /// Replaces the node's numbers by those of this reply.
    pub(crate) fn set(&self, node: &NodeName, reply: &R) {
        self.updates
            .iter()
            .for_each(|update| update(node, Some(reply)));
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
    /// Replies of one method, with a title for the reference.
    pub(crate) fn new(
        catalogue: &'a mut Catalogue,
        title: &'static str,
        method: &'static str,
    ) -> PollBuilder<'a, R> {
        catalogue.area(title, method);
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

    /// A number, absent where the reply has none.
    pub(crate) fn gauge<T: Number + 'static>(
        self,
        definition: Definition<0>,
        number: fn(&R) -> T,
    ) -> PollBuilder<'a, R> {
        self.add_gauges(definition, move |reply| {
            let number = number(reply).number();
            number.map(|number| ([], number)).into_iter().collect()
        })
    }

    /// Numbers by the values of their labels; those of equal labels are summed up.
    pub(crate) fn gauges<T: Number + 'static, const N: usize>(
        self,
        definition: Definition<N>,
        numbers: fn(&R) -> ByLabels<T, N>,
    ) -> PollBuilder<'a, R> {
        self.add_gauges(definition, move |reply| {
            let mut sums = BTreeMap::new();
            for (values, number) in numbers(reply) {
                if let Some(number) = number.number() {
                    *sums.entry(values.map(Value::Borrowed)).or_default() += number;
                }
            }
            sums
        })
    }

    /// A count that the node keeps.
    pub(crate) fn counter(
        mut self,
        definition: Definition<0>,
        count: fn(&R) -> Option<u64>,
    ) -> PollBuilder<'a, R> {
        let family = self.catalogue.polled::<PolledCounter, 0>(definition, &[]);
        self.updates.push(Box::new(move |node, reply| {
            let count = reply.and_then(count).map(PolledCounter::new);
            family.replace(node, count.map(|count| ([], count)).into_iter().collect());
        }));
        self
    }

    /// How numbers are distributed.
    pub(crate) fn distribution(
        self,
        definition: Definition<0>,
        buckets: &'static [f64],
        numbers: fn(&R) -> Vec<f64>,
    ) -> PollBuilder<'a, R> {
        self.add_distributions(definition, buckets, move |reply| vec![([], numbers(reply))])
    }

    /// How numbers are distributed, by the values of their labels.
    pub(crate) fn distributions<const N: usize>(
        self,
        definition: Definition<N>,
        buckets: &'static [f64],
        numbers: fn(&R) -> ByLabels<Vec<f64>, N>,
    ) -> PollBuilder<'a, R> {
        self.add_distributions(definition, buckets, numbers)
    }

    fn add_gauges<const N: usize>(
        mut self,
        definition: Definition<N>,
        numbers: impl Fn(&R) -> BTreeMap<[Value; N], f64> + Send + Sync + 'static,
    ) -> PollBuilder<'a, R> {
        let family = self.catalogue.polled::<PolledGauge, N>(definition, &[]);
        self.updates.push(Box::new(move |node, reply| {
            let numbers = reply.map(&numbers).unwrap_or_default();
            let gauges = numbers.into_iter();
            family.replace(
                node,
                gauges
                    .map(|(values, number)| (values, PolledGauge::new(number)))
                    .collect(),
            );
        }));
        self
    }

    fn add_distributions<const N: usize>(
        mut self,
        definition: Definition<N>,
        buckets: &'static [f64],
        numbers: impl Fn(&R) -> ByLabels<Vec<f64>, N> + Send + Sync + 'static,
    ) -> PollBuilder<'a, R> {
        let family = self
            .catalogue
            .polled::<Distribution, N>(definition, buckets);
        self.updates.push(Box::new(move |node, reply| {
            let mut series = PolledSeries::new();
            for (values, numbers) in reply.map(&numbers).unwrap_or_default() {
                let distribution = Distribution::new(buckets, numbers);
                series.insert(values.map(Value::Borrowed), distribution);
            }
            family.replace(node, series);
        }));
        self
    }
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
