//! A deployment: what is brought to which environment, how far it is, and how it ended.
//!
//! It is kept in a file while it runs, so that whoever comes after a kill knows where to go on; the
//! types here are what stands in that file.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A deployment with everything that is known of it so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// The number that the tables and GitHub know it by.
    pub id: u64,
    /// Whether GitHub gave the number, and is told how it goes on.
    #[serde(default)]
    pub at_github: bool,
    /// Whether it brings something new, or something old back.
    #[serde(default)]
    pub kind: Kind,
    /// Where it goes to.
    pub environment: String,
    /// What it is called.
    pub version: String,
    /// The branch, tag or commit that was asked for; empty where it is not known.
    #[serde(default)]
    pub reference: String,
    /// The commit's full hash; empty where it is not known.
    #[serde(default)]
    pub commit: String,
    /// The command that deploys, as a program with its arguments.
    #[serde(default)]
    pub command: Vec<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// What is being done; the file says so before it begins.
    pub step: Step,
    /// When that began.
    pub began_at: Timestamp,
    /// The process that does it, where one was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
    /// What was done, in the order of time.
    #[serde(default)]
    pub done: Vec<Done>,
    /// What was there before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Version>,
    /// How the endpoints were before.
    #[serde(default)]
    pub before: Vec<Level>,
    /// The archive that was packed, relative to the repository's root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// What went wrong first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// How it ended; the file keeps it until the next deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// What was left out on purpose: `tests`, `backup`, `gates`.
    #[serde(default)]
    pub omitted: Vec<String>,
    /// The number of the rollback, where GitHub gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_id: Option<u64>,
    /// The run of the workflow that takes it back, where one was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_run: Option<u64>,
    /// What people should know.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// What a deployment is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// To bring something new.
    #[default]
    Deployment,
    /// To bring something back that was there before.
    Rollback,
}

/// What is done one after the other. The order is that of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The build command runs.
    Build,
    /// The test command runs.
    Test,
    /// Files are packed into an archive.
    Package,
    /// The endpoints are measured before anything changes.
    Measure,
    /// The back-up command runs.
    BackUp,
    /// The command runs that deploys. From here on something may have changed.
    Deploy,
    /// The new version is watched.
    Verify,
    /// The version before is brought back.
    RollBack,
    /// It is checked that it is back.
    Recover,
    /// It is watched for a while more.
    Watch,
    /// The tables, GitHub and people are told.
    Record,
    /// Nothing is left to do.
    Ended,
}

/// A step that was gone through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Which.
    pub step: Step,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What it came to.
    pub result: StepResult,
    /// More about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepResult {
    /// All well.
    Passed,
    /// Not so.
    Failed,
    /// It was cut off, and nobody knows what it came to.
    Interrupted,
}

/// A process, told from a later one with the same number by when it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number, which is also that of its group.
    pub id: u32,
    /// Ticks of the kernel's clock from its start to that of the process, see proc(5).
    pub started: u64,
}

/// A version that was deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The deployment that brought it.
    pub deployment: u64,
    /// What it is called.
    pub version: String,
    /// The branch, tag or commit; empty where it is not known.
    #[serde(default)]
    pub reference: String,
    /// The commit; empty where it is not known.
    #[serde(default)]
    pub commit: String,
}

/// A deployment as GitHub keeps it, by whomever it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its number.
    pub id: u64,
    /// Where it went to.
    pub environment: String,
    /// The branch, tag or commit that was asked for.
    pub reference: String,
    /// The commit.
    pub commit: String,
    /// What it is called, where this program made it.
    pub version: Option<String>,
    /// The deployment that it takes back, where this program made it.
    pub rollback_of: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its states with when it came to them, oldest first.
    pub statuses: Vec<(String, Timestamp)>,
}

/// How an endpoint was before a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The endpoint's name within the environment.
    pub endpoint: String,
    /// The median of its answers in milliseconds; `None` where it did not answer.
    pub median_ms: Option<f64>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// In which step.
    pub step: Step,
    /// When it was known.
    pub at: Timestamp,
    /// What, in a sentence.
    pub reason: String,
}

