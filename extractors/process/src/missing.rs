//! What cannot be read, why, and what helps.

use std::collections::BTreeMap;

use crate::read::ReadError;

/// A part of what is read that can be missing while the rest is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    RunQueue,
    Io,
    Files,
    Pressure,
    ProportionalMemory,
}

impl Part {
    /// For people.
    fn text(self) -> &'static str {
        match self {
            Part::RunQueue => "run-queue wait",
            Part::Io => "I/O",
            Part::Files => "open files",
            Part::Pressure => "pressure",
            Part::ProportionalMemory => "proportional memory",
        }
    }

    /// What a kernel needs that does not have it.
    fn needs(self) -> &'static str {
        match self {
            Part::RunQueue => "a kernel with CONFIG_SCHEDSTATS",
            Part::Io => "a kernel with CONFIG_TASK_IO_ACCOUNTING",
            Part::Pressure => "a kernel with CONFIG_PSI, started with psi=1",
            Part::ProportionalMemory => "Linux 4.14 with CONFIG_PROC_PAGE_MONITOR",
            Part::Files => "/proc",
        }
    }
}

/// What is missing, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Missing(BTreeMap<Part, ReadError>);

impl Missing {
    /// Notes that a part is missing.
    pub(crate) fn add(&mut self, part: Part, why: ReadError) {
        self.0.insert(part, why);
    }

    /// The value, or a note that it is missing. That the process has ended is
    /// an error, as it concerns everything.
    pub(crate) fn note<T>(
        &mut self,
        part: Part,
        read: Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(ReadError::Gone) => Err(ReadError::Gone),
            Err(why) => {
                self.add(part, why);
                Ok(None)
            }
        }
    }

    /// Is everything there?
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with what is missing of something else.
    pub(crate) fn and(&self, other: &Missing) -> Missing {
        let mut both = self.clone();
        both.0.extend(&other.0);
        both
    }

    /// What is missing, why, and what to do about it; for health and log.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let denied =
            |(part, why): (&Part, &ReadError)| (*why == ReadError::Denied).then(|| part.text());
        let denied: Vec<&str> = self.0.iter().filter_map(denied).collect();
        let mut sentences = Vec::new();
        if !denied.is_empty() {
            sentences.push(format!(
                "this user may not read {}: run as the node's user, or {}",
                denied.join(", "),
                capability()
            ));
        }
        for (part, why) in &self.0 {
            let text = part.text();
            match why {
                ReadError::Denied => {}
                ReadError::NotThere => {
                    sentences.push(format!("no {text}: it needs {}", part.needs()));
                }
                other => sentences.push(format!("no {text}: {other}")),
            }
        }
        sentences
    }
}

fn capability() -> String {
    let program = std::env::current_exe().map_or_else(
        |_| "peer-observer".to_owned(),
        |path| path.display().to_string(),
    );
    format!(
        "give the right to with: sudo setcap cap_sys_ptrace+ep {program} \
         (under systemd: AmbientCapabilities=CAP_SYS_PTRACE)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_once_what_helps_and_what_for() {
        let mut missing = Missing::default();
        assert!(missing.is_empty() && missing.sentences().is_empty());
        missing.add(Part::Files, ReadError::Denied);
        missing.add(Part::Io, ReadError::Denied);
        missing.add(Part::Pressure, ReadError::NotThere);
        let sentences = missing.sentences();
        assert_eq!(sentences.len(), 2);
        assert!(sentences[0].starts_with("this user may not read I/O, open files: run as"));
        assert!(sentences[1].contains("CONFIG_PSI"), "{}", sentences[1]);
    }
}
