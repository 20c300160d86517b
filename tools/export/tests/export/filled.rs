//! Events with every payload of the schema, every body of it and every field
//! filled, each with another value.

use std::collections::HashMap;

use peer_observer_event::{Event, Extractor};
use prost::Message;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
};

/// The events, numbered by `sequence` from 1. The last has a payload of a later version.
pub(crate) fn events() -> Vec<Event> {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../core/event/proto");
    let files = protox::compile(["peer_observer/v1/event.proto"], [schema]).expect("the schema");
    let pool = DescriptorPool::from_file_descriptor_set(files).expect("the schema");
    let event = pool.get_message_by_name("peer_observer.v1.Event");
    let mut filled = Filler(0).messages(&event.expect("events are in the schema"));
    // The first is the one without a payload.
    filled.rotate_left(1);
    let events = (1..).zip(filled);
    let events = events.map(|(sequence, message)| {
        let event = Event::decode(&*message.encode_to_vec()).expect("an event");
        Event {
            node: "alice".to_owned(),
            extractor: Extractor::Ebpf.into(),
            sequence,
            bus_sequence: sequence,
            time_ns: 1_790_000_000_123_456_789,
            bus_time_ns: 1_790_000_000_123_456_790,
            ..event
        }
    });
    events.collect()
}

/// Counts the values that it has made.
struct Filler(u8);

impl Filler {
    /// A message without its oneof, and one for each variant of it.
    fn messages(&mut self, message: &MessageDescriptor) -> Vec<DynamicMessage> {
        let mut plain = DynamicMessage::new(message.clone());
        let oneofs = message.oneofs().filter(|oneof| !oneof.is_synthetic());
        let in_oneof: Vec<FieldDescriptor> = oneofs
            .flat_map(|oneof| oneof.fields().collect::<Vec<_>>())
            .collect();
        for field in message.fields().filter(|field| !in_oneof.contains(field)) {
            plain.set_field(&field, self.value(&field));
        }
        let mut all = vec![plain.clone()];
        for field in in_oneof {
            for variant in self.singles(&field) {
                let mut message = plain.clone();
                message.set_field(&field, variant);
                all.push(message);
            }
        }
        all
    }

    fn value(&mut self, field: &FieldDescriptor) -> Value {
        if field.is_map() {
            let entry = field.kind();
            let entry = entry.as_message().expect("maps have entries");
            let key = MapKey::String(format!("key {}", self.next()));
            let value = self.value(&entry.map_entry_value_field());
            return Value::Map(HashMap::from([(key, value)]));
        }
        let mut values = self.singles(field);
        match field.is_list() {
            true => Value::List(values),
            false => values.swap_remove(0),
        }
    }

    /// The values that a field can have one of.
    fn singles(&mut self, field: &FieldDescriptor) -> Vec<Value> {
        if let Kind::Message(message) = field.kind() {
            let messages = self.messages(&message);
            return messages.into_iter().map(Value::Message).collect();
        }
        let number = self.next();
        vec![match field.kind() {
            Kind::Double => Value::F64(f64::from(number) + 0.5),
            Kind::Int32 => Value::I32(-i32::from(number)),
            Kind::Int64 => Value::I64(-i64::from(number)),
            Kind::Uint32 => Value::U32(number.into()),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(number.into()),
            // What was cut is not taken apart.
            Kind::Bool => Value::Bool(!field.name().ends_with("cut")),
            Kind::Enum(_) => Value::EnumNumber(2),
            Kind::String if field.name() == "address" => {
                Value::String(format!("203.0.113.{number}:8333"))
            }
            Kind::String => Value::String(format!("text {number}")),
            // As long as hashes are.
            Kind::Bytes => {
                Value::Bytes((0..32).map(|byte| byte ^ number).collect::<Vec<_>>().into())
            }
            other => panic!("{}: {other:?} is not in the schema yet", field.full_name()),
        }]
    }

    fn next(&mut self) -> u8 {
        self.0 = self.0.wrapping_add(1).max(1);
        self.0
    }
}
