//! `JaCoCo`'s XML (DTD report 1.1).

use std::collections::BTreeMap;

use super::{Count, output};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input};
use crate::sources::formats::xml::{Tag, Visitor, walk};

/// Reads the report. The counters that stand directly in the report are its totals; where a tool has
/// left them out, those of its packages are added up.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader::default();
    walk(input, &mut reader)?;
    let counts = if reader.report.is_empty() { &reader.packages } else { &reader.report };
    let count = |kind: &str| counts.get(kind).copied().unwrap_or_default();
    output(&[
        ("coverage.line", count("LINE")),
        ("coverage.branch", count("BRANCH")),
        ("coverage.instruction", count("INSTRUCTION")),
        ("coverage.function", count("METHOD")),
    ])
}

#[derive(Default)]
struct Reader {
    report: BTreeMap<String, Count>,
    packages: BTreeMap<String, Count>,
}

impl Visitor for Reader {
    fn start(&mut self, tag: &Tag<'_>, open: &[String]) -> Result<(), String> {
        let name = tag.name();
        if open.is_empty() && name != "report" {
            return Err(format!("the root is <{name}>, not <report>"));
        }
        let counts = match open.last().map(String::as_str) {
            Some("report") => Some(&mut self.report),
            Some("package") => Some(&mut self.packages),
            _ => None,
        };
        if let Some(counts) = counts.filter(|_| name == "counter") {
            let (missed, covered) = (tag.count("missed").unwrap_or(0), tag.count("covered").unwrap_or(0));
            let kind = tag.attribute("type").unwrap_or_default();
            counts.entry(kind).or_default().add(covered, missed.saturating_add(covered));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn the_reports_own_counters_are_the_totals() {
        let package = r#"<group name="g"><package name="p"><class><counter type="LINE" missed="9" covered="0"/></class>
            <counter type="LINE" missed="1" covered="3"/></package></group>"#;
        let totals = r#"<counter type="INSTRUCTION" missed="1" covered="1"/><counter type="LINE" missed="1" covered="4"/><counter type="BRANCH" missed="0" covered="0"/>"#;
        let told = |inside: String| {
            let text = format!(
                "<!DOCTYPE report PUBLIC '-//JACOCO//DTD Report 1.1//EN' 'report.dtd'><report name='r'>{inside}</report>"
            );
            shown(read(&Input::of_bytes("jacoco", text.as_bytes())))
        };
        assert_eq!(told(format!("{package}{totals}")), "coverage.line 0.8, coverage.instruction 0.5");
        assert_eq!(told(package.to_owned()), "coverage.line 0.75");
    }
}
