//! The Test Anything Protocol, versions 12 to 14 (testanything.org): `node --test`, `prove`, bats.

use crate::model::test_report::{Status, TestCase, TestReport, TestSuite};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input, first_line, number};

/// Tells whether a line is one that such a report begins with.
pub(in crate::sources::formats) fn is_start(line: &str) -> bool {
    line.starts_with("TAP version ") || plan(line).is_some() || point(line).is_some()
}

/// Reads the report: one suite, of which tests inside a subtest are named with it.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader::default();
    input.each_line(|_, line| {
        reader.line(line);
        Ok(())
    })?;
    let mut suite = TestSuite::new(input.stem.as_str());
    for case in reader.finish() {
        suite.add(case);
    }
    Ok(ToolOutput { tests: TestReport::of_suites([suite]), ..ToolOutput::default() })
}

/// How deep subtests may nest; what is deeper counts as this deep.
const DEEPEST: usize = 100;

/// What stands at one depth of indentation.
#[derive(Default)]
struct Level {
    planned: Option<usize>,
    points: usize,
    cases: Vec<TestCase>,
}

#[derive(Default)]
struct Reader {
    levels: Vec<Level>,
    /// The depth of the last point, while its diagnostics may follow.
    last: Option<usize>,
    /// Inside `---` and `...`.
    in_diagnostics: bool,
    is_message_next: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        let depth = ((line.len() - text.len()) / 4).min(DEEPEST);
        if self.in_diagnostics {
            return self.diagnostic(text);
        }
        if text == "---" && self.last.is_some() {
            self.in_diagnostics = true;
        } else if let Some(reason) = text.strip_prefix("Bail out!") {
            let name = "(bailed out)".to_owned();
            let message = first_line(reason);
            let case = TestCase { name, status: Status::Error, message, ..TestCase::default() };
            self.at_level(0, |level| level.cases.push(case.clone()));
        } else if let Some(count) = plan(text) {
            self.at_level(depth, |level| level.planned = Some(count));
        } else if let Some(case) = point(text) {
            self.point(depth, case);
        }
    }

    /// Looks at a depth, which there is from then on.
    fn at_level(&mut self, depth: usize, see: impl FnMut(&mut Level)) {
        if self.levels.len() <= depth {
            self.levels.resize_with(depth + 1, Level::default);
        }
        self.levels.get_mut(depth).into_iter().for_each(see);
    }

    /// Takes a point; one that ends a subtest stands for the tests in it.
    fn point(&mut self, depth: usize, case: TestCase) {
        let inner: Vec<Level> = self.levels.drain((depth + 1).min(self.levels.len())..).collect();
        let mut inside: Vec<TestCase> = inner.into_iter().flat_map(Level::finish).collect();
        for inner in &mut inside {
            inner.name = format!("{} / {}", case.name, inner.name);
        }
        let has_failed = inside.iter().any(|inner| inner.status.is_failure());
        // A subtest that fails though nothing in it does, failed by itself.
        if inside.is_empty() || (case.status.is_failure() && !has_failed) {
            inside.push(case);
        }
        self.at_level(depth, |level| {
            level.points += 1;
            level.cases.append(&mut inside);
        });
        self.last = Some(depth);
    }

    fn diagnostic(&mut self, text: &str) {
        if text == "..." {
            (self.in_diagnostics, self.is_message_next) = (false, false);
            return;
        }
        let Some(case) =
            self.last.and_then(|depth| self.levels.get_mut(depth)).and_then(|level| level.cases.last_mut())
        else {
            return;
        };
        if std::mem::take(&mut self.is_message_next) {
            case.message = first_line(text);
        } else if let Some(time) = text.strip_prefix("duration_ms:") {
            case.seconds = number(time.trim().trim_matches(['\'', '"'])).map(|time| time / 1000.0);
        } else if let Some(message) = text.strip_prefix("error:").or_else(|| text.strip_prefix("message:"))
            && case.status.is_failure()
            && case.message.is_none()
        {
            let message = message.trim().trim_matches(['\'', '"']);
            self.is_message_next = message.starts_with('|') || message.starts_with('>');
            case.message = first_line(message).filter(|_| !self.is_message_next);
        }
    }

    fn finish(mut self) -> Vec<TestCase> {
        self.levels.drain(..).flat_map(Level::finish).collect()
    }
}

