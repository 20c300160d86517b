//! Lines that the node leaves out (Core 30 and newer).

use peer_observer_event::LogRateLimit;
use peer_observer_event::log_line::Detail;

use super::scan::Scan;

/// `Excessive logging detected from FILE:LINE (FUNCTION): >1048576 bytes logged
/// during ...` (logging.cpp `LogPrint_`).
pub(super) fn started(mut rest: Scan<'_>) -> Option<Detail> {
    let place = place(&mut rest)?;
    Some(Detail::RateLimit(LogRateLimit {
        started: true,
        ..place
    }))
}

/// `Restarting logging from FILE:LINE (FUNCTION): 123 bytes were dropped during
/// the last 3600s.` (logging.cpp `LogRateLimiter::Reset`).
pub(super) fn ended(mut rest: Scan<'_>) -> Option<Detail> {
    let place = place(&mut rest)?;
    Some(Detail::RateLimit(LogRateLimit {
        dropped_bytes: Some(rest.number()?),
        ..place
    }))
}

fn place(rest: &mut Scan<'_>) -> Option<LogRateLimit> {
    let (file, line) = rest.until(" (")?.rsplit_once(':')?;
    let function = rest.until("): ")?;
    Some(LogRateLimit {
        file: Some(file.to_owned()),
        line: Some(line.parse().ok()?),
        function: Some(function.to_owned()),
        ..LogRateLimit::default()
    })
}
