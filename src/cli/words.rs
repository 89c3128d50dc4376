//! Words of the model as values of options.

use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::commands::collect::Since;
use crate::model::finding::UnknownWord;

/// Takes one of the words that the model has for a type's values.
pub(super) fn parser<T>(words: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = UnknownWord> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| word.parse::<T>())
}

/// Understands a time as people write it: `500ms`, `15s`, `5m`, `1h30m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let parsed: Result<SignedDuration, _> = text.parse();
    let duration = parsed.ok().and_then(|duration| Duration::try_from(duration).ok());
    let possible = duration.filter(|duration| (SHORTEST..=LONGEST).contains(duration));
    possible.ok_or_else(|| format!("`{text}` is no time between 10ms and 30 days; write it as 15s, 5m or 1h30m"))
}

/// No time that somebody waits for is shorter than this.
const SHORTEST: Duration = Duration::from_millis(10);

/// No time that somebody waits for is longer than this.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// Understands a day, a moment with its time zone, or `last`.
pub(super) fn since_collected(text: &str) -> Result<Since, String> {
    if text == "last" { Ok(Since::Last) } else { since(text).map(Since::Moment) }
}

/// Understands the end of a day, or a moment with its time zone.
pub(super) fn until(text: &str) -> Result<Timestamp, String> {
    let end = |day: Date| {
        let last = day.at(23, 59, 59, 0).to_zoned(TimeZone::UTC);
        last.map(|time| time.timestamp())
    };
    text.parse().or_else(|_| text.parse().and_then(end)).map_err(|error| format!("{error}; write it as 2026-01-31"))
}

/// Understands a day, or a moment with its time zone.
pub(super) fn since(text: &str) -> Result<Timestamp, String> {
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|time| time.timestamp());
    text.parse()
        .or_else(|_| text.parse().and_then(midnight))
        .map_err(|error| format!("{error}; write it as 2026-01-31"))
}
