//! The programs and maps in the kernel.

use std::sync::Once;

use libbpf_rs::{
    ErrorKind, Map, MapCore, MapFlags, Object, ObjectBuilder, OpenObject, PrintLevel, ProgramMut,
};
use peer_observer_event::COMMANDS;
use peer_observer_p2p::codec::Keep;
use tracing::{debug, info};

use crate::settings::{EbpfSettings, Variant};
use crate::tracepoint::Tracepoint;

const OBJECT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/observer.bpf.o"));

/// `COMMAND_ROOM` of `src/bpf/records.h`.
const COMMAND_ROOM: usize = 16;

#[derive(Debug, thiserror::Error)]
pub(crate) enum KernelError {
    #[error("the kernel does not let us load eBPF programs")]
    Permission,
    #[error("the kernel takes none of the variants of the eBPF programs: {0}")]
    NoVariant(String),
    #[error("eBPF, {what}: {source}")]
    Libbpf {
        what: &'static str,
        source: libbpf_rs::Error,
    },
    #[error("the eBPF object has no {0}; it was built from other sources than this binary")]
    Missing(&'static str),
}

/// The loaded object.
pub(crate) struct Kernel {
    object: Object,
    variant: Variant,
    ring_bytes: u32,
}

impl Kernel {
    /// Loads the variant that is set, or the first that the kernel takes.
    pub(crate) fn load(settings: &EbpfSettings) -> Result<Kernel, KernelError> {
        print_through_tracing();
        let candidates = match settings.variant {
            Variant::Auto => vec![Variant::Kfunc, Variant::Dynptr, Variant::Basic],
            forced => vec![forced],
        };
        let mut refused = Vec::new();
        for variant in candidates {
            match load_variant(variant, settings) {
                Ok(object) => {
                    let ring_bytes = map(&object, "ring")?.max_entries();
                    return Ok(Kernel {
                        object,
                        variant,
                        ring_bytes,
                    });
                }
                Err(KernelError::Libbpf { source, .. })
                    if source.kind() == ErrorKind::PermissionDenied =>
                {
                    return Err(KernelError::Permission);
                }
                Err(error @ KernelError::Libbpf { .. }) => {
                    info!(
                        "the kernel does not take variant {}: {error}",
                        variant.word()
                    );
                    refused.push(format!("{}: {error}", variant.word()));
                }
                Err(error) => return Err(error),
            }
        }
        Err(KernelError::NoVariant(refused.join("; ")))
    }

    pub(crate) fn variant(&self) -> Variant {
        self.variant
    }

    /// Size of the ring that the kernel granted, in bytes.
    pub(crate) fn ring_bytes(&self) -> u32 {
        self.ring_bytes
    }

    pub(crate) fn ring(&self) -> Result<Map<'_>, KernelError> {
        map(&self.object, "ring")
    }

    /// The program for a tracepoint, in the loaded variant.
    pub(crate) fn program(&self, tracepoint: Tracepoint) -> Option<ProgramMut<'_>> {
        let wanted = program_name(tracepoint, self.variant);
        self.object
            .progs_mut()
            .find(|program| program.name() == wanted.as_str())
    }

    /// The value of the map that holds the counters.
    pub(crate) fn counts(&self) -> Result<Vec<u8>, KernelError> {
        let map = map(&self.object, ".data.counts")?;
        let value = map
            .lookup(&0u32.to_ne_bytes(), MapFlags::ANY)
            .map_err(|source| KernelError::Libbpf {
                what: "reading the counters",
                source,
            })?;
        value.ok_or(KernelError::Missing("counters"))
    }
}

fn map<'a>(object: &'a Object, name: &'static str) -> Result<Map<'a>, KernelError> {
    object
        .maps()
        .find(|map| map.name() == name)
        .ok_or(KernelError::Missing(name))
}

/// Message programs exist once for each variant, all others once.
fn program_name(tracepoint: Tracepoint, variant: Variant) -> String {
    let (provider, name) = tracepoint.provider_and_name();
    match tracepoint.is_message() {
        true => format!("{provider}_{name}_{}", variant.word()),
        false => format!("{provider}_{name}"),
    }
}

fn load_variant(variant: Variant, settings: &EbpfSettings) -> Result<Object, KernelError> {
    let failed = |what| move |source| KernelError::Libbpf { what, source };
    let mut open = ObjectBuilder::default()
        .open_memory(OBJECT)
        .map_err(failed("opening the object"))?;
    let wanted: Vec<String> = Tracepoint::ALL
        .into_iter()
        .filter(|tracepoint| tracepoint.is_in(&settings.groups))
        .map(|tracepoint| program_name(tracepoint, variant))
        .collect();
    for mut program in open.progs_mut() {
        let wanted = wanted.iter().any(|name| program.name() == name.as_str());
        program.set_autoload(wanted);
    }
    let unwanted_payloads: Vec<&str> = COMMANDS
        .into_iter()
        .filter(|command| settings.keep.of(command) == Keep::Nothing)
        .collect();
    tune(&mut open, settings, !unwanted_payloads.is_empty())?;
    let object = open.load().map_err(failed("loading the programs"))?;
    let map = map(&object, "unwanted_payloads")?;
    for command in unwanted_payloads {
        let mut key = [0; COMMAND_ROOM];
        key[..command.len()].copy_from_slice(command.as_bytes());
        map.update(&key, &[1], MapFlags::ANY)
            .map_err(failed("listing unwanted payloads"))?;
    }
    Ok(object)
}

/// Sets the ring's size and the struct `tuning` of `src/bpf/common.h`.
fn tune(
    open: &mut OpenObject,
    settings: &EbpfSettings,
    has_unwanted_payloads: bool,
) -> Result<(), KernelError> {
    let ring_bytes = settings.ring_bytes.get();
    for mut map in open.maps_mut() {
        if map.name() == "ring" {
            map.set_max_entries(ring_bytes)
                .map_err(|source| KernelError::Libbpf {
                    what: "setting the ring's size",
                    source,
                })?;
        } else if map.name() == ".rodata.tuning" {
            let value = map
                .initial_value_mut()
                .ok_or(KernelError::Missing("tuning"))?;
            let (wake_bytes, rest) = value
                .split_at_mut_checked(8)
                .ok_or(KernelError::Missing("tuning"))?;
            // An eighth: room for what arrives while the reader wakes up.
            wake_bytes.copy_from_slice(&u64::from(ring_bytes / 8).to_ne_bytes());
            let flag = rest.get_mut(..8).ok_or(KernelError::Missing("tuning"))?;
            flag.copy_from_slice(&u64::from(has_unwanted_payloads).to_ne_bytes());
        }
    }
    Ok(())
}

/// libbpf explains its failures in text only; it goes where our own log goes.
fn print_through_tracing() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        libbpf_rs::set_print(Some((
            PrintLevel::Info,
            |_, text| debug!(target: "libbpf", "{}", text.trim_end()),
        )));
    });
}
