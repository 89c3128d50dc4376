//! Reports that stand on the branch beside the tables: made anew from what the branch is to hold, on
//! every try, so that they never conflict.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::given;
use super::ground::Ground;
use super::merge::{Change, Stop};
use super::task::Task;
use crate::error::{Failure, FailureKind};
use crate::model::history::TableFile;
use crate::model::repository_path::RepositoryPath;
use crate::outputs::formats::{html, json, markdown};
use crate::outputs::sinks::branch::Mode;
use crate::reports;
use crate::sources::history;

/// Where a report is put, and in which form.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: RepositoryPath,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Markdown,
    Html,
    Json,
}

/// Reads the forms of reports from the ends of their names.
pub(super) fn places(paths: &[PathBuf], root: &Path) -> Result<Vec<Place>, Failure> {
    let place = |path: &PathBuf| {
        let form = match path.extension().and_then(|extension| extension.to_str()) {
            Some("md") => Form::Markdown,
            Some("html") => Form::Html,
            Some("json") => Form::Json,
            _ => {
                let message = format!("{} does not say what report it is to be", path.display());
                return Err(
                    Failure::message(FailureKind::Usage, message).hint("its name ends with .md, .html or .json")
                );
            }
        };
        Ok(Place { path: given::path_of(path, root)?, form })
    };
    paths.iter().map(place).collect()
}

/// Makes the reports of what the branch is to hold, and finds those that differ from what it has.
pub(super) fn changes(task: &Task, ground: &Ground<'_>, tables: &[Change]) -> Result<Vec<Change>, Stop> {
    if task.reports.is_empty() {
        return Ok(Vec::new());
    }
    let mut contents: BTreeMap<TableFile, Vec<u8>> = BTreeMap::new();
    for (file, entry) in &ground.listed {
        let path = RepositoryPath::below(&task.work_tree.below, &file.to_string());
        let changed = tables.iter().find(|change| path.as_ref() == Ok(&change.path));
        let bytes = match changed {
            Some(change) => change.after.clone(),
            None => ground.table(*file, entry)?,
        };
        contents.insert(*file, bytes);
    }
    for change in tables {
        let inside = Path::new(change.path.as_str()).strip_prefix(&task.work_tree.below).ok();
        if let Some(file) = inside.and_then(Path::to_str).and_then(TableFile::from_path) {
            contents.entry(file).or_insert_with(|| change.after.clone());
        }
    }
    let report = reports::report(&task.title, &history::parse(&contents).history, &task.scope);
    let mut changes = Vec::new();
    for Place { path, form } in &task.reports {
        let after = match form {
            Form::Markdown => markdown::report::render(&report),
            Form::Html => html::report::render(&report),
            Form::Json => json::report::render(&report),
        };
        let before = ground.content(path)?;
        if before.as_deref() != Some(after.as_bytes()) {
            changes.push(Change { path: path.clone(), before, after: after.into_bytes(), mode: Mode::Plain });
        }
    }
    Ok(changes)
}
