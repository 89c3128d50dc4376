//! One value, or a few, against what a series was like before: by how much it is worse, and whether
//! chance would do the same.
//!
//! A change counts where it is worse by more than the floors, and, where a test is asked for, where
//! the test finds chance an unlikely cause. Better values never count.

use crate::model::levels::Levels;
use crate::model::verdict::{Baseline, Basis, Verdict};
use crate::stats::{
    Confidence, Expected, LEAST_SEGMENT, Prediction, Sample, change_points, least_chance, mann_whitney,
};

use super::bounds::{Check, Observed};
use super::metric::Better;
use super::past::Past;
use super::series::Point;
use super::settings::{Compare, Test};
use super::threshold::Worsening;

/// What a comparison found.
struct Finding {
    /// The level before.
    baseline: Baseline,
    /// What was judged: the value, or the level of a few.
    level: f64,
    /// Whether chance is an unlikely cause, or whether nobody asked.
    evidence: Evidence,
    /// What to say of the evidence: `99 % of such runs stay below 12min`.
    words: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Evidence {
    NotAsked,
    Unlikely,
    MayBeChance,
}

impl Observed<'_> {
    /// Holds a value against the past.
    pub(super) fn compared(&self, compare: &Compare, past: &Past<'_>) -> Check {
        let elsewhere = past.judged.last().is_some_and(|point| !point.branch.is_empty() && point.branch != past.branch);
        if matches!(compare.test, Some(Test::ChangePoint(_))) && elsewhere {
            let why = format!("a change of level shows on {}, not in one run of another branch", past.branch);
            return Check { verdict: Verdict::Pass, bound: compare.bound(), why, baseline: None };
        }
        let found = match &compare.test {
            None => past.median().map(|baseline| Finding {
                baseline,
                level: self.value,
                evidence: Evidence::NotAsked,
                words: String::new(),
            }),
            Some(Test::Prediction(prediction)) => self.against_prediction(*prediction, past),
            Some(Test::MannWhitney { confidence, latest }) => self.against_sample(*confidence, *latest, past),
            Some(Test::ChangePoint(confidence)) => self.against_levels(*confidence, past),
        };
        match found {
            Ok(found) => self.weigh(compare, found, past.branch),
            Err(why) => Check { verdict: Verdict::NoData, bound: compare.bound(), why, baseline: None },
        }
    }

    /// Holds a value against a saved baseline.
    pub(super) fn compared_with_saved(
        &self,
        compare: &Compare,
        name: &str,
        series: &str,
        saved: Option<&Levels>,
    ) -> Check {
        let Some((saved, level)) = saved.and_then(|saved| Some((saved, saved.series.get(series)?))) else {
            let why = format!("the baseline {name} has no value of it");
            return Check { verdict: Verdict::NoData, bound: compare.bound(), why, baseline: None };
        };
        let basis =
            Basis { count: level.count, window: Some(level.count), branch: saved.branch.clone(), ..Basis::default() };
        let baseline = Baseline {
            value: level.value,
            statistic: level.statistic.clone(),
            spread: level.spread,
            limit: None,
            chance: None,
            accepted: String::new(),
            basis,
        };
        let found = Finding { baseline, level: self.value, evidence: Evidence::NotAsked, words: String::new() };
        self.weigh(compare, found, &format!("{} in the baseline {name}", saved.branch))
    }

