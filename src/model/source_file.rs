//! A file as the linter sees it: its text, its tree, and what it is.

use super::excerpt::Excerpt;
use super::finding::Region;
use super::place::{LineIndex, Position, Span};
use super::workflow::{Action, Workflow};
use super::yaml::{Document, Node};

/// A file with everything that rules ask it about.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path relative to the repository's root, with slashes.
    pub path: String,
    /// The text.
    pub text: String,
    /// Where its lines start.
    pub lines: LineIndex,
    /// The YAML tree; the parts of `content` point into the same text.
    pub document: Document,
    /// What the file is.
    pub content: Content,
}

/// What a file is.
#[derive(Clone, Debug)]
pub enum Content {
    /// A workflow.
    Workflow(Workflow),
    /// An action's manifest.
    Action(Action),
    /// What Dependabot is to keep up to date: `dependabot.yml`, by its top mapping.
    Dependabot(Node),
    /// The hooks of pre-commit: `.pre-commit-config.yaml`, by its top mapping.
    PreCommit(Node),
    /// A file that holds nothing to read: empty, not YAML, or no mapping.
    Nothing(Kind),
}

/// What a file is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A workflow.
    Workflow,
    /// An action's manifest.
    Action,
    /// The configuration of Dependabot.
    Dependabot,
    /// The configuration of pre-commit.
    PreCommit,
}

impl Kind {
    /// Tells whether GitHub Actions reads such files, with its rules for YAML and its expressions.
    pub fn is_of_actions(self) -> bool {
        match self {
            Self::Workflow | Self::Action => true,
            Self::Dependabot | Self::PreCommit => false,
        }
    }
}

impl SourceFile {
    /// Returns what the file is meant to be.
    pub fn kind(&self) -> Kind {
        match &self.content {
            Content::Workflow(_) => Kind::Workflow,
            Content::Action(_) => Kind::Action,
            Content::Dependabot(_) => Kind::Dependabot,
            Content::PreCommit(_) => Kind::PreCommit,
            Content::Nothing(kind) => *kind,
        }
    }

    /// Returns the workflow, if the file is one.
    pub fn workflow(&self) -> Option<&Workflow> {
        match &self.content {
            Content::Workflow(workflow) => Some(workflow),
            Content::Action(_) | Content::Dependabot(_) | Content::PreCommit(_) | Content::Nothing(_) => None,
        }
    }

    /// Returns the action, if the file is one.
    pub fn action(&self) -> Option<&Action> {
        match &self.content {
            Content::Action(action) => Some(action),
            Content::Workflow(_) | Content::Dependabot(_) | Content::PreCommit(_) | Content::Nothing(_) => None,
        }
    }

    /// Turns a range of bytes into lines and columns.
    pub fn region(&self, span: Span) -> Region {
        let start = self.lines.position(&self.text, span.start);
        let end = self.lines.position(&self.text, span.end);
        Region { path: self.path.clone(), start, end }
    }

    /// Cuts out the text around a byte, whose position is known.
    pub fn excerpt(&self, offset: usize, position: Position) -> Excerpt {
        let start = self.lines.start(position.line);
        Excerpt::around(self.lines.line(&self.text, position.line), offset.saturating_sub(start), position.column)
    }
}
