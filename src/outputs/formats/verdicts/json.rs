//! JSON, version 1. Fields are only ever added.

use serde_json::{Value, json};

use crate::model::verdict::{Baseline, Basis, GateReport, GateVerdict, Verdict};

/// Renders the verdicts as one JSON object.
pub fn json(report: &GateReport) -> String {
    let document = json!({
        "version": 1,
        "tool": {"name": "plimsoll", "version": env!("CARGO_PKG_VERSION")},
        "verdict": report.overall().word(),
        "judged": report.judged,
        "preset": report.preset,
        "counts": {
            "fail": report.count(Verdict::Fail),
            "no-data": report.count(Verdict::NoData),
            "warn": report.count(Verdict::Warn),
            "pass": report.count(Verdict::Pass),
        },
        "remarks": report.remarks,
        "verdicts": report.verdicts.iter().map(verdict).collect::<Vec<Value>>(),
    });
    let mut text = format!("{document:#}");
    text.push('\n');
    text
}

pub(in crate::outputs::formats) fn verdict(verdict: &GateVerdict) -> Value {
    json!({
        "metric": verdict.metric,
        "series": verdict.series,
        "verdict": verdict.verdict.word(),
        "on_no_data": verdict.on_no_data.word(),
        "statistic": verdict.statistic,
        "observed": verdict.observed,
        "unit": if verdict.unit_text.is_empty() { verdict.unit.word() } else { &verdict.unit_text },
        "threshold": verdict.threshold,
        "sample": basis(&verdict.basis),
        "baseline": verdict.baseline.as_ref().map(baseline),
        "why": verdict.why,
        "origin": {
            "file": verdict.origin.file,
            "line": verdict.origin.position.map(|position| position.line),
            "column": verdict.origin.position.map(|position| position.column),
        },
    })
}

fn baseline(baseline: &Baseline) -> Value {
    json!({
        "value": baseline.value,
        "statistic": baseline.statistic,
        "spread": baseline.spread,
        "limit": baseline.limit,
        "chance": baseline.chance,
        "accepted": if baseline.accepted.is_empty() { Value::Null } else { Value::from(baseline.accepted.as_str()) },
        "sample": basis(&baseline.basis),
    })
}

fn basis(basis: &Basis) -> Value {
    let text = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    json!({
        "count": basis.count,
        "window": basis.window,
        "branch": text(&basis.branch),
        "run": basis.run,
        "commit": text(&basis.commit),
        "at": basis.at.map(|at| at.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::report;
    use super::*;

    #[test]
    fn the_layout_is_that_of_version_1() {
        let value: Value = serde_json::from_str(&json(&report())).unwrap();
        assert_eq!((&value["version"], &value["verdict"]), (&Value::from(1), &Value::from("fail")));
        assert_eq!(value["counts"], json!({"fail": 1, "no-data": 1, "warn": 1, "pass": 1}));
        assert_eq!(
            value["verdicts"][0],
            json!({
                "metric": "build.duration_s", "series": "build.duration_s{workflow=CI|\u{1b}[31m<b>}",
                "verdict": "fail", "on_no_data": "warn", "statistic": "p95", "observed": 2530.0, "unit": "s",
                "threshold": "> 40min", "baseline": null, "why": "42min 10s is above 40min",
                "sample": {"count": 20, "window": 20, "branch": "main", "run": 17, "commit": null, "at": null},
                "origin": {"file": "plimsoll.yml", "line": 3, "column": 5},
            })
        );
        assert_eq!(value["verdicts"][3]["baseline"]["spread"], Value::from(0.5));
        assert_eq!(value["verdicts"][3]["unit"], Value::from("widgets"));
    }
}
