//! Cobertura's XML (DTD coverage-04), which coverage.py, gcovr, coverlet and others write.

use std::collections::BTreeMap;

use super::{Count, SourceLines, output};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input, number};
use crate::sources::formats::xml::{Tag, Visitor, walk};

/// Reads the report. Lines are counted, since some writers leave the totals out; where there are no
/// lines the totals count, or else the rates.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader::default();
    walk(input, &mut reader)?;
    let (mut lines, mut branches) = SourceLines::total(&reader.files);
    if lines.all == 0 {
        (lines, branches) = (reader.lines, reader.branches);
    }
    output(&[("coverage.line", lines), ("coverage.branch", branches)])
}

#[derive(Default)]
struct Reader {
    file: String,
    files: BTreeMap<String, SourceLines>,
    lines: Count,
    branches: Count,
}

impl Visitor for Reader {
    fn start(&mut self, tag: &Tag<'_>, open: &[String]) -> Result<(), String> {
        let name = tag.name();
        match name {
            "coverage" if open.is_empty() => {
                self.lines = total(tag, ["lines-covered", "lines-valid", "line-rate"]);
                self.branches = total(tag, ["branches-covered", "branches-valid", "branch-rate"]);
            }
            _ if open.is_empty() => return Err(format!("the root is <{name}>, not <coverage>")),
            "class" => self.file = tag.attribute("filename").or_else(|| tag.attribute("name")).unwrap_or_default(),
            // The lines of methods stand once more among those of their class.
            "line" if !open.iter().any(|open| open == "method") => self.line(tag),
            _ => {}
        }
        Ok(())
    }
}

impl Reader {
    fn line(&mut self, tag: &Tag<'_>) {
        let Some(line) = tag.count("number").and_then(|line| u32::try_from(line).ok()) else { return };
        let file = self.files.entry(self.file.clone()).or_default();
        let is_hit = tag.attribute("hits").as_deref().and_then(number).is_some_and(|hits| hits > 0.0);
        file.line(line, is_hit);
        // `50% (1/2)`
        let counts = tag
            .attribute("condition-coverage")
            .filter(|_| tag.attribute("branch").is_some_and(|branch| branch.eq_ignore_ascii_case("true")));
        let counts = counts.as_deref().and_then(|text| text.split_once('(')?.1.split_once(')')?.0.split_once('/'));
        if let Some((Ok(taken), Ok(all))) = counts.map(|(taken, all)| (taken.trim().parse(), all.trim().parse())) {
            file.branches_of_line(line, taken, all);
        }
    }
}

fn total(tag: &Tag<'_>, [covered, all, rate]: [&str; 3]) -> Count {
    if let (Some(covered), Some(all)) = (tag.count(covered), tag.count(all)) {
        return Count { covered, all };
    }
    let rate = tag.attribute(rate).as_deref().and_then(number).filter(|rate| (0.0..=1.0).contains(rate));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1,000,000")]
    rate.map_or(Count::default(), |rate| Count { covered: (rate * 1e6).round() as u64, all: 1_000_000 })
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    fn told(text: &str) -> String {
        shown(read(&Input::of_bytes("coverage", text.as_bytes())))
    }

    #[test]
    fn lines_are_counted_once() {
        let text = r#"<!DOCTYPE coverage SYSTEM "http://x/coverage-04.dtd"><coverage line-rate="1" branch-rate="NaN"><packages><package><classes>
            <class name="A" filename="a.py"><methods><method name="f"><lines><line number="1" hits="1"/></lines></method></methods>
            <lines><line number="1" hits="1" branch="true" condition-coverage="50% (1/2)"/><line number="2" hits="0" branch="False"/></lines></class>
            <class name="A$1" filename="a.py"><lines><line number="2" hits="3"/><line number="3" hits="0"/></lines></class>
            </classes></package></packages></coverage>"#;
        assert_eq!(told(text), "coverage.line 0.667, coverage.branch 0.5");
    }

    #[test]
    fn totals_and_rates_stand_in_for_lines() {
        assert_eq!(
            told(r#"<coverage lines-covered="3" lines-valid="4" branch-rate="0"/>"#),
            "coverage.line 0.75, coverage.branch 0"
        );
        assert_eq!(told(r#"<coverage line-rate="0.815" branch-rate="NaN"/>"#), "coverage.line 0.815");
        assert_eq!(told("<coverage/>"), "1:1: the report holds no line that could be covered");
    }
}
