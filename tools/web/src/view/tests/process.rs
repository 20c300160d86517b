//! The node's process and its threads.

use peer_observer_event::{
    Extractor, FileUsage, MemoryUsage, NodeGone, Payload, ProcessMemory, ProcessSample, ThreadUsage,
};
use serde_json::{Value, json};

use super::{SECOND, Watched};
use crate::view::course::MOST_VALUES;
use crate::view::threads::MOST_THREADS;

fn thread(name: &str, user_seconds: f64) -> ThreadUsage {
    ThreadUsage {
        name: name.to_owned(),
        count: 1,
        user_seconds,
        run_queue_seconds: Some(user_seconds / 10.0),
        ..ThreadUsage::default()
    }
}

fn sample(pid: u32, threads: Vec<ThreadUsage>) -> Payload {
    Payload::ProcessSample(Box::new(ProcessSample {
        pid,
        user_seconds: threads.iter().map(|thread| thread.user_seconds).sum(),
        thread_count: threads.len() as u32,
        threads,
        memory: Some(MemoryUsage {
            anonymous_bytes: 1_000,
            ..MemoryUsage::default()
        }),
        files: Some(FileUsage {
            open_files: 30,
            sockets: 12,
            open_files_limit: Some(1_024),
        }),
        ..ProcessSample::default()
    }))
}

impl Watched {
    fn process(&mut self, payload: Payload) {
        self.from(Extractor::Process, 1, payload);
    }

    fn cpu(&self) -> Value {
        self.vitals()["process"]["cpu"].clone()
    }
}

#[test]
fn what_threads_use_between_two_samples() {
    let mut node = Watched::new();
    node.process(sample(42, vec![thread("b-msghand", 100.0)]));
    assert_eq!(node.cpu(), Value::Null, "one sample says nothing of speed");
    assert_eq!(node.vitals()["process"]["memory"]["anonymous_bytes"], 1_000);
    assert_eq!(node.vitals()["process"]["files"]["open_files_limit"], 1_024);
    node.now += 2 * SECOND;
    let threads = vec![
        thread("other", 1.0),
        thread("b-net", 0.5),
        thread("b-msghand", 101.5),
    ];
    node.process(sample(42, threads));
    assert_eq!(
        node.cpu(),
        json!({
            "cores": 1.5,
            "threads": [
                {"name": "b-msghand", "count": 1, "cores": 0.75, "waiting_cores": 0.075},
                {"name": "b-net", "count": 1, "cores": 0.25, "waiting_cores": 0.025},
            ],
            "others_cores": 0.5,
            "waiting_cores": 0.15,
        })
    );
    assert_eq!(
        node.history()["cpu"],
        json!({
            "times_unix_seconds": [1_790_000_002.0],
            "threads": [{"name": "b-msghand", "cores": [0.75]}, {"name": "b-net", "cores": [0.25]}],
            "others_cores": [0.5],
        })
    );
}

#[test]
fn another_process_is_not_compared_with_the_one_before() {
    let mut node = Watched::new();
    node.process(sample(42, vec![thread("b-net", 5.0)]));
    node.process(Payload::ProcessMemory(ProcessMemory {
        proportional_bytes: 1_200,
        ..ProcessMemory::default()
    }));
    let proportional = |node: &Watched| {
        node.vitals()["process"]["proportional_memory"]["proportional_bytes"].clone()
    };
    assert_eq!(proportional(&node), 1_200);
    node.pass(1);
    node.process(sample(43, vec![thread("b-net", 50.0)]));
    assert_eq!(node.cpu(), Value::Null);
    assert_eq!(proportional(&node), Value::Null);
    node.process(Payload::NodeGone(NodeGone::default()));
    assert!(node.vitals().get("process").is_none());
}

#[test]
fn threads_and_samples_are_bounded_and_nothing_of_their_time_is_lost() {
    let mut node = Watched::new();
    for second in 0..2_000_u64 {
        node.pass(1);
        // Each thread has its share; those of later seconds have other names.
        let of = |place: u64| {
            let name = format!("t{}-{place}", second / 500);
            thread(&name, (second * (place + 1)) as f64 / 1_000.0)
        };
        node.process(sample(42, (0..40).map(of).collect()));
    }
    let cpu = node.cpu();
    assert_eq!(cpu["threads"].as_array().unwrap().len(), MOST_THREADS);
    assert_eq!(cpu["threads"][0]["cores"], 0.04);
    let history = node.history()["cpu"].clone();
    let columns = history["threads"].as_array().unwrap();
    assert!(columns.len() <= MOST_THREADS);
    let value = |column: &Value| column[MOST_VALUES - 1].as_f64().unwrap();
    let sum: f64 = columns.iter().map(|column| value(&column["cores"])).sum();
    let all = sum + value(&history["others_cores"]);
    let shares: f64 = (1..=40).map(|place| f64::from(place) / 1_000.0).sum();
    assert!((all - shares).abs() < 0.001, "{all} of {shares}");
}
