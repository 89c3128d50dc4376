//! Whether what was deployed is well: probe by probe, and on the whole.

use std::collections::BTreeMap;

use super::settings::Verification;
use crate::model::deployment::Level;
use crate::model::health::{Probe, Status};
use crate::stats::Sample;

/// A median must be slower by at least so many milliseconds to be slower at all: below that nobody
/// notices, and a machine's own noise is larger.
const NOTICEABLE_MS: f64 = 50.0;

/// A figure that grows is judged by its values after this share of the time: a new process fills its
/// caches first.
const WARM: f64 = 1.0 / 3.0;

/// Growth is told from so many values on.
const ENOUGH: usize = 6;

/// What a probe means for the deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rest must be waited for.
    GoOn,
    /// It is ready: the time of watching begins.
    Ready,
    /// It is not well, for this reason.
    Bad(String),
}

/// Watches the probes of a deployment.
#[derive(Clone, Debug)]
pub struct Verifier {
    settings: Verification,
    endpoints: BTreeMap<String, Seen>,
    figures: BTreeMap<String, Figure>,
    ready_at: Option<f64>,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    before_ms: Option<f64>,
    answered: bool,
    probes: usize,
    failed: usize,
    in_a_row: usize,
    times: Vec<f64>,
    trouble: String,
}

#[derive(Clone, Debug)]
struct Figure {
    below: Option<f64>,
    growth: Option<f64>,
    /// Seconds and values.
    values: Vec<(f64, f64)>,
}

impl Verifier {
    /// Begins. `endpoints` are the names of all endpoints; `before` is how they were.
    pub fn new<'name>(
        settings: &Verification,
        endpoints: impl IntoIterator<Item = &'name str>,
        before: &[Level],
    ) -> Self {
        let level = |name: &str| before.iter().find(|level| level.endpoint == name).and_then(|level| level.median_ms);
        let seen = |name: &str| (name.to_owned(), Seen { before_ms: level(name), ..Seen::default() });
        let figure = |watched: &super::Watched| {
            let figure = Figure { below: watched.below, growth: watched.growth, values: Vec::new() };
            (watched.name.clone(), figure)
        };
        Self {
            endpoints: endpoints.into_iter().map(seen).collect(),
            figures: settings.metrics.iter().map(figure).collect(),
            settings: settings.clone(),
            ready_at: None,
        }
    }

    /// Takes a probe in that began so many seconds after the start.
    pub fn take(&mut self, probe: &Probe, seconds: f64) -> Verdict {
        let was_ready = self.ready_at.is_some();
        let Some(seen) = self.endpoints.get_mut(&probe.name.endpoint) else {
            return self.figure(probe, seconds);
        };
        let failed = probe.status == Status::Down;
        seen.trouble = probe.error.clone().unwrap_or_default();
        seen.answered |= !failed;
        if was_ready {
            seen.count(probe);
            if seen.in_a_row >= self.settings.failures {
                let (name, count) = (&probe.name.endpoint, seen.in_a_row);
                return Verdict::Bad(format!("{name}: {count} probes in a row failed: {}", seen.trouble));
            }
            return Verdict::GoOn;
        }
        if self.endpoints.values().all(|seen| seen.answered) {
            self.ready_at = Some(seconds);
            return Verdict::Ready;
        }
        self.late(seconds)
    }

    /// Judges the whole when the time is over.
    ///
    /// # Errors
    /// Why it is not well.
    pub fn end(&self) -> Result<(), String> {
        if self.ready_at.is_none() && !self.endpoints.is_empty() {
            return Err(self.unready());
        }
        for (name, seen) in &self.endpoints {
            seen.judge(&self.settings).map_err(|reason| format!("{name}: {reason}"))?;
        }
        for (name, figure) in &self.figures {
            figure.judge().map_err(|reason| format!("{name}: {reason}"))?;
        }
        Ok(())
    }

    /// Says in a sentence what was seen.
    pub fn sentence(&self) -> String {
        let probes: usize = self.endpoints.values().map(|seen| seen.probes).sum();
        let failed: usize = self.endpoints.values().map(|seen| seen.failed).sum();
        let ready = self.ready_at.map(|at| format!("ready after {at:.1} s; ")).unwrap_or_default();
        format!("{ready}{probes} probes, {failed} failed")
    }

    fn late(&self, seconds: f64) -> Verdict {
        if seconds > self.settings.ready.as_secs_f64() { Verdict::Bad(self.unready()) } else { Verdict::GoOn }
    }

    fn unready(&self) -> String {
        let waiting = self.endpoints.iter().filter(|(_, seen)| !seen.answered);
        let waiting: Vec<String> = waiting
            .map(
                |(name, seen)| if seen.trouble.is_empty() { name.clone() } else { format!("{name}: {}", seen.trouble) },
            )
            .collect();
        format!("not ready within {:?}: {}", self.settings.ready, waiting.join("; "))
    }

    fn figure(&mut self, probe: &Probe, seconds: f64) -> Verdict {
        let Some(figure) = self.figures.get_mut(&probe.name.endpoint) else { return Verdict::GoOn };
        let Some(value) = probe.value else { return Verdict::GoOn };
        figure.values.push((seconds, value));
        match figure.below {
            Some(below) if value >= below => {
                Verdict::Bad(format!("{} is {value}, not below {below}", probe.name.endpoint))
            }
            _ => Verdict::GoOn,
        }
    }
}