/// How a deployment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// What was asked for is there, and well as far as it was looked at.
    Succeeded,
    /// It failed before anything was changed.
    Unchanged,
    /// It failed, and the version before is back.
    RolledBack,
    /// It failed, and whoever is responsible has to look.
    Broken,
}

/// A step that is to come, with what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Which.
    pub step: Step,
    /// What is done, in a sentence or as the command.
    pub what: String,
}

/// A box of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedBox {
    /// Its word.
    pub name: &'static str,
    /// How it stands.
    pub standing: Standing,
}

/// How a box stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is proven by this.
    Proven(String),
    /// Somebody vouches for it.
    Attested(String),
    /// Neither, and this would help.
    Open(String),
}

/// What is told of a deployment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeploymentReport {
    /// What it is about, such as `deployment of 1.2.3 to staging`.
    pub title: String,
    /// What is to come, where nothing was done.
    pub plan: Vec<Planned>,
    /// The checklist, where it was looked at.
    pub checklist: Vec<CheckedBox>,
    /// Why nothing was done.
    pub refusals: Vec<String>,
    /// How it went.
    pub deployment: Option<Deployment>,
    /// What people should know.
    pub notes: Vec<String>,
}

impl Standing {
    /// Returns its word and what it rests on.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Proven(what) => ("proven", what),
            Self::Attested(who) => ("attested", who),
            Self::Open(what) => ("open", what),
        }
    }

    /// Tells whether it stands in the way.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }
}

impl Step {
    /// All steps, in the order of time.
    pub const ALL: [Self; 12] = [
        Self::Build,
        Self::Test,
        Self::Package,
        Self::Measure,
        Self::BackUp,
        Self::Deploy,
        Self::Verify,
        Self::RollBack,
        Self::Recover,
        Self::Watch,
        Self::Record,
        Self::Ended,
    ];

    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Test => "test",
            Self::Package => "package",
            Self::Measure => "measure",
            Self::BackUp => "back up",
            Self::Deploy => "deploy",
            Self::Verify => "verify",
            Self::RollBack => "roll back",
            Self::Recover => "recover",
            Self::Watch => "watch",
            Self::Record => "record",
            Self::Ended => "ended",
        }
    }
}

impl StepResult {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

impl Kind {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::Rollback => "rollback",
        }
    }
}

impl Ending {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Unchanged => "failed before anything was changed",
            Self::RolledBack => "failed and was rolled back",
            Self::Broken => "failed, and needs somebody to look",
        }
    }

    /// Returns the state that the tables and GitHub's deployments know.
    pub fn state(self) -> &'static str {
        match self {
            Self::Succeeded => "success",
            // Nothing was deployed: GitHub's word for a deployment that could not be made.
            Self::Unchanged => "error",
            Self::RolledBack | Self::Broken => "failure",
        }
    }
}

impl Deployment {
    /// Returns what it is about in a few words: `deployment of 1.2.3 to staging`.
    pub fn title(&self) -> String {
        format!("{} of {} to {}", self.kind.word(), self.version, self.environment)
    }

    /// Returns the version that it brings.
    pub fn itself(&self) -> Version {
        Version {
            deployment: self.id,
            version: self.version.clone(),
            reference: self.reference.clone(),
            commit: self.commit.clone(),
        }
    }

    /// Tells whether it is being taken back.
    pub fn goes_back(&self) -> bool {
        self.kind == Kind::Deployment && self.step >= Step::RollBack
    }

    /// Returns the version that its step is to bring about: what was there before while it is taken back, its own
    /// otherwise. All of it is empty where nobody knows what was there before.
    pub fn intended(&self) -> Version {
        if self.goes_back() { self.previous.clone().unwrap_or_default() } else { self.itself() }
    }

    /// Returns a step that was gone through; the last time, where it was more than once.
    pub fn step_done(&self, step: Step) -> Option<&Done> {
        self.done.iter().rev().find(|done| done.step == step)
    }

    /// Tells whether something may have changed in the environment.
    pub fn has_begun_to_change(&self) -> bool {
        self.step >= Step::Deploy && self.step < Step::Record
            || self.done.iter().any(|done| done.step == Step::Deploy || done.step == Step::RollBack)
    }
}
