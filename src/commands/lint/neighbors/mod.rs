//! Follows a file's local `uses` to the actions and workflows of the same repository.

mod caches;
mod callers;
mod changeable;
mod memo;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::checkers::Checkers;
use crate::detectors::glob::{self, Target as Matched};
use crate::detectors::path_pattern::PathPattern;
use crate::detectors::secrets_read::secrets_read;
use crate::detectors::taint;
use crate::expressions;
use crate::model::declared::Declared;
use crate::model::finding::{Finding, Related, Severity};
use crate::model::interface::{ActionInterface, WorkflowInterface};
use crate::model::passages::Passages;
use crate::model::remark::Checker;
use crate::model::remote::RemoteReferences;
use crate::model::source_file::{Content, SourceFile};
use crate::model::surroundings::{
    Absence, CachePaths, Fault, Local, LocalAction, LocalWorkflow, SecretsRead, Surroundings,
};
use crate::model::workflow::{Action, ActionReference, Runs, Workflow};
use crate::model::yaml::Text;
use crate::rules::{self, Choice};
use crate::sources::local_uses::{self, Found};
use crate::sources::repository::{self, ReadError};
use crate::sources::workflows;
use callers::{Caller, Calls};
use memo::Memo;

/// How deep calls are followed. GitHub allows ten workflows one below the other; one more shows
/// that there are too many.
const DEEPEST: usize = 11;

/// The rule for which all files of the repository are listed.
const UNMATCHED: &str = "glob-matches-no-file";

/// What became of files so far, by their paths. As plain text these are quicker to compare.
type Waiting = BTreeMap<OsString, Progress>;

/// How far a file has come.
#[derive(Debug)]
enum Progress {
    /// Its text was looked at.
    Seen(String),
    /// It was read.
    Ahead(Arc<SourceFile>),
    /// It had its turn: what is left of it where it calls other workflows.
    Past(Option<Arc<Caller>>),
}

/// The rules that follow values into actions and called workflows.
const INJECTION: [&str; 2] = ["template-injection", "github-env-injection"];

/// The actions and workflows of a repository, each read when a `uses` first leads to it.
#[derive(Debug)]
pub(super) struct Neighbors<'run> {
    root: &'run Path,
    choice: &'run Choice,
    /// The paths of all files, relative to the root, once a rule needs them.
    files: OnceLock<Vec<String>>,
    /// Whether a pattern matches any file below a folder, as far as it was asked.
    matched: Memo<(PathBuf, String), bool>,
    /// Where `uses` lead, by the folder that they count from.
    places: Memo<(PathBuf, String, Target), Option<Found>>,
    /// What was read ahead, and what had its turn.
    waiting: Mutex<Waiting>,
    /// What was read, by its path and, for workflows, by how deep it was called.
    known: Memo<(PathBuf, usize), Arc<Local>>,
    /// Which workflows call which, by the folder that they are for.
    calls: Memo<PathBuf, Arc<Calls>>,
    /// Who can fill caches, by the folder that the workflows are for.
    caches: Memo<PathBuf, Arc<CachePaths>>,
    /// What GitHub has said, if it was asked.
    remote: Option<Arc<RemoteReferences>>,
    /// The programs that check scripts.
    checkers: Option<&'run Checkers>,
    /// What the repository says about the world around it.
    declared: Arc<Declared>,
}

impl<'run> Neighbors<'run> {
    pub(super) fn new(root: &'run Path, choice: &'run Choice) -> Self {
        Self {
            root,
            choice,
            files: OnceLock::new(),
            matched: Memo::default(),
            places: Memo::default(),
            waiting: Mutex::default(),
            known: Memo::default(),
            calls: Memo::default(),
            caches: Memo::default(),
            remote: None,
            checkers: None,
            declared: Arc::default(),
        }
    }

    /// Adds what the repository says about the world around it.
    pub(super) fn with_declared(self, declared: Arc<Declared>) -> Self {
        Self { declared, ..self }
    }

    /// Adds what GitHub has said about the actions and workflows of other repositories.
    pub(super) fn with_remote(self, remote: Option<Arc<RemoteReferences>>) -> Self {
        Self { remote, ..self }
    }

    /// Adds the programs that check scripts.
    pub(super) fn with_checkers(self, checkers: &'run Checkers) -> Self {
        Self { checkers: Some(checkers), ..self }
    }

