//! Test reports and sizes of the working folder become rows.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::model::test_report::TestReport;
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
    let mut of_one_job = Vec::new();
    for path in files {
        let bytes = workspace::read(&path, LARGEST_REPORT).kind(FailureKind::Input)?;
        let report = report(&path, &bytes, folder)?;
        if origin.job_id.is_some() {
            of_one_job.push(report);
        } else {
            rows.extend(test_rows::rows(&report, origin, &bytes));
        }
    }
    // The job's id is known here, so that no number has to be made from the input.
    rows.extend(test_rows::rows(&TestReport::joined(of_one_job), origin, &[]));
    Ok(rows)
}

fn report(path: &Path, bytes: &[u8], folder: &Path) -> Result<TestReport, Failure> {
    let source = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut report = junit::read(bytes, &name).map_err(|error| {
        Failure::message(FailureKind::Input, format!("{source}:{error}"))
            .hint("--junit reads JUnit XML; other test reports are not supported")
    })?;
    report.suites.iter_mut().for_each(|suite| suite.source.clone_from(&source));
    Ok(report)
}

fn not_found(error: WorkspaceError) -> Failure {
    let is_missing = matches!(error, WorkspaceError::Nothing(_));
    let failure = Failure::new(FailureKind::Input, error);
    if is_missing { failure.hint("`**` crosses folders, as in --junit '**/TEST-*.xml'") } else { failure }
}

/// Measures what was named as `NAME=PATH`.
pub(super) fn sizes(named: &[String], origin: &Origin, folder: &Path) -> Result<Vec<Row>, Failure> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for named in named {
        let pair = named.split_once('=').filter(|(name, path)| is_name(name) && !path.is_empty());
        let (name, path) = pair.ok_or_else(|| {
            let message = format!("`--size {named}` is not NAME=PATH");
            Failure::message(FailureKind::Usage, message).hint("a name holds no comma, no `=` and no control character")
        })?;
        let bytes = workspace::size(&folder.join(path)).kind(FailureKind::Input)?;
        if rows.insert(name, size_row(name, path, bytes, origin)).is_some() {
            return Err(Failure::message(FailureKind::Usage, format!("--size names `{name}` twice")));
        }
    }
    Ok(rows.into_values().collect())
}

fn size_row(name: &str, path: &str, bytes: u64, origin: &Origin) -> Row {
    let input = format!("size.bytes\0{name}\0{bytes}");
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
    let value = bytes as f64;
    origin
        .row(TableId::Measurements, input.as_bytes())
        .with("name", Cell::text("size.bytes"))
        .with("labels", Cell::text(format!("name={name}")))
        .with("value", Cell::number(value))
        .with("unit", Cell::text("bytes"))
        .with("better", Cell::text("lower"))
        .with("source", Cell::text(path))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains([',', '=']) && !name.chars().any(char::is_control)
}
