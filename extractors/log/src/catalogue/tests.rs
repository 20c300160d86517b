use proptest::prelude::*;

use super::*;

const SMALL: &str = r#"
# Some of Core's.
version 31.99

"Saw new %sheader hash=%s height=%d %s"
  net_processing.cpp:3588 debug validation
  net_processing.cpp:3590 info

"    - Verify %d txins: %fms (%fms/txin) [%fs (%fms/blk)]"
  validation.cpp:2638 debug bench

"%s: Timeout"
  common/pcp.cpp:101 debug net

"UpdateTip: %s version=0x%x progress 100%% \"%s\""
  validation.cpp:2891 info

"peer=%d: %s"
  net_processing.cpp:1975 debug net

"peer=%d: invalid header received"
  net_processing.cpp:1976 debug net
"#;

fn small() -> Catalogue {
    Catalogue::parse(SMALL).unwrap()
}

fn parameters<'m>(found: &Matched<'_, 'm>) -> Vec<(&'m str, ParameterKind)> {
    found
        .parameters
        .iter()
        .map(|parameter| (parameter.text, parameter.kind))
        .collect()
}

#[test]
fn a_message_is_taken_apart() {
    let catalogue = small();
    let hash = "00aa".repeat(16);
    let message = format!("Saw new cmpctblock header hash={hash} height=-7 peer=3, peeraddr=[::1]");
    let found = catalogue.find(&message, "").unwrap();
    assert_eq!(
        found.template.text,
        "Saw new <*>header hash=<*> height=<*> <*>"
    );
    assert_eq!(found.template.id, template_id(&found.template.text));
    let [_, info] = found.template.locations.as_slice() else {
        panic!("{:?}", found.template.locations);
    };
    assert_eq!(
        (info.file.as_str(), info.line, info.level.as_str()),
        ("net_processing.cpp", 3590, "info")
    );
    let expected = [
        ("cmpctblock ", ParameterKind::Text),
        (hash.as_str(), ParameterKind::Hash),
        ("-7", ParameterKind::Integer),
        ("peer=3, peeraddr=[::1]", ParameterKind::Text),
    ];
    assert_eq!(parameters(&found), expected);
}

#[test]
fn numbers_and_escapes() {
    let catalogue = small();
    let message = "    - Verify   12 txins: 1e-05ms (-nanms/txin) [0.10s (inf/blk)]";
    assert!(catalogue.find(message, "bench").is_none());
    let message = "    - Verify   12 txins: 1e-05ms (-nanms/txin) [0.10s (infms/blk)]";
    let found = catalogue.find(message, "bench").unwrap();
    let texts: Vec<_> = parameters(&found)
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert_eq!(texts, ["12", "1e-05", "-nan", "0.10", "inf"]);

    let message = r#"UpdateTip: new best version=0x20000000 progress 100% "a "quoted" word""#;
    let found = catalogue.find(message, "").unwrap();
    let texts: Vec<_> = parameters(&found)
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert_eq!(texts, ["new best", "20000000", r#"a "quoted" word"#]);
}

#[test]
fn of_several_that_fit_one_wins() {
    let catalogue = small();
    let text = |message, category| {
        let found = catalogue.find(message, category);
        found.map(|found| found.template.text.as_str())
    };
    let special = "peer=<*>: invalid header received";
    assert_eq!(
        text("peer=7: invalid header received", "net"),
        Some(special)
    );
    assert_eq!(text("peer=7: anything", "net"), Some("peer=<*>: <*>"));
    assert_eq!(text("peer=x: anything", "net"), None);
    // Of several lines the first counts.
    let lines = "peer=7: invalid header received\nand more";
    assert_eq!(text(lines, "net"), Some(special));
    // Seven letters could be anything's that is not of their category.
    assert_eq!(text("pcp: Timeout", "net"), Some("<*>: Timeout"));
    assert_eq!(text("pcp: Timeout", "mempool"), None);
    // Many letters say more than the category, which can be another version's.
    assert_eq!(text("peer=7: invalid header received", ""), Some(special));
}

#[test]
fn what_is_no_catalogue_is_told_with_its_line() {
    let line_and_problem = |text: &str| {
        let error = Catalogue::parse(text).expect_err(text);
        (error.line, error.problem)
    };
    for (text, line, problem) in [
        ("", 1, "no line with the version"),
        ("version 1\nversion 2", 2, "a second version"),
        ("version 1\n  a.cpp:1 info", 2, "without a message"),
        ("version 1\n\n\"abcd\"\n\"efgh\"", 3, "without a location"),
        ("version 1\n\"%s\"\n  a.cpp:1 info", 2, "all variable"),
        ("version 1\n\"abc%y\"", 2, "what is %y?"),
        ("version 1\n\"abc\\", 2, "neither a message"),
        ("version 1\nabc", 2, "neither a message"),
        ("version 1\n\"abcd\"\n  a.cpp info", 3, "no location"),
        ("version 1\n\"abcd\"\n  a.cpp:x info", 3, "no line number"),
        ("version 1\n\"abcd\"\n  a.cpp:1 loud", 3, "no level"),
        (
            "version 1\n\"a %s\"\n  a.cpp:1 info\n\"a %d\"",
            4,
            "a second time",
        ),
    ] {
        let (found_line, found_problem) = line_and_problem(text);
        assert_eq!(found_line, line, "{text:?}: {found_problem}");
        assert!(found_problem.contains(problem), "{text:?}: {found_problem}");
    }
    let many = format!("version 1\n\"a{}\"", "%s".repeat(MAX_PARAMETERS + 1));
    assert_eq!(line_and_problem(&many).0, 2);
}

/// A message of every template, with values of different kinds, is found to be
/// logged where that template is.
#[test]
fn no_template_of_core_takes_anothers_messages() {
    let catalogue = Catalogue::built_in();
    assert_eq!(catalogue.version(), "31.99");
    assert!(catalogue.templates().len() > 1000);
    let hash = "0f".repeat(32);
    for template in catalogue.templates() {
        for value in ["7", "", &hash, "a b: c"] {
            // Only a digit can stand in each hole.
            let message = template.text.replace(VARIABLE, value);
            for location in &template.locations {
                let Some(found) = catalogue.find(&message, &location.category) else {
                    assert_ne!(value, "7", "{message:?} is not found");
                    continue;
                };
                assert!(
                    found.template.locations.contains(location),
                    "{message:?} of {location:?} is taken for {:?}",
                    found.template.text
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn parameters_are_parts_of_the_message_in_their_order(
        before in "[ -~]{0,20}",
        middle in "[ -~é\u{1f600}]{0,40}",
        which in 0..Catalogue::built_in().templates().len(),
        cut in 0usize..200,
    ) {
        let catalogue = Catalogue::built_in();
        let text = catalogue.templates()[which].text.replacen(VARIABLE, &middle, 2);
        let message: String = before.chars().chain(text.chars().take(cut)).collect();
        for message in [message.as_str(), &text] {
            let Some(found) = catalogue.find(message, "net") else { continue };
            let mut rest = message;
            for parameter in &found.parameters {
                let place = rest.find(parameter.text);
                prop_assert!(place.is_some());
                rest = &rest[place.unwrap_or(0) + parameter.text.len()..];
            }
            prop_assert!(found.parameters.len() <= MAX_PARAMETERS);
        }
    }
}