    /// Returns the rules for which nothing is gathered, or not all that there is.
    pub(super) fn silent(&self) -> Vec<&'static str> {
        let checkers = self.checkers.map_or_else(|| Checker::ALL.to_vec(), Checkers::silent);
        let unmatched = [UNMATCHED].into_iter().filter(|rule| !self.choice.asks_for(rule));
        checkers.into_iter().map(Checker::rule).chain(unmatched).collect()
    }

    /// Reads a file whose turn it is, unless a `uses` has led to it before: then it was read.
    pub(super) fn turn(&self, path: &Path) -> Result<Arc<SourceFile>, ReadError> {
        let before = self.take(path);
        let file = match before {
            Some(Progress::Ahead(file)) => file,
            Some(Progress::Seen(text)) => self.parse(path, text),
            Some(Progress::Past(_)) | None => Arc::new(workflows::read(self.root, path)?),
        };
        self.waiting().insert(path.into(), Progress::Past(Caller::of(&file).map(Arc::new)));
        Ok(file)
    }

    fn parse(&self, path: &Path, text: String) -> Arc<SourceFile> {
        Arc::new(workflows::parse(repository::relative(self.root, path), text))
    }

    /// Reads a file that a `uses` leads to, and keeps it until it is its turn.
    fn ahead(&self, path: &Path) -> Result<Arc<SourceFile>, ReadError> {
        let file = match self.take(path) {
            Some(Progress::Ahead(file)) => file,
            Some(Progress::Seen(text)) => self.parse(path, text),
            Some(Progress::Past(_)) | None => Arc::new(workflows::read(self.root, path)?),
        };
        self.waiting().entry(path.into()).or_insert_with(|| Progress::Ahead(Arc::clone(&file)));
        Ok(file)
    }

    /// Returns what became of a file. A text is taken away, since it is to be read now.
    fn take(&self, path: &Path) -> Option<Progress> {
        let mut waiting = self.waiting();
        match waiting.get(path.as_os_str())? {
            Progress::Ahead(file) => Some(Progress::Ahead(Arc::clone(file))),
            Progress::Seen(_) => waiting.remove(path.as_os_str()),
            Progress::Past(caller) => Some(Progress::Past(caller.clone())),
        }
    }

    /// Tells whether a file has a word anywhere. Its text is kept until it is its turn.
    fn mentions(&self, path: &Path, word: &str) -> bool {
        match self.waiting().get(path.as_os_str()) {
            Some(Progress::Ahead(file)) => return file.text.contains(word),
            Some(Progress::Seen(text)) => return text.contains(word),
            Some(Progress::Past(_)) | None => {}
        }
        let Ok(text) = repository::read(path) else { return false };
        let found = text.contains(word);
        self.waiting().entry(path.into()).or_insert(Progress::Seen(text));
        found
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gathers what rules may know beside a file.
    pub(super) fn surroundings(&self, file: &SourceFile) -> Surroundings {
        Surroundings {
            local: self.local(file, 1),
            callers: self.callers(file),
            absent: self.absent(file),
            unmatched: self.unmatched(file),
            remote: self.remote.clone(),
            remarks: self.checkers.map(|checkers| checkers.remarks(file)).unwrap_or_default(),
            silent: self.silent(),
            declared: Arc::clone(&self.declared),
            caches: self.caches(file),
            built: self.built(file),
        }
    }

    /// Follows the local `uses` of a file that was called so deep.
    fn local(&self, file: &SourceFile, depth: usize) -> BTreeMap<String, Arc<Local>> {
        let base = local_uses::base(self.root, &file.path);
        let mut found = BTreeMap::new();
        for (uses, target) in uses_of(file) {
            if found.contains_key(uses) {
                continue;
            }
            let is_too_deep = target == Target::Workflow && depth >= DEEPEST;
            if let Some(place) = self.place(&base, uses, target).filter(|_| !is_too_deep) {
                found.insert(uses.to_owned(), self.read(place, target, depth));
            }
        }
        found
    }

    /// Finds what a `uses` leads to; nothing where it leads out of the repository.
    fn place(&self, base: &Path, uses: &str, target: Target) -> Option<Found> {
        let key = (base.to_owned(), uses.to_owned(), target);
        self.places.get(key, |(base, uses, target)| match target {
            Target::Action => local_uses::action(base, uses),
            Target::Workflow => local_uses::workflow(base, uses),
        })
    }

    fn read(&self, found: Found, target: Target, depth: usize) -> Arc<Local> {
        let path = match found {
            Found::Nothing => return Arc::new(Local::Missing(Absence::Everything)),
            Found::FolderOnly => return Arc::new(Local::Missing(Absence::Manifest)),
            Found::File(path) => path,
        };
        let key = (path, if target == Target::Workflow { depth } else { 0 });
        self.known.get(key, |(path, _)| Arc::new(self.load(path, depth)))
    }

    /// Reads an action or a workflow.
    fn load(&self, path: &Path, depth: usize) -> Local {
        let file = match self.ahead(path) {
            Ok(file) => file,
            Err(error) => {
                let path = repository::relative(self.root, path);
                return Local::Unreadable { path, reason: error.to_string() };
            }
        };
        let faults = self.faults(&file);
        match &file.content {
            Content::Action(action) => {
                let passages = self.passages(&file, &BTreeMap::new());
                Local::Action(LocalAction {
                    interface: ActionInterface::of(action),
                    faults,
                    passages,
                    path: file.path.clone(),
                    mutable: self.mutable(&file),
                })
            }
            Content::Workflow(workflow) => {
                let local = self.local(&file, depth + 1);
                let called = local.values().filter_map(|local| match local.as_ref() {
                    Local::Workflow(workflow) => Some(workflow.height),
                    Local::Action(_) | Local::Missing(_) | Local::Unreadable { .. } => None,
                });
                let height = 1 + called.max().unwrap_or(0);
                let interface = WorkflowInterface::of(workflow);
                let passages = self.passages(&file, &local);
                let (path, mutable) = (file.path.clone(), self.mutable(&file));
                let secrets = self.secrets(&file, workflow, &local);
                Local::Workflow(LocalWorkflow { path, interface, faults, local, height, passages, mutable, secrets })
            }
            Content::Dependabot(_) | Content::PreCommit(_) | Content::Nothing(_) => {
                Local::Unreadable { path: file.path.clone(), reason: "holds no mapping that could be read".to_owned() }
            }
        }
    }

    /// Follows what a file does with what it is given, if a rule asks.
    fn passages(&self, file: &SourceFile, local: &BTreeMap<String, Arc<Local>>) -> Passages {
        let is_asked_for = INJECTION.iter().any(|rule| self.choice.asks_for(rule));
        if is_asked_for { taint::passages(file, &expressions::read(file), local) } else { Passages::default() }
    }

    /// Lists the secrets that a workflow reads, if a rule asks.
    fn secrets(&self, file: &SourceFile, workflow: &Workflow, local: &BTreeMap<String, Arc<Local>>) -> SecretsRead {
        let is_asked_for = self.choice.asks_for("secrets-inherit");
        if is_asked_for { secrets_read(workflow, &expressions::read(file), local) } else { SecretsRead::default() }
    }

    /// Lists what is wrong with a file for those that use it: what GitHub would refuse, and what is
    /// missing.
    fn faults(&self, file: &SourceFile) -> Vec<Fault> {
        let groups = ["syntax", "schema", "actions"].map(str::to_owned).to_vec();
        let ignore = SEEN_AT_RUN_TIME.map(str::to_owned).to_vec();
        let choice = Choice { select: groups, ignore, ..Choice::default() };
        // A file's own calls, and what it uses of others, are judged where they are written.
        let declared = Arc::clone(&self.declared);
        let surroundings = Surroundings { absent: self.absent(file), declared, ..Surroundings::default() };
        let findings = rules::lint(file, &choice, &surroundings).into_iter();
        let counted = findings.filter(|finding| finding.suppressed.is_none() && hits_users(finding));
        let fault = |finding: Finding| Fault {
            severity: finding.severity,
            place: Related { region: finding.region, message: finding.message },
        };
        counted.map(fault).collect()
    }

    /// Lists the patterns of path filters that match no file below the folder that the workflow is for.
    fn unmatched(&self, file: &SourceFile) -> BTreeSet<String> {
        let Some(workflow) = file.workflow().filter(|_| self.choice.asks_for(UNMATCHED)) else {
            return BTreeSet::new();
        };
        let patterns = glob::patterns(workflow).into_iter().filter(|(_, target)| *target == Matched::Path);
        let patterns: BTreeSet<String> = patterns.map(|(text, _)| text.value).collect();
        if patterns.is_empty() {
            return patterns;
        }
        let base = local_uses::base(self.root, &file.path);
        patterns.into_iter().filter(|pattern| !self.matches_any(&base, pattern)).collect()
    }

    /// Tells whether a pattern matches any file below a folder; the same one is looked up once.
    fn matches_any(&self, base: &Path, pattern: &str) -> bool {
        self.matched.get((base.to_owned(), pattern.to_owned()), |_| self.finds_any(base, pattern))
    }

    fn finds_any(&self, base: &Path, pattern: &str) -> bool {
        let files = self.files.get_or_init(|| {
            let files = repository::files(self.root).into_iter();
            let mut files: Vec<String> = files.map(|path| repository::relative(self.root, &path)).collect();
            files.sort_unstable();
            files
        });
        // The files below a folder stand together, in the same order with its path as without.
        let folder = repository::relative(self.root, base);
        let prefix = if folder.is_empty() { folder } else { format!("{folder}/") };
        let from = files.partition_point(|path| path.as_str() < prefix.as_str());
        let below = files.get(from..).unwrap_or_default().iter().map_while(|path| path.strip_prefix(&prefix));
        PathPattern::new(pattern).matches_any(&below.collect::<Vec<_>>())
    }

    /// Lists the files that an action's manifest names and that are not there.
    fn absent(&self, file: &SourceFile) -> BTreeSet<String> {
        let Some(action) = file.action() else { return BTreeSet::new() };
        let manifest = self.root.join(&file.path);
        let missing = |name: &&Text| !local_uses::exists_beside(&manifest, &name.value);
        named_files(action).filter(missing).map(|name| name.value.clone()).collect()
    }
}

