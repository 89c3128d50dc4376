//! The alerts: what is asked, from when on it is urgent, and what whoever is called does.

use crate::model::unit::Unit;

mod ci;
mod delivery;
mod host;
mod service;
mod stores;

/// One alert with its part of the runbook and an example that proves it.
#[derive(Debug)]
pub struct Alert {
    /// The name, in the style of Prometheus' own rules.
    pub name: &'static str,
    /// How urgent it is.
    pub priority: Priority,
    /// What is wrong, in one sentence without its stop.
    pub summary: &'static str,
    /// The query in `PromQL`: `{service}` is the service's label, `{bound}` the bound.
    pub query: &'static str,
    /// What is too much or too little; `None` where the query asks for a state.
    pub bound: Option<Limit>,
    /// For how many minutes it must be so.
    pub minutes: u32,
    /// Where the series come from.
    pub from: &'static str,
    /// What it means for users and for the team.
    pub means: &'static str,
    /// Where to look, in the order of likelihood.
    pub look: &'static [&'static str],
    /// What to do.
    pub act: &'static [&'static str],
    /// Series with which it fires, and others with which it does not.
    pub example: Example,
}

/// A bound with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The value, in the base unit.
    pub value: f64,
    /// The unit.
    pub unit: Unit,
}

/// Series, in the notation of `promtool test rules`, a minute from value to value.
#[derive(Debug)]
pub struct Example {
    /// Series with which the alert fires.
    pub firing: &'static [(&'static str, &'static str)],
    /// After how many minutes that is looked at.
    pub after: u32,
    /// The labels that the alert has beside those of its rule.
    pub labels: &'static [(&'static str, &'static str)],
    /// The value, as Prometheus' templates write it; empty where the alert has no bound.
    pub value: &'static str,
    /// Series with which it does not fire.
    pub quiet: &'static [(&'static str, &'static str)],
}

/// How urgent an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Users are hurt now: somebody is called, at any hour, within minutes.
    P0,
    /// Users will be hurt, or protection is gone: the same day.
    P1,
    /// Something gets worse: the next working day.
    P2,
}

impl Priority {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 3] = [Self::P0, Self::P1, Self::P2];

    /// Returns the name.
    pub fn word(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
        }
    }

    /// Returns the label `severity`, by Prometheus' custom.
    pub fn severity(self) -> &'static str {
        match self {
            Self::P0 => "critical",
            Self::P1 => "warning",
            Self::P2 => "info",
        }
    }

    /// Returns when somebody looks at it.
    pub fn when(self) -> &'static str {
        match self {
            Self::P0 => "at once, at any hour",
            Self::P1 => "the same day",
            Self::P2 => "the next working day",
        }
    }
}

/// The groups of alerts, each with its name in the rules.
pub static GROUPS: &[(&str, &[Alert])] = &[
    ("service", service::ALERTS),
    ("stores", stores::ALERTS),
    ("host", host::ALERTS),
    ("delivery", delivery::ALERTS),
    ("ci", ci::ALERTS),
];

/// Returns all alerts, group by group.
pub fn all() -> impl Iterator<Item = &'static Alert> {
    GROUPS.iter().flat_map(|(_, alerts)| alerts.iter())
}

/// A limit that is a share of the whole.
const fn share(value: f64) -> Limit {
    Limit { value, unit: Unit::Ratio }
}

/// A limit in seconds.
const fn seconds(value: f64) -> Limit {
    Limit { value, unit: Unit::Seconds }
}

/// A limit that is a plain number.
const fn number(value: f64) -> Limit {
    Limit { value, unit: Unit::Count }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_enough_and_each_is_complete() {
        let names: BTreeSet<&str> = all().map(|alert| alert.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(names.len() >= 24, "{}", names.len());
        for alert in all() {
            let name = alert.name;
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
            assert!(alert.minutes > 0 && !alert.look.is_empty() && !alert.act.is_empty(), "{name}");
            assert_eq!(alert.query.contains("{bound}"), alert.bound.is_some(), "{name}");
            assert_eq!(alert.example.value.is_empty(), alert.bound.is_none(), "{name}");
            assert!(alert.example.after >= alert.minutes, "{name}: looked at before it can fire");
            assert!(!alert.summary.ends_with('.') && alert.means.ends_with('.'), "{name}");
            assert!(!alert.example.firing.is_empty() && !alert.example.quiet.is_empty(), "{name}");
        }
        for priority in Priority::ALL {
            assert!(all().any(|alert| alert.priority == priority));
        }
        // What hurts users is told within minutes.
        assert!(all().filter(|alert| alert.priority == Priority::P0).all(|alert| alert.minutes <= 5));
    }
}
