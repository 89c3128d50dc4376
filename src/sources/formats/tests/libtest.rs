//! The text of Rust's own test runner, as `cargo test` and `cargo bench` show it.
//!
//! It is stable by habit only (rust-lang/rust, `library/test/src/formatters`). Output of a test may
//! stand between its name and its result.

use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};
use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, first_line, number};

/// Tells whether a line says how many tests run.
pub(in crate::sources::formats) fn is_start(line: &str) -> bool {
    started(line).is_some()
}

fn started(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("running ")?;
    let count = rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test"))?;
    count.parse().ok()
}

/// Reads the text.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader { stem: input.stem.clone(), ..Reader::default() };
    input.each_line(|_, line| {
        reader.line(line);
        Ok(())
    })?;
    reader.close();
    Ok(ToolOutput {
        tests: TestReport::of_suites(reader.suites),
        measurements: reader.measurements,
        ..ToolOutput::default()
    })
}

#[derive(Default)]
struct Reader {
    stem: String,
    /// The suite that cargo announced.
    announced: Option<String>,
    open: Option<Open>,
    suites: Vec<TestSuite>,
    measurements: Vec<Measurement>,
}

/// A suite whose result has not been said.
#[derive(Default)]
struct Open {
    name: String,
    expected: usize,
    cases: Vec<TestCase>,
    /// The test whose result stands on a later line.
    pending: Option<String>,
    /// Whose output is told, and whether its next line is the reason.
    telling: Option<(String, bool)>,
    measured: usize,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(name) = announced(line) {
            self.announced = Some(name);
        } else if let Some(expected) = started(line) {
            self.close();
            let name = self.announced.take().unwrap_or_else(|| self.stem.clone());
            self.open = Some(Open { name, expected, ..Open::default() });
        } else if let Some(rest) = line.strip_prefix("test result: ") {
            let seconds = rest.rsplit_once("finished in ").and_then(|(_, time)| number(time.trim_end_matches('s')));
            self.finish(seconds, true);
        } else if let Some(open) = &mut self.open {
            self.measurements.extend(open.line(line));
        }
    }

    /// Ends a suite whose result is not there: the run was cut short.
    fn close(&mut self) {
        self.finish(None, false);
    }

    fn finish(&mut self, seconds: Option<f64>, is_complete: bool) {
        let Some(mut open) = self.open.take() else { return };
        let seen = open.cases.len() + open.measured;
        if !is_complete || seen < open.expected {
            open.cases.push(TestCase {
                name: format!("(the output ends after {seen} of {} tests)", open.expected),
                status: Status::Error,
                message: open.pending.map(|name| format!("{name} did not end")),
                ..TestCase::default()
            });
        }
        let mut suite = TestSuite::new(open.name);
        suite.seconds = seconds;
        for case in open.cases {
            suite.add(case);
        }
        self.suites.push(suite);
    }
}

impl Open {
    fn line(&mut self, line: &str) -> Option<Measurement> {
        if let Some((name, result)) = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... ")) {
            if let Some(bench) = result.trim_start().strip_prefix("bench:") {
                self.measured += 1;
                return measurement(name, bench);
            }
            if !self.result(name, result) {
                self.pending = Some(name.to_owned());
            }
        } else if let Some(name) = self.pending.take_if(|_| ["ok", "FAILED", "ignored"].contains(&line.trim())) {
            self.result(&name, line.trim());
        } else {
            self.message(line);
        }
        None
    }

    /// Takes a test's result; `false` where the text is none.
    fn result(&mut self, name: &str, text: &str) -> bool {
        let (word, time) = text.split_once(" <").map_or((text, None), |(word, time)| (word, Some(time)));
        let status = match word.trim_end() {
            "ok" => Status::Passed,
            "FAILED" => Status::Failed,
            word if word == "ignored" || word.starts_with("ignored, ") => Status::Skipped,
            _ => return false,
        };
        let seconds = time.and_then(|time| number(time.trim_end_matches(['>', 's'])));
        let name = name.trim_end_matches(" - should panic").to_owned();
        self.cases.push(TestCase { name, status, seconds, ..TestCase::default() });
        true
    }

    /// Finds why a test failed: `---- NAME stdout ----`, then what it panicked with.
    fn message(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----")) {
            self.telling = Some((name.to_owned(), false));
            return;
        }
        let Some((name, is_next)) = &mut self.telling else { return };
        if !*is_next && line.contains("panicked at ") {
            *is_next = true;
            return;
        }
        if !*is_next && !line.starts_with("Error: ") {
            return;
        }
        let case = self.cases.iter_mut().find(|case| case.name == *name);
        if let Some(case) = case {
            case.message = case.message.take().or_else(|| first_line(line));
        }
        self.telling = None;
    }
}

