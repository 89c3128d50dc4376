//! One value against one bound.

use crate::model::unit::Unit;
use crate::model::verdict::{Baseline, Verdict};

use super::metric::{Better, Kind};
use super::past::Past;
use super::settings::{Gate, Tolerance};
use super::threshold::{Comparison, Threshold};

/// The value that is judged, and how to write it.
pub(super) struct Observed<'series> {
    /// The value.
    pub(super) value: f64,
    /// Its unit.
    pub(super) unit: Unit,
    /// The unit as the rows name it.
    pub(super) unit_text: &'series str,
    /// Which direction is better.
    pub(super) better: Better,
}

/// What one bound says.
pub(super) struct Check {
    /// The verdict.
    pub(super) verdict: Verdict,
    /// The bound as written.
    pub(super) bound: String,
    /// Why.
    pub(super) why: String,
    /// What the value was compared with.
    pub(super) baseline: Option<Baseline>,
}

impl Observed<'_> {
    pub(super) fn show(&self, value: f64) -> String {
        let shown = self.unit.show(value);
        if self.unit == Unit::Other && !self.unit_text.is_empty() {
            format!("{shown} {}", self.unit_text)
        } else {
            shown
        }
    }

    /// Holds the value against all bounds of a gate but a comparison.
    pub(super) fn checks(&self, gate: &Gate, kind: Kind, past: &Past<'_>) -> Vec<Check> {
        let mut checks = Vec::new();
        for (bound, verdict) in [(&gate.fail, Verdict::Fail), (&gate.warn, Verdict::Warn)] {
            checks.extend(bound.as_ref().map(|bound| self.absolute(bound, verdict)));
        }
        for (tolerance, way) in [(&gate.no_drop, Way::Drop), (&gate.no_rise, Way::Rise)] {
            checks.extend(tolerance.as_ref().map(|tolerance| self.moved(tolerance, way, past.last())));
        }
        checks.extend(gate.ratchet.as_ref().map(|tolerance| self.ratcheted(tolerance, kind, past)));
        checks
    }

    fn absolute(&self, threshold: &Threshold, broken: Verdict) -> Check {
        let check = |verdict, why| Check { verdict, bound: threshold.text.clone(), why, baseline: None };
        let bound = match threshold.bound(self.unit) {
            Ok(bound) => bound,
            Err(reason) => return check(Verdict::NoData, format!("the bound does not fit the series: {reason}")),
        };
        let (value, limit) = (self.show(self.value), self.show(bound));
        if threshold.comparison.holds(self.value, bound) {
            let place = match threshold.comparison {
                Comparison::Above => "above",
                Comparison::AtLeast => "not below",
                Comparison::Below => "below",
                Comparison::AtMost => "not above",
            };
            return check(broken, format!("{value} is {place} {limit}"));
        }
        let place = match threshold.comparison {
            Comparison::Above => "not above",
            Comparison::AtLeast => "below",
            Comparison::Below => "not below",
            Comparison::AtMost => "above",
        };
        check(Verdict::Pass, format!("{value} is {place} {limit}"))
    }

    fn moved(&self, tolerance: &Tolerance, way: Way, baseline: Result<Baseline, String>) -> Check {
        let bound = format!("no {} > {}", way.noun(), tolerance.text);
        let baseline = match baseline {
            Ok(baseline) => baseline,
            Err(why) => return Check { verdict: Verdict::NoData, bound, why, baseline: None },
        };
        let allowed = match tolerance.distance(self.unit, baseline.value) {
            Ok(allowed) => allowed,
            Err(reason) => {
                let why = format!("the tolerance does not fit the series: {reason}");
                return Check { verdict: Verdict::NoData, bound, why, baseline: Some(baseline) };
            }
        };
        let distance = match way {
            Way::Drop => baseline.value - self.value,
            Way::Rise => self.value - baseline.value,
        };
        // A tolerance of 0.1 allows 6.6 after 6.7, whose binary difference is a hair larger.
        let slack = 1e-9 * (1.0 + baseline.value.abs());
        let verdict = if distance > allowed + slack { Verdict::Fail } else { Verdict::Pass };
        let (value, base) = (self.show(self.value), self.show(baseline.value));
        let why = match verdict {
            Verdict::Fail => {
                format!("{value} is {} {} than {base} on {}", self.show(distance), way.than(), baseline.basis.branch)
            }
            Verdict::Pass | Verdict::Warn | Verdict::NoData => {
                format!(
                    "{value} is no {} of more than {} from {base} on {}",
                    way.noun(),
                    tolerance.text,
                    baseline.basis.branch
                )
            }
        };
        Check { verdict, bound, why, baseline: Some(baseline) }
    }

    /// Holds the value against the best level there ever was.
    fn ratcheted(&self, tolerance: &Tolerance, kind: Kind, past: &Past<'_>) -> Check {
        let bound = tolerance.ratchet();
        let baseline = match past.best(self.better, kind) {
            Ok(baseline) => baseline,
            Err(why) => return Check { verdict: Verdict::NoData, bound, why, baseline: None },
        };
        let way = if self.better == Better::Higher { Way::Drop } else { Way::Rise };
        Check { bound, ..self.moved(tolerance, way, Ok(baseline)) }
    }
}

/// Which way a value may not move.
#[derive(Clone, Copy)]
enum Way {
    Drop,
    Rise,
}

impl Way {
    fn noun(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Rise => "rise",
        }
    }

    fn than(self) -> &'static str {
        match self {
            Self::Drop => "lower",
            Self::Rise => "higher",
        }
    }
}
