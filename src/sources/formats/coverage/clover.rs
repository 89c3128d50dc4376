//! Clover's XML, which `PHPUnit`, Istanbul and others write.

use super::{Count, output};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input};
use crate::sources::formats::xml::{Tag, Visitor, walk};

/// Reads the report: the metrics of the project. Clover counts statements, which stand for lines.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader::default();
    walk(input, &mut reader)?;
    output(&[
        ("coverage.line", reader.statements),
        ("coverage.branch", reader.conditionals),
        ("coverage.function", reader.methods),
    ])
}

#[derive(Default)]
struct Reader {
    statements: Count,
    conditionals: Count,
    methods: Count,
}

impl Visitor for Reader {
    fn start(&mut self, tag: &Tag<'_>, open: &[String]) -> Result<(), String> {
        let name = tag.name();
        if open.is_empty() && name != "coverage" {
            return Err(format!("the root is <{name}>, not <coverage>"));
        }
        if name == "metrics" && open.last().is_some_and(|open| open == "project") {
            let count = |name: &str| tag.count(name).unwrap_or(0);
            self.statements.add(count("coveredstatements"), count("statements"));
            self.conditionals.add(count("coveredconditionals"), count("conditionals"));
            self.methods.add(count("coveredmethods"), count("methods"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn the_projects_metrics_are_read() {
        let text = r#"<coverage generated="1" clover="3.2.0"><project timestamp="1"><metrics statements="10" coveredstatements="8"
            conditionals="4" coveredconditionals="1" methods="0" coveredmethods="0"/><file name="a"><metrics statements="10" coveredstatements="0"/></file></project></coverage>"#;
        assert_eq!(shown(read(&Input::of_bytes("clover", text.as_bytes()))), "coverage.line 0.8, coverage.branch 0.25");
    }
}