/// Understands what cargo says before it starts a test program.
fn announced(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(package) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{package} (doc tests)"));
    }
    let (what, program) = line.strip_prefix("Running ")?.rsplit_once(" (")?;
    let file = program.trim_end_matches(')').rsplit(['/', '\\']).next()?;
    // Cargo puts a hash behind the name.
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    Some(if what.starts_with("unittests") { name.to_owned() } else { what.to_owned() })
}

/// Understands `123.45 ns/iter (+/- 6.78)`.
fn measurement(name: &str, text: &str) -> Option<Measurement> {
    let (value, unit) = text.trim().split_once(' ')?;
    let unit = unit.split_once("/iter").map_or(unit, |(unit, _)| unit);
    Some(Measurement::new("benchmark.time", number(value)?, unit, Better::Lower).labelled("name", name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(text: &str) -> Vec<(String, [usize; 4], Option<f64>)> {
        let output = read(&Input::of_bytes("log", text.as_bytes())).unwrap();
        let suite = |suite: &TestSuite| {
            let count = |status| suite.count(status);
            let counts = [Status::Passed, Status::Failed, Status::Skipped, Status::Error].map(count);
            (suite.name.clone(), counts, suite.duration())
        };
        output.tests.suites.iter().map(suite).collect()
    }

    #[test]
    fn suites_cases_and_reasons_are_read() {
        let text = "   Compiling demo v0.1.0\n     Running unittests src/lib.rs (target/debug/deps/demo-0123456789abcdef)\n\n\
            running 5 tests\ntest a::b ... ok <0.012s>\ntest a::c - should panic ... ok\ntest a::d ... ignored, slow\n\
            test a::e ... FAILED\ntest a::f ... said something\nok\n\nfailures:\n\n---- a::e stdout ----\n\n\
            thread 'a::e' (7) panicked at src/lib.rs:5:9:\nassertion `left == right` failed\n  left: 1\n\nfailures:\n    a::e\n\n\
            test result: FAILED. 3 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.18s\n\n\
                 Running tests/it.rs (target/debug/deps/it-0123456789abcdef)\n\nrunning 0 tests\n\n\
            test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
               Doc-tests demo\n\nrunning 1 test\ntest src/lib.rs - x (line 3) ... ok\n\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.30s\n";
        assert_eq!(
            cases(text),
            [("demo".to_owned(), [3, 1, 1, 0], Some(0.18)), ("demo (doc tests)".to_owned(), [1, 0, 0, 0], Some(0.3)),]
        );
        let output = read(&Input::of_bytes("log", text.as_bytes())).unwrap();
        let failed = &output.tests.suites[0].cases.notable()[0];
        assert_eq!(
            (failed.name.as_str(), failed.message.as_deref()),
            ("a::e", Some("assertion `left == right` failed"))
        );
    }

    #[test]
    fn benchmarks_are_measurements() {
        let text = "running 1 test\ntest bench_x ... bench:   1,123.45 ns/iter (+/- 6.78)\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 1 measured; 0 filtered out; finished in 1s\n";
        let output = read(&Input::of_bytes("log", text.as_bytes())).unwrap();
        assert!(output.tests.is_empty());
        let one = &output.measurements[0];
        assert_eq!((one.value, one.unit.as_str(), one.written_labels().as_str()), (1123.45, "ns", "name=bench_x"));
    }

    #[test]
    fn a_run_that_was_cut_short_is_an_error() {
        let text = "running 2 tests\ntest a ... ok\ntest b ... hm\n";
        assert_eq!(cases(text), [("log".to_owned(), [1, 0, 0, 1], None)]);
    }
}
