//! The section `gates`.

use crate::gates::selector::Selector;
use crate::gates::settings::{Gate, MIN_SAMPLES, Statistic, Tolerance, Window};
use crate::gates::threshold::Threshold;
use jiff::SignedDuration;

use crate::gates::quantity::Quantity;
use crate::model::unit::Unit;
use crate::model::verdict::{OnNoData, Origin};

use super::comparison;
use super::section::{Section, Value};

/// The keys that hold a value against something.
const BOUNDS: [&str; 6] = ["warn", "fail", "no_drop", "no_rise", "ratchet", "compare"];

const KEYS: &[&str] = &[
    "metric",
    "statistic",
    "window",
    "warn",
    "fail",
    "no_drop",
    "no_rise",
    "ratchet",
    "compare",
    "min_samples",
    "on_no_data",
];

/// Reads the gates; those with a problem are left out, which stops the program anyway.
pub(super) fn read(value: Value<'_>, on_no_data: OnNoData) -> Vec<Gate> {
    value.items().into_iter().filter_map(|item| gate(item, on_no_data)).collect()
}

fn gate(value: Value<'_>, on_no_data: OnNoData) -> Option<Gate> {
    let section = value.section(KEYS);
    let metric = section.get("metric");
    if metric.is_none() {
        value.wrong("a gate needs a `metric`, such as `build.duration_s`");
    }
    let named = metric.and_then(|metric| metric.parse(Selector::parse));
    let settings = settings(&section, value, on_no_data);
    let (selector, metrics) = named?;
    let gate = Gate { selector, metrics, ..settings };
    if !gate.has_bound() && !BOUNDS.iter().any(|key| section.get(key).is_some()) {
        value.wrong("a gate needs a bound: `warn`, `fail`, `no_drop`, `no_rise`, `ratchet` or `compare`");
    }
    if gate.compare.is_some() && gate.window.as_ref().is_some_and(|window| window.time.is_some()) {
        value.wrong("a comparison is made with a number of runs: give the window `runs` instead of `time`");
    }
    check_units(&section, &gate);
    Some(gate)
}

fn settings(section: &Section<'_>, value: Value<'_>, on_no_data: OnNoData) -> Gate {
    let read = |key: &str| section.get(key);
    Gate {
        selector: Selector { name: String::new(), labels: Vec::new() },
        metrics: Vec::new(),
        statistic: read("statistic").and_then(|value| value.parse(Statistic::parse)),
        window: read("window").map(window),
        warn: read("warn").and_then(|value| value.parse(Threshold::parse)),
        fail: read("fail").and_then(|value| value.parse(Threshold::parse)),
        no_drop: read("no_drop").and_then(|value| value.parse(Tolerance::parse)),
        no_rise: read("no_rise").and_then(|value| value.parse(Tolerance::parse)),
        ratchet: read("ratchet").and_then(|value| value.parse(Tolerance::parse)),
        compare: read("compare").and_then(comparison::read),
        goal: None,
        min_samples: read("min_samples").and_then(|value| value.whole(1, 10_000)).unwrap_or(MIN_SAMPLES),
        on_no_data: read("on_no_data").and_then(|value| value.word(OnNoData::WORDS)).unwrap_or(on_no_data),
        origin: Origin { file: value.file().to_owned(), position: Some(value.position()) },
    }
}

fn window(value: Value<'_>) -> Window {
    let section = value.section(&["runs", "time", "branch", "event"]);
    Window {
        runs: section.get("runs").and_then(|value| value.whole(1, 10_000)),
        time: section.get("time").and_then(time),
        branch: section.get("branch").and_then(Value::text),
        event: section.get("event").and_then(Value::text),
    }
}

pub(super) fn time(value: Value<'_>) -> Option<SignedDuration> {
    let quantity = value.parse(Quantity::parse)?;
    let time = quantity.to_unit(Unit::Seconds).ok().and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    let time = time.filter(SignedDuration::is_positive);
    if time.is_none() {
        value.wrong("a time was expected, such as `30d`");
    }
    time
}

/// Holds every bound against the units of the metrics, before anything runs.
fn check_units(section: &Section<'_>, gate: &Gate) {
    let bounds = [("warn", gate.warn.as_ref()), ("fail", gate.fail.as_ref())];
    let tolerances = [("no_drop", &gate.no_drop), ("no_rise", &gate.no_rise), ("ratchet", &gate.ratchet)];
    let tolerances = tolerances.map(|(key, tolerance)| (key, tolerance.as_ref()));
    let least = gate.compare.as_ref().and_then(|compare| compare.min_change.as_ref());
    let tolerances: Vec<_> = tolerances.into_iter().chain([("compare", least)]).collect();
    for metric in gate.metrics.iter().filter(|metric| metric.unit != Unit::Other) {
        let refused = bounds.iter().filter_map(|(key, bound)| Some((*key, bound.as_ref()?.bound(metric.unit).err()?)));
        let moved = tolerances
            .iter()
            .filter_map(|(key, bound)| Some((*key, bound.as_ref()?.distance(metric.unit, 1.0).err()?)));
        for (key, reason) in refused.chain(moved) {
            if let Some(value) = section.get(key) {
                value.wrong(format!("{reason} (the metric is {})", metric.name));
            }
        }
    }
}