impl Seen {
    fn count(&mut self, probe: &Probe) {
        self.probes += 1;
        if probe.status == Status::Down {
            self.failed += 1;
            self.in_a_row += 1;
        } else {
            self.in_a_row = 0;
            self.times.extend(probe.total_ms);
        }
    }

    fn judge(&self, settings: &Verification) -> Result<(), String> {
        #[expect(clippy::cast_precision_loss, reason = "nobody probes 2^53 times")]
        let share = self.failed as f64 / self.probes.max(1) as f64;
        if self.failed > 0 && share > settings.errors {
            return Err(format!("{} of {} probes failed: {}", self.failed, self.probes, self.trouble));
        }
        let median = Sample::new(self.times.iter().copied()).median();
        if let (Some(slower), Some(before), Some(now)) = (settings.slower, self.before_ms, median)
            && now > before * slower
            && now > before + NOTICEABLE_MS
        {
            return Err(format!("answers take {now:.0} ms, {before:.0} ms before: more than {slower} times as long"));
        }
        Ok(())
    }
}

impl Figure {
    /// Tells a growth that goes on from a jump: it must be there in both halves of the time.
    fn judge(&self) -> Result<(), String> {
        let Some(most) = self.growth else { return Ok(()) };
        if self.values.is_empty() {
            return Err("its metrics were never read".to_owned());
        }
        let last = self.values.last().map_or(0.0, |(at, _)| *at);
        let warm: Vec<(f64, f64)> = self.values.iter().copied().filter(|(at, _)| *at >= last * WARM).collect();
        if warm.len() < ENOUGH {
            return Ok(());
        }
        let (early, late) = warm.split_at(warm.len() / 2);
        let growth = slope(early).min(slope(late)) * 60.0;
        if growth > most {
            return Err(format!("it grows by {growth:.0} a minute, more than {most:.0}"));
        }
        Ok(())
    }
}

