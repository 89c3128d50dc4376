//! Reads recorded API answers from a folder, for work without network.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Deserializer, Value};

use super::runs::{self, RecordError};
use crate::github::records::Answer;
use crate::model::run::Runs;

/// Recorded answers that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// The system refused.
    #[error("cannot read {}", path.display())]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The folder holds no recorded answer.
    #[error("{} holds no *.json file", .0.display())]
    Nothing(PathBuf),
    /// A file is not JSON.
    #[error("{}:{}:{}: the file is not JSON", path.display(), source.line(), source.column())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The parser's reason.
        source: serde_json::Error,
    },
    /// A file is JSON, but not what an endpoint for runs or jobs answers.
    #[error("{}: this is not what the endpoints for a runs list, a run, a jobs list or a job answer", .0.display())]
    Shape(PathBuf),
    /// A list holds something that is not a record.
    #[error("{}: a list holds something that is not a record", path.display())]
    Element {
        /// The file.
        path: PathBuf,
        /// The parser's reason.
        source: serde_json::Error,
    },
    /// A record cannot be kept.
    #[error("{}: {source}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: RecordError,
    },
}

/// Reads every `*.json` file of a folder, in the order of their names. A file holds one answer,
/// several after another, or a list of them, as `gh api --paginate` writes them.
///
/// # Errors
/// The folder or a file cannot be read, or a file is not a recorded answer.
pub fn read(folder: &Path, repository: Option<&str>) -> Result<Runs, RecordedError> {
    let files = json_files(folder)?;
    if files.is_empty() {
        return Err(RecordedError::Nothing(folder.to_owned()));
    }
    let mut found = Runs::default();
    for path in files {
        let bytes = read_bytes(&path)?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(RecordedError::Shape(path));
        }
        for value in Deserializer::from_slice(bytes).into_iter::<Value>() {
            let value = value.map_err(|source| RecordedError::Syntax { path: path.clone(), source })?;
            take(&mut found, value, &path, repository)?;
        }
    }
    Ok(found)
}

fn take(found: &mut Runs, value: Value, path: &Path, repository: Option<&str>) -> Result<(), RecordedError> {
    let answers = match value {
        Value::Array(answers) => answers,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => vec![value],
    };
    for answer in answers {
        let answer = Answer::from_value(answer).ok_or_else(|| RecordedError::Shape(path.to_owned()))?;
        let answer = answer.map_err(|source| RecordedError::Element { path: path.to_owned(), source })?;
        runs::take(found, answer, repository)
            .map_err(|source| RecordedError::Record { path: path.to_owned(), source })?;
    }
    Ok(())
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, RecordedError> {
    let refused = |source| RecordedError::Refused { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

#[expect(clippy::disallowed_methods, reason = "sources read files")]
fn read_bytes(path: &Path) -> Result<Vec<u8>, RecordedError> {
    std::fs::read(path).map_err(|source| RecordedError::Refused { path: path.to_owned(), source })
}
