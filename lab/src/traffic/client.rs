//! A place that one client after another occupies.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use peer_observer_p2p::Options;

use super::TrafficConfig;
use super::agents::random_options;
use super::interval::random_interval;
use super::session::Session;
use super::supply::Supply;
use crate::loopback;

/// Every so many places is one whose client stays.
const STAYING: usize = 4;

/// Clients come, stay and go, for ever.
pub(super) async fn occupy(
    place: usize,
    address: SocketAddr,
    config: Arc<TrafficConfig>,
    supply: Supply,
) {
    loop {
        config.pace.sleep(random_interval(config.absence)).await;
        let options = random_options(config.v2_share, &config.pace);
        let stay = if place.is_multiple_of(STAYING) {
            Duration::MAX
        } else {
            config.pace.real_duration(random_interval(config.stay))
        };
        let visit = visit(address, &options, &config, &supply);
        // The node may be stopped at any time; the next client tries again.
        if let Ok(Err(error)) = tokio::time::timeout(stay, visit).await {
            tracing::debug!(%error, %address, "a client was disconnected");
        }
    }
}

async fn visit(
    address: SocketAddr,
    options: &Options,
    config: &TrafficConfig,
    supply: &Supply,
) -> Result<()> {
    let mut connection = loopback::connect(address, options).await?;
    connection.handshake(options).await?;
    let is_modern = !options.before_verack.is_empty();
    Session::new(connection, is_modern, config, supply)
        .run()
        .await
}
