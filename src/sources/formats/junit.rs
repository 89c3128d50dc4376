//! Reads JUnit XML of every dialect.
//!
//! There is no standard, so little is asked: either root, suites nested to any depth, totals
//! ignored, unknown elements skipped. Entities other than XML's own are left as they are; no
//! document type is read, and nothing is fetched.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use crate::model::place::{LineIndex, Position};
use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};

/// A report that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {reason}", position.line, position.column)]
pub struct JunitError {
    /// Where.
    pub position: Position,
    /// Why.
    pub reason: String,
}

/// How deep elements may nest.
const DEEPEST: usize = 200;

/// How long a failure's message may be, in characters.
const LONGEST_MESSAGE: usize = 300;

/// Reads a report. `name` stands for the suite of cases that stand outside any suite with a name.
///
/// # Errors
/// The text is not well-formed XML, ends too early, or its root is not a test report's.
pub fn read(bytes: &[u8], name: &str) -> Result<TestReport, JunitError> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut xml = Reader::from_str(text);
    xml.config_mut().allow_dangling_amp = true;
    let mut reader = ReportReader { name: name.to_owned(), ..ReportReader::default() };
    let mut seen_root = false;
    let failed = |offset: u64, reason: String| {
        let offset = usize::try_from(offset).unwrap_or(text.len());
        JunitError { position: LineIndex::new(text).position(text, offset), reason }
    };
    loop {
        let at = xml.buffer_position();
        match xml.read_event() {
            Ok(Event::Start(tag)) => {
                reader.start(&tag).map_err(|reason| failed(at, reason))?;
                seen_root = true;
            }
            Ok(Event::Empty(tag)) => {
                reader.start(&tag).map_err(|reason| failed(at, reason))?;
                reader.end();
                seen_root = true;
            }
            Ok(Event::End(_)) => reader.end(),
            Ok(Event::Text(text)) => reader.text(&text.xml10_content()),
            Ok(Event::CData(text)) => reader.text(&text.into_inner()),
            Ok(Event::Eof) => break,
            Ok(Event::GeneralRef(reference)) => reader.reference(&reference.into_inner()),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Err(error) => return Err(failed(xml.error_position(), format!("the XML is broken: {error}"))),
        }
    }
    let end = u64::try_from(text.len()).unwrap_or(u64::MAX);
    if !reader.open.is_empty() {
        return Err(failed(end, "the file ends inside an element".to_owned()));
    }
    if !seen_root {
        return Err(failed(end, "the file holds no XML element".to_owned()));
    }
    Ok(reader.finish())
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

