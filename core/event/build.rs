//! Compiles the schema without an installed `protoc` and says how each field
//! looks in the JSON form. The rules go by type and name, so a new field needs
//! nothing here: see `json_serializer`.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

const SCHEMA: &str = "peer_observer/v1/event.proto";

/// Messages whose JSON form is written by hand in `src/json.rs`.
const OWN_JSON: &[&str] = &["NetworkAddress", "InventoryItem", "LogParameter"];

/// Messages whose Rust type is written by hand.
const OWN_TYPES: &[&str] = &["InventoryItem"];

/// 64-bit numbers that may exceed what JavaScript holds exactly (2^53): text
/// in JSON, whatever their value is. All others are counts, sizes and ids that
/// cannot get there, and amounts that the node has checked.
const TEXT_NUMBERS: &[&str] = &[
    // Chosen by a peer, and checked by nobody.
    "nonce",
    "salt",
    "services",
    "timestamp_unix_seconds",
    "time_offset_seconds",
    "feerate_sat_per_kvb",
    "output_sat",
    // A hash of 64 bits.
    "template_id",
    // 2^63 - 1 in bip9 deployments that never time out.
    "timeout_unix_seconds",
    // Nanoseconds since the epoch.
    "instance",
    "time_ns",
    "monotonic_ns",
    "bus_time_ns",
    "first_time_ns",
    "last_time_ns",
    "since_ns",
    "until_ns",
    "first_bus_time_ns",
    "last_bus_time_ns",
];

/// As [`TEXT_NUMBERS`], where the name means something smaller elsewhere.
const TEXT_NUMBERS_OF_MESSAGES: &[(&str, &str)] = &[("SendCmpct", "version")];

fn main() {
    println!("cargo::rerun-if-changed=proto");
    let schema =
        protox::compile([SCHEMA], ["proto"]).expect("the schema in core/event/proto compiles");
    let mut config = prost_build::Config::new();
    config.bytes(["."]);
    config.enable_type_names();
    for name in OWN_TYPES {
        config.extern_path(
            format!(".peer_observer.v1.{name}"),
            format!("crate::{name}"),
        );
    }
    // Boxed: rare or large, and would otherwise make every event as large.
    for field in [
        "version",
        "tx",
        "block",
        "cmpctblock",
        "merkleblock",
        "cfheaders",
        "undecodable",
    ] {
        config.boxed(format!(".peer_observer.v1.P2pMessage.body.{field}"));
    }
    for field in [
        "mempool_replaced",
        "blockchain_info",
        "deployment_info",
        "memory_info",
        "mempool_info",
        "mining_info",
        "net_totals",
        "network_info",
        "chain_tx_stats",
        "log_line",
        "block_reconstruction",
        "probe_connected",
        "probe_announcement",
        "process_sample",
        "alert",
    ] {
        config.boxed(format!(".peer_observer.v1.Event.payload.{field}"));
    }
    // In order, so that the same event always has the same bytes and text.
    config.btree_map(["."]);
    add_json(&mut config, &schema);
    config
        .compile_fds(schema.clone())
        .expect("Rust code for the schema can be written to OUT_DIR");
    leave_out_absent_oneofs(&schema);
}

/// An absent oneof is absent in JSON too. prost-build has no way to say so: an
/// attribute for a oneof's field goes to all its variants as well.
fn leave_out_absent_oneofs(schema: &FileDescriptorSet) {
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    let file = std::path::Path::new(&out).join("peer_observer.v1.rs");
    let mut code = std::fs::read_to_string(&file).expect("prost-build has just written this file");
    let messages = schema.file.iter().flat_map(|file| &file.message_type);
    for message in messages.filter(|message| !OWN_JSON.contains(&message.name())) {
        let module = snake_case(message.name());
        for oneof in real_oneofs(message) {
            let field = format!("pub {oneof}: ::core::option::Option<{module}::");
            assert_eq!(
                code.matches(&field).count(),
                1,
                "prost-build's output has changed: {field}"
            );
            let absent = "#[serde(skip_serializing_if = \"Option::is_none\")]";
            code = code.replace(&field, &format!("{absent}\n    {field}"));
        }
    }
    std::fs::write(&file, code).expect("OUT_DIR is writable");
}

