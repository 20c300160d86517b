//! Is everything there? Every checksum, every sequence, across the parts of a
//! recording.

mod text;

use std::fs::File;
use std::path::PathBuf;

use peer_observer_archive::{ArchiveReader, Damage, GapNotice, Hole, Report, Verifier};
use peer_observer_event::Extractor;
use serde::Serialize;

use crate::source::{Format, Input, InputError, Inputs};

/// What is damaged or missing in archives.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verification {
    /// Can everything be read that was ever written, and is nothing missing
    /// that should be there? Files that are being written are not whole.
    pub is_whole: bool,
    /// Each file.
    pub files: Vec<FileVerification>,
}

/// What is damaged or missing in a file.
#[derive(Clone, Debug, Serialize)]
pub struct FileVerification {
    /// Where it is.
    pub path: PathBuf,
    /// Nothing is damaged or missing.
    pub is_whole: bool,
    /// Frames.
    pub frames: u64,
    /// Events that can be read.
    pub events: u64,
    /// What cannot be read.
    pub damages: Vec<DamageInfo>,
    /// Sequence numbers that no event has.
    pub holes: Vec<HoleInfo>,
    /// Sequence numbers that no event has, in all.
    pub missing_events: u64,
    /// Missing events for which neither damage nor the recorder is the reason.
    pub unexplained_events: u64,
    /// Events that the recorder has missed.
    pub missed_events: u64,
    /// Events that came again, or out of their order.
    pub disordered_events: u64,
    /// Filters were in force, so a hole need not be a loss.
    pub is_filtered: bool,
    /// There is an index: the recorder has finished the file.
    pub has_index: bool,
    /// Losses before the bus.
    pub gaps: Vec<GapInfo>,
    /// Events lost before the bus, as far as is known.
    pub gap_events: u64,
}

/// A part of a file that cannot be read.
#[derive(Clone, Debug, Serialize)]
pub struct DamageInfo {
    /// Where it begins, in bytes from the file's beginning.
    pub offset: u64,
    /// How many bytes are affected.
    pub bytes: u64,
    /// How many events are lost, where that can be told.
    pub events: Option<u64>,
    /// What is wrong, for people.
    pub what: String,
}

/// Sequence numbers that no event has.
#[derive(Clone, Debug, Serialize)]
pub struct HoleInfo {
    /// Name of the node; empty for the bus.
    pub node: String,
    /// Who published.
    pub extractor: &'static str,
    /// The instance.
    pub instance: String,
    /// The kind, where the hole is in a `kind_sequence`.
    pub kind: Option<&'static str>,
    /// The last number before the hole.
    pub after_sequence: u64,
    /// How many are missing.
    pub missing: u64,
    /// `bus_time_ns` of the first event behind the hole.
    pub bus_time_ns: String,
}

/// A gap notice.
#[derive(Clone, Debug, Serialize)]
pub struct GapInfo {
    /// Name of the node.
    pub node: String,
    /// Who published.
    pub extractor: &'static str,
    /// When the notice came, `bus_time_ns`.
    pub bus_time_ns: String,
    /// Why events are lost.
    pub reason: &'static str,
    /// How many, where that is known.
    pub events: Option<u64>,
}

impl Verification {
    /// Reads all of the files. `progress` is told how many bytes have been read.
    ///
    /// # Errors
    /// Where a file cannot be read, or is one of the existing system: those have
    /// neither checksums nor sequences.
    pub fn of(inputs: &Inputs, mut progress: impl FnMut(u64)) -> Result<Verification, InputError> {
        let mut verification = Verification {
            is_whole: true,
            files: Vec::new(),
        };
        let mut bytes = 0;
        for chain in &inputs.chains {
            // The sequences go on from part to part.
            let mut verifier = Verifier::default();
            for input in &chain.inputs {
                let file = FileVerification::of(input, &mut verifier)?;
                verification.is_whole &= file.is_whole;
                verification.files.push(file);
                bytes += input.bytes;
                progress(bytes);
            }
        }
        Ok(verification)
    }
}

impl FileVerification {
    fn of(input: &Input, verifier: &mut Verifier) -> Result<FileVerification, InputError> {
        let path = || input.path.clone();
        if input.format == Format::Legacy {
            return Err(InputError::NothingToVerify { path: path() });
        }
        let io_error = |error| InputError::Io {
            path: path(),
            error,
        };
        let file = File::open(&input.path).map_err(io_error)?;
        let mut reader = ArchiveReader::open(file).map_err(|error| InputError::Archive {
            path: path(),
            error,
        })?;
        let report = verifier.file(&mut reader).map_err(io_error)?;
        Ok(FileVerification::from(path(), report))
    }

    fn from(path: PathBuf, report: Report) -> FileVerification {
        FileVerification {
            path,
            is_whole: report.is_whole(),
            frames: report.frames,
            events: report.events,
            unexplained_events: report.unexplained_events(),
            damages: report.damages.iter().map(DamageInfo::of).collect(),
            holes: report.holes.into_iter().map(HoleInfo::of).collect(),
            missing_events: report.missing_events,
            missed_events: report.missed_events,
            disordered_events: report.disordered_events,
            is_filtered: report.is_filtered,
            has_index: report.has_index,
            gaps: report.gaps.into_iter().map(GapInfo::of).collect(),
            gap_events: report.gap_events,
        }
    }
}

impl DamageInfo {
    fn of(damage: &Damage) -> DamageInfo {
        DamageInfo {
            offset: damage.offset,
            bytes: damage.bytes,
            events: damage.events,
            what: damage.to_string(),
        }
    }
}

impl HoleInfo {
    fn of(hole: Hole) -> HoleInfo {
        HoleInfo {
            node: hole.node,
            extractor: extractor(hole.extractor),
            instance: hole.instance.to_string(),
            kind: hole.kind.map(|kind| kind.word()),
            after_sequence: hole.after_sequence,
            missing: hole.missing,
            bus_time_ns: hole.bus_time_ns.to_string(),
        }
    }
}

impl GapInfo {
    fn of(notice: GapNotice) -> GapInfo {
        GapInfo {
            node: notice.node,
            extractor: extractor(notice.extractor),
            bus_time_ns: notice.bus_time_ns.to_string(),
            reason: notice.gap.reason().word(),
            events: notice.gap.count,
        }
    }
}

fn extractor(value: u64) -> &'static str {
    let value = i32::try_from(value).ok();
    let known = value.and_then(|value| Extractor::try_from(value).ok());
    known.unwrap_or(Extractor::Unspecified).word()
}