impl ReportReader {
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("elements are nested more than {DEEPEST} deep"));
        }
        let name = tag.local_name();
        let name: &str = name.as_ref();
        let element = match (self.open.last(), name) {
            (None, "testsuites" | "testsuite") | (Some(Element::Report(_) | Element::Suite(_)), "testsuite") => {
                self.start_suite(tag, name)
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

    fn start_suite(&mut self, tag: &BytesStart<'_>, element: &str) -> Element {
        let own = attribute(tag, "name").unwrap_or_default();
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
            return Element::Report(name);
        }
        let open = self.suites.entry(name.clone()).or_default();
        open.elements += 1;
        open.suite.started_at = open.suite.started_at.or_else(|| moment(tag));
        open.suite.seconds = seconds(tag).filter(|_| open.elements == 1);
        Element::Suite(name)
    }

    fn start_case(&mut self, tag: &BytesStart<'_>) {
        self.text.clear();
        self.failed_before = false;
        self.case = TestCase {
            class: attribute(tag, "classname").unwrap_or_default(),
            name: attribute(tag, "name").unwrap_or_default(),
            seconds: seconds(tag),
            ..TestCase::default()
        };
    }

    fn outcome(&mut self, tag: &BytesStart<'_>, name: &str) -> Element {
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
        if let Some(message) = attribute(tag, "message").filter(|message| said && !message.trim().is_empty()) {
            self.case.message = Some(message);
        }
        if status.is_failure() { Element::Failure } else { Element::Other }
    }

    fn text(&mut self, text: &str) {
        let wanted = matches!(self.open.last(), Some(Element::Failure)) && self.case.message.is_none();
        if wanted && self.text.len() < LONGEST_MESSAGE * 8 {
            self.text.extend(text.chars().take(LONGEST_MESSAGE * 2));
        }
    }

    /// Takes `&name;` in text: XML's own entities only, the rest stays as it is written.
    fn reference(&mut self, name: &str) {
        match name {
            "lt" => self.text("<"),
            "gt" => self.text(">"),
            "amp" => self.text("&"),
            "quot" => self.text("\""),
            "apos" => self.text("'"),
            _ if name.starts_with('#') => self.text(" "),
            _ => self.text(&format!("&{name};")),
        }
    }

    fn end(&mut self) {
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
            self.suites.entry(suite.clone()).or_default().suite.cases.push(case);
        }
    }

    fn finish(self) -> TestReport {
        let suites = self.suites.into_iter().filter(|(_, open)| !open.suite.cases.is_empty());
        let suites = suites.map(|(name, open)| {
            let seconds = open.suite.seconds.filter(|_| !open.is_outer);
            let mut suite = TestSuite { name, seconds, ..open.suite };
            suite.join_tries();
            suite
        });
        TestReport { suites: suites.collect() }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| {
        let key = attribute.key.as_ref();
        key == name
    })?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).unwrap_or(Cow::Borrowed(found.value.as_ref()));
    Some(value.into_owned())
}

/// Reads a duration. Some writers group digits, and some leave it empty.
fn seconds(tag: &BytesStart<'_>) -> Option<f64> {
    let text = attribute(tag, "time")?;
    let digits: String = text.chars().filter(|character| *character != ',' && !character.is_whitespace()).collect();
    digits.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0)
}

/// Reads a moment that says its zone; one that does not could be any.
fn moment(tag: &BytesStart<'_>) -> Option<Timestamp> {
    attribute(tag, "timestamp")?.trim().parse().ok()
}

fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().filter(|character| !character.is_control()).take(LONGEST_MESSAGE).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a report and lists its suites: name, seconds, and each case as `class/name status`.
    fn suites(text: &str) -> Vec<(String, Option<f64>, Vec<String>)> {
        let case = |case: &TestCase| {
            let flaky = if case.flaky { " flaky" } else { "" };
            format!("{}/{} {}{flaky}", case.class, case.name, case.status.word())
        };
        let suite = |suite: TestSuite| (suite.name.clone(), suite.duration(), suite.cases.iter().map(case).collect());
        read(text.as_bytes(), "file").unwrap().suites.into_iter().map(suite).collect()
    }

    fn expected(name: &str, seconds: Option<f64>, cases: &[&str]) -> (String, Option<f64>, Vec<String>) {
        (name.to_owned(), seconds, cases.iter().map(|case| (*case).to_owned()).collect())
    }

    #[test]
    fn a_suite_may_be_the_root_and_digits_may_be_grouped() {
        let text = "\u{FEFF}<?xml version=\"1.0\"?><testsuite name='s' time='1,234.5' tests='99'>\
            <properties><property name='testcase'/></properties>\
            <testcase classname='s' name='a' time='1,200.5'/><testcase classname='s' name='b' time=''/>\
            <testcase classname='s' name='c' time='0.5'><flakyFailure message='m'><stackTrace>x</stackTrace></flakyFailure></testcase>\
            </testsuite>";
        assert_eq!(suites(text), [expected("s", Some(1234.5), &["s/a passed", "s/b passed", "s/c passed flaky"])]);
    }

    #[test]
    fn cases_may_stand_anywhere_and_suites_nest() {
        let text = "<testsuites><testcase name='x' classname='k' time='0.25'/>\
            <testsuite name='p' time='9'><testcase name='y' time='1'/>\
            <testsuite name='q' time='2'><testcase name='z'><skipped type='todo'/></testcase></testsuite>\
            <testsuite name='q'><testcase name='w'><error/><failure/></testcase></testsuite></testsuite>\
            <testsuite name='empty'/></testsuites>";
        let all = [
            expected("file", Some(0.25), &["k/x passed"]),
            expected("p", Some(1.0), &["/y passed"]),
            expected("p / q", None, &["/z skipped", "/w error"]),
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
        let cases =
            ["k/b passed", "k/a passed flaky", "k/c failed", "k/c failed", "k/d passed", "k/d passed", "/e failed"];
        assert_eq!(suites(text), [expected("s", Some(3.0), &cases)]);
        let report = read(text.as_bytes(), "file").unwrap();
        assert_eq!(report.suites[0].cases[1].message.as_deref(), Some("first"));
    }

    #[test]
    fn messages_are_one_line_and_entities_are_not_expanded() {
        let message = |inside: &str| {
            let text = format!(
                "<!DOCTYPE t [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y 'yyyy'>]>\
                <testsuite name='s'><testcase name='a'>{inside}</testcase></testsuite>"
            );
            read(text.as_bytes(), "file").unwrap().suites[0].cases[0].message.clone().unwrap_or_default()
        };
        assert_eq!(message("<failure message='a &lt; b&#10;c'/>"), "a < b");
        assert_eq!(message("<failure>\n  x &lt; &y;&x;\nmore</failure>"), "x < &y;&x;");
        assert_eq!(message("<failure><![CDATA[]]>&#xA;<![CDATA[<raw>]]></failure>"), "<raw>");
        assert_eq!(message("<failure message='&x;'/>"), "&x;");
        assert_eq!(message(&format!("<failure>{}</failure>", "é".repeat(5000))).chars().count(), LONGEST_MESSAGE);
        assert_eq!(message("<system-out>noise</system-out><failure type='t'/>"), "");
    }

    #[test]
    fn timestamps_count_only_with_their_zone() {
        let started = |stamp: &str| {
            let text = format!("<testsuite name='s' timestamp='{stamp}'><testcase name='a'/></testsuite>");
            read(text.as_bytes(), "file").unwrap().suites[0].started_at.map(|time| time.to_string())
        };
        assert_eq!(started("2026-01-01T01:00:00+01:00").as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(started("2026-01-01T00:00:00"), None);
    }

    #[test]
    fn broken_reports_are_named_with_their_place() {
        let deep = "<testsuite>".repeat(DEEPEST + 1);
        for (text, message) in [
            ("<coverage/>", "1:1: the root is <coverage>, not <testsuites> or <testsuite>"),
            ("<testsuite>\n<testcase>", "2:11: the file ends inside an element"),
            ("", "1:1: the file holds no XML element"),
            ("no xml", "1:7: the file holds no XML element"),
            (deep.as_str(), "1:2201: elements are nested more than 200 deep"),
        ] {
            assert_eq!(read(text.as_bytes(), "file").unwrap_err().to_string(), message);
        }
        let error = read(b"<testsuite>\n  </testcase>", "file").unwrap_err();
        assert_eq!((error.position.line, error.reason.starts_with("the XML is broken")), (2, true), "{error}");
    }

    #[test]
    fn bytes_that_are_no_text_do_not_stop_the_reader() {
        let report =
            read(b"<testsuite name='s'><testcase name='a'><failure>\xFF\x00</failure></testcase></testsuite>", "f");
        assert_eq!(report.unwrap().suites[0].count(Status::Failed), 1);
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in "(<testsuites?>|<testcase name='a'>|<failure>|</[a-z]{0,9}>|[<>&;a \n'=/\\[\\]!-]){0,30}") {
            drop(read(text.as_bytes(), "file"));
        }
    }
}