/// The rules whose warnings are a matter of those that use an action, beside all errors: what is meant to
/// run for them does not, and what is meant to warn them says nothing.
const FELT_BY_USERS: [&str; 3] = ["action-file-missing", "action-pre-if-without-pre", "action-deprecation-empty"];

/// The rules of those groups whose findings let the file be used: a step fails when it is its turn.
const SEEN_AT_RUN_TIME: [&str; 6] = [
    "action-input-missing-required",
    "action-input-unknown",
    "action-not-found",
    "duplicate-artifact-name",
    "image-invalid",
    "ref-name-invalid",
];

/// Tells whether a finding in an action or a workflow is a matter of those that use it.
fn hits_users(finding: &Finding) -> bool {
    finding.severity == Severity::Error || FELT_BY_USERS.contains(&finding.rule)
}

/// Returns the files of its own that an action's manifest names.
fn named_files(action: &Action) -> impl Iterator<Item = &Text> {
    let runs = action.node.get("runs");
    let keys: &[&str] = match &action.runs {
        Runs::Composite(_) => &[],
        Runs::Docker { image: Some(image), .. } if image.value.starts_with("docker://") => &[],
        Runs::Docker { .. } => &["image"],
        Runs::Other => &["main", "pre", "post"],
    };
    let named = keys.iter().filter_map(move |key| runs?.get(key)?.text());
    named.filter(|name| !name.value.is_empty() && !name.has_expression())
}

/// What a `uses` may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Action,
    Workflow,
}

/// Lists the local `uses` of a file, each with what it may lead to.
fn uses_of(file: &SourceFile) -> impl Iterator<Item = (&str, Target)> {
    let jobs = file.workflow().map(|workflow| workflow.jobs.as_slice()).unwrap_or_default();
    let calls = jobs.iter().filter_map(|job| job.uses.as_ref()).map(|uses| (uses, Target::Workflow));
    let own = file.action().map(Action::steps).unwrap_or_default();
    let steps = jobs.iter().flat_map(|job| &job.steps).chain(own).flat_map(|step| step.flatten());
    let actions = steps.filter_map(|step| step.uses()).map(|uses| (uses, Target::Action));
    let local = calls.chain(actions).filter(|(uses, _)| !uses.has_expression() && !uses.value.contains('@'));
    local.map(|(uses, target)| (uses.value.trim(), target)).filter(|(uses, _)| {
        matches!(ActionReference::parse(uses), ActionReference::Local(_) | ActionReference::SelfRepository(_))
    })
}
