//! The text that `cargo nextest run` shows.

use std::collections::BTreeMap;

use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input, number};

/// Tells whether a line says how a test ended.
pub(in crate::sources::formats) fn is_result(line: &str) -> bool {
    result(line).is_some()
}

/// One line about a test.
struct Told<'line> {
    status: Status,
    seconds: Option<f64>,
    suite: &'line str,
    name: &'line str,
}

/// Reads the text. Behind the summary the failures are told once more.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut suites: BTreeMap<String, BTreeMap<String, TestCase>> = BTreeMap::new();
    let mut has_ended = false;
    input.each_line(|_, line| {
        has_ended |= line.trim_start().starts_with("Summary [");
        if let Some(told) = result(line).filter(|_| !has_ended) {
            let cases = suites.entry(told.suite.to_owned()).or_default();
            take(cases.entry(told.name.to_owned()).or_default(), &told);
        }
        Ok(())
    })?;
    let suites = suites.into_iter().map(|(name, cases)| {
        let mut suite = TestSuite::new(name);
        for case in cases.into_values() {
            suite.add(case);
        }
        suite
    });
    Ok(ToolOutput { tests: TestReport::of_suites(suites), ..ToolOutput::default() })
}

/// Takes a try of a test in: the last one tells how it ended.
fn take(case: &mut TestCase, told: &Told<'_>) {
    let failed_before = case.status.is_failure();
    case.flaky = told.status == Status::Passed && (failed_before || case.flaky);
    told.name.clone_into(&mut case.name);
    case.status = told.status;
    case.seconds = case.seconds.into_iter().chain(told.seconds).reduce(|one, two| one + two);
}

/// Understands `PASS [   0.006s] (1/9) demo tests::a` and `TRY 2 FAIL [   0.006s] demo::it b`.
fn result(line: &str) -> Option<Told<'_>> {
    let (word, rest) = line.split_once('[')?;
    let (time, rest) = rest.split_once(']')?;
    let mut words = word.split_whitespace();
    let mut word = words.next()?;
    if word == "TRY" {
        words.next()?.parse::<u32>().ok()?;
        word = words.next()?;
    }
    let status = match word {
        "PASS" | "LEAK" => Status::Passed,
        "FAIL" | "LEAK-FAIL" => Status::Failed,
        "SKIP" => Status::Skipped,
        "TIMEOUT" | "ABORT" | "XFAIL" => Status::Error,
        word if word.starts_with("SIG") => Status::Error,
        _ => return None,
    };
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, rest)) => rest.trim_start(),
        None => rest,
    };
    let (suite, name) = rest.split_once(' ')?;
    let seconds = number(time.trim().trim_start_matches('>').trim_end_matches('s'));
    Some(Told { status, seconds, suite, name: name.trim() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_become_one_case_and_the_summary_is_not_read() {
        let text = "    Starting 4 tests across 2 binaries\n        PASS [   0.006s] (1/4) demo a::one\n  \
            TRY 1 FAIL [   0.010s] (─────) demo a::two\n  TRY 2 PASS [   0.020s] (2/4) demo a::two\n     \
            SIGABRT [   0.100s] (3/4) demo::it three\n        FAIL [   1.500s] demo::it four\n  stdout ───\n    [ noise ] x\n\
            ────────────\n     Summary [   1.600s] 4 tests run: 2 passed (1 flaky), 2 failed, 0 skipped\n        FAIL [   1.500s] demo::it four\n";
        let output = read(&Input::of_bytes("log", text.as_bytes())).unwrap();
        let told: Vec<_> = output
            .tests
            .suites
            .iter()
            .map(|suite| {
                (
                    suite.name.as_str(),
                    suite.count(Status::Passed),
                    suite.count(Status::Failed),
                    suite.count(Status::Error),
                    suite.cases.flaky(),
                )
            })
            .collect();
        assert_eq!(told, [("demo", 2, 0, 0, 1), ("demo::it", 0, 1, 1, 0)]);
        assert!(!is_result("    [ noise ] x") && !is_result("PASS"));
    }
}
