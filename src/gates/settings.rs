//! What one gate asks for, checked.

use jiff::{SignedDuration, Timestamp};

use crate::model::suggest::did_you_mean;
use crate::model::unit::{Dimension, Unit};
use crate::model::verdict::{OnNoData, Origin};
use crate::stats::{Confidence, Percent, Prediction};

use super::TextError;
use super::goals::Goal;
use super::metric::Metric;
use super::quantity::Quantity;
use super::selector::Selector;
use super::threshold::{Threshold, Worsening};

/// How many runs a window holds unless a gate says so.
pub const WINDOW: usize = 20;

/// How many values a window or a baseline must hold unless a gate says so.
pub const MIN_SAMPLES: usize = 5;

/// One gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// What it looks at.
    pub selector: Selector,
    /// The metrics that the selector names.
    pub metrics: Vec<&'static Metric>,
    /// What is made of the values in the window.
    pub statistic: Option<Statistic>,
    /// The window.
    pub window: Option<Window>,
    /// The bound that warns.
    pub warn: Option<Threshold>,
    /// The bound that fails.
    pub fail: Option<Threshold>,
    /// How far the value may lie below the base branch's latest.
    pub no_drop: Option<Tolerance>,
    /// How far the value may lie above the base branch's latest.
    pub no_rise: Option<Tolerance>,
    /// How far the value may lie behind the best level that the base branch ever had.
    pub ratchet: Option<Tolerance>,
    /// How the value compares with the base branch's latest runs.
    pub compare: Option<Compare>,
    /// Where the value should be by a day.
    pub goal: Option<Goal>,
    /// How many values a window or a baseline must hold.
    pub min_samples: usize,
    /// What comes of missing data.
    pub on_no_data: OnNoData,
    /// Where the gate is written.
    pub origin: Origin,
}

impl Gate {
    /// Returns a gate that asks nothing yet.
    pub fn new((selector, metrics): (Selector, Vec<&'static Metric>), on_no_data: OnNoData, origin: Origin) -> Self {
        Self {
            selector,
            metrics,
            statistic: None,
            window: None,
            warn: None,
            fail: None,
            no_drop: None,
            no_rise: None,
            ratchet: None,
            compare: None,
            goal: None,
            min_samples: MIN_SAMPLES,
            on_no_data,
            origin,
        }
    }
}

/// What is made of the values in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The latest value.
    Last,
    /// A quantile.
    Quantile(Percent),
    /// The mean; of shares the share over all.
    Mean,
    /// The largest value.
    Max,
    /// The smallest value.
    Min,
}

/// Which runs a statistic is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many of the latest runs; what is usual where it is not said.
    pub runs: Option<usize>,
    /// How far back from the newest value; any time where it is not said.
    pub time: Option<SignedDuration>,
    /// The branch they are of; the base branch where it is not said.
    pub branch: Option<String>,
    /// The event that started them; any where it is not said.
    pub event: Option<String>,
}

/// A comparison with the base branch's latest runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Compare {
    /// The saved baseline compared with; the base branch's latest runs where none is named.
    pub to: Option<String>,
    /// What warns.
    pub warn: Option<Worsening>,
    /// What fails.
    pub fail: Option<Worsening>,
    /// What tells a change from chance; where there is none, every change counts.
    pub test: Option<Test>,
    /// The least worsening that counts.
    pub min_effect: Worsening,
    /// The least difference that counts.
    pub min_change: Option<Tolerance>,
}

/// What tells a change from chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Test {
    /// Where the next value is expected.
    Prediction(Prediction),
    /// Whether the latest values tend to be worse than those before.
    MannWhitney {
        /// How sure it has to be.
        confidence: Confidence,
        /// How many of the latest values are judged together.
        latest: usize,
    },
    /// Whether the level changed inside the window.
    ChangePoint(Confidence),
}

impl Test {
    /// The names of the tests.
    pub const WORDS: &'static [&'static str] =
        &["z", "t", "log-normal", "iqr", "delta-iqr", "mad", "mann-whitney", "change-point"];

    /// Returns how many runs a window holds unless a gate says so: drifts take longer to be seen.
    pub fn window(&self) -> usize {
        match self {
            Self::ChangePoint(_) => 100,
            Self::Prediction(_) | Self::MannWhitney { .. } => WINDOW,
        }
    }

    /// Returns the test's name with how sure it has to be.
    pub fn words(&self) -> String {
        let (name, confidence) = match self {
            Self::Prediction(Prediction::ZScore(confidence)) => ("z", confidence),
            Self::Prediction(Prediction::StudentT(confidence)) => ("t", confidence),
            Self::Prediction(Prediction::LogNormal(confidence)) => ("log-normal", confidence),
            Self::Prediction(Prediction::Iqr(times)) => return format!("iqr × {times}"),
            Self::Prediction(Prediction::DeltaIqr(times)) => return format!("delta-iqr × {times}"),
            Self::Prediction(Prediction::Mad(times)) => return format!("mad × {times}"),
            Self::MannWhitney { confidence, .. } => ("mann-whitney", confidence),
            Self::ChangePoint(confidence) => ("change-point", confidence),
        };
        format!("{name} {}", Unit::Ratio.show(confidence.get()))
    }
}

