//! JUnit XML of every dialect.
//!
//! There is no standard, so little is asked: either root, suites nested to any depth, totals
//! ignored, unknown elements skipped.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input, first_line, number};
use crate::sources::formats::xml::{Tag, Visitor, walk};

/// How much of a failure's text is looked at, in bytes, for a line that says something.
const LONGEST_TEXT: usize = 4096;

/// How many suites a report may have.
const MOST_SUITES: usize = 100_000;

/// Reads a report. The file's name stands for the suite of cases that stand outside any suite with a
/// name.
///
/// # Errors
/// The text is not well-formed XML, ends too early, or its root is not a test report's.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = ReportReader { name: input.stem.clone(), ..ReportReader::default() };
    walk(input, &mut reader)?;
    Ok(ToolOutput { tests: reader.finish(), ..ToolOutput::default() })
}

/// An element that is open.
#[derive(Debug)]
enum Element {
    /// `<testsuites>`, which is no suite itself; cases directly in it belong to its name.
    Report(String),
    /// `<testsuite>`, by its name with those of the suites around it.
    Suite(String),
    /// `<testcase>`.
    Case,
    /// `<failure>` or `<error>`, whose text may say why.
    Failure,
    /// Anything else.
    Other,
}

/// A suite while it is read.
#[derive(Debug, Default)]
struct OpenSuite {
    suite: TestSuite,
    /// Whether suites stand inside: then its own time is not that of its own cases.
    is_outer: bool,
    /// How many elements said to be this suite.
    elements: usize,
}

#[derive(Default)]
struct ReportReader {
    name: String,
    open: Vec<Element>,
    suites: BTreeMap<String, OpenSuite>,
    case: TestCase,
    failed_before: bool,
    text: String,
}

impl Visitor for ReportReader {
    fn start(&mut self, tag: &Tag<'_>, _: &[String]) -> Result<(), String> {
        let name = tag.name();
        let element = match (self.open.last(), name) {
            (None, "testsuites" | "testsuite") | (Some(Element::Report(_) | Element::Suite(_)), "testsuite") => {
                self.start_suite(tag, name)?
            }
            (None, _) => return Err(format!("the root is <{name}>, not <testsuites> or <testsuite>")),
            (Some(Element::Report(_) | Element::Suite(_)), "testcase") => {
                self.start_case(tag);
                Element::Case
            }
            (Some(Element::Case), _) => self.outcome(tag, name),
            (Some(Element::Report(_) | Element::Suite(_) | Element::Failure | Element::Other), _) => Element::Other,
        };
        self.open.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str, _: &[String]) {
        let wanted = matches!(self.open.last(), Some(Element::Failure)) && self.case.message.is_none();
        if wanted && self.text.len() < LONGEST_TEXT {
            self.text.extend(text.chars().take(LONGEST_TEXT));
        }
    }

    fn end(&mut self, _: &str) {
        if !matches!(self.open.pop(), Some(Element::Case)) {
            return;
        }
        let mut case = std::mem::take(&mut self.case);
        case.flaky = self.failed_before && case.status == Status::Passed;
        let said = case.message.take().unwrap_or_else(|| std::mem::take(&mut self.text));
        if case.status.is_failure() || case.flaky {
            case.message = first_line(&said);
        }
        if let Some(Element::Report(suite) | Element::Suite(suite)) = self.open.last() {
            let open = self.suites.entry(suite.clone()).or_default();
            suite.clone_into(&mut open.suite.name);
            open.suite.add(case);
        }
    }
}

impl ReportReader {
    fn start_suite(&mut self, tag: &Tag<'_>, element: &str) -> Result<Element, String> {
        let own = tag.attribute("name").unwrap_or_default();
        let outer = match self.open.last() {
            Some(Element::Report(name)) if own.is_empty() => Some(name.clone()),
            Some(Element::Suite(name)) => {
                let name = name.clone();
                self.suites.entry(name.clone()).or_default().is_outer = true;
                Some(name)
            }
            _ => None,
        };
        let name = match outer {
            Some(outer) if own.is_empty() => outer,
            Some(outer) if own.starts_with(&outer) => own,
            Some(outer) => format!("{outer} / {own}"),
            None if own.is_empty() => self.name.clone(),
            None => own,
        };
        if element == "testsuites" {
            return Ok(Element::Report(name));
        }
        if self.suites.len() >= MOST_SUITES {
            return Err(format!("the report has more than {MOST_SUITES} suites"));
        }
        let open = self.suites.entry(name.clone()).or_default();
        open.elements += 1;
        open.suite.started_at = open.suite.started_at.or_else(|| moment(tag));
        open.suite.seconds = seconds(tag).filter(|_| open.elements == 1);
        Ok(Element::Suite(name))
    }

    fn start_case(&mut self, tag: &Tag<'_>) {
        self.text.clear();
        self.failed_before = false;
        self.case = TestCase {
            class: tag.attribute("classname").unwrap_or_default(),
            name: tag.attribute("name").unwrap_or_default(),
            seconds: seconds(tag),
            ..TestCase::default()
        };
    }

    fn outcome(&mut self, tag: &Tag<'_>, name: &str) -> Element {
        let status = match name {
            "failure" => Status::Failed,
            "error" => Status::Error,
            "skipped" => Status::Skipped,
            "flakyFailure" | "flakyError" | "rerunFailure" | "rerunError" => {
                self.failed_before = true;
                Status::Passed
            }
            _ => return Element::Other,
        };
        self.case.status = self.case.status.max(status);
        let said = status != Status::Skipped && self.case.message.is_none();
        if let Some(message) = tag.attribute("message").filter(|message| said && !message.trim().is_empty()) {
            self.case.message = Some(message);
        }
        if status.is_failure() { Element::Failure } else { Element::Other }
    }