fn add_json(config: &mut prost_build::Config, schema: &FileDescriptorSet) {
    for file in &schema.file {
        for message in &file.message_type {
            let path = format!(".{}.{}", file.package(), message.name());
            add_message(config, &path, message);
        }
    }
}

fn add_message(config: &mut prost_build::Config, path: &str, message: &DescriptorProto) {
    if OWN_JSON.contains(&message.name()) {
        return;
    }
    config.message_attribute(path, "#[derive(serde::Serialize)]");
    for oneof in real_oneofs(message) {
        let oneof = format!("{path}.{oneof}");
        config.enum_attribute(&oneof, "#[derive(serde::Serialize)]");
        config.enum_attribute(&oneof, "#[serde(rename_all = \"snake_case\")]");
    }
    for field in &message.field {
        let field_path = format!("{path}.{}", field.name());
        if field.oneof_index.is_some() && !field.proto3_optional() {
            // A variant's name in JSON is the field's name in the schema.
            let parent = &message.oneof_decl[field.oneof_index() as usize];
            let variant = format!("{path}.{}.{}", parent.name(), field.name());
            config.field_attribute(variant, format!("#[serde(rename = \"{}\")]", field.name()));
            continue;
        }
        if let Some(serializer) = json_serializer(message.name(), field) {
            config.field_attribute(
                &field_path,
                format!("#[serde(serialize_with = \"crate::json::{serializer}\")]"),
            );
        }
        if is_option(field) {
            config.field_attribute(
                &field_path,
                "#[serde(skip_serializing_if = \"Option::is_none\")]",
            );
        }
    }
}

fn real_oneofs(message: &DescriptorProto) -> impl Iterator<Item = &str> {
    let synthetic: Vec<i32> = message
        .field
        .iter()
        .filter(|field| field.proto3_optional())
        .filter_map(|field| field.oneof_index)
        .collect();
    let named = message.oneof_decl.iter().enumerate();
    named
        .filter(move |(index, _)| !synthetic.contains(&(*index as i32)))
        .map(|(_, oneof)| oneof.name())
}

fn is_repeated(field: &FieldDescriptorProto) -> bool {
    field.label() == Label::Repeated
}

fn is_option(field: &FieldDescriptorProto) -> bool {
    field.proto3_optional() || (field.r#type() == Type::Message && !is_repeated(field))
}

fn is_hash(name: &str) -> bool {
    matches!(name, "txid" | "wtxid" | "hash" | "hashes")
        || name.ends_with("_hash")
        || name.ends_with("_hashes")
}

/// The function of `src/json.rs` that writes the field, unless serde's own form is right.
fn json_serializer(message: &str, field: &FieldDescriptorProto) -> Option<String> {
    let is_text = TEXT_NUMBERS.contains(&field.name())
        || TEXT_NUMBERS_OF_MESSAGES.contains(&(message, field.name()));
    let word = match field.r#type() {
        Type::Bytes if is_hash(field.name()) => "hash".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::Enum => {
            let name = field
                .type_name()
                .rsplit('.')
                .next()
                .expect("a type name has a last part");
            snake_case(name)
        }
        Type::Uint64 | Type::Int64 | Type::Fixed64 if is_text => {
            assert!(
                !is_repeated(field),
                "there is no text_list: {}",
                field.name()
            );
            "text".to_owned()
        }
        _ => return None,
    };
    Some(match (is_repeated(field), field.proto3_optional()) {
        (true, _) => format!("{word}_list"),
        (_, true) => format!("{word}_option"),
        _ => word,
    })
}

fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
