//! The JSON lines of `go test -json` (`go doc test2json`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};
use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::benchmarks::go as benchmark;
use crate::sources::formats::input::{FormatError, Input, first_line, json_error, number};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(default)]
    action: String,
    #[serde(default)]
    package: String,
    test: Option<String>,
    elapsed: Option<f64>,
    output: Option<String>,
    time: Option<String>,
    failed_build: Option<String>,
}

/// Reads the lines. Others between them, such as what a build said, are skipped.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader::default();
    input.each_line(|number, line| {
        if line.starts_with('{') {
            reader.event(serde_json::from_str(line).map_err(|error| json_error(&error, number - 1))?);
        }
        Ok(())
    })?;
    Ok(reader.finish())
}

#[derive(Default)]
struct Reader {
    suites: BTreeMap<String, TestSuite>,
    /// What a test that runs has said first, by package and test.
    said: BTreeMap<(String, String), String>,
    benchmarks: benchmark::Lines,
    measurements: Vec<Measurement>,
}

impl Reader {
    fn event(&mut self, event: Event) {
        let status = match event.action.as_str() {
            "pass" => Status::Passed,
            "fail" => Status::Failed,
            "skip" => Status::Skipped,
            "output" => return self.output(&event),
            "start" => {
                let time = event.time.and_then(|time| time.parse().ok());
                self.suite(&event.package).started_at = time;
                return;
            }
            _ => return,
        };
        match event.test {
            Some(test) => {
                let message = self.said.remove(&(event.package.clone(), test.clone())).filter(|_| status.is_failure());
                let case = TestCase { name: test, status, seconds: event.elapsed, message, ..TestCase::default() };
                self.suite(&event.package).add(case);
            }
            None => self.end(&event, status),
        }
    }

    /// Ends a package. One that failed without a test that did broke outside of them.
    fn end(&mut self, event: &Event, status: Status) {
        let said = self.said.remove(&(event.package.clone(), String::new()));
        let suite = self.suite(&event.package);
        suite.seconds = event.elapsed;
        if status == Status::Failed && suite.count(Status::Failed) == 0 {
            let name = if event.failed_build.is_some() { "(build)" } else { "(package)" };
            suite.add(TestCase { name: name.to_owned(), status: Status::Error, message: said, ..TestCase::default() });
        }
    }

    fn output(&mut self, event: &Event) {
        let Some(text) = &event.output else { return };
        self.benchmarks.line(text.trim_end(), &event.package);
        if event.test.is_none()
            && let Some(share) = text.strip_prefix("coverage: ").and_then(|rest| rest.split_once("% of statements"))
            && let Some(percent) = number(share.0)
        {
            let value = Measurement::new("coverage.statement", percent / 100.0, "ratio", Better::Higher);
            self.measurements.push(value.labelled("package", event.package.as_str()));
        }
        let text = text.trim();
        let is_frame = ["=== ", "--- ", "PASS", "FAIL", "ok ", "exit status", "coverage: "]
            .iter()
            .any(|frame| text.starts_with(frame));
        if let Some(line) = first_line(text).filter(|_| !is_frame) {
            let key = (event.package.clone(), event.test.clone().unwrap_or_default());
            self.said.entry(key).or_insert(line);
        }
    }

    fn suite(&mut self, package: &str) -> &mut TestSuite {
        self.suites.entry(package.to_owned()).or_insert_with(|| TestSuite::new(package))
    }

    fn finish(self) -> ToolOutput {
        let tests = TestReport::of_suites(self.suites.into_values());
        let mut measurements = self.benchmarks.finish();
        measurements.extend(self.measurements);
        ToolOutput { tests, measurements, ..ToolOutput::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_tests_benchmarks_and_coverage_are_read() {
        let text = r#"{"ImportPath":"p/broken","Action":"build-fail"}
{"Time":"2026-01-01T00:00:00Z","Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:7: want 1, got 2\n"}
{"Action":"fail","Package":"p","Test":"TestA","Elapsed":0.01}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.02}
{"Action":"skip","Package":"p","Test":"TestB/sub","Elapsed":0}
{"Action":"output","Package":"p","Output":"BenchmarkX-8   \t    1000\t      1234 ns/op\t      56 B/op\t       2 allocs/op\n"}
{"Action":"output","Package":"p","Output":"coverage: 81.2% of statements\n"}
{"Action":"fail","Package":"p","Elapsed":0.5}
not json
{"Action":"output","Package":"p/broken","Output":"FAIL\tp/broken [build failed]\n"}
{"Action":"fail","Package":"p/broken","Elapsed":0,"FailedBuild":"p/broken"}
"#;
        let output = read(&Input::of_bytes("log", text.as_bytes())).unwrap();
        let suites = &output.tests.suites;
        let flaky = &suites[0].cases.notable()[0];
        assert_eq!(
            (suites[0].name.as_str(), suites[0].tests(), suites[0].cases.flaky(), suites[0].duration()),
            ("p", 2, 1, Some(0.5))
        );
        assert_eq!((flaky.flaky, flaky.message.as_deref()), (true, Some("a_test.go:7: want 1, got 2")));
        assert_eq!((suites[1].count(Status::Error), suites[1].cases.notable()[0].name.as_str()), (1, "(build)"));
        let told: Vec<_> =
            output.measurements.iter().map(|one| (one.name.as_str(), one.written_labels(), one.value)).collect();
        let name = || "name=X,package=p".to_owned();
        assert_eq!(
            told,
            [
                ("benchmark.allocations", name(), 2.0),
                ("benchmark.bytes", name(), 56.0),
                ("benchmark.time", name(), 1234.0),
                ("coverage.statement", "package=p".to_owned(), 0.812),
            ]
        );
    }
}
