//! What doctor found, as data: the JSON form is described in docs/doctor.md.

use serde::Serialize;

/// Everything that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// peer-observer's version, with the commit where it is known.
    pub(crate) version: String,
    /// How many findings are problems.
    pub(crate) problems: usize,
    /// How many are warnings.
    pub(crate) warnings: usize,
    /// In the order in which they should be read.
    pub(crate) findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(findings: Vec<Finding>) -> Report {
        let count = |status| {
            let is_it = |finding: &&Finding| finding.status == status;
            findings.iter().filter(is_it).count()
        };
        Report {
            version: crate::version::FULL.to_owned(),
            problems: count(Status::Problem),
            warnings: count(Status::Warning),
            findings,
        }
    }
}

/// One line of the report.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// The node that it is about; `None` for the machine.
    pub(crate) node: Option<String>,
    /// What was looked at.
    pub(crate) area: Area,
    /// How it is.
    pub(crate) status: Status,
    /// Names the problem or warning for programs; `None` when all is well.
    pub(crate) id: Option<&'static str>,
    /// What was found, in one line.
    pub(crate) text: String,
    /// All of these, in this order, take the problem away.
    pub(crate) fixes: Vec<Fix>,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Area {
    Kernel,
    Rights,
    Clock,
    Disk,
    Bus,
    Node,
    Tracepoints,
    Rpc,
    Methods,
    DebugLog,
    P2p,
    Ipc,
    Process,
}

impl Area {
    /// For people.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Area::Kernel => "kernel",
            Area::Rights => "rights",
            Area::Clock => "clock",
            Area::Disk => "disk",
            Area::Bus => "bus",
            Area::Node => "node",
            Area::Tracepoints => "tracepoints",
            Area::Rpc => "rpc",
            Area::Methods => "methods",
            Area::DebugLog => "debug.log",
            Area::P2p => "p2p",
            Area::Ipc => "ipc",
            Area::Process => "process",
        }
    }
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// As it should be.
    Ok,
    /// Could not be looked at, because of something else that is reported.
    Unknown,
    /// Works, but something that is optional is missing.
    Warning,
    /// Something that the configuration wants does not work.
    Problem,
}

/// One step that helps.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fix {
    /// Where `text` belongs.
    pub(crate) place: Place,
    /// The command, the line, the option, or advice.
    pub(crate) text: String,
    /// The option of bitcoin.conf or the key of the configuration whose present
    /// line this takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replaces: Option<String>,
    /// Does it count only from the node's next start on?
    pub(crate) restart_node: bool,
}

/// Where a fix belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    /// A shell.
    Command,
    /// The node's bitcoin.conf.
    BitcoinConf,
    /// The command line that starts the node.
    NodeCommandLine,
    /// peer-observer's configuration.
    Configuration,
    /// Nowhere: only somebody who knows the machine can say how exactly.
    Advice,
}

impl Fix {
    /// A command for a shell.
    pub(crate) fn command(text: impl Into<String>) -> Fix {
        Fix::new(Place::Command, text)
    }

    /// A line of bitcoin.conf, which the node reads at its start.
    pub(crate) fn bitcoin_conf(text: impl Into<String>) -> Fix {
        Fix {
            restart_node: true,
            ..Fix::new(Place::BitcoinConf, text)
        }
    }

    /// An option on the node's command line.
    pub(crate) fn node_command_line(text: impl Into<String>) -> Fix {
        Fix {
            restart_node: true,
            ..Fix::new(Place::NodeCommandLine, text)
        }
    }

    /// A line of peer-observer's configuration.
    pub(crate) fn configuration(text: impl Into<String>) -> Fix {
        Fix::new(Place::Configuration, text)
    }

    /// What to do, in words.
    pub(crate) fn advice(text: impl Into<String>) -> Fix {
        Fix::new(Place::Advice, text)
    }

    /// The same in place of the line that sets this option or key.
    pub(crate) fn replacing(self, option: impl Into<String>) -> Fix {
        Fix {
            replaces: Some(option.into()),
            ..self
        }
    }

    /// The same, and then the node has to be started anew.
    pub(crate) fn then_restart(self) -> Fix {
        Fix {
            restart_node: true,
            ..self
        }
    }

    fn new(place: Place, text: impl Into<String>) -> Fix {
        Fix {
            place,
            text: text.into(),
            replaces: None,
            restart_node: false,
        }
    }
}

/// Collects the findings about one node, or about the machine.
#[derive(Debug)]
pub(crate) struct Findings {
    node: Option<String>,
    found: Vec<Finding>,
}

impl Findings {
    /// About the machine.
    pub(crate) fn of_machine() -> Findings {
        Findings {
            node: None,
            found: Vec::new(),
        }
    }

    /// About a node.
    pub(crate) fn of_node(name: &str) -> Findings {
        Findings {
            node: Some(name.to_owned()),
            found: Vec::new(),
        }
    }

    pub(crate) fn ok(&mut self, area: Area, text: impl Into<String>) {
        self.add(area, Status::Ok, None, text.into(), Vec::new());
    }

    pub(crate) fn unknown(&mut self, area: Area, text: impl Into<String>) {
        self.add(area, Status::Unknown, None, text.into(), Vec::new());
    }

    pub(crate) fn warning(
        &mut self,
        area: Area,
        id: &'static str,
        text: impl Into<String>,
        fixes: impl IntoIterator<Item = Fix>,
    ) {
        let fixes = fixes.into_iter().collect();
        self.add(area, Status::Warning, Some(id), text.into(), fixes);
    }

    pub(crate) fn problem(
        &mut self,
        area: Area,
        id: &'static str,
        text: impl Into<String>,
        fixes: impl IntoIterator<Item = Fix>,
    ) {
        let fixes = fixes.into_iter().collect();
        self.add(area, Status::Problem, Some(id), text.into(), fixes);
    }

    fn add(
        &mut self,
        area: Area,
        status: Status,
        id: Option<&'static str>,
        text: String,
        fixes: Vec<Fix>,
    ) {
        self.found.push(Finding {
            node: self.node.clone(),
            area,
            status,
            id,
            text: one_line(&text),
            fixes,
        });
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}

/// Files and replies can contain anything: control characters become visible.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_debug());
        } else {
            line.push(character);
        }
    }
    line
}
