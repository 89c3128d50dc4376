//! The key `compare` of a gate.

use crate::gates::settings::{Compare, Test, Tolerance};
use crate::gates::threshold::Worsening;
use crate::model::suggest::did_you_mean;
use crate::stats::{Confidence, Prediction};

use super::section::{Section, Value};

const KEYS: &[&str] = &["to", "test", "confidence", "times", "latest", "min_effect", "min_change", "warn", "fail"];

/// How sure a test has to be unless a gate says so.
const CONFIDENCE: f64 = 0.99;

/// How many spreads a value may lie from the middle unless a gate says so: about as many as leave
/// 1 % to chance when values are normal, and more where few values say how wide they scatter.
const TIMES: &[(&str, f64)] = &[("iqr", 3.0), ("delta-iqr", 6.0), ("mad", 4.0)];

/// How many values Mann and Whitney's test judges together unless a gate says so.
const LATEST: usize = 5;

/// The least worsening that counts where a test is asked unless a gate says so.
const MIN_EFFECT: &str = "+5%";

pub(super) fn read(value: Value<'_>) -> Option<Compare> {
    let section = value.section(KEYS);
    let to = section.get("to").and_then(Value::text).filter(|to| to != "base");
    if let Some(test) = section.get("test").filter(|_| to.is_some()) {
        test.wrong("a test needs the runs of the base branch; of a saved baseline only the level is known");
    }
    let share = |key: &str| section.get(key).and_then(|value| value.parse(Worsening::parse));
    let written = section.get("warn").is_some() || section.get("fail").is_some();
    if section.get("test").is_none() && !written {
        value.wrong("a comparison needs `warn` or `fail`, such as `fail: \"+50%\"`, or a `test`");
    }
    let test = test(&section);
    let none = || if section.get("test").is_some() { MIN_EFFECT } else { "+0%" };
    Some(Compare {
        to,
        warn: share("warn"),
        fail: share("fail"),
        test,
        min_effect: share("min_effect").or_else(|| Worsening::parse(none()).ok())?,
        min_change: section.get("min_change").and_then(|value| value.parse(Tolerance::parse)),
    })
}

/// Reads the test and what it can be told; keys that tell it nothing are reported.
fn test(section: &Section<'_>) -> Option<Test> {
    let name = section.get("test").and_then(Value::text);
    let name = name.as_deref();
    let tells = |key: &str, tests: &[&str]| {
        let value = section.get(key)?;
        if !name.is_some_and(|name| tests.contains(&name) || !Test::WORDS.contains(&name)) {
            value.wrong(format!("`{key}` is for the tests {}", tests.join(", ")));
        }
        Some(value)
    };
    let sure = tells("confidence", &["z", "t", "log-normal", "mann-whitney", "change-point"]);
    let confidence = sure.map_or_else(|| Confidence::new(CONFIDENCE), confidence);
    let usual = TIMES.iter().find(|(test, _)| Some(*test) == name).map_or(1.0, |(_, times)| *times);
    let times = tells("times", &["iqr", "delta-iqr", "mad"]).and_then(times).unwrap_or(usual);
    let latest = tells("latest", &["mann-whitney"]).and_then(|value| value.whole(1, 100)).unwrap_or(LATEST);
    let confidence = confidence?;
    match name? {
        "z" => Some(Test::Prediction(Prediction::ZScore(confidence))),
        "t" => Some(Test::Prediction(Prediction::StudentT(confidence))),
        "log-normal" => Some(Test::Prediction(Prediction::LogNormal(confidence))),
        "iqr" => Some(Test::Prediction(Prediction::Iqr(times))),
        "delta-iqr" => Some(Test::Prediction(Prediction::DeltaIqr(times))),
        "mad" => Some(Test::Prediction(Prediction::Mad(times))),
        "mann-whitney" => Some(Test::MannWhitney { confidence, latest }),
        "change-point" => Some(Test::ChangePoint(confidence)),
        other => {
            let meant = did_you_mean(other, Test::WORDS.iter().copied());
            let listed = format!("; known are {}", Test::WORDS.join(", "));
            section
                .get("test")?
                .wrong(format!("`{other}` is no test{}", if meant.is_empty() { listed } else { meant }));
            None
        }
    }
}

fn confidence(value: Value<'_>) -> Option<Confidence> {
    let text = value.text()?;
    let share = text.trim().strip_suffix('%').and_then(|digits| digits.trim().parse::<f64>().ok());
    let confidence = share.and_then(|percent| Confidence::new(percent / 100.0)).filter(|sure| sure.get() <= 0.999);
    if confidence.is_none() {
        value.wrong(format!("a percentage from 50% to 99.9% was expected, not `{text}`"));
    }
    confidence
}

fn times(value: Value<'_>) -> Option<f64> {
    let text = value.text()?;
    let times = text.trim().parse::<f64>().ok().filter(|times| times.is_finite() && *times > 0.0);
    if times.is_none() {
        value.wrong(format!("a number above 0 was expected, not `{text}`"));
    }
    times
}
