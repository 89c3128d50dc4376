//! What people set about exports.

use std::collections::BTreeMap;

use super::alerts::{self, Alert};

/// The settings, as the section `export` has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The label `job` that the service has in Prometheus.
    pub service: String,
    /// Where the runbook's pages are read, without a slash at the end.
    pub runbooks: String,
    /// Bounds of one's own, by the alert's name.
    pub bounds: BTreeMap<String, Bound>,
}

/// What is made of an alert's bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// The alert is not wanted.
    Off,
    /// Another value, in the base unit of the alert's bound.
    Value(f64),
}

impl Default for Settings {
    fn default() -> Self {
        Self { service: "service".to_owned(), runbooks: "runbooks".to_owned(), bounds: BTreeMap::new() }
    }
}

impl Settings {
    /// Returns the alerts that are wanted, in the order they are written.
    pub fn alerts(&self) -> impl Iterator<Item = &'static Alert> + '_ {
        alerts::all().filter(|alert| self.bounds.get(alert.name) != Some(&Bound::Off))
    }

    /// Returns an alert's bound in its base unit; `None` for one that has none.
    pub(super) fn bound(&self, alert: &Alert) -> Option<f64> {
        let usual = alert.bound?.value;
        match self.bounds.get(alert.name) {
            Some(Bound::Value(value)) => Some(*value),
            Some(Bound::Off) | None => Some(usual),
        }
    }

    /// Tells whether the alert is as its table has it, which is what its example is about.
    pub(super) fn is_usual(&self, alert: &Alert) -> bool {
        !self.bounds.contains_key(alert.name)
    }

    /// Returns the query that an alert asks.
    pub(super) fn query(&self, alert: &Alert) -> String {
        let bound = self.bound(alert).map(|bound| bound.to_string()).unwrap_or_default();
        self.fill(alert.query).replace("{bound}", &bound)
    }

    /// Puts the service's label into a query.
    pub(super) fn fill(&self, query: &str) -> String {
        query.replace("{service}", &self.service)
    }
}
