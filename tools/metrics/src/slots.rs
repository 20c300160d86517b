//! How many places a table needs that is indexed by an enum of the schema.

use peer_observer_event::{ConnectionType, Direction, Extractor, LogLevel};

/// Values of [`Extractor`].
pub(crate) const EXTRACTORS: usize = Extractor::Alerts as usize + 1;
/// Values of [`ConnectionType`].
pub(crate) const CONNECTION_TYPES: usize = ConnectionType::Other as usize + 1;
/// Values of [`Direction`].
pub(crate) const DIRECTIONS: usize = Direction::Outbound as usize + 1;
/// Values of [`LogLevel`].
pub(crate) const LOG_LEVELS: usize = LogLevel::Error as usize + 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_place() {
        fn values<E: TryFrom<i32>>() -> usize {
            (0..).map_while(|number| E::try_from(number).ok()).count()
        }
        assert_eq!(EXTRACTORS, values::<Extractor>());
        assert_eq!(CONNECTION_TYPES, values::<ConnectionType>());
        assert_eq!(DIRECTIONS, values::<Direction>());
        assert_eq!(LOG_LEVELS, values::<LogLevel>());
    }
}
