//! Events with every field of the schema filled.

use std::collections::HashMap;

use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
};

/// The schema of events.
pub(crate) struct Schema(DescriptorPool);

impl Schema {
    pub(crate) fn read() -> Schema {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/event/proto");
        let files = protox::compile(["peer_observer/v1/event.proto"], [folder]).unwrap();
        Schema(DescriptorPool::from_file_descriptor_set(files).unwrap())
    }

    fn event(&self) -> MessageDescriptor {
        self.0
            .get_message_by_name("peer_observer.v1.Event")
            .unwrap()
    }

    /// How many payloads an event can have.
    pub(crate) fn payload_count(&self) -> usize {
        let event = self.event();
        let real = event.oneofs().find(|oneof| !oneof.is_synthetic());
        real.unwrap().fields().len()
    }

    /// Events with every payload, every body of it, and every field filled;
    /// whatever can be a time is this one, in its own unit.
    pub(crate) fn events(&self, unix_seconds: u64) -> Vec<DynamicMessage> {
        let events = filled(&self.event(), unix_seconds);
        // The first has no payload.
        events.into_iter().skip(1).collect()
    }

    /// The fields that by their name are times or durations.
    pub(crate) fn times(&self) -> Vec<String> {
        let fields = self.0.all_messages().flat_map(|message| {
            let name = message.name().to_owned();
            let fields: Vec<_> = message.fields().collect();
            fields.into_iter().map(move |field| (name.clone(), field))
        });
        let times = fields.filter(|(_, field)| is_time(field));
        times
            .map(|(message, field)| format!("{message}.{}", field.name()))
            .collect()
    }
}

fn is_time(field: &FieldDescriptor) -> bool {
    let is_number = matches!(
        field.kind(),
        Kind::Uint64 | Kind::Int64 | Kind::Fixed64 | Kind::Uint32 | Kind::Int32 | Kind::Double
    );
    let units = ["_seconds", "_ms", "_us", "_ns"];
    // The only times whose unit does not stand in their names.
    let runs = [
        "peer_observer.v1.Event.run",
        "peer_observer.v1.AlertPeer.run",
    ];
    let is_run = runs.contains(&field.full_name());
    is_number && (is_run || units.iter().any(|unit| field.name().ends_with(unit)))
}

/// A message without its oneof, and one for each variant of it.
fn filled(message: &MessageDescriptor, unix_seconds: u64) -> Vec<DynamicMessage> {
    let mut plain = DynamicMessage::new(message.clone());
    let oneofs = || message.oneofs().filter(|oneof| !oneof.is_synthetic());
    let in_oneof: Vec<FieldDescriptor> = oneofs()
        .flat_map(|oneof| oneof.fields().collect::<Vec<_>>())
        .collect();
    for field in message.fields().filter(|field| !in_oneof.contains(field)) {
        plain.set_field(&field, value(&field, unix_seconds));
    }
    let mut all = vec![plain.clone()];
    for field in in_oneof {
        for variant in singles(&field, unix_seconds) {
            let mut message = plain.clone();
            message.set_field(&field, variant);
            all.push(message);
        }
    }
    all
}

fn value(field: &FieldDescriptor, unix_seconds: u64) -> Value {
    if field.is_map() {
        let entry = field.kind().as_message().unwrap().map_entry_value_field();
        let key = MapKey::String("key".to_owned());
        return Value::Map(HashMap::from([(key, value(&entry, unix_seconds))]));
    }
    let mut values = singles(field, unix_seconds);
    match field.is_list() {
        true => Value::List(values),
        false => values.swap_remove(0),
    }
}

fn singles(field: &FieldDescriptor, unix_seconds: u64) -> Vec<Value> {
    let number = match field.name() {
        name if name.ends_with("_ns") => unix_seconds * 1_000_000_000,
        name if name.ends_with("_us") => unix_seconds * 1_000_000,
        name if name.ends_with("_ms") => unix_seconds * 1_000,
        _ => unix_seconds,
    };
    vec![match field.kind() {
        Kind::Message(message) => {
            let messages = filled(&message, unix_seconds);
            return messages.into_iter().map(Value::Message).collect();
        }
        Kind::Double => Value::F64(number as f64),
        Kind::Int32 => Value::I32(unix_seconds as i32),
        Kind::Uint32 => Value::U32(unix_seconds as u32),
        Kind::Int64 => Value::I64(number as i64),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(number),
        Kind::Bool => Value::Bool(true),
        Kind::Enum(_) => Value::EnumNumber(1),
        Kind::String => Value::String("text".to_owned()),
        // As long as hashes are.
        Kind::Bytes => Value::Bytes(vec![7; 32].into()),
        other => panic!("{}: {other:?} is not in the schema yet", field.full_name()),
    }]
}
