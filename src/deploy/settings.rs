//! What is written about deployments.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::checklist::{Attestation, Item};

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The folder of the files that survive a kill, relative to the repository's root.
    pub state: PathBuf,
    /// A shell's command that builds.
    pub build: Option<String>,
    /// A shell's command that tests.
    pub test: Option<String>,
    /// What is packed.
    pub package: Option<Package>,
    /// The environments by name.
    pub environments: BTreeMap<String, Environment>,
}

/// What is packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The archive is `NAME-VERSION.tar.gz`.
    pub name: String,
    /// Files and folders, relative to the repository's root.
    pub files: Vec<String>,
    /// The folder that archives are written to, relative to the repository's root.
    pub folder: PathBuf,
}

/// An environment. Commands are those of a shell.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Deploys, where no command is typed.
    pub command: Option<String>,
    /// Backs up what a deployment may destroy.
    pub backup: Option<String>,
    /// Brings a version back.
    pub rollback: Option<Rollback>,
    /// Tries what was deployed.
    pub smoke: Option<String>,
    /// Where people find it.
    pub url: Option<String>,
    /// How it is verified.
    pub verify: Verification,
    /// How long it is watched after a rollback.
    pub watch: Duration,
    /// How long a command, or a workflow, may take.
    pub timeout: Duration,
    /// The boxes that must be ticked before a deployment; `None` takes what is usual.
    pub checklist: Option<Vec<Item>>,
    /// Boxes that somebody vouches for.
    pub attestations: BTreeMap<Item, Attestation>,
}

/// How a version is brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// By a shell's command.
    Command(String),
    /// By a workflow that is started.
    Workflow {
        /// Its file below `.github/workflows`.
        file: String,
        /// The branch or tag whose file is run; the default branch's where none is named.
        reference: Option<String>,
        /// Its inputs, with `{version}`, `{commit}`, `{ref}`, `{environment}` and `{deployment}`.
        inputs: BTreeMap<String, String>,
    },
}

/// How what was deployed is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// How long it may take until all endpoints answer.
    pub ready: Duration,
    /// How long they are watched from then on.
    pub length: Duration,
    /// The time between two probes.
    pub every: Duration,
    /// Failed probes of an endpoint in a row that are too many.
    pub failures: usize,
    /// The share of an endpoint's failed probes that is too much.
    pub errors: f64,
    /// How many times slower than before is too slow; `None` does not compare.
    pub slower: Option<f64>,
    /// Figures of the service's own that are watched.
    pub metrics: Vec<Watched>,
}

/// A figure that a service tells as metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// Where its metrics are.
    pub url: String,
    /// The metric's name; samples with different labels are added up.
    pub name: String,
    /// What it must stay below.
    pub below: Option<f64>,
    /// How much it may grow in a minute.
    pub growth: Option<f64>,
}

impl Default for Settings {
    fn default() -> Self {
        let state = PathBuf::from(".plimsoll/deploy");
        Self { state, build: None, test: None, package: None, environments: BTreeMap::new() }
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            command: None,
            backup: None,
            rollback: None,
            smoke: None,
            url: None,
            verify: Verification::default(),
            watch: Duration::from_mins(10),
            timeout: Duration::from_mins(30),
            checklist: None,
            attestations: BTreeMap::new(),
        }
    }
}

impl Default for Verification {
    fn default() -> Self {
        Self {
            ready: Duration::from_secs(30),
            length: Duration::from_mins(1),
            every: Duration::from_secs(2),
            failures: 3,
            errors: 0.05,
            slower: Some(3.0),
            metrics: Vec::new(),
        }
    }
}