impl Level {
    /// Returns the tests, and what is missing of those that were planned.
    fn finish(mut self) -> Vec<TestCase> {
        if let Some(planned) = self.planned.filter(|planned| *planned > self.points) {
            let name = format!("(the report ends after {} of {planned} tests)", self.points);
            self.cases.push(TestCase { name, status: Status::Error, ..TestCase::default() });
        }
        self.cases
    }
}

/// Understands `1..4`.
fn plan(line: &str) -> Option<usize> {
    let count = line.strip_prefix("1..")?.split_whitespace().next()?;
    count.parse().ok()
}

/// Understands `not ok 2 - name # todo later`.
fn point(line: &str) -> Option<TestCase> {
    let (is_failed, rest) = match line.strip_prefix("not ok") {
        Some(rest) => (true, rest),
        None => (false, line.strip_prefix("ok")?),
    };
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    let rest = rest.trim_start().trim_start_matches(|character: char| character.is_ascii_digit()).trim_start();
    let rest = rest.strip_prefix("- ").unwrap_or(rest);
    let (name, directive) = match rest.rsplit_once(" # ").or_else(|| rest.strip_prefix("# ").map(|rest| ("", rest))) {
        Some((name, directive)) => (name, directive.trim()),
        None => (rest, ""),
    };
    let word = directive.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let (status, seconds) = match word.as_str() {
        "skip" | "todo" => (Status::Skipped, None),
        word if word.starts_with("time=") => (Status::Passed, milliseconds(word.trim_start_matches("time="))),
        _ => (Status::Passed, None),
    };
    let status = if is_failed && status == Status::Passed { Status::Failed } else { status };
    // bats writes the time behind the name.
    let timed = name.rsplit_once(" in ").and_then(|(name, time)| Some((name, milliseconds(time)?)));
    let (name, seconds) = timed.map_or((name, seconds), |(name, seconds)| (name, Some(seconds)));
    Some(TestCase { name: name.replace("\\#", "#").trim().to_owned(), status, seconds, ..TestCase::default() })
}

fn milliseconds(text: &str) -> Option<f64> {
    number(text.strip_suffix("ms")?).map(|time| time / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, &'static str)> {
        let mut reader = Reader::default();
        for line in text.lines() {
            reader.line(line);
        }
        reader.finish().into_iter().map(|case| (case.name, case.status.word())).collect()
    }

    fn expected(cases: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
        cases.iter().map(|(name, status)| ((*name).to_owned(), *status)).collect()
    }

    #[test]
    fn points_directives_and_subtests_are_read() {
        let text = "TAP version 14\n# Subtest: outer\n    # Subtest: inner\n    ok 1 - inner\n      ---\n      duration_ms: 1.25\n      ...\n    \
            not ok 2 - other\n      ---\n      error: |-\n        it broke\n        badly\n      ...\n    1..2\nnot ok 1 - outer\n  ---\n  error: '1 subtest failed'\n  ...\n\
            ok 2 - skipped # SKIP not here\nnot ok 3 - later # todo some day\nok 4 - plain \\# sign\nok\n1..6\nBail out! no disk\n";
        assert_eq!(
            told(text),
            expected(&[
                ("outer / inner", "passed"),
                ("outer / other", "failed"),
                ("skipped", "skipped"),
                ("later", "skipped"),
                ("plain # sign", "passed"),
                ("", "passed"),
                ("(bailed out)", "error"),
                ("(the report ends after 5 of 6 tests)", "error"),
            ])
        );
        let output = read(&Input::of_bytes("node", text.as_bytes())).unwrap();
        let suite = &output.tests.suites[0];
        assert_eq!(
            (suite.cases.slowest()[0].seconds, suite.cases.notable()[0].message.as_deref()),
            (Some(0.00125), Some("it broke"))
        );
    }

    #[test]
    fn only_points_and_plans_begin_a_report() {
        assert!(is_start("1..4") && is_start("ok 1 - a") && is_start("TAP version 13") && is_start("not ok"));
        assert!(!is_start("okay") && !is_start("notok") && !is_start("1.5"));
        assert_eq!(told("ok 1 cleans up in 12ms"), expected(&[("cleans up", "passed")]));
    }
}
