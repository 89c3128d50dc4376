//! What is known of the world around a file, gathered before rules judge it.
//!
//! Rules ask nothing of disk or network: what they may know beside the file itself stands here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::declared::Declared;
use super::finding::{Related, Severity};
use super::interface::{ActionInterface, WorkflowInterface};
use super::passages::Passages;
use super::remark::Remark;
use super::remote::{CommitHash, RemoteReference, RemoteReferences};
use super::workflow::Trigger;

/// What is known of the world around one file.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Where the file's local `uses` lead, by the value as written without surrounding blanks. What
    /// is not listed was not looked up.
    pub local: BTreeMap<String, Arc<Local>>,
    /// What starts the workflows of the repository that call the file, directly or through others; `None` where
    /// there are none, or nobody has looked.
    pub callers: Option<Arc<[Trigger]>>,
    /// The files that an action's manifest names as its own, as written, and that are not there.
    pub absent: BTreeSet<String>,
    /// The patterns of the file's path filters, as written, that match no file of the repository.
    pub unmatched: BTreeSet<String>,
    /// What GitHub says about the actions and workflows of other repositories; `None` where it was
    /// not asked.
    pub remote: Option<Arc<RemoteReferences>>,
    /// What the repository says about the world around it.
    pub declared: Arc<Declared>,
    /// What programs that check scripts say about the file's.
    pub remarks: Vec<Remark>,
    /// What the image of the action that the file describes takes and that can change without it, as far as
    /// a rule asks.
    pub built: Vec<Related>,
    /// What strangers can put into the caches of the repository, and what is published of them.
    pub caches: Arc<CachePaths>,
    /// The rules that have nothing to go by, since nobody has gathered it.
    pub silent: Vec<&'static str>,
}

impl Surroundings {
    /// Returns where a local `uses` leads, if it was looked up.
    pub fn local(&self, uses: &str) -> Option<&Arc<Local>> {
        self.local.get(uses.trim())
    }

    /// Returns the commit that a reference of another repository leads to, if GitHub was asked.
    pub fn commit(&self, reference: &RemoteReference) -> Option<&CommitHash> {
        self.remote.as_ref()?.commit(reference)
    }

    /// Returns the action that a local `uses` leads to, if it can be read.
    pub fn action(&self, uses: &str) -> Option<&LocalAction> {
        match self.local(uses)?.as_ref() {
            Local::Action(action) => Some(action),
            Local::Workflow(_) | Local::Missing(_) | Local::Unreadable { .. } => None,
        }
    }

    /// Returns the workflow that a local `uses` leads to, if it can be read.
    pub fn workflow(&self, uses: &str) -> Option<&LocalWorkflow> {
        match self.local(uses)?.as_ref() {
            Local::Workflow(workflow) => Some(workflow),
            Local::Action(_) | Local::Missing(_) | Local::Unreadable { .. } => None,
        }
    }
}

/// The ways by which code of strangers gets into what a repository publishes, through its caches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CachePaths {
    /// Where strangers can fill caches of the default branch.
    pub filled: Vec<Related>,
    /// Where what is published restores caches; empty if nobody can fill them.
    pub published: Vec<Related>,
}

/// Where a local `uses` leads.
#[derive(Clone, Debug)]
pub enum Local {
    /// To an action.
    Action(LocalAction),
    /// To a workflow.
    Workflow(LocalWorkflow),
    /// To nothing.
    Missing(Absence),
    /// To a file that cannot be read as text.
    Unreadable {
        /// The file, relative to the repository's root.
        path: String,
        /// Why not.
        reason: String,
    },
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The file, or the whole folder of an action.
    Everything,
    /// The folder is there, but holds neither a manifest nor a Dockerfile.
    Manifest,
}

/// An action of the repository.
#[derive(Clone, Debug)]
pub struct LocalAction {
    /// The manifest's path, relative to the repository's root.
    pub path: String,
    /// What it offers.
    pub interface: ActionInterface,
    /// What is wrong with its manifest.
    pub faults: Vec<Fault>,
    /// What it does with what it is given.
    pub passages: Passages,
    /// What it uses that can change without it, through all that it uses itself, as far as a rule asks.
    pub mutable: Vec<Related>,
}

impl LocalAction {
    /// Tells whether the interface is all that the manifest means to say: an error may hide some.
    pub fn is_sound(&self) -> bool {
        self.faults.iter().all(|fault| fault.severity < Severity::Error)
    }
}

/// Something wrong with a file that others use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is, and what.
    pub place: Related,
}

/// A reusable workflow of the repository.
#[derive(Clone, Debug)]
pub struct LocalWorkflow {
    /// The path, relative to the repository's root.
    pub path: String,
    /// What it takes and gives; `None` where `workflow_call` does not trigger it.
    pub interface: Option<WorkflowInterface>,
    /// What is wrong with the file.
    pub faults: Vec<Fault>,
    /// Where its own local `uses` lead, as far as they were followed.
    pub local: BTreeMap<String, Arc<Local>>,
    /// How many workflows the longest chain of calls from here has, this one included.
    pub height: usize,
    /// What it does with what it is given.
    pub passages: Passages,
    /// What it uses that can change without it, through all that it uses itself, as far as a rule asks.
    pub mutable: Vec<Related>,
    /// Which secrets it reads, as far as a rule asks.
    pub secrets: SecretsRead,
}

/// The secrets that a called workflow reads, through all that it hands every secret on to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretsRead {
    /// Their names in upper case, without the token that GitHub makes for the job.
    pub names: BTreeSet<String>,
    /// Whether there may be others: a name is computed, or all are handed on to what is not known.
    pub is_open: bool,
    /// Whether a job runs in an environment, which may have secrets of its own.
    pub in_environment: bool,
}

impl SecretsRead {
    /// Adds what another workflow reads.
    pub fn add(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.is_open |= other.is_open;
        self.in_environment |= other.in_environment;
    }
}

impl LocalWorkflow {
    /// Returns the workflow that a job of this one calls, if it was followed.
    pub fn called(&self, uses: &str) -> Option<&Self> {
        match self.local.get(uses)?.as_ref() {
            Local::Workflow(workflow) => Some(workflow),
            Local::Action(_) | Local::Missing(_) | Local::Unreadable { .. } => None,
        }
    }
}
