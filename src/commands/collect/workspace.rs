//! What tools wrote into the working folder, and sizes, become rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::encoding::Encoding;
use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::model::quarantine::Quarantine;
use crate::model::test_report::TestReport;
use crate::model::tool_output::ToolOutput;
use crate::pipeline::{output_rows, test_rows};
use crate::sources::formats::{FORMATS, Format, FormatError, Input};
use crate::sources::workspace::{self, WorkspaceError};

/// Files that somebody named.
pub(super) struct Named {
    /// The pattern that they match.
    pub(super) pattern: String,
    /// Their format; told from each file, where it is not given.
    pub(super) format: Option<&'static Format>,
}

impl Named {
    /// Understands a pattern of which the format may be said: `lcov:out/coverage.txt`.
    pub(super) fn parse(text: &str) -> Self {
        let named = text.split_once(':').and_then(|(name, pattern)| Some((Format::named(name)?, pattern)));
        match named {
            Some((format, pattern)) => Self { pattern: pattern.to_owned(), format: Some(format) },
            None => Self { pattern: text.to_owned(), format: None },
        }
    }

    /// Takes a pattern of JUnit reports.
    pub(super) fn junit(pattern: &str) -> Self {
        Self { pattern: pattern.to_owned(), format: Format::named("junit") }
    }
}

/// What files came to.
#[derive(Default)]
pub(super) struct Outputs {
    /// The rows.
    pub(super) rows: Vec<Row>,
    /// Files that could not be read.
    pub(super) problems: Vec<String>,
}

/// Reads the files that match, each once. One that cannot be read is a problem of its own.
pub(super) fn outputs(
    named: &[Named],
    quarantine: &Quarantine,
    origin: &Origin,
    folder: &Path,
) -> Result<Outputs, Failure> {
    let mut files: BTreeMap<PathBuf, Option<&Format>> = BTreeMap::new();
    for named in named {
        for path in workspace::matching(folder, &named.pattern).map_err(not_found)? {
            let format = files.entry(path).or_default();
            *format = named.format.or(*format);
        }
    }
    let mut read_files = Vec::new();
    let mut problems = Vec::new();
    for (path, format) in files {
        let source = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let input = Input::new(stem, || workspace::open(&path)).at(source.as_str());
        let format = format.map_or_else(|| Format::of(&input), Ok);
        match format.and_then(|format| read(&input, &source, format)) {
            Ok(output) => {
                let digest = workspace::digest(&path).kind(FailureKind::Input)?.to_vec();
                read_files.push(ReadFile { source, output, digest });
            }
            Err(error) => problems.push(format!("{source}:{error}")),
        }
    }
    Ok(Outputs { rows: rows(read_files, origin, quarantine), problems })
}

/// A file that was read.
pub(super) struct ReadFile {
    /// Where it is, with slashes.
    pub(super) source: String,
    /// What it tells.
    pub(super) output: ToolOutput,
    /// What stands for its bytes, where no job's id is known.
    pub(super) digest: Vec<u8>,
}

/// Reads a file of a format.
pub(super) fn read(input: &Input<'_>, source: &str, format: &Format) -> Result<ToolOutput, FormatError> {
    let mut output = format.read(input)?;
    output.tests.suites.iter_mut().for_each(|suite| source.clone_into(&mut suite.source));
    Ok(output)
}

/// Makes the rows of files that belong together.
pub(super) fn rows(files: Vec<ReadFile>, origin: &Origin, quarantine: &Quarantine) -> Vec<Row> {
    let (mut outputs, digests): (Vec<_>, Vec<_>) =
        files.into_iter().map(|file| ((file.source, file.output), file.digest)).unzip();
    output_rows::tell_apart(&mut outputs);
    let mut rows = Vec::new();
    let mut of_one_job = Vec::new();
    for ((source, output), digest) in outputs.into_iter().zip(digests) {
        rows.extend(output_rows::rows(&output, origin, &digest, &source));
        if origin.job_id.is_some() {
            of_one_job.push(output.tests);
        } else {
            rows.extend(test_rows::rows(&output.tests, origin, &digest, quarantine));
        }
    }
    // The job's id is known here, so that no number has to be made from the input.
    rows.extend(test_rows::rows(&TestReport::joined(of_one_job), origin, &[], quarantine));
    rows
}

fn not_found(error: WorkspaceError) -> Failure {
    let is_missing = matches!(error, WorkspaceError::Nothing(_));
    let failure = Failure::new(FailureKind::Input, error);
    if !is_missing {
        return failure;
    }
    let names: Vec<&str> = FORMATS.iter().map(Format::name).collect();
    failure
        .hint("`**` crosses folders, as in --input '**/TEST-*.xml'")
        .hint(format!("before a colon may stand the format of the files: {}", names.join(", ")))
}

/// Measures what was named as `NAME=PATH`, as it is and in each encoding.
pub(super) fn sizes(
    named: &[String],
    encodings: &BTreeSet<Encoding>,
    origin: &Origin,
    folder: &Path,
) -> Result<Vec<Row>, Failure> {
    let mut paths: BTreeMap<&str, &str> = BTreeMap::new();
    for named in named {
        let pair = named.split_once('=').filter(|(name, path)| is_name(name) && !path.is_empty());
        let (name, path) = pair.ok_or_else(|| {
            let message = format!("`--size {named}` is not NAME=PATH");
            Failure::message(FailureKind::Usage, message).hint("a name holds no comma, no `=` and no control character")
        })?;
        if paths.insert(name, path).is_some() {
            return Err(Failure::message(FailureKind::Usage, format!("--size names `{name}` twice")));
        }
    }
    let mut rows = Vec::new();
    for (name, path) in paths {
        for encoding in [None].into_iter().chain(encodings.iter().copied().map(Some)) {
            let bytes = workspace::size(&folder.join(path), encoding).kind(FailureKind::Input)?;
            let labels = match encoding {
                None => format!("name={name}"),
                Some(encoding) => format!("encoding={},name={name}", encoding.word()),
            };
            rows.push(size_row(labels, path, (name, bytes), origin));
        }
    }
    Ok(rows)
}

fn size_row(labels: String, path: &str, (name, bytes): (&str, u64), origin: &Origin) -> Row {
    let input = format!("size.bytes\0{name}\0{bytes}");
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
    let value = bytes as f64;
    origin
        .row(TableId::Measurements, input.as_bytes())
        .with("name", Cell::text("size.bytes"))
        .with("labels", Cell::text(labels))
        .with("value", Cell::number(value))
        .with("unit", Cell::text("bytes"))
        .with("better", Cell::text("lower"))
        .with("source", Cell::text(path))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains([',', '=']) && !name.chars().any(char::is_control)
}
