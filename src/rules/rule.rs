//! What a rule is: what it is called and about, how bad its findings are, and what it looks at.

use super::StepPlace;
use super::reporter::Reporter;
use crate::detectors::glob::Fault;
use crate::expressions::Site;
use crate::knowledge::schema::Topic;
use crate::model::finding::{self, Confidence, Fixable, Persona, RuleInfo, Severity};
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Action, Job, Workflow};
use crate::model::yaml::{Node, Text};

/// What a rule finds is about one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The file as YAML.
    Syntax,
    /// The keys and shapes that GitHub knows.
    Schema,
    /// `${{ … }}`.
    Expressions,
    /// Triggers and their filters.
    Events,
    /// Jobs, their order and their runners.
    Jobs,
    /// What `uses` refers to.
    Actions,
    /// Scripts.
    Shell,
    /// Untrusted input that becomes code.
    Injection,
    /// Code that others can change.
    SupplyChain,
    /// What tokens may do.
    Permissions,
    /// Where secrets go.
    Secrets,
    /// Failures that are hidden or hang.
    Reliability,
    /// Time and money.
    Performance,
    /// Order and clarity.
    Hygiene,
    /// What a repository lacks for production.
    Readiness,
}

impl Group {
    /// Returns the group's name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Schema => "schema",
            Self::Expressions => "expressions",
            Self::Events => "events",
            Self::Jobs => "jobs",
            Self::Actions => "actions",
            Self::Shell => "shell",
            Self::Injection => "security/injection",
            Self::SupplyChain => "security/supply-chain",
            Self::Permissions => "security/permissions",
            Self::Secrets => "security/secrets",
            Self::Reliability => "reliability",
            Self::Performance => "performance",
            Self::Hygiene => "hygiene",
            Self::Readiness => "readiness",
        }
    }
}

/// A lint rule.
#[derive(Debug)]
pub struct Rule {
    /// The id: kebab-case, naming the bad thing, the same as the module with dashes.
    pub id: &'static str,
    /// The documentation as Markdown; its first line is the summary.
    pub documentation: &'static str,
    /// What it is about.
    pub group: Group,
    /// The version it came with.
    pub since: &'static str,
    /// The severity of its findings unless they say otherwise.
    pub severity: Severity,
    /// How sure its findings are unless they say otherwise.
    pub confidence: Confidence,
    /// Who sees its findings unless they say otherwise.
    pub persona: Persona,
    /// Whether it asks GitHub's API, and so checks nothing offline.
    pub network: bool,
    /// Whether its findings can be mended by the program.
    pub fixable: Fixable,
    /// The peers' rules that report the same thing.
    pub peers: &'static [(&'static str, &'static [&'static str])],
    /// What it looks at.
    pub checks: &'static [Check],
}

impl Rule {
    /// Tells whether a name is the rule's id, its group, or a group above it such as `security`.
    pub fn is_named(&self, name: &str) -> bool {
        finding::is_named(name, self.id, self.group.name())
    }

    /// Returns what other rooms may know of the rule.
    pub fn info(&self) -> RuleInfo {
        RuleInfo {
            id: self.id,
            group: self.group.name(),
            summary: self.documentation.lines().next().unwrap_or_default().trim(),
            documentation: self.documentation,
            severity: self.severity,
            persona: self.persona,
            since: self.since,
            network: self.network,
            fixable: self.fixable,
            peers: self.peers,
        }
    }
}

/// A rule's function by what it looks at; the engine walks a file once and calls each at its
/// depth.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A workflow or an action as a whole: text, tree, comments, anchors, and what stands between jobs.
    File(fn(&SourceFile, &mut Reporter<'_>)),
    /// A file as YAML, whatever it is.
    Yaml(fn(&SourceFile, &mut Reporter<'_>)),
    /// What is wrong with the file's shape; every issue of the topic is a finding.
    Schema(Topic),
    /// The faults of one kind in the patterns of event filters.
    Filter(Fault),
    /// A workflow.
    Workflow(fn(&Workflow, &mut Reporter<'_>)),
    /// A job.
    Job(fn(&Workflow, &Job, &mut Reporter<'_>)),
    /// An expression.
    Expression(fn(&Site<'_>, &mut Reporter<'_>)),
    /// The value of a `uses`: of a step, or of a job that calls a workflow.
    Uses(fn(&Text, &mut Reporter<'_>)),
    /// A step of a job or of a composite action.
    Step(fn(&StepPlace<'_>, &mut Reporter<'_>)),
    /// An action's manifest.
    Action(fn(&Action, &mut Reporter<'_>)),
    /// What Dependabot is to keep up to date: an item of `updates`.
    Update(fn(&Node, &mut Reporter<'_>)),
    /// The address of a repository of hooks of pre-commit.
    Hooks(fn(&Text, &mut Reporter<'_>)),
}
