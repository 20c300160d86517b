//! Writes the table of which fields of the schema hold messages. The archive's
//! transform takes these apart; all other fields with a length are bytes to it.
//! Only the writer uses the table: a reader needs no schema.

use std::fmt::Write as _;

use prost_types::field_descriptor_proto::Type;

const SCHEMA_FOLDER: &str = "../event/proto";
const SCHEMA: &str = "peer_observer/v1/event.proto";
const ROOT: &str = ".peer_observer.v1.Event";

fn main() {
    println!("cargo::rerun-if-changed={SCHEMA_FOLDER}");
    let schema = protox::compile([SCHEMA], [SCHEMA_FOLDER])
        .expect("the schema in core/event/proto compiles");
    let mut messages = Vec::new();
    for file in &schema.file {
        for message in &file.message_type {
            messages.push((format!(".{}.{}", file.package(), message.name()), message));
        }
    }
    // The event is type 0.
    messages.sort_by_key(|(name, _)| (name != ROOT, name.clone()));
    let number_of = |name: &str| messages.iter().position(|(known, _)| known == name);
    let mut code = format!("const TYPES: usize = {};\n", messages.len());
    code += "const MESSAGE_FIELDS: &[(u16, u32, u16)] = &[\n";
    for (number, (_, message)) in messages.iter().enumerate() {
        for field in &message.field {
            if field.r#type() == Type::Message
                && let Some(child) = number_of(field.type_name())
            {
                writeln!(code, "    ({number}, {}, {child}),", field.number())
                    .expect("text can be written to");
            }
        }
    }
    code += "];\n";
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    std::fs::write(std::path::Path::new(&out).join("message_fields.rs"), code)
        .expect("OUT_DIR is writable");
}
