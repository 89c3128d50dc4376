//! When somebody should hear of an endpoint: a state machine over its probes. Pure.

use std::collections::VecDeque;

use crate::model::health::{Alert, AlertKind, Probe, Status};

/// How many probes in a row it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Failures before an alert is raised.
    pub failures: u64,
    /// Successes before it is over.
    pub successes: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { failures: 3, successes: 2 }
    }
}

/// How many probes are remembered to see whether an endpoint changes to and fro.
const REMEMBERED: usize = 20;

/// From so many changes among those on it is flapping, and until there are fewer than
/// [`CALM`]: two bounds, so that flapping itself does not flap.
const RESTLESS: usize = 8;
const CALM: usize = 4;

/// How an endpoint stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    failures: u64,
    successes: u64,
    alerting: bool,
    flapping: bool,
    recent: VecDeque<bool>,
}

impl Standing {
    /// Takes a probe in: counts its failures in a row into it, and returns the alert that it
    /// raises or ends. An alert is raised once, whatever happens until it is over.
    pub fn observe(&mut self, probe: &mut Probe, patience: Patience) -> Option<Alert> {
        let failed = probe.status == Status::Down;
        self.failures = if failed { self.failures + 1 } else { 0 };
        self.successes = if failed { 0 } else { self.successes + 1 };
        probe.failures_in_a_row = self.failures;
        self.recent.push_back(failed);
        if self.recent.len() > REMEMBERED {
            self.recent.pop_front();
        }
        let changes = self.recent.iter().zip(self.recent.iter().skip(1)).filter(|(one, next)| one != next).count();
        self.flapping = if self.flapping { changes >= CALM } else { changes >= RESTLESS };
        let (kind, reason) = self.change(probe, patience, changes)?;
        self.alerting = kind != AlertKind::Recovered;
        Some(Alert { name: probe.name.clone(), at: probe.at, kind, reason })
    }

    /// Tells whether an alert is open.
    pub fn is_alerting(&self) -> bool {
        self.alerting
    }

    fn change(&self, probe: &Probe, patience: Patience, changes: usize) -> Option<(AlertKind, String)> {
        if self.alerting {
            let over = self.successes >= patience.successes && !self.flapping;
            return over.then(|| (AlertKind::Recovered, format!("{} probes in a row were answered", self.successes)));
        }
        if self.failures >= patience.failures {
            let why = probe.error.as_deref().unwrap_or("it is down");
            return Some((AlertKind::Raised, format!("{} probes in a row failed: {why}", self.failures)));
        }
        self.flapping.then(|| {
            (
                AlertKind::Flapping,
                format!("it went up or down {changes} times in the last {} probes", self.recent.len()),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::health::EndpointName;

    /// Runs probes through, `x` for one that failed, and returns the alerts with their places.
    fn alerts(probes: &str) -> Vec<(usize, AlertKind)> {
        let mut standing = Standing::default();
        let observe = |(at, letter)| {
            let mut probe = probe(if letter == 'x' { Status::Down } else { Status::Up });
            Some((at, standing.observe(&mut probe, Patience::default())?.kind))
        };
        probes.chars().enumerate().filter_map(observe).collect()
    }

    fn probe(status: Status) -> Probe {
        let name = EndpointName { environment: "e".to_owned(), endpoint: "p".to_owned() };
        Probe::new(name, Timestamp::UNIX_EPOCH, status)
    }

    #[test]
    fn an_alert_is_raised_once_and_ends_once() {
        use AlertKind::{Flapping, Raised, Recovered};
        assert_eq!(alerts("..xx..xx.."), []);
        assert_eq!(alerts("xxxxx.x.."), [(2, Raised), (8, Recovered)]);
        assert_eq!(alerts("...xxx..xxx.."), [(5, Raised), (7, Recovered), (10, Raised), (12, Recovered)]);
        // Alternating, no three fail in a row; it is told all the same, and over when it is calm.
        let calm = ".".repeat(20);
        let found = alerts(&format!(".x.x.x.x.x.x{calm}"));
        assert_eq!(found.iter().map(|(_, kind)| *kind).collect::<Vec<_>>(), [Flapping, Recovered]);
        assert_eq!(found[0].0, 8);
        assert!(found[1].0 > 20, "{found:?}");
    }

    #[test]
    fn failures_are_counted_into_the_probe() {
        let mut standing = Standing::default();
        let mut count = |status| {
            let mut probe = probe(status);
            standing.observe(&mut probe, Patience::default());
            probe.failures_in_a_row
        };
        let statuses = [Status::Down, Status::Down, Status::Degraded, Status::Down];
        assert_eq!(statuses.map(&mut count), [1, 2, 0, 1]);
    }

    proptest::proptest! {
        #[test]
        fn alerts_open_and_close_in_turn(probes in "[x.]{0,200}") {
            let kinds: Vec<bool> = alerts(&probes).iter().map(|(_, kind)| *kind == AlertKind::Recovered).collect();
            proptest::prop_assert!(kinds.iter().enumerate().all(|(at, over)| *over == (at % 2 == 1)));
        }
    }
}
