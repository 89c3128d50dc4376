//! Test reports become rows.

use super::stages::{stands_in, words};
use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::model::quarantine::Quarantine;
use crate::model::test_report::{SLOWEST, Status, TestCase, TestReport, TestSuite};

/// Makes the rows of a report; `input` is the report's bytes, or their digest. Rows of a suite whose
/// start is not known have no time yet. What is in quarantine and failed is counted apart.
pub fn rows(report: &TestReport, origin: &Origin, input: &[u8], quarantine: &Quarantine) -> Vec<Row> {
    let limit = slowest_limit(report);
    let mut rows = Vec::new();
    for suite in &report.suites {
        let started = Cell::from_option(suite.started_at, Cell::time);
        let is_held =
            |case: &TestCase| case.status.is_failure() && quarantine.holds(&suite.name, &full_name(suite, case));
        let held = |status| suite.cases.notable().iter().filter(|case| case.status == status && is_held(case)).count();
        let (failed, errors) = (held(Status::Failed), held(Status::Error));
        let count = |status| Cell::integer(suite.count(status));
        let row = origin
            .row(TableId::TestMetrics, input)
            .with("started_at", started.clone())
            .with("suite", Cell::text(suite.name.as_str()))
            .with("kind", Cell::text(kind(&[&suite.source, &suite.name])))
            .with("tests", Cell::integer(suite.tests()))
            .with("passed", count(Status::Passed))
            .with("failed", Cell::integer(suite.count(Status::Failed).saturating_sub(failed)))
            .with("errors", Cell::integer(suite.count(Status::Error).saturating_sub(errors)))
            .with("skipped", count(Status::Skipped))
            .with("flaky", Cell::integer(suite.cases.flaky()))
            .with("duration_s", Cell::from_option(suite.duration(), Cell::rounded))
            .with("source", Cell::text(suite.source.as_str()))
            .with("quarantined", Cell::integer(failed + errors));
        rows.push(row);
        let slowest = suite.cases.slowest().iter().filter(|case| case.seconds.is_some_and(|seconds| seconds >= limit));
        let named = suite.cases.notable().iter().chain(slowest);
        rows.extend(named.map(|case| {
            let row = case_row(suite, case, origin.row(TableId::TestCases, input), started.clone());
            if is_held(case) { row.with("status", Cell::text("quarantined")) } else { row }
        }));
    }
    rows
}

fn case_row(suite: &TestSuite, case: &TestCase, row: Row, at: Cell) -> Row {
    row.with("at", at)
        .with("suite", Cell::text(suite.name.as_str()))
        .with("case", Cell::text(full_name(suite, case)))
        .with("status", Cell::text(case.status.word()))
        .with("flaky", Cell::text(if case.flaky { "true" } else { "false" }))
        .with("duration_s", Cell::from_option(case.seconds, Cell::rounded))
        .with("message", Cell::from_option(case.message.as_deref(), Cell::text))
}

/// Names a case with its class, unless the class only repeats the suite's or the case's name.
fn full_name(suite: &TestSuite, case: &TestCase) -> String {
    if case.class.is_empty() || case.class == suite.name || case.class == case.name {
        return case.name.clone();
    }
    format!("{}::{}", case.class, case.name)
}

/// Returns the duration from which on a case is among the slowest of a report.
fn slowest_limit(report: &TestReport) -> f64 {
    let cases = report.suites.iter().flat_map(|suite| suite.cases.slowest().iter().chain(suite.cases.notable()));
    let mut times: Vec<f64> = cases.filter_map(|case| case.seconds).collect();
    times.sort_by(|one, two| two.total_cmp(one));
    times.get(SLOWEST - 1).copied().unwrap_or(0.0)
}

/// Tells what a suite tests from its file's path and its name; nothing where they do not say.
fn kind(names: &[&str]) -> &'static str {
    let words: Vec<String> = names.iter().flat_map(|name| words(name)).collect();
    let says = |patterns: &[&str]| patterns.iter().any(|pattern| stands_in(pattern, &words));
    match () {
        () if says(&["e2e", "end to end", "playwright", "cypress"]) => "e2e",
        () if says(&["integration"]) => "integration",
        () if says(&["unit"]) => "unit",
        () => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_flaky_and_slow_cases_are_named() {
        let case = |name: &str, seconds: f64| TestCase {
            name: name.to_owned(),
            class: "c".to_owned(),
            seconds: Some(seconds),
            ..TestCase::default()
        };
        let mut cases: Vec<TestCase> = (0..20_u8).map(|at| case(&format!("t{at}"), f64::from(at))).collect();
        cases[0].status = Status::Failed;
        cases[1].flaky = true;
        let mut suite = TestSuite { source: "out/unit/a.xml".to_owned(), ..TestSuite::new("s") };
        for case in cases {
            suite.add(case);
        }
        let report = TestReport { suites: vec![suite] };
        let rows = rows(&report, &Origin::default(), b"x", &Quarantine::default());
        assert_eq!(rows.len(), 1 + 2 + SLOWEST);
        let suite = &rows[0];
        assert_eq!(
            (suite.integer("tests"), suite.integer("failed"), suite.integer("flaky")),
            (Some(20), Some(1), Some(1))
        );
        assert_eq!((suite.text("kind"), suite.number("duration_s")), ("unit", Some(190.0)));
        assert_eq!((rows[1].text("case"), rows[1].text("status")), ("c::t0", "failed"));
        assert_eq!((rows[2].text("flaky"), rows[3].text("case")), ("true", "c::t19"));
    }

    #[test]
    fn failures_in_quarantine_are_counted_apart() {
        let mut suite = TestSuite::new("s");
        for (name, status) in
            [("a", Status::Failed), ("b", Status::Failed), ("c", Status::Error), ("d", Status::Passed)]
        {
            suite.add(TestCase { name: name.to_owned(), status, ..TestCase::default() });
        }
        let quarantine = Quarantine::new(vec!["b".to_owned(), "s > c".to_owned(), "d".to_owned()]);
        let rows = rows(&TestReport::of_suites([suite]), &Origin::default(), b"x", &quarantine);
        let counts = ["tests", "passed", "failed", "errors", "quarantined"].map(|name| rows[0].integer(name));
        assert_eq!(counts, [4, 1, 1, 0, 2].map(Some));
        let told: Vec<_> = rows[1..].iter().map(|row| (row.text("case"), row.text("status"))).collect();
        assert_eq!(told, [("a", "failed"), ("b", "quarantined"), ("c", "quarantined")]);
    }
}
