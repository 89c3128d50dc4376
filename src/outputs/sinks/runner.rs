//! The files that GitHub's runner reads after a step: outputs and the job summary.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The bytes a step's summary may have; the runner drops a longer one as a whole
/// (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).
pub const MOST_SUMMARY_BYTES: usize = 1 << 20;

/// What a summary ends with that had to be cut.
const CUT: &str = "\n\n**The summary was cut here: GitHub shows at most 1 MiB of it.**\n";

/// Outputs or a summary that could not be handed over.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// The file cannot be written.
    #[error("cannot append to {}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The name cannot stand in the file.
    #[error("an output cannot be named `{0}`")]
    Name(String),
    /// The value holds the line that would end it.
    #[error("the output `{0}` holds its own delimiter")]
    Delimiter(String),
}

/// What became of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// All of it was written.
    Whole,
    /// It was cut, and says so at its end.
    Cut,
    /// The step's summary was full already; nothing was written.
    Nothing,
}

/// Appends a step's outputs to the file that `GITHUB_OUTPUT` names, in the form that holds any
/// text: a line with a random delimiter, the value, the delimiter again.
///
/// # Errors
/// A name is unusable, a value holds the delimiter, or the file cannot be written. Nothing is
/// written unless all of them can be.
pub fn outputs(path: &Path, outputs: &[(&str, &str)]) -> Result<(), RunnerError> {
    let delimiter = delimiter();
    let mut lines = String::new();
    for (name, value) in outputs {
        lines.push_str(&entry(name, value, &delimiter)?);
    }
    append(path, lines.as_bytes())
}

/// Appends Markdown to the file that `GITHUB_STEP_SUMMARY` names, as much as the runner takes.
///
/// # Errors
/// The file cannot be written.
pub fn summary(path: &Path, markdown: &str) -> Result<Appended, RunnerError> {
    let present = std::fs::metadata(path).map_or(0, |file| file.len());
    let room = MOST_SUMMARY_BYTES.saturating_sub(usize::try_from(present).unwrap_or(usize::MAX));
    let Some((text, appended)) = fitted(markdown, room) else { return Ok(Appended::Nothing) };
    append(path, text.as_bytes())?;
    Ok(appended)
}

/// Cuts Markdown between lines so that it fits with the sentence that says so; `None` when not
/// even that sentence fits.
fn fitted(markdown: &str, room: usize) -> Option<(String, Appended)> {
    let end = if markdown.ends_with('\n') { "" } else { "\n" };
    if markdown.len() + end.len() <= room {
        return Some((format!("{markdown}{end}"), Appended::Whole));
    }
    let most = room.checked_sub(CUT.len())?;
    let mut kept = 0;
    for line in markdown.split_inclusive('\n') {
        if kept + line.len() > most {
            break;
        }
        kept += line.len();
    }
    Some((format!("{}{CUT}", markdown.get(..kept).unwrap_or_default()), Appended::Cut))
}

fn entry(name: &str, value: &str, delimiter: &str) -> Result<String, RunnerError> {
    if name.is_empty() || name.contains(['=', '\n', '\r']) || name.contains("<<") || name.contains(delimiter) {
        return Err(RunnerError::Name(name.to_owned()));
    }
    if value.contains(delimiter) {
        return Err(RunnerError::Delimiter(name.to_owned()));
    }
    Ok(format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
}

/// Makes a line that nobody can guess: the standard library keys its hash tables with random
/// numbers of the system, and two hashes of nothing are 128 bits of them.
fn delimiter() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("ghadelimiter_{:016x}{:016x}", random(), random())
}

fn append(path: &Path, bytes: &[u8]) -> Result<(), RunnerError> {
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(path);
    opened
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|source| RunnerError::Refused { path: path.to_owned(), source })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests look at files themselves")]
mod tests {
    use super::*;

    /// Reads the file as the runner does: the first `<<` or `=` of a line decides.
    fn parsed(text: &str) -> Vec<(String, String)> {
        let mut lines = text.split('\n');
        let mut found = Vec::new();
        while let Some(line) = lines.next() {
            let Some((name, delimiter)) = line.split_once("<<") else { continue };
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            found.push((name.to_owned(), value.join("\n")));
        }
        found
    }

    #[test]
    fn any_value_comes_back_as_it_went() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        let values = [("verdict", "fail"), ("text", "a\nb=c\nx<<y\n\n"), ("empty", "")];
        outputs(&path, &values[..1]).unwrap();
        outputs(&path, &values[1..]).unwrap();
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(parsed(&text), values.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_could_break_out_is_refused() {
        let delimiter = "ghadelimiter_1";
        assert!(matches!(entry("a", "x\nghadelimiter_1\nb=c", delimiter), Err(RunnerError::Delimiter(_))));
        for name in ["", "a=b", "a\nb", "a<<b"] {
            assert!(matches!(entry(name, "", delimiter), Err(RunnerError::Name(_))), "{name}");
        }
        assert_ne!(super::delimiter(), super::delimiter());
    }

    #[test]
    fn a_summary_too_long_is_cut_between_lines_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("summary");
        assert_eq!(summary(&path, "# Title").unwrap(), Appended::Whole);
        let line = "x".repeat(99) + "\n";
        assert_eq!(summary(&path, &line.repeat(20_000)).unwrap(), Appended::Cut);
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        assert!(text.len() <= MOST_SUMMARY_BYTES && text.ends_with(CUT) && text.starts_with("# Title\nxxx"));
        let before = text.len();
        assert_eq!(summary(&path, &line.repeat(20_000)).unwrap(), Appended::Nothing);
        assert_eq!(std::fs::read(&path).unwrap().len(), before);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = outputs(folder.path(), &[("a", "b")]).unwrap_err();
        assert!(error.to_string().starts_with("cannot append to "));
    }
}
