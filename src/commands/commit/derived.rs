//! Reports and badges that stand on the branch beside the tables: made anew from what the branch is to hold,
//! on every try, so that they never conflict.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::given;
use super::ground::Ground;
use super::merge::{Change, Merged, Stop};
use super::task::Task;
use crate::commands::{baseline, gate, report};
use crate::config::Badge;
use crate::error::{Failure, FailureKind};
use crate::gates::{Gates, Moment, Occasion};
use crate::model::delivery::Delivery;
use crate::model::history::{History, TableFile};
use crate::model::repository_path::RepositoryPath;
use crate::model::verdict::GateVerdict;
use crate::outputs::formats::{html, json, markdown, svg};
use crate::outputs::sinks::branch::Mode;
use crate::sources::history;
use crate::world::World;

/// Where a report or a badge is put, and in which form.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: RepositoryPath,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Markdown,
    Html,
    Json,
    Badge(Box<Badge>),
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

/// Reads where badges are put.
pub(super) fn badges(badges: &[Badge], root: &Path) -> Result<Vec<Place>, Failure> {
    let place = |badge: &Badge| {
        Ok(Place { path: given::path_of(&root.join(&badge.path), root)?, form: Form::Badge(Box::new(badge.clone())) })
    };
    badges.iter().map(place).collect()
}

/// Makes the reports and badges of what the branch is to hold, and finds those that differ from what it has.
pub(super) fn changes(task: &Task, ground: &Ground<'_>, merged: &Merged, world: &World) -> Result<Vec<Change>, Stop> {
    if task.derived.is_empty() {
        return Ok(Vec::new());
    }
    let tables = &merged.changes;
    let mut contents: BTreeMap<TableFile, Vec<u8>> = BTreeMap::new();
    for (file, entry) in &ground.listed {
        let path = RepositoryPath::below(&task.work_tree.below, &file.to_string());
        if path.as_ref().is_ok_and(|path| merged.gone.contains_key(path)) {
            continue;
        }
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
    let history = history::parse(&contents).history;
    let (config, folder) = (&task.config, task.work_tree.folder());
    let report = report::of(config, &config.scope(), (&folder, &history), world)?;
    let mut changes = Vec::new();
    for Place { path, form } in &task.derived {
        let after = match form {
            Form::Markdown => markdown::report::render(&report),
            Form::Html => html::report::render(&report),
            Form::Json => json::report::render(&report),
            Form::Badge(badge) => {
                let tables = (&history, report.delivery.as_ref());
                svg::badge::of_metric(&badge.label, shown(badge, task, tables, world)?.as_ref())
            }
        };
        let before = ground.content(path)?;
        if before.as_deref() != Some(after.as_bytes()) {
            changes.push(Change { path: path.clone(), before, after: after.into_bytes(), mode: Mode::Plain });
        }
    }
    Ok(changes)
}

/// Judges what a badge shows over the latest runs, by the gates that name it; where there are none it is only
/// measured. Of several series the worst is shown.
fn shown(
    badge: &Badge,
    task: &Task,
    tables: (&History, Option<&Delivery>),
    world: &World,
) -> Result<Option<GateVerdict>, Failure> {
    let mut gates = task.config.all_gates(task.config.preset);
    gates.retain(|gate| gate.selector == badge.gate.selector);
    if gates.is_empty() {
        gates.push(badge.gate.clone());
    }
    let saved = baseline::read(&gates, &task.work_tree.folder())?;
    let gates = Gates { gates: &gates, saved: &saved, now: world.clock.now(), ..Gates::only(&[]) };
    let moment = Moment { occasion: Occasion::OverTime, run: None, base: gate::moment(None, tables.0, world).base };
    Ok(gate::judge_whole(&task.config, &gates, tables, &moment).verdicts.into_iter().next())
}
