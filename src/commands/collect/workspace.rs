//! Test reports and sizes of the working folder become rows.

use std::path::Path;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::pipeline::test_rows;
use crate::sources::formats::junit;
use crate::sources::workspace::{self, WorkspaceError};

/// How large a test report may be, in bytes.
const LARGEST_REPORT: u64 = 256 << 20;

/// Reads the reports that match the patterns, each file once.
pub(super) fn reports(patterns: &[String], origin: &Origin, folder: &Path) -> Result<Vec<Row>, Failure> {
    let mut files = Vec::new();
    for pattern in patterns {
        files.extend(workspace::matching(folder, pattern).map_err(not_found)?);
    }
    files.sort_unstable();
    files.dedup();
    let mut rows = Vec::new();
    for path in files {
        let bytes = workspace::read(&path, LARGEST_REPORT).kind(FailureKind::Input)?;
        let source = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let report = junit::read(&bytes, &name).map_err(|error| {
            Failure::message(FailureKind::Input, format!("{source}:{error}"))
                .hint("--junit reads JUnit XML; other test reports are not supported")
        })?;
        rows.extend(test_rows::rows(&report, origin, &bytes, &source));
    }
    Ok(rows)
}

fn not_found(error: WorkspaceError) -> Failure {
    let is_missing = matches!(error, WorkspaceError::Nothing(_));
    let failure = Failure::new(FailureKind::Input, error);
    if is_missing { failure.hint("`**` crosses folders, as in --junit '**/TEST-*.xml'") } else { failure }
}

/// Measures what was named as `NAME=PATH`.
pub(super) fn sizes(named: &[String], origin: &Origin, folder: &Path) -> Result<Vec<Row>, Failure> {
    let measure = |named: &String| {
        let pair = named.split_once('=').filter(|(name, path)| is_name(name) && !path.is_empty());
        let (name, path) = pair.ok_or_else(|| {
            let message = format!("`--size {named}` is not NAME=PATH");
            Failure::message(FailureKind::Usage, message).hint("a name holds no comma, no `=` and no control character")
        })?;
        let bytes = workspace::size(&folder.join(path)).kind(FailureKind::Input)?;
        let input = format!("size.bytes\0{name}\0{bytes}");
        #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
        let value = bytes as f64;
        let row = origin.row(TableId::Measurements, input.as_bytes());
        Ok(row
            .with("name", Cell::text("size.bytes"))
            .with("labels", Cell::text(format!("name={name}")))
            .with("value", Cell::number(value))
            .with("unit", Cell::text("bytes"))
            .with("better", Cell::text("lower"))
            .with("source", Cell::text(path)))
    };
    named.iter().map(measure).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains([',', '=']) && !name.chars().any(char::is_control)
}
