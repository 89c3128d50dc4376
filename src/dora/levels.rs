//! Levels: which values DORA's reports called elite, high, medium and low, by year.
//!
//! Since 2025 the report has no such clusters; they are yardsticks of their year, and the year
//! stands beside every level.

/// The levels that values are held against.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Levels {
    /// None.
    None,
    /// Those of a report.
    #[default]
    Of2023,
    /// Those of an earlier report.
    Of2021,
    /// One's own.
    Own(Box<LevelSet>),
}

/// Where levels end: elite, high and medium; what lies beyond is low.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelSet {
    /// Where they come from.
    pub source: String,
    /// The least deployments a day.
    pub frequency: [f64; 3],
    /// The longest lead time, in seconds.
    pub lead_time: [f64; 3],
    /// The highest change fail rate.
    pub fail_rate: [f64; 3],
    /// The longest recovery, in seconds.
    pub recovery: [f64; 3],
}

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;
/// A twelfth of 365.25 days.
const MONTH: f64 = 30.4375 * DAY;

const NAMES: [&str; 3] = ["elite", "high", "medium"];

impl Levels {
    /// Returns the bounds; `None` where there are no levels.
    pub fn set(&self) -> Option<LevelSet> {
        match self {
            Self::None => None,
            // More than once a day is `on demand`.
            Self::Of2021 => Some(LevelSet {
                source: "levels of DORA's report of 2021, as Apache DevLake has them".to_owned(),
                frequency: [1.0, DAY / MONTH, DAY / (6.0 * MONTH)],
                lead_time: [HOUR, WEEK, 6.0 * MONTH],
                fail_rate: [0.15, 0.20, 0.30],
                recovery: [HOUR, DAY, WEEK],
            }),
            Self::Of2023 => Some(LevelSet {
                source: "levels of DORA's report of 2023, as Apache DevLake has them".to_owned(),
                frequency: [1.0, DAY / WEEK, DAY / MONTH],
                lead_time: [DAY, WEEK, MONTH],
                fail_rate: [0.05, 0.10, 0.15],
                recovery: [HOUR, DAY, WEEK],
            }),
            Self::Own(set) => Some((**set).clone()),
        }
    }
}

/// Returns the level of a value that is better when lower.
pub(super) fn at_most(value: f64, ends: [f64; 3]) -> &'static str {
    NAMES.into_iter().zip(ends).find(|(_, end)| value <= *end).map_or("low", |(name, _)| name)
}

/// Returns the level of a value that is better when higher.
pub(super) fn at_least(value: f64, ends: [f64; 3]) -> &'static str {
    NAMES.into_iter().zip(ends).find(|(_, end)| value >= *end).map_or("low", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_of_their_year() {
        let (older, newer) = (Levels::Of2021.set().unwrap(), Levels::Of2023.set().unwrap());
        assert_eq!([at_most(2.0 * HOUR, older.lead_time), at_most(2.0 * HOUR, newer.lead_time)], ["high", "elite"]);
        assert_eq!([at_most(0.12, older.fail_rate), at_most(0.12, newer.fail_rate)], ["elite", "medium"]);
        assert_eq!([at_least(3.0, newer.frequency), at_least(0.2, newer.frequency)], ["elite", "high"]);
        assert_eq!([at_least(0.01, older.frequency), at_least(0.01, newer.frequency)], ["medium", "low"]);
        assert_eq!(Levels::None.set(), None);
    }
}
