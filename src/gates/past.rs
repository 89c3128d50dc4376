//! What a series was like before the value that is judged.

use crate::model::verdict::{Baseline, Basis};
use crate::stats::Sample;

use super::metric::{Better, Kind};
use super::series::Point;

/// The values that a judged one is compared with.
pub(super) struct Past<'points> {
    /// The base branch's name.
    pub(super) branch: &'points str,
    /// All values of the base branch that count, the judged one left out, oldest first.
    pub(super) all: Vec<&'points Point>,
    /// How many of the latest make a window.
    pub(super) runs: usize,
    /// How many values a window needs.
    pub(super) min_samples: usize,
    /// The latest values of the judged branch, the judged one last.
    pub(super) judged: Vec<&'points Point>,
    /// Since when the level is accepted, and why; empty where nothing was accepted.
    pub(super) accepted: String,
}

impl<'points> Past<'points> {
    /// Returns the values of the window, oldest first.
    pub(super) fn window(&self) -> &[&'points Point] {
        last(&self.all, self.runs)
    }

    /// Returns the values of the window that come before the judged branch's latest `values`.
    pub(super) fn before(&self, values: usize) -> Vec<&'points Point> {
        let latest = last(&self.judged, values);
        let earlier: Vec<&Point> =
            self.all.iter().filter(|point| !latest.iter().any(|judged| judged.key == point.key)).copied().collect();
        last(&earlier, self.runs).to_vec()
    }

    /// Returns the judged branch's latest `values`, the judged one last.
    pub(super) fn latest(&self, values: usize) -> &[&'points Point] {
        last(&self.judged, values)
    }

    /// Returns the base branch's latest value.
    ///
    /// # Errors
    /// There is none; says so.
    pub(super) fn last(&self) -> Result<Baseline, String> {
        let point = self.all.last().ok_or_else(|| format!("{} has no value to compare with", self.branch))?;
        Ok(self.baseline(point.value(), "last", &[point], None))
    }

    /// Returns the median of the window.
    ///
    /// # Errors
    /// There are too few values; says how many.
    pub(super) fn median(&self) -> Result<Baseline, String> {
        let window = self.window();
        self.enough(window.len(), self.min_samples)?;
        let sample = Sample::new(window.iter().map(|point| point.value()));
        let median = sample.median().ok_or_else(|| format!("{} has no finite value", self.branch))?;
        Ok(self.baseline(median, "median", window, Some(self.runs)))
    }

    /// Returns the best level that the base branch ever had: of what describes a commit the best
    /// value, of what scatters the best median of [`Self::min_samples`] values in a row.
    ///
    /// # Errors
    /// There are too few values; says how many.
    pub(super) fn best(&self, better: Better, kind: Kind) -> Result<Baseline, String> {
        let together = if kind == Kind::State { 1 } else { self.min_samples.max(1) };
        self.enough(self.all.len(), together)?;
        let medians = self.all.windows(together).filter_map(|points| {
            Sample::new(points.iter().map(|point| point.value())).median().map(|median| (median, points))
        });
        let best = match better {
            Better::Higher => medians.max_by(|one, other| one.0.total_cmp(&other.0)),
            Better::Lower | Better::BySeries => medians.min_by(|one, other| one.0.total_cmp(&other.0)),
        };
        let (value, points) = best.ok_or_else(|| format!("{} has no finite value", self.branch))?;
        let window = (together > 1).then_some(together);
        Ok(self.baseline(value, if together > 1 { "best median" } else { "best" }, points, window))
    }

    /// Tells whether there are enough values.
    ///
    /// # Errors
    /// There are too few; says how many.
    pub(super) fn enough(&self, found: usize, needed: usize) -> Result<(), String> {
        if found >= needed.min(self.runs) && found > 0 {
            return Ok(());
        }
        let accepted = if self.accepted.is_empty() { "" } else { " since its level was accepted" };
        Err(format!("{} has {found} of at least {needed} values to compare with{accepted}", self.branch))
    }

    /// Makes a baseline of points.
    pub(super) fn baseline(&self, value: f64, statistic: &str, points: &[&Point], window: Option<usize>) -> Baseline {
        let spread =
            window.and_then(|_| Sample::new(points.iter().map(|point| point.value())).median_absolute_deviation());
        Baseline {
            value,
            statistic: statistic.to_owned(),
            spread,
            limit: None,
            chance: None,
            accepted: self.accepted.clone(),
            basis: basis(points, window),
        }
    }
}

/// Returns the last elements of a slice, or all where there are fewer.
fn last<T>(values: &[T], most: usize) -> &[T] {
    values.get(values.len().saturating_sub(most)..).unwrap_or_default()
}

/// Says which values something was made from.
pub(super) fn basis(points: &[&Point], window: Option<usize>) -> Basis {
    let mut branches: Vec<&str> = points.iter().map(|point| point.branch.as_str()).collect();
    branches.sort_unstable();
    branches.dedup();
    let newest = points.last();
    Basis {
        count: points.len(),
        window,
        branch: branches.join(", "),
        run: newest.and_then(|point| point.run),
        commit: newest.map(|point| point.commit.clone()).unwrap_or_default(),
        at: newest.and_then(|point| point.at),
    }
}
