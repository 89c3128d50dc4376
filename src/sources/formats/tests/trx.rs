//! TRX, the XML of `dotnet test --logger trx`.

use std::collections::BTreeMap;

use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input, first_line, number};
use crate::sources::formats::xml::{Tag, Visitor, walk};

/// Reads the report: one suite a class.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader::default();
    walk(input, &mut reader)?;
    let mut suites: BTreeMap<String, TestSuite> = BTreeMap::new();
    for (id, case) in reader.done {
        // What a test is of stands behind the results.
        let class = reader.classes.get(&id).cloned().unwrap_or_else(|| input.stem.clone());
        let name =
            case.name.strip_prefix(&class).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&case.name).to_owned();
        suites.entry(class.clone()).or_insert_with(|| TestSuite::new(class)).add(TestCase { name, ..case });
    }
    Ok(ToolOutput { tests: TestReport::of_suites(suites.into_values()), ..ToolOutput::default() })
}

#[derive(Default)]
struct Reader {
    /// Results that are open: a data-driven test holds those of its rows.
    results: Vec<(String, TestCase, bool)>,
    done: Vec<(String, TestCase)>,
    test: String,
    classes: BTreeMap<String, String>,
}

impl Visitor for Reader {
    fn start(&mut self, tag: &Tag<'_>, open: &[String]) -> Result<(), String> {
        let name = tag.name();
        match (open.is_empty(), name) {
            (true, "TestRun") => {}
            (true, _) => return Err(format!("the root is <{name}>, not <TestRun>")),
            (false, "UnitTestResult") => {
                // The rows stand for the test that holds them.
                if let Some((_, _, has_inner)) = self.results.last_mut() {
                    *has_inner = true;
                }
                self.results.push((tag.attribute("testId").unwrap_or_default(), case(tag), false));
            }
            (false, "UnitTest") => self.test = tag.attribute("id").unwrap_or_default(),
            (false, "TestMethod") => {
                let class = tag.attribute("className").unwrap_or_default();
                let class = class.split(',').next().unwrap_or_default().trim().to_owned();
                self.classes.insert(self.test.clone(), class);
            }
            (false, _) => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str, open: &[String]) {
        if open.last().is_some_and(|open| open == "Message")
            && let Some((_, case, _)) = self.results.last_mut().filter(|(_, case, _)| case.status.is_failure())
        {
            case.message = case.message.take().or_else(|| first_line(text));
        }
    }

    fn end(&mut self, name: &str) {
        if name != "UnitTestResult" {
            return;
        }
        if let Some((id, case, has_inner)) = self.results.pop().filter(|(_, _, has_inner)| !has_inner) {
            debug_assert!(!has_inner);
            self.done.push((id, case));
        }
    }
}

fn case(tag: &Tag<'_>) -> TestCase {
    let status = match tag.attribute("outcome").unwrap_or_default().as_str() {
        "Passed" | "PassedButRunAborted" | "Completed" | "Warning" => Status::Passed,
        "Failed" => Status::Failed,
        "Error" | "Timeout" | "Aborted" | "Disconnected" => Status::Error,
        _ => Status::Skipped,
    };
    TestCase {
        name: tag.attribute("testName").unwrap_or_default(),
        status,
        seconds: tag.attribute("duration").as_deref().and_then(seconds),
        ..TestCase::default()
    }
}

/// Understands `[d.]hh:mm:ss.fffffff`.
fn seconds(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let [days, hours, minutes, seconds] = [number(days)?, number(hours)?, number(minutes)?, number(seconds)?];
    Some(((days * 24.0 + hours) * 60.0 + minutes) * 60.0 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_of_their_classes() {
        let text = r#"<?xml version="1.0"?><TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
            <UnitTestResult testId="1" testName="Acme.Sums.Adds" outcome="Passed" duration="00:00:44.5000000"/>
            <UnitTestResult testId="2" testName="Breaks" outcome="Failed" duration="1.00:00:01"><Output><ErrorInfo>
              <Message>Assert.Equal() failure
              more</Message><StackTrace>at x</StackTrace></ErrorInfo></Output></UnitTestResult>
            <UnitTestResult testId="3" testName="Rows" outcome="Failed"><InnerResults>
              <UnitTestResult testId="3" testName="Rows (1)" outcome="Passed"/><UnitTestResult testId="3" testName="Rows (2)" outcome="NotExecuted"/>
            </InnerResults></UnitTestResult></Results><TestDefinitions>
            <UnitTest name="a" id="1"><TestMethod className="Acme.Sums" name="Adds"/></UnitTest>
            <UnitTest name="b" id="2"><TestMethod className="Acme.Sums, Acme, Version=1" name="Breaks"/></UnitTest>
            </TestDefinitions></TestRun>"#;
        let output = read(&Input::of_bytes("run", text.as_bytes())).unwrap();
        let suites = &output.tests.suites;
        let told: Vec<_> = suites.iter().map(|suite| (suite.name.as_str(), suite.tests(), suite.duration())).collect();
        assert_eq!(told, [("Acme.Sums", 2, Some(86445.5)), ("run", 2, None)]);
        assert_eq!(suites[0].cases.notable()[0].message.as_deref(), Some("Assert.Equal() failure"));
        assert_eq!((suites[0].cases.slowest()[0].name.as_str(), suites[1].count(Status::Skipped)), ("Adds", 1));
    }
}
