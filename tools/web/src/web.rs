//! The component.

use std::sync::{Arc, Mutex, PoisonError};

use peer_observer_component::{Component, Context, Exposition, Failure, HealthRegistry, State};
use peer_observer_event::KindSet;
use tokio::sync::{Semaphore, watch};
use tracing::info;

use crate::app::App;
use crate::follow::{follow, subscription};
use crate::http::{Bound, Entrance, Hosts, router, serve};
use crate::settings::{Limits, Listen, WebSettings};
use crate::view::View;
use crate::websocket;

/// What the server shows besides events.
pub struct WebSources {
    /// The metrics for `/metrics`; without them the route answers 404.
    pub metrics: Option<Arc<dyn Exposition>>,
    /// The components and how they are.
    pub health: HealthRegistry,
    /// Names of the configured nodes, in the order in which they are shown.
    pub nodes: Vec<String>,
    /// peer-observer's version.
    pub version: String,
}

/// The HTTP server: page, JSON API, websocket, metrics endpoint.
pub struct Web {
    settings: WebSettings,
    limits: Limits,
    sources: WebSources,
    metrics_only: bool,
    /// Bound before the first life, for callers that need the port.
    bound: Mutex<Option<Bound>>,
}

impl Web {
    /// A server that listens once it runs.
    pub fn new(settings: WebSettings, sources: WebSources) -> Web {
        Web {
            settings,
            limits: Limits::default(),
            sources,
            metrics_only: false,
            bound: Mutex::default(),
        }
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Web {
        Web { limits, ..self }
    }

    /// The same with `/metrics`, `/healthz` and `/readyz` alone.
    pub fn metrics_only(self) -> Web {
        Web {
            metrics_only: true,
            ..self
        }
    }

    /// Listens already, without answering yet, and says where: with port 0 this
    /// is the only way to learn the port. The first [`Component::run`] goes on
    /// with this listener.
    ///
    /// # Errors
    /// [`Failure::Temporary`] names the address that could not be had.
    pub fn bind(&self) -> Result<Listen, Failure> {
        let bound = listen(&self.settings.listen)?;
        let address = bound.address().clone();
        *self.bound.lock().unwrap_or_else(PoisonError::into_inner) = Some(bound);
        Ok(address)
    }

    fn bound(&self) -> Result<Bound, Failure> {
        let bound = self
            .bound
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        bound.map_or_else(|| listen(&self.settings.listen), Ok)
    }
}

fn listen(address: &Listen) -> Result<Bound, Failure> {
    Bound::new(address).map_err(|error| {
        Failure::Temporary(format!(
            "cannot listen on {address}: {error}; http.listen sets another address"
        ))
    })
}

impl Component for Web {
    fn name(&self) -> String {
        "web".to_owned()
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let bound = self.bound()?;
        let address = bound.address().clone();
        let listener = bound.into_listener().map_err(Failure::temporary)?;
        let hosts = Hosts::new(&address, &self.settings.allowed_hosts).map_err(|error| {
            Failure::CannotWork {
                what: error.to_string(),
                remedy: "write a name or an address, with or without a port".to_owned(),
            }
        })?;
        let entrance = Entrance {
            hosts,
            token: self.settings.token.clone(),
        };
        let app = Arc::new(App {
            websocket_hop: context.bus.hop("websocket", ""),
            bus: context.bus,
            shutdown: context.shutdown.clone(),
            health: self.sources.health.clone(),
            metrics: self.sources.metrics.clone(),
            version: self.sources.version.clone(),
            limits: self.limits.clone(),
            websockets: Arc::new(Semaphore::new(self.settings.max_websockets)),
            snapshots: watch::Sender::new(None),
            view: Mutex::new(View::new(&self.sources.nodes)),
        });
        // Before the first reply: who has been answered once sees all later events.
        let mut wanted = subscription();
        if self.metrics_only {
            // Nobody asks for the view.
            wanted = wanted.kinds(KindSet::NONE);
        }
        let subscription = app.bus.subscribe(wanted);
        let place = match &address {
            Listen::Tcp(address) => format!("http://{address}"),
            socket @ Listen::Unix(_) => socket.to_string(),
        };
        info!("listening on {place}");
        context.health.set(State::Working, place);
        tokio::join!(
            follow(&app, subscription),
            serve(
                listener,
                router(Arc::clone(&app), entrance, self.metrics_only),
                &self.limits,
                &context.shutdown
            ),
        );
        websocket::all_ended(&app, self.settings.max_websockets).await;
        Ok(())
    }
}
