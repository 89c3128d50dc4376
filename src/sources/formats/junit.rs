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
