//! Reading ourselves.

use std::sync::mpsc;
use std::time::Duration;

use peer_observer_event::{ProcessSample, ThreadUsage};
use peer_observer_node::Process;

use super::Reader;
use super::cost::Stopwatch;
use super::threads::MOST_KEPT_OPEN;

const BURNT: Duration = Duration::from_millis(80);

fn ourselves() -> Reader {
    let process = Process::with_pid(std::process::id()).unwrap().unwrap();
    Reader::open(&process, false).unwrap()
}

fn sample(reader: &mut Reader) -> ProcessSample {
    reader
        .sample()
        .map_err(|error| error.to_string())
        .unwrap()
        .sample
}

fn usage(sample: &ProcessSample, name: &str) -> ThreadUsage {
    let named = |usage: &&ThreadUsage| usage.name == name;
    sample
        .threads
        .iter()
        .find(named)
        .cloned()
        .unwrap_or_default()
}

fn seconds(usage: &ThreadUsage) -> f64 {
    usage.user_seconds + usage.system_seconds
}

/// Uses CPU time on this thread.
fn burn() {
    let stopwatch = Stopwatch::start();
    while stopwatch.cost_ns() < BURNT.as_nanos() as u64 {
        std::hint::black_box(0);
    }
}

#[test]
fn what_ended_threads_have_used_stays_in_the_sum_of_their_name() {
    let mut reader = ourselves();
    sample(&mut reader);
    for round in 1..=3u32 {
        let (burnt, has_burnt) = mpsc::channel();
        let (end, may_end) = mpsc::channel::<()>();
        let work = move || {
            burn();
            burnt.send(()).unwrap();
            may_end.recv().unwrap_err();
        };
        let name = format!("b-burner.0{round}");
        let thread = std::thread::Builder::new().name(name).spawn(work).unwrap();
        has_burnt.recv().unwrap();
        let running = usage(&sample(&mut reader), "b-burner");
        drop(end);
        thread.join().unwrap();
        let ended = usage(&sample(&mut reader), "b-burner");

        assert_eq!((running.count, ended.count), (1, 0));
        let least = 0.9 * f64::from(round) * BURNT.as_secs_f64();
        assert!(seconds(&running) >= least, "{running:?}");
        assert!(seconds(&ended) >= seconds(&running), "{ended:?}");
    }
}

#[test]
fn a_thread_that_nobody_saw_counts_as_other() {
    let mut reader = ourselves();
    let before = usage(&sample(&mut reader), "other");
    let thread = std::thread::Builder::new().name("b-unseen".to_owned());
    thread.spawn(burn).unwrap().join().unwrap();
    let after = sample(&mut reader);
    assert_eq!(usage(&after, "b-unseen"), ThreadUsage::default());
    let grown = seconds(&usage(&after, "other")) - seconds(&before);
    // The process's time is known in clock ticks, two of which can be missing.
    assert!(grown >= BURNT.as_secs_f64() - 0.03, "{grown}");
}

#[test]
fn more_threads_than_files_are_kept_open() {
    let mut reader = ourselves();
    let (end, may_end) = mpsc::channel::<()>();
    let may_end = std::sync::Arc::new(std::sync::Mutex::new(may_end));
    let wait = |_| {
        let may_end = std::sync::Arc::clone(&may_end);
        let thread = std::thread::Builder::new().name("b-waiter".to_owned());
        thread
            .spawn(move || may_end.lock().unwrap().recv().unwrap_err())
            .unwrap()
    };
    let threads: Vec<_> = (0..200).map(wait).collect();
    // A thread has its name a moment after its start.
    while usage(&sample(&mut reader), "b-waiter").count < 200 {}
    assert_eq!(reader.threads.kept_open, MOST_KEPT_OPEN);
    drop(end);
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(usage(&sample(&mut reader), "b-waiter").count, 0);
    assert!(reader.threads.kept_open < MOST_KEPT_OPEN);
}
