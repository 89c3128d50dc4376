//! Saves what series are like, and reads it again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::configuration::Configuration;
use super::{delivery, gate};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::gates::{Gate, levels};
use crate::model::levels::Levels;
use crate::outcome::Outcome;
use crate::outputs::formats::json;
use crate::outputs::formats::totals;
use crate::outputs::sinks::file;
use crate::sources::formats::levels as saved;
use crate::sources::{history, repository};
use crate::world::World;

/// What `plimsoll baseline save` was asked.
#[derive(Debug)]
pub struct Options {
    /// Where the folder of the tables is set.
    pub configuration: Configuration,
    /// The baseline's name.
    pub name: String,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// The branch whose runs are summed up.
    pub branch: Option<String>,
    /// How many of the latest runs are summed up.
    pub runs: usize,
    /// Whether a baseline of that name is replaced.
    pub replace: bool,
}

/// Saves a baseline.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let is_name = |name: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(known)
    };
    if !is_name(&options.name) {
        let message =
            format!("`{}` is no name for a baseline: letters, digits, dots, dashes and underscores are", options.name);
        return Err(Failure::message(FailureKind::Usage, message));
    }
    let config = options.configuration.load(&world.folder)?;
    let folder = gate::tables_folder(options.metrics.as_deref(), &config, world)?;
    let path = path(&folder, &options.name);
    if path.exists() && !options.replace {
        let message = format!("there is a baseline {} already", options.name);
        return Err(Failure::message(FailureKind::Input, message).hint("--replace overwrites it"));
    }
    let stored = history::read(&folder).and_then(|stored| stored.sound(&folder)).kind(FailureKind::Input)?;
    let branch = gate::moment(options.branch.as_deref(), &stored.history, world).base;
    let delivery = delivery::of(&config, &branch, &stored.history, world);
    let together = delivery::together(&config, delivery.as_ref(), &branch, &stored.history);
    let levels = levels(&options.name, &together, &branch, options.runs, world.clock.now());
    if levels.series.is_empty() {
        let message = format!("the tables have no value on {branch} to save");
        return Err(Failure::message(FailureKind::Input, message));
    }
    file::write(&path, json::levels::render(&levels).as_bytes()).kind(FailureKind::Output)?;
    let count = levels.series.len();
    writeln!(
        world.stdout,
        "{}: {count} series of {branch}, the last {}",
        path.display(),
        totals::number(options.runs, "run")
    )
    .kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join("baselines").join(format!("{name}.json"))
}

/// Reads the baselines that gates and goals name.
///
/// # Errors
/// One of them is not there, or cannot be used.
pub(super) fn read<'gates>(
    gates: impl IntoIterator<Item = &'gates Gate>,
    folder: &Path,
) -> Result<BTreeMap<String, Levels>, Failure> {
    let names: BTreeSet<&str> = gates.into_iter().flat_map(Gate::baselines).collect();
    let read = |name: &str| {
        let refused = |error: anyhow::Error| {
            let error = error.context(format!("the baseline {name} cannot be used"));
            Failure::new(FailureKind::Input, error).hint(format!("`plimsoll baseline save {name}` writes it"))
        };
        let text = repository::read(&path(folder, name)).map_err(|error| refused(error.into()))?;
        saved::parse(&text).map(|levels| (name.to_owned(), levels)).map_err(|error| refused(error.into()))
    };
    names.into_iter().map(read).collect()
}