    fn against_prediction(&self, prediction: Prediction, past: &Past<'_>) -> Result<Finding, String> {
        let window = past.window();
        past.enough(window.len(), past.min_samples.max(2))?;
        let values: Vec<f64> = window.iter().map(|point| point.value()).collect();
        let expected = prediction.expected(&values).ok_or_else(|| cannot_predict(prediction, past.branch))?;
        let limit = self.limit(expected);
        let statistic = match prediction {
            Prediction::ZScore(_) | Prediction::StudentT(_) => "mean",
            Prediction::LogNormal(_) => "geometric mean",
            Prediction::Iqr(_) | Prediction::DeltaIqr(_) | Prediction::Mad(_) => "median",
        };
        let mut baseline = past.baseline(expected.center, statistic, window, Some(past.runs));
        baseline.limit = Some(limit);
        // Where nothing ever scattered, rounding alone must not count.
        let slack = 1e-9 * limit.abs();
        let beyond =
            if self.better == Better::Higher { self.value < limit - slack } else { self.value > limit + slack };
        let words = if beyond { "beyond" } else { "within" };
        Ok(Finding {
            baseline,
            level: self.value,
            evidence: if beyond { Evidence::Unlikely } else { Evidence::MayBeChance },
            words: format!("{words} the {} that chance explains", self.show(limit)),
        })
    }

    /// Compares the latest few values with those before by their ranks.
    fn against_sample(&self, confidence: Confidence, latest: usize, past: &Past<'_>) -> Result<Finding, String> {
        let (judged, before) = (past.latest(latest), past.before(latest));
        past.enough(before.len(), past.min_samples)?;
        if least_chance(judged.len(), before.len()) > confidence.left_to_chance() {
            let values = if judged.len() == 1 { "value" } else { "values" };
            return Err(format!(
                "{} {values} against {} on {} cannot be told from chance with a confidence of {}",
                judged.len(),
                before.len(),
                past.branch,
                percent(confidence.get())
            ));
        }
        let of = |points: &[&Point]| Sample::new(points.iter().map(|point| point.value()));
        let (now, then) = (of(judged), of(&before));
        let (worse, better) = if self.better == Better::Higher { (&then, &now) } else { (&now, &then) };
        let (Some(test), Some(median)) = (mann_whitney(worse, better), then.median()) else {
            return Err(format!("{} has no finite value", past.branch));
        };
        let mut baseline = past.baseline(median, "median", &before, Some(past.runs));
        baseline.chance = Some(test.chance);
        let unlikely = test.chance <= confidence.left_to_chance();
        Ok(Finding {
            baseline,
            level: if self.better == Better::Higher { median - test.shift } else { median + test.shift },
            evidence: if unlikely { Evidence::Unlikely } else { Evidence::MayBeChance },
            words: format!("chance does as much to {} in {} cases", judged.len(), percent(test.chance)),
        })
    }

    /// Looks for changes of level, and compares the latest level with the best one before.
    fn against_levels(&self, confidence: Confidence, past: &Past<'_>) -> Result<Finding, String> {
        let mut points = past.window().to_vec();
        points.extend(past.latest(1).iter().filter(|point| point.branch == past.branch || point.branch.is_empty()));
        points.retain(|point| point.value().is_finite());
        past.enough(points.len(), past.min_samples.max(2 * LEAST_SEGMENT))?;
        let values: Vec<f64> = points.iter().map(|point| point.value()).collect();
        let mut edges = change_points(&values, confidence);
        let since = edges.last().copied();
        edges.insert(0, 0);
        edges.push(points.len());
        let levels = edges.iter().zip(edges.iter().skip(1)).filter_map(|(start, end)| {
            let segment = points.get(*start..*end)?;
            Some((Sample::new(segment.iter().map(|point| point.value())).median()?, segment))
        });
        let mut levels: Vec<(f64, &[&Point])> = levels.collect();
        let latest = levels.pop().ok_or_else(|| format!("{} has no finite value", past.branch))?;
        let best = levels.into_iter().min_by(|one, other| match self.better {
            Better::Higher => other.0.total_cmp(&one.0),
            Better::Lower | Better::BySeries => one.0.total_cmp(&other.0),
        });
        let (level, segment) = best.unwrap_or(latest);
        let words = match since.and_then(|since| points.get(since)) {
            Some(first) => format!("the level changed at {}", named(first)),
            None => format!("no change of level in {} values", points.len()),
        };
        Ok(Finding {
            baseline: past.baseline(level, "median", segment, Some(past.runs)),
            level: latest.0,
            evidence: if since.is_some() { Evidence::Unlikely } else { Evidence::MayBeChance },
            words,
        })
    }

