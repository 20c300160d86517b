#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use proptest::prelude::*;

use super::*;

fn read(line: &str) -> Prefix<'_> {
    PrefixReader::default().read(line)
}

const NONE: Prefix<'static> = Prefix {
    rate_limited: false,
    time: None,
    mock_time_unix_seconds: None,
    thread: "",
    source: None,
    category: "",
    level: LogLevel::Info,
    message: "",
};

const NEW_YEAR: LineTime = LineTime {
    unix_ns: 1_767_225_600_000_000_000,
    has_micros: false,
};

#[test]
fn everything_at_once() {
    let line = "[*] 2026-01-01T00:00:00.000001Z (mocktime: 2021-01-01T00:00:00Z) [msghand] \
                [net_processing.cpp:12] [auto (anonymous namespace)::f(std::map<int, char>)::\
                <lambda(int)>::operator()(int) const [with T = char[3]]] [net:trace] [x] y";
    let expected = Prefix {
        rate_limited: true,
        time: Some(LineTime {
            unix_ns: NEW_YEAR.unix_ns + 1000,
            has_micros: true,
        }),
        mock_time_unix_seconds: Some(1_609_459_200),
        thread: "msghand",
        source: Some(Source {
            file: "net_processing.cpp",
            line: 12,
            function: "auto (anonymous namespace)::f(std::map<int, char>)::<lambda(int)>::\
                       operator()(int) const [with T = char[3]]",
        }),
        category: "net",
        level: LogLevel::Trace,
        message: "[x] y",
    };
    assert_eq!(read(line), expected);
}

