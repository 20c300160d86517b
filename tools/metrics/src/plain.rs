//! The Prometheus text format 0.0.4, for readers that do not take OpenMetrics:
//! it differs in what the declarations of counters and facts are called.

/// The text in the older format.
pub(crate) fn from_open_metrics(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + text.len() / 8);
    let mut push = |parts: &[&str]| {
        parts.iter().for_each(|part| plain.push_str(part));
        plain.push('\n');
    };
    // The help of a family stands in front of its type, which decides the name.
    let mut help = "";
    for line in text.lines() {
        if let Some(named) = line.strip_prefix("# HELP ") {
            help = named.split_once(' ').map_or("", |(_, help)| help);
        } else if let Some(named) = line.strip_prefix("# TYPE ") {
            let (name, kind) = named.split_once(' ').unwrap_or((named, "untyped"));
            let (end, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                kind => ("", kind),
            };
            push(&["# HELP ", name, end, " ", help]);
            push(&["# TYPE ", name, end, " ", kind]);
        } else if !line.starts_with('#') {
            push(&[line]);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_and_facts_are_declared_by_the_names_of_their_series() {
        let open_metrics = "\
# HELP a Some (things).
# TYPE a counter
a_total{x=\"# HELP\"} 1
# HELP b_bytes Size (bytes).
# TYPE b_bytes gauge
# UNIT b_bytes bytes
b_bytes 2
# HELP c Version (always 1).
# TYPE c info
c_info{version=\"1\"} 1
# EOF
";
        let plain = "\
# HELP a_total Some (things).
# TYPE a_total counter
a_total{x=\"# HELP\"} 1
# HELP b_bytes Size (bytes).
# TYPE b_bytes gauge
b_bytes 2
# HELP c_info Version (always 1).
# TYPE c_info gauge
c_info{version=\"1\"} 1
";
        assert_eq!(from_open_metrics(open_metrics), plain);
    }
}
