//! What tools' files tell becomes rows.

use std::collections::BTreeMap;

use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::model::tool_output::{CacheCount, Measurement, ToolOutput};

/// Tells values of several files apart: where two of them have a name and labels in common, each says
/// where it is from.
pub fn tell_apart(outputs: &mut [(String, ToolOutput)]) {
    let mut sources: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, (_, output)) in outputs.iter().enumerate() {
        for value in &output.measurements {
            let files = sources.entry((value.name.clone(), value.written_labels())).or_default();
            if files.last() != Some(&at) {
                files.push(at);
            }
        }
    }
    for (source, output) in outputs {
        for value in &mut output.measurements {
            let is_shared =
                sources.get(&(value.name.clone(), value.written_labels())).is_some_and(|files| files.len() > 1);
            if is_shared {
                *value = value.clone().labelled("source", source.as_str());
            }
        }
    }
}

/// Makes the rows of a file's measurements and caches; `input` stands for the file's bytes.
pub fn rows(output: &ToolOutput, origin: &Origin, input: &[u8], source: &str) -> Vec<Row> {
    let values =
        output.measurements.iter().map(|value| measurement(value, origin.row(TableId::Measurements, input), source));
    let caches = output.caches.iter().map(|count| cache(count, origin.row(TableId::CacheHits, input)));
    values.chain(caches).collect()
}

fn measurement(value: &Measurement, row: Row, source: &str) -> Row {
    row.with("name", Cell::text(value.name.as_str()))
        .with("labels", Cell::text(value.written_labels()))
        .with("value", Cell::number(value.value))
        .with("unit", Cell::text(value.unit.as_str()))
        .with("better", Cell::text(value.better.word()))
        .with("source", Cell::text(source))
}

/// The tool is a part of the name: tools call their caches alike.
fn cache(count: &CacheCount, row: Row) -> Row {
    row.with("cache", Cell::text(format!("{} {}", count.tool, count.cache)))
        .with("tool", Cell::text(count.tool.as_str()))
        .with("hits", Cell::from_option(count.hits, Cell::integer))
        .with("misses", Cell::from_option(count.misses, Cell::integer))
        .with("size_bytes", Cell::from_option(count.size_bytes, Cell::integer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tool_output::Better;

    #[test]
    fn values_of_two_files_say_where_they_are_from() {
        let value = |name: &str| Measurement::new(name, 0.5, "ratio", Better::Higher);
        let output = |names: &[&str]| ToolOutput {
            measurements: names.iter().copied().map(value).collect(),
            ..ToolOutput::default()
        };
        let mut outputs = [
            ("a.info".to_owned(), output(&["coverage.line", "a"])),
            ("b.info".to_owned(), output(&["coverage.line", "b", "b"])),
        ];
        tell_apart(&mut outputs);
        let labels: Vec<String> =
            outputs.iter().flat_map(|(_, output)| &output.measurements).map(Measurement::written_labels).collect();
        assert_eq!(labels, ["source=a.info", "", "source=b.info", "", ""]);
        let rows = rows(&outputs[0].1, &Origin::default(), b"x", "a.info");
        assert_eq!(
            (rows[0].text("better"), rows[0].text("source"), rows[0].number("value")),
            ("higher", "a.info", Some(0.5))
        );
    }
}
