//! What is to be put where: what was typed, and what the configuration says where nothing was.

use std::path::{Path, PathBuf};

use super::given::{self, Given};
use super::work_tree::WorkTree;
use super::{Ci, Options, Patience, Request, Rewriting, Saying, derived, named};
use crate::config::{Config, Squashing};
use crate::error::{Failure, FailureKind};
use crate::model::branch_name::BranchName;
use crate::model::repository_path::RepositoryPath;
use crate::world::World;

/// What is to be put where.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) branch: BranchName,
    pub(super) saying: Saying,
    pub(super) work_tree: WorkTree,
    /// Files of the work tree beside the tables.
    pub(super) given: Vec<Given>,
    /// Reports and badges that are made anew from what is on the branch.
    pub(super) derived: Vec<derived::Place>,
    /// What reports and badges are made by.
    pub(super) config: Config,
    pub(super) request: Option<Request>,
    pub(super) history: Option<Rewriting>,
    pub(super) patience: Patience,
}

/// The branch of pull requests, where none was named: never that of the tables, which begins with
/// nothing and could not be merged.
const REQUEST_BRANCH: &str = "plimsoll/metrics";

/// Returns the branch that was named, or the configured one.
pub(super) fn branch(options: &Options, config: &Config) -> Result<BranchName, Failure> {
    match (&options.branch, &options.request) {
        (Some(branch), _) => Ok(branch.clone()),
        (None, Some(_)) => named(REQUEST_BRANCH),
        (None, None) => named(&config.commit.branch),
    }
}

impl Task {
    /// Reads what is to be committed; nothing where nobody named a folder and there is none.
    pub(super) fn new(options: &Options, config: &Config, world: &World) -> Result<Option<Self>, Failure> {
        let Some(work_tree) = WorkTree::read(options.metrics.as_deref(), &config.metrics, world)? else {
            return Ok(None);
        };
        let root = work_tree.root.clone();
        let typed = |paths: &[PathBuf]| paths.iter().map(|path| world.folder.join(path)).collect::<Vec<_>>();
        let usual = |paths: &[PathBuf]| paths.iter().map(|path| root.join(path)).collect::<Vec<_>>();
        let files = if options.files.is_empty() { usual(&config.commit.files) } else { typed(&options.files) };
        let reports = if options.reports.is_empty() { usual(&config.commit.reports) } else { typed(&options.reports) };
        let given = given::read(&files, &root)?;
        let mut derived = derived::places(&reports, &root)?;
        derived.extend(derived::badges(&config.commit.badges, &root)?);
        let taken = given.iter().map(|given| &given.path).chain(derived.iter().map(|place| &place.path));
        refuse_twice(taken, &work_tree.below)?;
        let commit = &config.commit;
        let mut saying = options.saying.clone();
        saying.message.get_or_insert_with(|| commit.message.clone());
        if commit.skip_ci {
            saying.ci = Ci::Skipped;
        }
        let daily = commit.squash == Squashing::Daily;
        Ok(Some(Self {
            branch: branch(options, config)?,
            saying,
            work_tree,
            given,
            derived,
            config: config.clone(),
            request: options.request.clone(),
            history: options.history.or_else(|| (daily && options.request.is_none()).then_some(Rewriting::Daily)),
            patience: options.patience,
        }))
    }
}

/// Refuses files that would be written twice, by whatever name.
fn refuse_twice<'path>(paths: impl Iterator<Item = &'path RepositoryPath>, tables: &str) -> Result<(), Failure> {
    let mut seen: Vec<&RepositoryPath> = Vec::new();
    for path in paths {
        if seen.contains(&path) {
            return Err(Failure::message(FailureKind::Usage, format!("`{path}` is named twice")));
        }
        let inside = Path::new(path.as_str()).strip_prefix(tables).ok().and_then(Path::to_str);
        if inside.and_then(crate::model::history::TableFile::from_path).is_some() {
            return Err(Failure::message(FailureKind::Usage, format!("`{path}` is a table, whose rows are merged"))
                .hint("leave it away: the tables are committed anyway"));
        }
        seen.push(path);
    }
    Ok(())
}
