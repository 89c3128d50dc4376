//! lcov's tracefiles (`man geninfo`).

use std::collections::BTreeMap;

use super::{Count, SourceLines, output};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input};

/// Reads a tracefile. A file that stands in it several times is one file, and totals are counted.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut reader = Reader::default();
    input.each_line(|number, line| reader.line(line.trim()).map_err(|reason| FormatError::at(number, 1, reason)))?;
    let (mut lines, mut branches) = SourceLines::total(&reader.files);
    // Some writers give totals only.
    lines.add(reader.lines.covered, reader.lines.all);
    branches.add(reader.branches.covered, reader.branches.all);
    let functions = reader.functions.values().fold(Count::default(), |mut count, is_hit| {
        count.add(u64::from(*is_hit), 1);
        count
    });
    output(&[("coverage.line", lines), ("coverage.branch", branches), ("coverage.function", functions)])
}

#[derive(Default)]
struct Reader {
    file: Option<String>,
    files: BTreeMap<String, SourceLines>,
    functions: BTreeMap<(String, String), bool>,
    /// Totals of files without lines.
    lines: Count,
    branches: Count,
    totals: BTreeMap<&'static str, u64>,
    has_lines: bool,
    has_branches: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if line == "end_of_record" {
            self.end();
            return Ok(());
        }
        let Some((word, rest)) = line.split_once(':') else {
            return if line.is_empty() || line.starts_with('#') {
                Ok(())
            } else {
                Err(format!("`{}` is no record", shortened(line)))
            };
        };
        if word == "SF" {
            self.end();
            self.file = Some(rest.to_owned());
            return Ok(());
        }
        let Some(file) = self.file.clone() else {
            return if ["TN", "VER"].contains(&word) {
                Ok(())
            } else {
                Err(format!("`{word}:` stands before any `SF:`"))
            };
        };
        let wrong = || format!("`{}` is no record", shortened(line));
        let mut fields = rest.split(',');
        let mut next = || fields.next().unwrap_or_default();
        match word {
            "DA" => {
                let (line, hits) = (next().parse().map_err(|_ignored| wrong())?, hits(next()).ok_or_else(wrong)?);
                self.has_lines = true;
                self.files.entry(file).or_default().line(line, hits > 0.0);
            }
            "BRDA" => {
                let line = next().parse().map_err(|_ignored| wrong())?;
                let branch = format!("{},{}", next(), next());
                let taken = next();
                let is_taken = taken != "-" && hits(taken).ok_or_else(wrong)? > 0.0;
                self.has_branches = true;
                self.files.entry(file).or_default().branch(line, branch, is_taken);
            }
            "FNDA" => {
                let hits = hits(next()).ok_or_else(wrong)?;
                let name = rest.split_once(',').map_or("", |(_, name)| name).to_owned();
                *self.functions.entry((file, name)).or_default() |= hits > 0.0;
            }
            "FNA" => {
                let (_, count, name) = (next(), next(), next());
                *self.functions.entry((file, name.to_owned())).or_default() |= hits(count).ok_or_else(wrong)? > 0.0;
            }
            "LF" | "LH" | "BRF" | "BRH" => {
                let total = rest.trim().parse().map_err(|_ignored| wrong())?;
                let known = ["LF", "LH", "BRF", "BRH"].into_iter().find(|known| *known == word);
                if let Some(word) = known {
                    self.totals.insert(word, total);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self) {
        let total = |word| self.totals.get(word).copied().unwrap_or_default();
        if !self.has_lines {
            self.lines.add(total("LH"), total("LF"));
        }
        if !self.has_branches {
            self.branches.add(total("BRH"), total("BRF"));
        }
        self.totals.clear();
        (self.file, self.has_lines, self.has_branches) = (None, false, false);
    }
}

/// Reads a count of hits, which some tools write as -1 where there were none, or in exponents.
fn hits(text: &str) -> Option<f64> {
    text.trim().trim_start_matches('=').parse().ok()
}

fn shortened(line: &str) -> String {
    line.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    fn told(text: &str) -> String {
        shown(read(&Input::of_bytes("lcov", text.as_bytes())))
    }

    #[test]
    fn totals_are_counted_and_files_joined() {
        let text = "TN:\nSF:a.rs\nFN:1,f\nFN:5,9,g,h\nFNDA:1,f\nFNDA:0,g,h\nDA:1,4\nDA:2,0,md5\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nLF:99\nLH:99\nend_of_record\n\
            SF:a.rs\nDA:2,1\nDA:3,0\nend_of_record\nSF:b.rs\nLF:4\nLH:1\nend_of_record\n";
        assert_eq!(told(text), "coverage.line 0.429, coverage.branch 0.5, coverage.function 0.5");
    }

    #[test]
    fn what_is_no_record_is_named() {
        assert_eq!(told("SF:a\nDA:x,1\n"), "2:1: `DA:x,1` is no record");
        assert_eq!(told("TN:\nDA:1,1\n"), "2:1: `DA:` stands before any `SF:`");
        assert_eq!(told("SF:a\nend_of_record\n"), "1:1: the report holds no line that could be covered");
    }
}