/// Returns the median of the slopes between all pairs of values (Theil 1950, Sen 1968), which single
/// values do not move; 0 for fewer than two.
fn slope(values: &[(f64, f64)]) -> f64 {
    let pairs = values.iter().enumerate().flat_map(|(place, (at, value))| {
        values.iter().skip(place + 1).map(move |(later, grown)| (grown - value) / (later - at))
    });
    Sample::new(pairs).median().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::Watched;
    use crate::model::health::EndpointName;

    fn probe(endpoint: &str, status: Status, total_ms: f64) -> Probe {
        let name = EndpointName { environment: "test".to_owned(), endpoint: endpoint.to_owned() };
        let error = (status == Status::Down).then(|| "the answer is 500".to_owned());
        Probe { total_ms: Some(total_ms), error, ..Probe::new(name, jiff::Timestamp::UNIX_EPOCH, status) }
    }

    fn verifier() -> Verifier {
        let before = [Level { endpoint: "web".to_owned(), median_ms: Some(20.0) }];
        Verifier::new(&Verification::default(), ["web"], &before)
    }

    #[test]
    fn a_service_may_take_its_time_to_start_but_not_for_ever() {
        let mut watching = verifier();
        for second in 0..30 {
            assert_eq!(watching.take(&probe("web", Status::Down, 1.0), f64::from(second)), Verdict::GoOn);
        }
        assert_eq!(watching.take(&probe("web", Status::Up, 1.0), 30.0), Verdict::Ready);
        let mut dead = verifier();
        assert_eq!(dead.take(&probe("web", Status::Down, 1.0), 1.0), Verdict::GoOn);
        let bad = "not ready within 30s: web: the answer is 500";
        assert_eq!(dead.take(&probe("web", Status::Down, 1.0), 31.0), Verdict::Bad(bad.to_owned()));
        assert_eq!(dead.end(), Err(bad.to_owned()));
    }

    #[test]
    fn failures_in_a_row_end_it_and_single_ones_do_not() {
        let mut watching = verifier();
        watching.take(&probe("web", Status::Up, 20.0), 0.0);
        for second in 1..100 {
            let status = if second % 30 == 0 { Status::Down } else { Status::Degraded };
            assert_eq!(watching.take(&probe("web", status, 20.0), f64::from(second)), Verdict::GoOn);
        }
        assert_eq!(watching.end(), Ok(()));
        watching.take(&probe("web", Status::Down, 1.0), 100.0);
        watching.take(&probe("web", Status::Down, 1.0), 101.0);
        let bad = Verdict::Bad("web: 3 probes in a row failed: the answer is 500".to_owned());
        assert_eq!(watching.take(&probe("web", Status::Down, 1.0), 102.0), bad);
        assert_eq!(watching.end(), Err("web: 6 of 102 probes failed: the answer is 500".to_owned()));
    }

    #[test]
    fn slower_than_before_is_told_where_anybody_would_notice() {
        for (took, before, fine) in
            [(69.0, 20.0, true), (71.0, 20.0, false), (900.0, 400.0, true), (1300.0, 400.0, false)]
        {
            let before = [Level { endpoint: "web".to_owned(), median_ms: Some(before) }];
            let mut watching = Verifier::new(&Verification::default(), ["web"], &before);
            for second in 0..9 {
                watching.take(&probe("web", Status::Up, took), f64::from(second));
            }
            assert_eq!(watching.end().is_ok(), fine, "{took} ms");
        }
    }

    #[test]
    fn a_leak_is_a_steady_growth_after_the_start() {
        let watched =
            Watched { url: String::new(), name: "memory".to_owned(), below: Some(5000.0), growth: Some(600.0) };
        let settings = Verification { metrics: vec![watched], ..Verification::default() };
        let run = |value: fn(f64) -> f64| {
            let mut watching = Verifier::new(&settings, [], &[]);
            let verdicts = (0..60).map(f64::from).map(|second| {
                let probe = Probe { value: Some(value(second)), ..probe("memory", Status::Up, 1.0) };
                watching.take(&probe, second)
            });
            let verdict = verdicts.filter(|verdict| *verdict != Verdict::GoOn).last().unwrap_or(Verdict::GoOn);
            (verdict, watching.end())
        };
        let warming = |second: f64| 1000.0 + second.min(15.0) * 100.0;
        assert_eq!(run(warming), (Verdict::GoOn, Ok(())));
        let jumping = |second: f64| if second < 40.0 { 1000.0 } else { 3000.0 };
        assert_eq!(run(jumping).1, Ok(()));
        let leaking = |second: f64| 1000.0 + second * 20.0;
        assert_eq!(run(leaking).1, Err("memory: it grows by 1200 a minute, more than 600".to_owned()));
        assert!(matches!(run(|second| second * 100.0).0, Verdict::Bad(_)));
    }
}