    fn limit(&self, expected: Expected) -> f64 {
        if self.better == Better::Higher { expected.lower } else { expected.upper }
    }

    /// Tells how much worse a value is than a baseline, as a share: 0.5 for one and a half times
    /// what is better when lower, and for the baseline divided by one and a half of what is better
    /// when higher, so that a time and its rate are judged alike. Better values are negative.
    fn worsening(&self, value: f64, baseline: f64) -> f64 {
        let (more, less) = if self.better == Better::Higher { (baseline, value) } else { (value, baseline) };
        let difference = more - less;
        if difference.abs() <= 0.0 {
            return 0.0;
        }
        // Of the opposite signs no share tells; any worsening is then beyond all bounds.
        if more > 0.0 && less <= 0.0 || less.abs() <= 0.0 {
            f64::INFINITY.copysign(difference)
        } else {
            difference / less.abs()
        }
    }

    /// Makes a verdict of what was found: the floors first, then the evidence, then the bounds.
    fn weigh(&self, compare: &Compare, found: Finding, branch: &str) -> Check {
        let Finding { baseline, level, evidence, words } = found;
        let worsening = self.worsening(level, baseline.value);
        let beyond = |share: f64| worsening > share + 1e-9;
        let floor = match compare.min_change.as_ref().map(|change| (change, change.distance(self.unit, baseline.value)))
        {
            Some((_, Err(reason))) => {
                let why = format!("`min_change` does not fit the series: {reason}");
                return Check { verdict: Verdict::NoData, bound: compare.bound(), why, baseline: Some(baseline) };
            }
            Some((change, Ok(distance))) => Some((change.text.as_str(), distance)),
            None => None,
        };
        let too_little = floor.filter(|(_, least)| (level - baseline.value).abs() <= *least);
        let against =
            format!("the {} {} of {} on {branch}", baseline.statistic, self.show(baseline.value), baseline.basis.count);
        let much = if worsening.is_finite() { format!("{} worse", percent(worsening)) } else { "worse".to_owned() };
        let evident = if words.is_empty() { String::new() } else { format!("; {words}") };
        let shown = self.show(level);
        let check = |verdict, bound: String, why| Check { verdict, bound, why, baseline: Some(baseline.clone()) };
        if worsening <= 0.0 {
            return check(Verdict::Pass, compare.bound(), format!("{shown} is not worse than {against}"));
        }
        let reached = compare.bounds().into_iter().find(|(bound, _)| beyond(bound.share));
        let counts = evidence != Evidence::MayBeChance && too_little.is_none() && beyond(compare.min_effect.share);
        if let Some((bound, verdict)) = reached.filter(|_| counts) {
            return check(verdict, compare.bound_at(&bound), format!("{shown} is {much} than {against}{evident}"));
        }
        let why = match (evidence, too_little) {
            (Evidence::MayBeChance, _) => {
                format!("{shown} is no worse than chance explains: {much} than {against}{evident}")
            }
            (_, Some((text, _))) => format!("{shown} is {much} than {against}, by no more than {text}{evident}"),
            (Evidence::NotAsked | Evidence::Unlikely, None) => {
                let text = compare.bounds().pop().map(|(bound, _)| bound.text).unwrap_or_default();
                format!("{shown} is {much} than {against}, by no more than {}{evident}", text.trim_start_matches('+'))
            }
        };
        check(Verdict::Pass, compare.bound(), why)
    }
}

