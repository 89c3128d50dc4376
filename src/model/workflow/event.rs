//! Events and the filters on them.

use crate::model::yaml::{Node, Text};

macro_rules! events {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// An event that can start a workflow
        /// (<https://docs.github.com/actions/reference/events-that-trigger-workflows>).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the variants are GitHub's own names")]
        pub enum Event { $($variant),+ }

        impl Event {
            /// All events, by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns GitHub's name for the event.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

events! {
    BranchProtectionRule = "branch_protection_rule",
    CheckRun = "check_run",
    CheckSuite = "check_suite",
    Create = "create",
    Delete = "delete",
    Deployment = "deployment",
    DeploymentStatus = "deployment_status",
    Discussion = "discussion",
    DiscussionComment = "discussion_comment",
    Fork = "fork",
    Gollum = "gollum",
    ImageVersion = "image_version",
    IssueComment = "issue_comment",
    Issues = "issues",
    Label = "label",
    MergeGroup = "merge_group",
    Milestone = "milestone",
    PageBuild = "page_build",
    Project = "project",
    ProjectCard = "project_card",
    ProjectColumn = "project_column",
    Public = "public",
    PullRequest = "pull_request",
    PullRequestComment = "pull_request_comment",
    PullRequestReview = "pull_request_review",
    PullRequestReviewComment = "pull_request_review_comment",
    PullRequestTarget = "pull_request_target",
    Push = "push",
    RegistryPackage = "registry_package",
    Release = "release",
    RepositoryDispatch = "repository_dispatch",
    Schedule = "schedule",
    Status = "status",
    Watch = "watch",
    WorkflowCall = "workflow_call",
    WorkflowDispatch = "workflow_dispatch",
    WorkflowRun = "workflow_run",
}

impl Event {
    /// Finds an event by GitHub's name for it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.name() == name)
    }
}

/// One entry of `on`.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The event's name as written.
    pub name: Text,
    /// The event, if GitHub knows it.
    pub event: Option<Event>,
    /// What stands under the event: filters, inputs, types; `None` where `on` is a list.
    pub node: Option<Node>,
}

impl Trigger {
    /// Returns the values of a filter such as `branches`, `types` or `paths`.
    pub fn filter(&self, key: &str) -> Vec<Text> {
        self.node.as_ref().and_then(|node| node.get(key)).map(Node::texts).unwrap_or_default()
    }

    /// Returns the names declared under a mapping such as `inputs`, `secrets` or `outputs`.
    pub fn declared(&self, key: &str) -> Vec<&Text> {
        self.declarations(key).map(|(name, _)| name).collect()
    }

    /// Returns what is declared under a mapping such as `inputs`, `secrets` or `outputs`: the names
    /// and what is said about each.
    pub fn declarations(&self, key: &str) -> impl Iterator<Item = (&Text, &Node)> {
        let node = self.node.as_ref().and_then(|node| node.get(key));
        node.map(Node::entries).unwrap_or_default().iter().map(|entry| (&entry.key, &entry.value))
    }
}
