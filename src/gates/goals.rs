//! Goals: where a series should be by a day, starting from a saved baseline.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::levels::Levels;
use crate::model::unit::Unit;
use crate::model::verdict::{Baseline, Basis, Verdict};

use super::TextError;
use super::bounds::{Check, Observed};
use super::quantity::Quantity;
use super::threshold::Threshold;

/// Where a series should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    target: Target,
    /// The saved baseline that it starts from.
    from: String,
    /// The end of the day by which it should be there.
    by: Timestamp,
    /// The text as written.
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Target {
    /// A share more or less than the baseline.
    Change(f64),
    /// Within a bound.
    Bound(Threshold),
}

impl Goal {
    /// Reads `-15% from spring by 2026-12-31`, or with a bound: `< 10min from spring by 2026-12-31`.
    ///
    /// # Errors
    /// It is neither, or there is no such day.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let shape = || TextError::new(0, "a goal is written like `-15% from BASELINE by 2026-12-31`");
        let (rest, day) = text.rsplit_once(" by ").ok_or_else(shape)?;
        let (target, from) = rest.rsplit_once(" from ").ok_or_else(shape)?;
        let day_at = rest.len() + " by ".len();
        let date: Date = day.trim().parse().map_err(|error: jiff::Error| TextError::new(day_at, error.to_string()))?;
        let end = date.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
        let by = end.map_err(|error| TextError::new(day_at, error.to_string()))?.timestamp();
        let target = match target.trim().strip_prefix(['-', '+']) {
            Some(rest) => {
                let part = Quantity::parse(rest)?.to_unit(Unit::Ratio).map_err(|reason| TextError::new(0, reason))?;
                Target::Change(if target.trim().starts_with('-') { -part } else { part })
            }
            None => Target::Bound(Threshold::parse(target)?),
        };
        Ok(Self { target, from: from.trim().to_owned(), by, text: text.trim().to_owned() })
    }
}

impl Goal {
    /// Returns the name of the saved baseline that it starts from.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Returns the text as written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Observed<'_> {
    /// Tells how far a series has come on the way to a goal: a pass where it is there, or at least
    /// as far as the time is; a warning where it is behind; a failure where the day is over.
    pub(super) fn on_the_way(&self, goal: &Goal, series: &str, saved: Option<&Levels>, now: Timestamp) -> Check {
        let check = |verdict, why, baseline| Check { verdict, bound: goal.text.clone(), why, baseline };
        let level = saved.and_then(|saved| Some((saved, saved.series.get(series)?)));
        let Some((saved, level)) = level else {
            let why = format!("the baseline {} has no value of it", goal.from);
            return check(Verdict::NoData, why, None);
        };
        let (target, is_there) = match &goal.target {
            Target::Change(share) => {
                let target = level.value * (1.0 + share);
                let slack = 1e-9 * target.abs();
                (target, if *share < 0.0 { self.value <= target + slack } else { self.value >= target - slack })
            }
            Target::Bound(threshold) => match threshold.bound(self.unit) {
                Ok(bound) => (bound, threshold.comparison.holds(self.value, bound)),
                Err(reason) => {
                    return check(Verdict::NoData, format!("the goal does not fit the series: {reason}"), None);
                }
            },
        };
        let (value, start, end) = (self.show(self.value), self.show(level.value), self.show(target));
        let baseline = Baseline {
            value: level.value,
            statistic: level.statistic.clone(),
            spread: level.spread,
            limit: Some(target),
            chance: None,
            accepted: String::new(),
            basis: Basis {
                count: level.count,
                window: Some(level.count),
                branch: saved.branch.clone(),
                ..Basis::default()
            },
        };
        let way = level.value - target;
        let come = if way.abs() > 0.0 { (level.value - self.value) / way } else { 0.0 };
        let time = share_of_time(saved.saved_at, goal.by, now);
        let verdict = match (is_there, now >= goal.by) {
            (false, true) => Verdict::Fail,
            (false, false) if come < time => Verdict::Warn,
            (true, _) | (false, false) => Verdict::Pass,
        };
        let percent = |share: f64| Unit::Ratio.show((share * 100.0).round() / 100.0);
        let why = if is_there {
            format!("{value} has reached {end}, from {start}")
        } else {
            format!(
                "{value} is {} of the way from {start} to {end}, and {} of the time is over",
                percent(come),
                percent(time)
            )
        };
        check(verdict, why, Some(baseline))
    }
}

/// Returns how much of the time from one moment to another is over, between 0 and 1.
fn share_of_time(from: Timestamp, to: Timestamp, now: Timestamp) -> f64 {
    let seconds = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs_f64();
    let whole = seconds(from, to);
    if whole > 0.0 { (seconds(from, now) / whole).clamp(0.0, 1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::metric::Better;
    use super::*;
    use crate::model::levels::Level;

    fn day(text: &str) -> Timestamp {
        text.parse::<Date>().unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp()
    }

    fn spring(value: f64) -> Levels {
        let level = Level { value, statistic: "median".to_owned(), unit: "s".to_owned(), spread: None, count: 20 };
        let series = BTreeMap::from([("build.duration_s".to_owned(), level)]);
        Levels { name: "spring".to_owned(), branch: "main".to_owned(), saved_at: day("2026-03-01"), series }
    }

    fn judged(goal: &str, value: f64, now: &str) -> (Verdict, String) {
        let observed = Observed { value, unit: Unit::Seconds, unit_text: "s", better: Better::Lower };
        let goal = Goal::parse(goal).unwrap();
        let check = observed.on_the_way(&goal, "build.duration_s", Some(&spring(1000.0)), day(now));
        (check.verdict, check.why)
    }

    #[test]
    fn the_way_is_held_against_the_time() {
        let goal = "-20% from spring by 2026-03-10";
        assert_eq!(judged(goal, 1000.0, "2026-03-01").0, Verdict::Pass);
        let (verdict, why) = judged(goal, 950.0, "2026-03-06");
        assert_eq!(verdict, Verdict::Warn);
        assert_eq!(why, "15min 50s is 25% of the way from 16min 40s to 13min 20s, and 50% of the time is over");
        assert_eq!(judged(goal, 880.0, "2026-03-06").0, Verdict::Pass);
        assert_eq!(judged(goal, 950.0, "2026-03-11").0, Verdict::Fail);
        assert_eq!(
            judged(goal, 800.0, "2026-03-11"),
            (Verdict::Pass, "13min 20s has reached 13min 20s, from 16min 40s".to_owned())
        );
        assert_eq!(judged("< 15min from spring by 2026-03-10", 890.0, "2026-03-11").0, Verdict::Pass);
        assert_eq!(judged("+20% from spring by 2026-03-10", 1100.0, "2026-03-06").0, Verdict::Pass);
    }

    #[test]
    fn what_a_baseline_lacks_has_no_way() {
        let observed = Observed { value: 1.0, unit: Unit::Seconds, unit_text: "s", better: Better::Lower };
        let goal = Goal::parse("-20% from spring by 2026-03-10").unwrap();
        let check = observed.on_the_way(&goal, "other", Some(&spring(1000.0)), day("2026-03-02"));
        assert_eq!((check.verdict, check.why.as_str()), (Verdict::NoData, "the baseline spring has no value of it"));
    }

    #[test]
    fn what_is_no_goal_is_refused() {
        for text in [
            "",
            "-15%",
            "-15% by 2026-12-31",
            "-15% from spring by tomorrow",
            "fast from spring by 2026-12-31",
            "-5min from spring by 2026-12-31",
        ] {
            assert!(Goal::parse(text).is_err(), "{text}");
        }
    }
}