impl Compare {
    /// Returns the bounds with their verdicts, the worst first; where none is written, a change that
    /// counts at all fails.
    fn bounds(&self) -> Vec<(Worsening, Verdict)> {
        let written = [(&self.fail, Verdict::Fail), (&self.warn, Verdict::Warn)];
        let mut bounds: Vec<(Worsening, Verdict)> =
            written.into_iter().filter_map(|(bound, verdict)| Some((bound.clone()?, verdict))).collect();
        if bounds.is_empty() {
            bounds.push((self.min_effect.clone(), Verdict::Fail));
        }
        bounds
    }

    /// Returns the comparison's first bound as people read it: `+50% of base (t 99%)`.
    pub(super) fn bound(&self) -> String {
        self.bounds().first().map(|(bound, _)| self.bound_at(bound)).unwrap_or_default()
    }

    fn bound_at(&self, bound: &Worsening) -> String {
        let test = self.test.as_ref().map(|test| format!(" ({})", test.words())).unwrap_or_default();
        format!("{} of {}{test}", bound.text, self.to.as_deref().unwrap_or("base"))
    }
}

/// Says why a history tells nothing of the next value.
fn cannot_predict(prediction: Prediction, branch: &str) -> String {
    match prediction {
        Prediction::LogNormal(_) => format!("{branch} has values that are not above 0, which have no logarithm"),
        Prediction::DeltaIqr(_) => format!("{branch} has too few values that follow one above 0"),
        Prediction::ZScore(_) | Prediction::StudentT(_) | Prediction::Iqr(_) | Prediction::Mad(_) => {
            format!("{branch} has too few values that are finite")
        }
    }
}

/// Names a run for people.
fn named(point: &Point) -> String {
    match (point.run, point.commit.get(..7)) {
        (Some(run), Some(commit)) => format!("run {run} ({commit})"),
        (Some(run), None) => format!("run {run}"),
        (None, Some(commit)) => format!("commit {commit}"),
        (None, None) => point.at.map_or_else(|| "an unknown time".to_owned(), |at| at.to_string()),
    }
}

