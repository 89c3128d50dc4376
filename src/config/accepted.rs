//! The section `accepted`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::gates::Accepted;
use crate::gates::selector::Selector;
use crate::gates::settings::Mark;
use crate::model::verdict::Origin;

use super::section::{Section, Value};

/// The fewest digits of a commit's hash that can be told from others.
const LEAST_DIGITS: usize = 7;

pub(super) fn read(value: Value<'_>) -> Vec<Accepted> {
    value.items().into_iter().filter_map(level).collect()
}

fn level(value: Value<'_>) -> Option<Accepted> {
    let section = value.section(&["metric", "since", "after", "reason"]);
    let metric = section.get("metric");
    if metric.is_none() {
        value.wrong("an accepted level needs a `metric`, such as `build.duration_s{workflow=CI}`");
    }
    let reason = section.get("reason").and_then(Value::text).filter(|reason| !reason.trim().is_empty());
    if reason.is_none() {
        value.wrong("an accepted level needs a `reason`, which stands beside every verdict it has a part in");
    }
    let mark = mark(&section, value);
    let (selector, metrics) = metric?.parse(Selector::parse)?;
    let origin = Origin { file: value.file().to_owned(), position: Some(value.position()) };
    Some(Accepted { selector, metrics, mark: mark?, reason: reason?, origin })
}

fn mark(section: &Section<'_>, value: Value<'_>) -> Option<Mark> {
    match (section.get("since"), section.get("after")) {
        (Some(since), None) => {
            let text = since.text()?;
            date(&text).map(Mark::From).or_else(|| commit(since, &text).map(Mark::Since))
        }
        (None, Some(after)) => {
            let text = after.text()?;
            commit(after, &text).map(Mark::After)
        }
        (None, None) | (Some(_), Some(_)) => {
            value.wrong("an accepted level begins `since` a commit or a date, or `after` a commit: write one of them");
            None
        }
    }
}

fn date(text: &str) -> Option<Timestamp> {
    let day = || Some(text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    if text.contains('-') { text.parse().ok().or_else(day) } else { None }
}

fn commit(value: Value<'_>, text: &str) -> Option<String> {
    let is_hash = (LEAST_DIGITS..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hash {
        value.wrong(format!("a commit's hash of at least {LEAST_DIGITS} digits was expected, not `{text}`"));
    }
    is_hash.then(|| text.to_ascii_lowercase())
}
