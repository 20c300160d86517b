//! stub
use peer_observer_bus::Bus;
use peer_observer_component::*;
use std::sync::Arc;
pub(crate) struct Metrics;
impl Metrics {
    pub(crate) fn new(_: Bus) -> Metrics {
        Metrics
    }
    pub(crate) fn exposition(&self) -> Arc<dyn Exposition> {
        Arc::new(Text)
    }
}
struct Text;
impl Exposition for Text {
    fn text(&self) -> String {
        "# EOF\n".into()
    }
}
impl Component for Metrics {
    fn name(&self) -> String {
        "metrics".into()
    }
    async fn run(&self, c: Context) -> Result<(), Failure> {
        c.health.set(State::Working, "");
        c.shutdown.cancelled().await;
        Ok(())
    }
}
