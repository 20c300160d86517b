//! Soft forks: getdeploymentinfo.

use peer_observer_event::{Bip9Statistics, Deployment, DeploymentInfo};

use crate::catalogue::{Catalogue, define};
use crate::labels::{DEPLOYMENT, DEPLOYMENT_STATUS};
use crate::poll::{ByLabels, Poll, PollBuilder};
use crate::words::{DEPLOYMENT_STATES, DEPLOYMENTS, listed};

pub(super) fn deployment_info(catalogue: &mut Catalogue) -> Poll<DeploymentInfo> {
    PollBuilder::<DeploymentInfo>::new(catalogue, "getdeploymentinfo", "`getdeploymentinfo`")
        .gauges(
            define(
                "rpc_deployments",
                "deployments",
                "Soft forks by their status",
            )
            .labels([DEPLOYMENT, DEPLOYMENT_STATUS])
            .source("`active`, `bip9.status_next`"),
            |info| {
                let all = info.deployments.iter();
                all.map(|one| ([word(one), status(one)], 1u64)).collect()
            },
        )
        .gauges(
            define(
                "rpc_deployments_active",
                "deployments",
                "Soft forks whose rules hold for the mempool and the next block",
            )
            .labels([DEPLOYMENT])
            .source("`active`"),
            |info| {
                info.deployments
                    .iter()
                    .map(|one| ([word(one)], one.active))
                    .collect()
            },
        )
        .gauges(
            define(
                "rpc_deployment_elapsed_blocks",
                "blocks",
                "Blocks of the signalling period so far",
            )
            .labels([DEPLOYMENT])
            .source("`bip9.statistics.elapsed`"),
            |info| statistics(info, |statistics| statistics.elapsed_blocks),
        )
        .gauges(
            define(
                "rpc_deployment_signalling_blocks",
                "blocks",
                "Blocks of the signalling period so far that signal",
            )
            .labels([DEPLOYMENT])
            .source("`bip9.statistics.count`"),
            |info| statistics(info, |statistics| statistics.signalling_blocks),
        )
        .gauges(
            define(
                "rpc_deployment_threshold_blocks",
                "blocks",
                "Blocks of a period that must signal",
            )
            .labels([DEPLOYMENT])
            .source("`bip9.statistics.threshold`"),
            |info| statistics(info, |statistics| statistics.threshold_blocks),
        )
        .gauges(
            define(
                "rpc_deployment_period_blocks",
                "blocks",
                "Blocks of a signalling period",
            )
            .labels([DEPLOYMENT])
            .source("`bip9.statistics.period`"),
            |info| statistics(info, |statistics| statistics.period_blocks),
        )
        .finish()
}

fn word(deployment: &Deployment) -> &'static str {
    listed(&DEPLOYMENTS, deployment.name.as_deref().unwrap_or_default())
}

fn status(deployment: &Deployment) -> &'static str {
    let bip9 = deployment.bip9.as_ref();
    match bip9.and_then(|bip9| bip9.status_next.as_deref().or(bip9.status.as_deref())) {
        Some(status) => listed(&DEPLOYMENT_STATES, status),
        None if deployment.active == Some(true) => "active",
        None => "inactive",
    }
}

/// A number of each deployment that is being signalled.
fn statistics(
    info: &DeploymentInfo,
    number: fn(&Bip9Statistics) -> Option<u64>,
) -> ByLabels<Option<u64>, 1> {
    let signalled = info.deployments.iter().filter_map(|deployment| {
        let statistics = deployment.bip9.as_ref()?.statistics.as_ref()?;
        Some(([word(deployment)], number(statistics)))
    });
    signalled.collect()
}
