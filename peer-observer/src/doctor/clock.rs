//! Is the system's clock right? Every event carries its time.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::report::{Area, Findings, Fix};

/// These programs answer at once or never.
const LONGEST_ANSWER: Duration = Duration::from_secs(5);

/// What the programs that know say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Synchronised,
    NotSynchronised,
}

/// Asks systemd, else chrony, whether the clock follows another one.
pub(crate) async fn check(findings: &mut Findings) {
    let timedatectl = ["show", "--property=NTPSynchronized", "--value"];
    let asked = ask("timedatectl", &timedatectl).await;
    let (program, answer) = match asked.as_deref().and_then(timedatectl_says) {
        Some(answer) => ("timedatectl", Some(answer)),
        None => {
            let asked = ask("chronyc", &["-n", "-c", "tracking"]).await;
            ("chronyc", asked.as_deref().and_then(chrony_says))
        }
    };
    match answer {
        Some(Answer::Synchronised) => {
            findings.ok(
                Area::Clock,
                format!("the system's clock is synchronised ({program})"),
            );
        }
        Some(Answer::NotSynchronised) => {
            let fix = match program {
                "timedatectl" => "sudo timedatectl set-ntp true",
                _ => "sudo chronyc -a makestep",
            };
            findings.problem(
                Area::Clock,
                "clock_not_synchronised",
                format!(
                    "the system's clock is not synchronised ({program}): times in events are off"
                ),
                [Fix::command(fix)],
            );
        }
        None => findings.unknown(
            Area::Clock,
            "neither timedatectl nor chronyc says whether the system's clock is synchronised",
        ),
    }
}

/// What the program prints; `None` if it is not there, fails or hangs.
async fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(LONGEST_ANSWER, output).await.ok()?.ok()?;
    let is_success = output.status.success();
    is_success.then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `NTPSynchronized` of org.freedesktop.timedate1: the kernel's own opinion.
fn timedatectl_says(text: &str) -> Option<Answer> {
    match text.trim() {
        "yes" => Some(Answer::Synchronised),
        "no" => Some(Answer::NotSynchronised),
        _ => None,
    }
}

/// The last field of `chronyc -c tracking` is the leap status.
fn chrony_says(text: &str) -> Option<Answer> {
    match text.trim().rsplit_once(',')?.1 {
        "Not synchronised" => Some(Answer::NotSynchronised),
        "Normal" | "Insert second" | "Delete second" => Some(Answer::Synchronised),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_programs_are_understood() {
        assert_eq!(timedatectl_says("yes\n"), Some(Answer::Synchronised));
        assert_eq!(timedatectl_says("no\n"), Some(Answer::NotSynchronised));
        assert_eq!(timedatectl_says("Failed to connect\n"), None);
        let tracking =
            "A29FC801,162.159.200.1,4,1790000000.1,0.0,0.0,0.0,0.1,0.0,0.0,0.0,0.0,64.4,";
        assert_eq!(
            chrony_says(&format!("{tracking}Normal\n")),
            Some(Answer::Synchronised)
        );
        assert_eq!(
            chrony_says(&format!("{tracking}Not synchronised\n")),
            Some(Answer::NotSynchronised)
        );
        assert_eq!(chrony_says("506 Cannot talk to daemon\n"), None);
    }
}
