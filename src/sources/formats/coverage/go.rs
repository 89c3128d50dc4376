//! Go's cover profiles (`go test -coverprofile`).

use std::collections::BTreeMap;

use super::{Count, output};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input};

/// Reads a profile. A block that several packages report is one block. Go counts statements, which
/// stand for lines as well.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut blocks: BTreeMap<String, (u64, bool)> = BTreeMap::new();
    input.each_line(|number, line| {
        if line.is_empty() || line.starts_with("mode: ") {
            return Ok(());
        }
        let Some((block, statements, is_hit)) = block(line) else {
            let shown: String = line.chars().take(60).collect();
            return Err(FormatError::at(number, 1, format!("`{shown}` is no block of a cover profile")));
        };
        let known = blocks.entry(block.to_owned()).or_insert((statements, false));
        known.1 |= is_hit;
        Ok(())
    })?;
    let mut count = Count::default();
    for (statements, is_hit) in blocks.into_values() {
        count.add(if is_hit { statements } else { 0 }, statements);
    }
    output(&[("coverage.line", count), ("coverage.statement", count)])
}

/// Understands `path/file.go:10.2,12.3 2 1`.
fn block(line: &str) -> Option<(&str, u64, bool)> {
    let (rest, hits) = line.rsplit_once(' ')?;
    let (block, statements) = rest.rsplit_once(' ')?;
    block.rsplit_once(':')?.1.split_once(',')?;
    Some((block, statements.parse().ok()?, hits.parse::<u64>().ok()? > 0))
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn blocks_are_merged() {
        let told = |text: &str| shown(read(&Input::of_bytes("cover", text.as_bytes())));
        let text = "mode: set\np/a.go:1.2,3.4 3 0\np/a.go:5.2,6.4 1 0\np/a.go:1.2,3.4 3 1\n";
        assert_eq!(told(text), "coverage.line 0.75, coverage.statement 0.75");
        assert_eq!(told("mode: set\nnonsense\n"), "2:1: `nonsense` is no block of a cover profile");
    }
}
