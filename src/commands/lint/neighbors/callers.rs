//! What starts the workflows of a repository that call each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::{INJECTION, Neighbors, Progress, Target, uses_of};
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Event, Trigger};
use crate::sources::local_uses::{self, Found};
use crate::sources::{repository, workflows};

/// Where a workflow that calls another one of its repository names it.
const PATH: &str = "/.github/workflows/";

/// A workflow that calls others.
#[derive(Debug)]
pub(super) struct Caller {
    path: String,
    triggers: Vec<Trigger>,
    /// The local workflows that it calls, as written.
    uses: Vec<String>,
}

impl Caller {
    /// Reads what a workflow calls; nothing where it calls none of its repository.
    pub(super) fn of(file: &SourceFile) -> Option<Self> {
        let workflow = file.workflow().filter(|_| file.text.contains(PATH))?;
        let called = uses_of(file).filter(|(_, target)| *target == Target::Workflow);
        let uses: Vec<String> = called.map(|(uses, _)| uses.to_owned()).collect();
        let (path, triggers) = (file.path.clone(), workflow.triggers.clone());
        (!uses.is_empty()).then_some(Self { path, triggers, uses })
    }
}

/// The workflows that call others of their repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// What starts each, by its path.
    triggers: BTreeMap<String, Vec<Trigger>>,
    /// The paths of those that call a workflow, by its path.
    callers: BTreeMap<String, BTreeSet<String>>,
}

impl Calls {
    /// Returns what starts those that call a workflow, directly or through others; nothing where not all of them are
    /// known.
    fn starting(&self, path: &str) -> Option<Arc<[Trigger]>> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![path];
        while let Some(called) = open.pop() {
            for caller in self.callers.get(called)?.iter().filter(|caller| seen.insert(caller.as_str())) {
                let triggers = self.triggers.get(caller).map(Vec::as_slice).unwrap_or_default();
                let is_called = |trigger: &&Trigger| trigger.event == Some(Event::WorkflowCall);
                found.extend(triggers.iter().filter(|trigger| !is_called(trigger)).cloned());
                open.extend(triggers.iter().find(is_called).map(|_| caller.as_str()));
            }
        }
        Some(found.into())
    }
}

impl Neighbors<'_> {
    /// Returns what starts the workflows of the repository that call a workflow, if a rule asks and they are known.
    pub(super) fn callers(&self, file: &SourceFile) -> Option<Arc<[Trigger]>> {
        let workflow = file.workflow()?;
        let is_asked_for = INJECTION.iter().any(|rule| self.choice.asks_for(rule));
        if !is_asked_for || !workflow.is_triggered_by(Event::WorkflowCall) {
            return None;
        }
        let base = local_uses::base(self.root, &file.path);
        self.calls.get(base, |base| Arc::new(self.calls_below(base))).starting(&file.path)
    }

    fn calls_below(&self, base: &Path) -> Calls {
        let mut calls = Calls::default();
        let paths = workflows::of_folder(&base.join(".github/workflows"));
        for caller in paths.iter().filter_map(|path| self.caller(path)) {
            let found = caller.uses.iter().filter_map(|uses| self.place(base, uses, Target::Workflow));
            for path in found.filter_map(Found::file) {
                let called = repository::relative(self.root, &path);
                calls.callers.entry(called).or_default().insert(caller.path.clone());
            }
            calls.triggers.insert(caller.path.clone(), caller.triggers.clone());
        }
        calls
    }

    /// Returns what a workflow calls. One that had its turn is not read again.
    fn caller(&self, path: &Path) -> Option<Arc<Caller>> {
        if let Some(Progress::Past(known)) = self.waiting().get(path.as_os_str()) {
            return known.clone();
        }
        if !self.mentions(path, PATH) {
            return None;
        }
        Caller::of(&*self.ahead(path).ok()?).map(Arc::new)
    }
}
