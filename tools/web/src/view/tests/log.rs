//! What stands in debug.log.

use peer_observer_event::{
    Extractor, LogLevel, LogLine, LogTemplateOrigin, LogTemplateSeen, Payload,
};
use serde_json::{Value, json};

use super::Watched;
use crate::view::log::MOST_ALARMS;
use crate::view::templates::{MOST_LISTED, MOST_TEMPLATES};

fn line(category: &str, level: LogLevel, template: u64, message: &str) -> Payload {
    Payload::LogLine(Box::new(LogLine {
        line_bytes: 100,
        line_count: 1,
        category: category.to_owned(),
        level: level.into(),
        message: message.to_owned(),
        template_id: Some(template),
        template_origin: LogTemplateOrigin::Mined.into(),
        ..LogLine::default()
    }))
}

impl Watched {
    fn log(&mut self, payload: Payload) {
        self.from(Extractor::Log, 1, payload);
    }

    fn details(&self) -> Value {
        let reply = serde_json::to_value(self.view.log(Some("alice"))).unwrap();
        reply["nodes"][0].clone()
    }
}

#[test]
fn lines_are_counted_by_category_level_and_template() {
    let mut node = Watched::new();
    assert!(node.vitals().get("log").is_none());
    node.log(Payload::LogTemplateSeen(LogTemplateSeen {
        template_id: u64::MAX,
        origin: LogTemplateOrigin::Catalogue.into(),
        template: "ping peer=<*>".to_owned(),
        category: "net".to_owned(),
        locations: vec!["net_processing.cpp:42".to_owned()],
    }));
    for _ in 0..3 {
        node.log(line("net", LogLevel::Debug, u64::MAX, "ping peer=7"));
    }
    node.log(line("", LogLevel::Info, 5, "something else"));
    let log = node.vitals()["log"].clone();
    assert_eq!(
        log,
        json!({
            "lines": 4, "bytes": 400, "rate_limited": 0, "templates": 2,
            "levels": [{"level": "debug", "lines": 3}, {"level": "info", "lines": 1}],
        })
    );
    let details = node.details();
    assert_eq!(
        details["categories"],
        json!([
            {"category": "net", "lines": 3, "bytes": 300},
            {"category": "", "lines": 1, "bytes": 100},
        ])
    );
    let templates = &details["templates"];
    assert_eq!(templates[0]["template_id"], u64::MAX.to_string());
    assert_eq!(templates[0]["template"], "ping peer=<*>");
    assert_eq!(templates[0]["origin"], "catalogue");
    assert_eq!(templates[0]["locations"][0], "net_processing.cpp:42");
    assert_eq!(templates[0]["lines"], 3);
    assert_eq!(
        templates[1]["example"], "something else",
        "its notice was missed"
    );
}

#[test]
fn warnings_and_errors_are_kept_the_latest_first() {
    let mut node = Watched::new();
    for number in 0..100 {
        node.log(line("", LogLevel::Info, 1, "all is well"));
        node.log(line("", LogLevel::Warning, 2, &format!("trouble {number}")));
    }
    let long = "x".repeat(10_000);
    node.log(line("validation", LogLevel::Error, 3, &long));
    let alarms = node.details()["alarms"].as_array().unwrap().clone();
    assert_eq!(alarms.len(), MOST_ALARMS);
    assert_eq!(alarms[0]["level"], "error");
    assert_eq!(alarms[0]["category"], "validation");
    assert_eq!(alarms[0]["message"].as_str().unwrap().len(), 500);
    assert_eq!(alarms[1]["message"], "trouble 99");
}

#[test]
fn what_is_kept_of_a_hostile_log_is_bounded() {
    let mut node = Watched::new();
    for number in 0..3 * MOST_TEMPLATES as u64 {
        node.log(line(&format!("c{number}"), LogLevel::Info, number, "x"));
        node.log(line("net", LogLevel::Info, u64::MAX, "often"));
    }
    let log = node.vitals()["log"].clone();
    assert_eq!(log["lines"], 6 * MOST_TEMPLATES);
    assert!(log["templates"].as_u64().unwrap() <= MOST_TEMPLATES as u64);
    let details = node.details();
    let templates = details["templates"].as_array().unwrap();
    assert_eq!(templates.len(), MOST_LISTED);
    assert_eq!(templates[0]["lines"], 3 * MOST_TEMPLATES);
    let categories = details["categories"].as_array().unwrap();
    assert!(categories.len() <= 65);
    let lines = |row: &Value| row["lines"].as_u64().unwrap();
    let sum: u64 = categories.iter().map(lines).sum();
    assert_eq!(sum, 6 * MOST_TEMPLATES as u64, "all lines are in some row");
}