#[test]
fn each_part_may_be_missing() {
    let with = |change: &dyn Fn(&mut Prefix<'static>)| {
        let mut prefix = NONE;
        change(&mut prefix);
        prefix
    };
    let time = |prefix: &mut Prefix<'_>| prefix.time = Some(NEW_YEAR);
    let cases: [(&str, Prefix<'static>); 12] = [
        ("", NONE),
        ("a message", with(&|prefix| prefix.message = "a message")),
        ("2026-01-01T00:00:00Z ", with(&|prefix| time(prefix))),
        ("2026-01-01T00:00:00Z", with(&|prefix| time(prefix))),
        (
            "2026-01-01T00:00:00Z [warning] careful",
            with(&|prefix| {
                time(prefix);
                (prefix.level, prefix.message) = (LogLevel::Warning, "careful");
            }),
        ),
        (
            "[cmpctblock] debug is what a category means",
            with(&|prefix| {
                (prefix.category, prefix.level) = ("cmpctblock", LogLevel::Debug);
                prefix.message = "debug is what a category means";
            }),
        ),
        (
            "[all:info] -loglevelalways",
            with(&|prefix| prefix.message = "-loglevelalways"),
        ),
        (
            "[newcategory:error] of another version",
            with(&|prefix| {
                (prefix.category, prefix.level) = ("newcategory", LogLevel::Error);
                prefix.message = "of another version";
            }),
        ),
        (
            "[snapshot] is no category",
            with(&|prefix| prefix.message = "[snapshot] is no category"),
        ),
        (
            "ERROR: as older versions say it",
            with(&|prefix| {
                prefix.level = LogLevel::Error;
                prefix.message = "ERROR: as older versions say it";
            }),
        ),
        (
            "Warning: as well",
            with(&|prefix| {
                (prefix.level, prefix.message) = (LogLevel::Warning, "Warning: as well")
            }),
        ),
        (
            "2026-13-01T00:00:00Z is no time",
            with(&|prefix| prefix.message = "2026-13-01T00:00:00Z is no time"),
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(read(line), expected, "{line:?}");
    }
}

/// Core 22 and 23 write threads and no categories; `net` is both.
#[test]
fn whether_a_bracket_is_a_thread_is_learned_from_other_lines() {
    let mut reader = PrefixReader::default();
    let mut parts = |line: &str| {
        let line = format!("2026-01-01T00:00:00Z {line}");
        let prefix = reader.read(&line);
        (prefix.thread.to_owned(), prefix.category.to_owned())
    };
    let both = |thread: &str, category: &str| (thread.to_owned(), category.to_owned());
    assert_eq!(parts("[net] a"), both("", "net"));
    assert_eq!(parts("[msghand] a"), both("msghand", ""));
    assert_eq!(parts("[net] a"), both("net", ""));
    assert_eq!(parts("[b-new] a"), both("b-new", ""));
    assert_eq!(parts("[net] [net] a"), both("net", "net"));
    assert_eq!(
        parts("[httpworker.3] [http] a"),
        both("httpworker.3", "http")
    );
    assert_eq!(parts("a"), both("", ""));
    assert_eq!(parts("[net] a"), both("", "net"));
    assert_eq!(
        parts("[newthread] [net.cpp:1] [f] a"),
        both("newthread", "")
    );
}

#[test]
fn all_words_are_known() {
    for category in CATEGORIES {
        let line = format!("[{category}] a");
        assert_eq!(read(&line).category, *category);
    }
    for thread in [
        "msghand",
        "net",
        "scriptch.03",
        "http.1",
        "basic block filter index",
    ] {
        let line = format!("2026-01-01T00:00:00Z [{thread}] [net] a");
        assert_eq!(read(&line).thread, thread);
    }
}

prop_compose! {
    fn any_time()(seconds in 0..4_000_000_000u64, micros in proptest::option::of(0..1_000_000u64))
        -> (String, LineTime)
    {
        let time = LineTime {
            unix_ns: seconds * 1_000_000_000 + micros.unwrap_or(0) * 1000,
            has_micros: micros.is_some(),
        };
        let text = jiff::Timestamp::from_second(seconds as i64).unwrap().to_string();
        let text = match micros {
            Some(micros) => format!("{}.{micros:06}Z", text.trim_end_matches('Z')),
            None => text,
        };
        (text, time)
    }
}

/// Functions as compilers spell them: brackets come in pairs.
fn any_function() -> impl Strategy<Value = String> {
    let leaf = "[a-zA-Z_:<>(), &*~]{0,12}";
    leaf.prop_recursive(3, 8, 3, |inner| {
        (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("{a}[{b}]{c}"))
    })
}

fn any_level() -> impl Strategy<Value = (&'static str, LogLevel)> {
    prop::sample::select(vec![
        ("trace", LogLevel::Trace),
        ("debug", LogLevel::Debug),
        ("info", LogLevel::Info),
        ("warning", LogLevel::Warning),
        ("error", LogLevel::Error),
    ])
}

proptest! {
    #[test]
    fn what_core_puts_together_comes_apart_again(
        rate_limited: bool,
        (time_text, time) in any_time(),
        mock in proptest::option::of(1..4_000_000_000i64),
        thread in prop::sample::select(vec!["", "msghand", "scriptch.03", "b-own", "http.00"]),
        source in proptest::option::of(("[a-z/_]{1,20}[.](cpp|h)", 1..100_000u32, any_function())),
        category in prop::sample::select(CATEGORIES),
        has_category: bool,
        level in proptest::option::of(any_level()),
        message in "[^\\[\\x00-\\x1f][^\\x00-\\x1f]{0,60}",
    ) {
        let mut line = String::new();
        if rate_limited {
            line += "[*] ";
        }
        line += &time_text;
        if let Some(mock) = mock {
            let mock = jiff::Timestamp::from_second(mock).unwrap();
            line += &format!(" (mocktime: {mock})");
        }
        line += " ";
        if !thread.is_empty() {
            line += &format!("[{thread}] ");
        }
        if let Some((file, number, function)) = &source {
            line += &format!("[{file}:{number}] [{function}] ");
        }
        let category = if has_category { category } else { "" };
        let default = if has_category { LogLevel::Debug } else { LogLevel::Info };
        match level {
            Some((word, _)) if has_category => line += &format!("[{category}:{word}] "),
            Some((word, _)) => line += &format!("[{word}] "),
            None if has_category => line += &format!("[{category}] "),
            None => {}
        }
        line += &message;

        let mut reader = PrefixReader::default();
        // Threads are on or off in the whole log.
        let other = if thread.is_empty() { "a message" } else { "[msghand] a message" };
        reader.read(&format!("2026-01-01T00:00:00Z {other}"));
        let prefix = reader.read(&line);
        prop_assert_eq!(prefix.rate_limited, rate_limited);
        prop_assert_eq!(prefix.time, Some(time));
        prop_assert_eq!(prefix.mock_time_unix_seconds, mock);
        prop_assert_eq!(prefix.thread, thread);
        let read = prefix.source.map(|source| {
            (source.file.to_owned(), source.line, source.function.to_owned())
        });
        prop_assert_eq!(read, source);
        prop_assert_eq!(prefix.category, category);
        let old = old_level(&message).map(|(level, _)| level).filter(|_| !has_category);
        let level = level.map(|(_, level)| level).or(old).unwrap_or(default);
        prop_assert_eq!(prefix.level, level);
        prop_assert_eq!(prefix.message, &message);
        prop_assert_eq!(beginning(line.as_bytes()), Beginning::Time);
    }

    #[test]
    fn any_text_has_a_message_that_is_its_end(line in ".{0,200}") {
        let message = read(&line).message;
        prop_assert!(line.ends_with(message));
    }
}
