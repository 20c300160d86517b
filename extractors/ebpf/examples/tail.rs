use peer_observer_bus::*;
use peer_observer_component::*;
use peer_observer_ebpf::*;
#[tokio::main]
async fn main() {
    let a: Vec<String> = std::env::args().collect();
    let bus = Bus::in_process();
    let shutdown = CancellationToken::new();
    let health = HealthRegistry::default();
    let mut s = Supervisor::new(bus.clone(), shutdown.clone(), health.clone());
    let mut sub = bus.subscribe(SubscriptionOptions::new("tail"));
    let mut settings = EbpfSettings::default();
    settings.variant = Variant::from_word(&a[2]).unwrap();
    settings.groups.utxocache = a.len() > 3;
    s.start(Ebpf::new(peer_observer_node::NodeSettings::new("alice", &a[1]), settings));
    let mut v = vec![];
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(6);
    while tokio::time::timeout_at(end, sub.receive(&mut v, 512)).await == Ok(true) {
        for d in v.drain(..) { match d { Delivery::Event(e) => println!("{}", e.to_json()), d => println!("{d:?}") } }
    }
    println!("{:?}", health.all());
    shutdown.cancel();
    s.finish().await;
}