    fn finish(self) -> TestReport {
        TestReport::of_suites(self.suites.into_iter().map(|(name, open)| {
            let seconds = open.suite.seconds.filter(|_| !open.is_outer);
            TestSuite { name, seconds, ..open.suite }
        }))
    }
}

/// Reads a duration. Some writers group digits, and some leave it empty.
fn seconds(tag: &Tag<'_>) -> Option<f64> {
    number(&tag.attribute("time")?).filter(|seconds| *seconds >= 0.0)
}

/// Reads a moment that says its zone; one that does not could be any.
fn moment(tag: &Tag<'_>) -> Option<Timestamp> {
    tag.attribute("timestamp")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: &str) -> Result<TestReport, FormatError> {
        read(&Input::of_bytes("file", text.as_bytes())).map(|output| output.tests)
    }

    /// Reads a report and lists its suites: name, seconds, and how many passed, were skipped, failed,
    /// broke and were flaky.
    fn suites(text: &str) -> Vec<(String, Option<f64>, [usize; 5])> {
        let suite = |suite: TestSuite| {
            let [passed, skipped, failed, errors] =
                [Status::Passed, Status::Skipped, Status::Failed, Status::Error].map(|status| suite.count(status));
            (suite.name.clone(), suite.duration(), [passed, skipped, failed, errors, suite.cases.flaky()])
        };
        report(text).unwrap().suites.into_iter().map(suite).collect()
    }

    fn expected(name: &str, seconds: Option<f64>, counts: [usize; 5]) -> (String, Option<f64>, [usize; 5]) {
        (name.to_owned(), seconds, counts)
    }

    #[test]
    fn a_suite_may_be_the_root_and_digits_may_be_grouped() {
        let text = "\u{FEFF}<?xml version=\"1.0\"?><testsuite name='s' time='1,234.5' tests='99'>\
            <properties><property name='testcase'/></properties>\
            <testcase classname='s' name='a' time='1,200.5'/><testcase classname='s' name='b' time=''/>\
            <testcase classname='s' name='c' time='0.5'><flakyFailure message='m'><stackTrace>x</stackTrace></flakyFailure></testcase>\
            </testsuite>";
        assert_eq!(suites(text), [expected("s", Some(1234.5), [3, 0, 0, 0, 1])]);
    }

    #[test]
    fn cases_may_stand_anywhere_and_suites_nest() {
        let text = "<testsuites><testcase name='x' classname='k' time='0.25'/>\
            <testsuite name='p' time='9'><testcase name='y' time='1'/>\
            <testsuite name='q' time='2'><testcase name='z'><skipped type='todo'/></testcase></testsuite>\
            <testsuite name='q'><testcase name='w'><error/><failure/></testcase></testsuite></testsuite>\
            <testsuite name='empty'/></testsuites>";
        let all = [
            expected("file", Some(0.25), [1, 0, 0, 0, 0]),
            expected("p", Some(1.0), [1, 0, 0, 0, 0]),
            expected("p / q", None, [0, 1, 0, 1, 0]),
        ];
        assert_eq!(suites(text), all);
    }

    #[test]
    fn a_case_that_failed_and_passed_is_one_flaky_case() {
        let text = "<testsuite name='s'><testcase classname='k' name='a' time='1'><failure message='first'/></testcase>\
            <testcase classname='k' name='b'/><testcase classname='k' name='a' time='2'/>\
            <testcase classname='k' name='c'><failure/></testcase><testcase classname='k' name='c'><failure/></testcase>\
            <testcase classname='k' name='d'/><testcase classname='k' name='d'/>\
            <testcase name='e'><failure/><rerunFailure/></testcase></testsuite>";
        assert_eq!(suites(text), [expected("s", Some(3.0), [4, 0, 3, 0, 1])]);
        assert_eq!(report(text).unwrap().suites[0].cases.notable()[0].message.as_deref(), Some("first"));
    }

    #[test]
    fn messages_are_one_line_and_only_xmls_own_entities_are_known() {
        let message = |inside: &str| {
            let text = format!("<testsuite name='s'><testcase name='a'>{inside}</testcase></testsuite>");
            report(&text).unwrap().suites[0].cases.notable()[0].message.clone().unwrap_or_default()
        };
        assert_eq!(message("<failure message='a &lt; b&#10;c'/>"), "a < b");
        assert_eq!(message("<failure>\n  x &lt; &y;&x;\nmore</failure>"), "x < &y;&x;");
        assert_eq!(message("<failure><![CDATA[]]>&#xA;<![CDATA[<raw>]]></failure>"), "<raw>");
        assert_eq!(message("<failure message='&x;'/>"), "&x;");
        assert_eq!(message(&format!("<failure>{}</failure>", "é".repeat(5000))).chars().count(), 300);
        assert_eq!(message("<system-out>noise</system-out><failure type='t'/>"), "");
    }

    #[test]
    fn timestamps_count_only_with_their_zone() {
        let started = |stamp: &str| {
            let text = format!("<testsuite name='s' timestamp='{stamp}'><testcase name='a'/></testsuite>");
            report(&text).unwrap().suites[0].started_at.map(|time| time.to_string())
        };
        assert_eq!(started("2026-01-01T01:00:00+01:00").as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(started("2026-01-01T00:00:00"), None);
    }

    #[test]
    fn another_root_is_refused() {
        let error = report("<coverage/>").unwrap_err();
        assert_eq!(error.to_string(), "1:1: the root is <coverage>, not <testsuites> or <testsuite>");
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in "(<testsuites?>|<testcase name='a'>|<failure>|</[a-z]{0,9}>|[<>&;a \n'=/\\[\\]!-]){0,30}") {
            drop(report(&text));
        }
    }
}