/// A level of some series that is accepted: what came before is no baseline any more.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The series.
    pub selector: Selector,
    /// The metrics that the selector names.
    pub metrics: Vec<&'static Metric>,
    /// Where the level begins.
    pub mark: Mark,
    /// Why it is accepted.
    pub reason: String,
    /// Where it is written.
    pub origin: Origin,
}

/// Where an accepted level begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// With this commit, by the start of its hash.
    Since(String),
    /// Behind this commit, which still has the old level.
    After(String),
    /// At this time.
    From(Timestamp),
}

/// How far a value may move from its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Tolerance {
    /// The distance: a difference in the metric's unit, or a share of the baseline where a
    /// percentage is given for what is none itself.
    pub quantity: Quantity,
    /// The text as written.
    pub text: String,
}

impl Statistic {
    /// Reads `last`, `mean`, `max`, `min` or `p1` to `p99`.
    ///
    /// # Errors
    /// It is none of them.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let percent = text.strip_prefix('p').and_then(|digits| digits.parse().ok()).and_then(Percent::new);
        match (text, percent) {
            ("last", _) => Ok(Self::Last),
            ("mean", _) => Ok(Self::Mean),
            ("median", _) => Ok(Self::Quantile(Percent::MEDIAN)),
            ("max", _) => Ok(Self::Max),
            ("min", _) => Ok(Self::Min),
            (_, Some(percent)) if (1..100).contains(&percent.get()) => Ok(Self::Quantile(percent)),
            _ => {
                let known = ["last", "mean", "max", "min", "median", "p95", "p90", "p50", "p99"];
                let meant = did_you_mean(text, known);
                let listed = "; known are last, mean, median, max, min and p1 to p99";
                let message = format!("`{text}` is no statistic{}", if meant.is_empty() { listed } else { &meant });
                Err(TextError::new(0, message))
            }
        }
    }

    /// Returns the word for it.
    pub fn word(self) -> String {
        match self {
            Self::Last => "last".to_owned(),
            Self::Mean => "mean".to_owned(),
            Self::Max => "max".to_owned(),
            Self::Min => "min".to_owned(),
            Self::Quantile(percent) => format!("p{}", percent.get()),
        }
    }
}

impl Tolerance {
    /// Reads a distance such as `0.5%`, `0.1` or `30s`.
    ///
    /// # Errors
    /// It is no quantity.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        Ok(Self { quantity: Quantity::parse(text)?, text: text.trim().to_owned() })
    }

    /// Returns how far a value of the unit may be from the baseline.
    ///
    /// # Errors
    /// The distance has another dimension.
    pub fn distance(&self, unit: Unit, baseline: f64) -> Result<f64, String> {
        if self.quantity.dimension == Dimension::Share && unit.dimension() != Dimension::Share {
            return Ok(self.quantity.value * baseline.abs());
        }
        self.quantity.to_unit(unit)
    }

    /// Returns the tolerance as a ratchet's bound.
    pub(super) fn ratchet(&self) -> String {
        format!("best ever, {} allowed", self.text)
    }
}

impl Gate {
    /// Tells whether the gate holds a value against anything.
    pub fn has_bound(&self) -> bool {
        self.compare.is_some() || self.goal.is_some() || self.has_bound_but_comparison()
    }

    /// Tells whether the gate holds a value against anything but a comparison.
    pub(super) fn has_bound_but_comparison(&self) -> bool {
        let relative = self.no_drop.is_some() || self.no_rise.is_some() || self.ratchet.is_some();
        relative || self.warn.is_some() || self.fail.is_some()
    }

    /// Names the saved baselines that the gate compares with.
    pub fn baselines(&self) -> impl Iterator<Item = &str> {
        let compared = self.compare.as_ref().and_then(|compare| compare.to.as_deref());
        compared.into_iter().chain(self.goal.as_ref().map(Goal::from))
    }

    /// Returns the bound shown where none is broken.
    pub fn first_bound(&self) -> String {
        let bound = self.fail.as_ref().or(self.warn.as_ref()).map(|bound| bound.text.clone());
        let drop = || self.no_drop.as_ref().map(|drop| format!("no drop > {}", drop.text));
        let rise = || self.no_rise.as_ref().map(|rise| format!("no rise > {}", rise.text));
        let ratchet = || self.ratchet.as_ref().map(Tolerance::ratchet);
        let compared = || self.compare.as_ref().map(Compare::bound);
        let goal = || self.goal.as_ref().map(|goal| goal.text().to_owned());
        bound.or_else(drop).or_else(rise).or_else(ratchet).or_else(compared).or_else(goal).unwrap_or_default()
    }
}
