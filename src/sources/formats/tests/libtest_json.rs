//! The JSON lines of Rust's own test runner and of nextest (`libtest-json`, `libtest-json-plus`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};
use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, first_line, json_error};

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    event: Option<String>,
    #[serde(default)]
    name: String,
    exec_time: Option<f64>,
    stdout: Option<String>,
    message: Option<String>,
    median: Option<f64>,
    nextest: Option<Nextest>,
}

#[derive(Deserialize)]
struct Nextest {
    #[serde(rename = "crate")]
    package: Option<String>,
    test_binary: Option<String>,
}

/// Reads the lines. Others between them, such as what cargo says, are skipped.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader { stem: input.stem.clone(), ..Reader::default() };
    input.each_line(|number, line| {
        if line.trim_start().starts_with('{') {
            let line: Line = serde_json::from_str(line).map_err(|error| json_error(&error, number - 1))?;
            reader.line(line);
        }
        Ok(())
    })?;
    Ok(reader.finish())
}

#[derive(Default)]
struct Reader {
    stem: String,
    suites: BTreeMap<String, TestSuite>,
    /// Tests without a binary's name are of the suite that is open.
    open: Vec<TestCase>,
    ended: usize,
    measurements: Vec<Measurement>,
}

impl Reader {
    fn line(&mut self, line: Line) {
        match (line.kind.as_str(), line.event.as_deref()) {
            ("suite", Some("ok" | "failed")) => self.end_suite(&line),
            ("bench", _) => {
                let value = line.median.map(|median| Measurement::new("benchmark.time", median, "ns", Better::Lower));
                self.measurements.extend(value.map(|value| value.labelled("name", line.name)));
            }
            ("test", Some(event)) => {
                let status = match event {
                    "ok" => Status::Passed,
                    "failed" => Status::Failed,
                    "ignored" => Status::Skipped,
                    // A timeout is told while the test still runs.
                    _ => return,
                };
                self.case(&line, status);
            }
            _ => {}
        }
    }

    fn case(&mut self, line: &Line, status: Status) {
        // nextest writes `crate::binary$test#try`.
        let (binary, name) =
            line.name.split_once('$').map_or((None, line.name.as_str()), |(binary, name)| (Some(binary), name));
        let is_try = |(_, number): &(&str, &str)| binary.is_some() && number.bytes().all(|byte| byte.is_ascii_digit());
        let name = name.rsplit_once('#').filter(is_try).map_or(name, |(name, _)| name);
        let said = line.stdout.as_deref().and_then(reason).or_else(|| line.message.as_deref().and_then(first_line));
        let case = TestCase {
            name: name.to_owned(),
            status,
            seconds: line.exec_time,
            message: said.filter(|_| status.is_failure()),
            ..TestCase::default()
        };
        match binary {
            Some(binary) => self.suite(binary.to_owned()).add(case),
            None => self.open.push(case),
        }
    }

    fn end_suite(&mut self, line: &Line) {
        let named = line.nextest.as_ref().and_then(|nextest| {
            let (package, binary) = (nextest.package.as_deref()?, nextest.test_binary.as_deref()?);
            Some(format!("{package}::{binary}"))
        });
        self.ended += 1;
        let name = named.unwrap_or_else(|| match self.ended {
            1 => self.stem.clone(),
            number => format!("{} {number}", self.stem),
        });
        if self.open.is_empty() {
            return;
        }
        let cases = std::mem::take(&mut self.open);
        let suite = self.suite(name);
        suite.seconds = line.exec_time;
        for case in cases {
            suite.add(case);
        }
    }

    fn suite(&mut self, name: String) -> &mut TestSuite {
        self.suites.entry(name.clone()).or_insert_with(|| TestSuite::new(name))
    }

    fn finish(mut self) -> ToolOutput {
        let rest = std::mem::take(&mut self.open);
        let name = self.stem.clone();
        if !rest.is_empty() {
            let suite = self.suite(name);
            for case in rest {
                suite.add(case);
            }
        }
        let tests = TestReport::of_suites(self.suites.into_values());
        ToolOutput { tests, measurements: self.measurements, ..ToolOutput::default() }
    }
}

/// Finds what a test panicked with in its output.
fn reason(output: &str) -> Option<String> {
    let behind = output.split_once("panicked at ").and_then(|(_, rest)| rest.split_once('\n'));
    first_line(behind.map_or(output, |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, usize, usize, usize, usize)> {
        let output = read(&Input::of_bytes("log", text.as_bytes())).unwrap();
        let suite = |suite: &TestSuite| {
            let count = |status| suite.count(status);
            (
                suite.name.clone(),
                count(Status::Passed),
                count(Status::Failed),
                count(Status::Skipped),
                suite.cases.flaky(),
            )
        };
        output.tests.suites.iter().map(suite).collect()
    }

    #[test]
    fn suites_of_libtest_and_of_nextest_are_read() {
        let libtest = r#"{"type":"suite","event":"started","test_count":3}
            {"type":"test","event":"started","name":"a::b"}
            {"type":"test","event":"ok","name":"a::b","exec_time":0.01}
            {"type":"test","event":"failed","name":"a::c","stdout":"\nthread 'a::c' panicked at x.rs:1:1:\nboom\n"}
            {"type":"test","event":"ignored","name":"a::d"}
            {"type":"suite","event":"failed","passed":1,"failed":1,"ignored":1,"measured":0,"filtered_out":0,"exec_time":0.18}"#;
        assert_eq!(told(libtest), [("log".to_owned(), 1, 1, 1, 0)]);
        let output = read(&Input::of_bytes("log", libtest.as_bytes())).unwrap();
        assert_eq!(output.tests.suites[0].cases.notable()[0].message.as_deref(), Some("boom"));
        let nextest = r#"   Compiling demo
            {"type":"test","event":"failed","name":"demo::it$flickers#1","exec_time":0.1}
            {"type":"test","event":"ok","name":"demo::it$flickers#2","exec_time":0.1}
            {"type":"test","event":"ok","name":"demo::demo$a::b"}"#;
        assert_eq!(told(nextest), [("demo::demo".to_owned(), 1, 0, 0, 0), ("demo::it".to_owned(), 1, 0, 0, 1)]);
    }

    #[test]
    fn a_broken_line_is_named() {
        let text = "{\"type\":\"suite\",\"event\":\"started\"}\n{\"type\":\"test\",\n";
        let error = read(&Input::of_bytes("log", text.as_bytes())).unwrap_err();
        assert_eq!((error.position.line, error.position.column), (2, 15));
    }
}
