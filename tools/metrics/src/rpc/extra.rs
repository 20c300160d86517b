//! `rpc.extra_gauges`: fields of replies that the schema does not have. Where a
//! list has them, the numbers are those over the list: no label per peer.

use peer_observer_event::{Payload, RpcField};

use super::summary::{mean, median};
use crate::catalogue::{Catalogue, Definition, define};
use crate::family::{NodeName, Value};
use crate::labels::RPC_FIELD;
use crate::poll::Number;
use crate::polled::{Polled, PolledGauge, PolledSeries};

/// A number over the values of a field, which are in rising order.
type Statistic = fn(&[f64]) -> Option<f64>;

/// Each family's name, unit, help and number.
const STATISTICS: [(Definition<0>, Statistic); 6] = [
    (
        define(
            "rpc_extra_field_objects",
            "objects",
            "Objects in the last reply that have the field with a number, true or false",
        ),
        |values| Some(values.len() as f64),
    ),
    (
        define(
            "rpc_extra_field_value",
            "the field's own",
            "Value of the field in the last reply, summed up over the objects that have it",
        )
        .existing("`rpc_peer_info_cpuload_sum`"),
        |values| (!values.is_empty()).then(|| values.iter().sum()),
    ),
    (
        define(
            "rpc_extra_field_minimum",
            "the field's own",
            "Smallest value of the field in the last reply",
        )
        .existing("`rpc_peer_info_cpuload_min`"),
        |values| values.first().copied(),
    ),
    (
        define(
            "rpc_extra_field_median",
            "the field's own",
            "Median of the field's values in the last reply",
        )
        .existing("`rpc_peer_info_cpuload_median`"),
        median,
    ),
    (
        define(
            "rpc_extra_field_mean",
            "the field's own",
            "Mean of the field's values in the last reply",
        )
        .existing("`rpc_peer_info_cpuload_mean`"),
        mean,
    ),
    (
        define(
            "rpc_extra_field_maximum",
            "the field's own",
            "Largest value of the field in the last reply",
        )
        .existing("`rpc_peer_info_cpuload_max`"),
        |values| values.last().copied(),
    ),
];

/// Families of the fields.
pub(crate) struct ExtraGauges {
    fields: Vec<RpcField>,
    families: Vec<(Polled<PolledGauge, 1>, Statistic)>,
}

impl ExtraGauges {
    pub(crate) fn new(catalogue: &mut Catalogue, fields: Vec<RpcField>) -> ExtraGauges {
        catalogue.area(
            "Extra fields of RPC replies",
            "the fields in the setting `rpc.extra_gauges`",
        );
        let families = STATISTICS.map(|(definition, statistic)| {
            (
                catalogue.polled(definition.labels([RPC_FIELD]), &[]),
                statistic,
            )
        });
        ExtraGauges {
            fields,
            families: families.into(),
        }
    }

    pub(super) fn fold(&self, node: &NodeName, payload: &Payload) {
        for field in &self.fields {
            if payload.rpc_method() != Some(field.method()) {
                continue;
            }
            let mut values = field.values(payload);
            values.sort_unstable_by(f64::total_cmp);
            for (family, statistic) in &self.families {
                let number = statistic(&values).number();
                let name = Value::Owned(field.to_string());
                family.replace_one(node, [name], number.map(PolledGauge::new));
            }
        }
    }

    pub(super) fn clear(&self, node: &NodeName) {
        for (family, _) in &self.families {
            family.replace(node, PolledSeries::new());
        }
    }
}
