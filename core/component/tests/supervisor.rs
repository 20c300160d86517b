//! What the supervisor does with components that fail, panic, end and hang.
//! Time is tokio's paused one: back-off takes no time here.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use peer_observer_bus::Bus;
use peer_observer_component::{
    CancellationToken, Component, Context, Failure, HealthRegistry, State, Supervisor,
};
use tokio::time::Instant;

/// Calls `life` with the number of the life, from 1.
struct Scripted<F>(F, AtomicU32);

fn scripted<F>(life: F) -> Scripted<F> {
    Scripted(life, AtomicU32::new(0))
}

impl<F, R> Component for Scripted<F>
where
    F: Fn(u32, Context) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Failure>> + Send,
{
    fn name(&self) -> String {
        "scripted".to_owned()
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let life = self.1.fetch_add(1, Ordering::Relaxed) + 1;
        (self.0)(life, context).await
    }
}

struct Stage {
    supervisor: Supervisor,
    shutdown: CancellationToken,
    health: HealthRegistry,
}

impl Stage {
    fn new() -> Stage {
        let (shutdown, health) = (CancellationToken::new(), HealthRegistry::default());
        let supervisor = Supervisor::new(Bus::in_process(), shutdown.clone(), health.clone());
        Stage {
            supervisor,
            shutdown,
            health,
        }
    }

    fn state(&self) -> State {
        self.health.all()["scripted"].state
    }
}

/// When each life began, in whole seconds from now on.
#[derive(Clone)]
struct Starts(Instant, Arc<Mutex<Vec<u64>>>);

impl Starts {
    fn new() -> Starts {
        Starts(Instant::now(), Arc::default())
    }

    fn note(&self) {
        let seconds = self.0.elapsed().as_secs_f64().round() as u64;
        self.1.lock().expect("no test panics here").push(seconds);
    }

    fn seconds(&self) -> Vec<u64> {
        self.1.lock().expect("no test panics here").clone()
    }
}

fn temporary() -> Failure {
    Failure::Temporary("the node is away".to_owned())
}

#[tokio::test(start_paused = true)]
async fn failures_and_panics_are_tried_again_with_back_off() {
    let mut stage = Stage::new();
    let starts = Starts::new();
    stage.supervisor.start(scripted({
        let starts = starts.clone();
        move |life, context: Context| {
            starts.note();
            async move {
                match life {
                    1 | 3 => Err(temporary()),
                    2 => panic!("a bug, as this test wants it"),
                    4..10 => Err(temporary()),
                    _ => {
                        context.health.set(State::Working, "");
                        context.shutdown.cancel();
                        Ok(())
                    }
                }
            }
        }
    }));
    assert_eq!(stage.state(), State::Starting);
    let health = stage.health.clone();
    stage.supervisor.finish().await;
    assert_eq!(starts.seconds(), [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    assert!(health.is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_failure_after_a_good_life_is_tried_again_at_once() {
    let mut stage = Stage::new();
    let starts = Starts::new();
    stage.supervisor.start(scripted({
        let starts = starts.clone();
        move |life, context: Context| {
            starts.note();
            async move {
                match life {
                    1..4 => Err(temporary()),
                    4 => {
                        tokio::time::sleep(Duration::from_secs(1000)).await;
                        Err(temporary())
                    }
                    _ => {
                        context.shutdown.cancel();
                        Ok(())
                    }
                }
            }
        }
    }));
    stage.supervisor.finish().await;
    assert_eq!(starts.seconds(), [0, 1, 3, 7, 1008]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_work_is_not_tried_again_and_says_why() {
    let mut stage = Stage::new();
    let starts = Starts::new();
    stage.supervisor.start(scripted({
        let starts = starts.clone();
        move |_, _| {
            starts.note();
            async {
                Err(Failure::CannotWork {
                    what: "CAP_BPF is missing".to_owned(),
                    remedy: "grant it".to_owned(),
                })
            }
        }
    }));
    let health = stage.health.clone();
    // Returns without a shutdown: nothing is left that can work.
    stage.supervisor.finish().await;
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert_eq!(starts.seconds(), [0]);
    let health = &health.all()["scripted"];
    assert_eq!(health.state, State::Failed);
    assert_eq!(health.detail, "CAP_BPF is missing; grant it");
}

#[tokio::test(start_paused = true)]
async fn one_component_does_not_take_the_others_down() {
    let mut stage = Stage::new();
    stage.supervisor.start(scripted(|_, _| async {
        Err(Failure::CannotWork {
            what: "nothing works".to_owned(),
            remedy: "give up".to_owned(),
        })
    }));
    let starts = Starts::new();
    stage.supervisor.start(scripted({
        let starts = starts.clone();
        move |_, context: Context| {
            starts.note();
            async move {
                context.shutdown.cancelled().await;
                Ok(())
            }
        }
    }));
    let shutdown = stage.shutdown.clone();
    let finish = tokio::spawn(stage.supervisor.finish());
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert!(!finish.is_finished());
    shutdown.cancel();
    finish.await.expect("finish does not panic");
    assert_eq!(starts.seconds(), [0]);
}

#[tokio::test(start_paused = true)]
async fn shutdown_ends_waiting_for_the_next_try() {
    let mut stage = Stage::new();
    let started = Instant::now();
    let shutdown = stage.shutdown.clone();
    stage
        .supervisor
        .start(scripted(|_, _| async { Err(temporary()) }));
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        shutdown.cancel();
    });
    stage.supervisor.finish().await;
    assert_eq!(started.elapsed().as_millis(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_component_that_does_not_end_is_left_behind() {
    let mut stage = Stage::new();
    let started = Instant::now();
    stage
        .supervisor
        .start(scripted(|_, _| std::future::pending()));
    stage.shutdown.cancel();
    stage.supervisor.finish().await;
    assert_eq!(started.elapsed().as_secs(), 10);
}