/// Writes a share as a percentage with as many digits as matter.
fn percent(share: f64) -> String {
    crate::model::unit::Unit::Ratio.show(share)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{at_hand, gate, measured, one, over_time, worse_than};
    use super::super::settings::{Gate, Tolerance};
    use super::*;
    use crate::model::history::{Cell, Row};
    use crate::model::verdict::GateVerdict;

    fn sure() -> Confidence {
        Confidence::new(0.99).unwrap()
    }

    fn predictions() -> [Test; 6] {
        let all = [
            Prediction::ZScore(sure()),
            Prediction::StudentT(sure()),
            Prediction::LogNormal(sure()),
            Prediction::Iqr(3.0),
            Prediction::DeltaIqr(6.0),
            Prediction::Mad(4.0),
        ];
        all.map(Test::Prediction)
    }

    fn tested(test: Test) -> Gate {
        let min_effect = Worsening::parse("+5%").unwrap();
        Gate {
            compare: Some(Compare { fail: None, test: Some(test), min_effect, ..worse_than("+0%") }),
            ..gate("benchmark.a")
        }
    }

    /// Values that scatter by 4 % around a level.
    fn around(level: f64, values: usize) -> Vec<f64> {
        (0..values).map(|at| level * [1.0, 1.04, 0.97, 1.02, 0.96, 1.01, 0.99, 1.03, 0.98][at % 9]).collect()
    }

    fn rows(main: &[f64], feature: &[f64]) -> Vec<Row> {
        let branches = main.iter().map(|value| ("main", value)).chain(feature.iter().map(|value| ("feature", value)));
        (1..).zip(branches).map(|(run, (branch, value))| measured(run, branch, "benchmark.a", "", *value)).collect()
    }

    fn verdict(gate: &Gate, main: &[f64], feature: &[f64], better: &str) -> GateVerdict {
        let rows = rows(main, feature).into_iter().map(|row| row.with("better", Cell::text(better))).collect();
        let newest = i64::try_from(main.len() + feature.len()).unwrap();
        one(gate.clone(), rows, &at_hand(newest))
    }

    #[test]
    fn every_test_sees_what_is_worse_and_nothing_else() {
        let history = around(100.0, 20);
        for test in predictions() {
            let gate = tested(test);
            let lower = |value| verdict(&gate, &history, &[value], "lower").verdict;
            let higher = |value| verdict(&gate, &history, &[value], "higher").verdict;
            assert_eq!(
                [lower(101.0), lower(50.0), lower(150.0)],
                [Verdict::Pass, Verdict::Pass, Verdict::Fail],
                "{test:?}"
            );
            assert_eq!(
                [higher(99.0), higher(150.0), higher(60.0)],
                [Verdict::Pass, Verdict::Pass, Verdict::Fail],
                "{test:?}"
            );
        }
    }

    #[test]
    fn verdicts_say_what_was_compared_and_how() {
        let failed = verdict(&tested(Test::Prediction(Prediction::StudentT(sure()))), &around(100.0, 20), &[130.0], "");
        assert_eq!(
            failed.why,
            "130 is 29.74% worse than the mean 100.2 of 20 on main; beyond the 107.14 that chance explains"
        );
        assert_eq!(failed.threshold, "+5% of base (t 99%)");
        let baseline = failed.baseline.unwrap();
        assert!((baseline.limit.unwrap() - 107.14).abs() < 0.01 && baseline.chance.is_none(), "{baseline:?}");
        let passed = verdict(&tested(Test::Prediction(Prediction::StudentT(sure()))), &around(100.0, 20), &[106.0], "");
        assert_eq!(
            passed.why,
            "106 is no worse than chance explains: 5.79% worse than the mean 100.2 of 20 on main; within the 107.14 that chance explains"
        );
    }

    #[test]
    fn a_history_without_variance_is_judged_by_the_floors() {
        for test in predictions() {
            let of = |value| verdict(&tested(test), &[1000.0; 20], &[value], "");
            assert_eq!(
                [of(1000.0).verdict, of(1001.0).verdict, of(1100.0).verdict],
                [Verdict::Pass, Verdict::Pass, Verdict::Fail]
            );
            assert!(of(1001.0).why.contains("by no more than 5%"), "{}", of(1001.0).why);
        }
        // What was never there has no share to be worse by.
        let of = |value| verdict(&tested(predictions()[0]), &[0.0; 20], &[value], "").verdict;
        assert_eq!([of(0.0), of(1.0)], [Verdict::Pass, Verdict::Fail]);
    }

    #[test]
    fn floors_hold_together() {
        let floored = |share: &str, change: &str| {
            let mut gate = tested(Test::Prediction(Prediction::Mad(4.0)));
            let compare = gate.compare.as_mut().unwrap();
            compare.min_effect = Worsening::parse(share).unwrap();
            compare.min_change = Some(Tolerance::parse(change).unwrap());
            verdict(&gate, &around(100.0, 20), &[130.0], "")
        };
        assert_eq!(floored("10%", "20").verdict, Verdict::Fail);
        assert_eq!(floored("50%", "20").verdict, Verdict::Pass);
        assert_eq!(floored("10%", "40").verdict, Verdict::Pass);
        assert!(floored("10%", "40").why.contains("by no more than 40"), "{}", floored("10%", "40").why);
        assert_eq!(floored("10%", "5 MB").verdict, Verdict::NoData);
    }

    #[test]
    fn bounds_stand_above_the_floor() {
        let mut gate = tested(Test::Prediction(Prediction::StudentT(sure())));
        let compare = gate.compare.as_mut().unwrap();
        (compare.warn, compare.fail) = (Worsening::parse("+10%").ok(), Worsening::parse("+50%").ok());
        let of = |value| verdict(&gate, &around(100.0, 20), &[value], "").verdict;
        assert_eq!([of(108.0), of(120.0), of(160.0)], [Verdict::Pass, Verdict::Warn, Verdict::Fail]);
    }

    #[test]
    fn too_few_values_have_no_verdict() {
        for test in predictions() {
            let found = verdict(&tested(test), &around(100.0, 4), &[900.0], "");
            assert_eq!(
                (found.verdict, found.why.as_str()),
                (Verdict::NoData, "main has 4 of at least 5 values to compare with")
            );
        }
        let ranks = tested(Test::MannWhitney { confidence: sure(), latest: 5 });
        let found = verdict(&ranks, &around(100.0, 20), &[900.0], "");
        assert_eq!(found.why, "1 value against 20 on main cannot be told from chance with a confidence of 99%");
        let found = verdict(&tested(Test::Prediction(Prediction::LogNormal(sure()))), &[0.0; 20], &[1.0], "");
        assert_eq!(found.why, "main has values that are not above 0, which have no logarithm");
    }

    #[test]
    fn ranks_judge_several_values_together() {
        let ranks = tested(Test::MannWhitney { confidence: sure(), latest: 5 });
        let of = |feature: &[f64], better| verdict(&ranks, &around(100.0, 20), feature, better);
        assert_eq!(of(&around(120.0, 3), "").verdict, Verdict::Fail);
        assert_eq!(of(&around(100.0, 3), "").verdict, Verdict::Pass);
        assert_eq!(of(&around(80.0, 3), "").verdict, Verdict::Pass);
        assert_eq!(of(&around(80.0, 3), "higher").verdict, Verdict::Fail);
        assert!(of(&around(120.0, 3), "").baseline.unwrap().chance.unwrap() < 0.01);
        // Over time the latest five of the branch are held against those before them.
        let main = [around(100.0, 20), around(120.0, 5)].concat();
        let found = one(ranks, rows(&main, &[]), &over_time());
        assert_eq!((found.verdict, found.baseline.unwrap().basis.count), (Verdict::Fail, 20));
    }

    #[test]
    fn a_change_of_level_shows_over_time() {
        let drifts = tested(Test::ChangePoint(sure()));
        let of = |main: &[f64], feature: &[f64]| {
            let moment = if feature.is_empty() { over_time() } else { at_hand(i64::try_from(main.len() + 1).unwrap()) };
            one(drifts.clone(), rows(main, feature), &moment)
        };
        assert_eq!(of(&around(100.0, 40), &[]).verdict, Verdict::Pass);
        let slower = of(&[around(100.0, 30), around(115.0, 15)].concat(), &[]);
        assert_eq!(slower.verdict, Verdict::Fail);
        assert!(slower.why.ends_with("the level changed at run 31 (0000000)"), "{}", slower.why);
        assert_eq!(of(&[around(100.0, 30), around(80.0, 15)].concat(), &[]).verdict, Verdict::Pass);
        // A creeping series is held against the best level of the window.
        let creeping: Vec<f64> =
            around(1.0, 60).iter().zip(0_u32..).map(|(noise, at)| noise * (100.0 + f64::from(at))).collect();
        assert_eq!(of(&creeping, &[]).verdict, Verdict::Fail);
        assert_eq!(of(&creeping, &[100.0]).verdict, Verdict::Pass);
        assert_eq!(of(&around(100.0, 8), &[]).why, "main has 8 of at least 10 values to compare with");
    }

    proptest! {
        #[test]
        fn a_worse_value_never_gives_a_better_verdict(
            base in prop::collection::vec(1.0..100.0_f64, 6..25), value in 0.1..200.0_f64, further in 0.0..100.0_f64,
            which in 0_usize..6, higher in any::<bool>()
        ) {
            let gate = tested(predictions()[which]);
            let better = if higher { "higher" } else { "lower" };
            let worse = if higher { value - further } else { value + further };
            let of = |value: f64| verdict(&gate, &base, &[value], better).verdict;
            prop_assert!(of(worse) >= of(value));
        }
    }
}
