//! What a scorecard says: criteria with their verdicts, categories with their scores, gaps, a plan.

use super::place::Position;

pub use super::category::Category;
pub use super::finding::Problem;
pub use super::score::{Fraction, Score};

/// How well a criterion is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Not at all.
    Missing,
    /// By half.
    Partial,
    /// Fully.
    Present,
    /// It is not asked here.
    NotApplicable,
}

impl Status {
    /// Returns the word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Partial => "partial",
            Self::Present => "present",
            Self::NotApplicable => "n/a",
        }
    }

    /// Returns the halves it earns; `None` where it is left out.
    pub fn halves(self) -> Option<u8> {
        match self {
            Self::Missing => Some(0),
            Self::Partial => Some(1),
            Self::Present => Some(2),
            Self::NotApplicable => None,
        }
    }

    /// Tells whether there is something to close.
    pub fn is_gap(self) -> bool {
        matches!(self, Self::Missing | Self::Partial)
    }
}

/// How bad it is when a criterion is missing; the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Nice to have.
    Low,
    /// Should be closed.
    Medium,
    /// Should be closed soon.
    High,
    /// Blocks production.
    Critical,
}

impl Priority {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How much work it takes to close a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// A line or a file.
    Small,
    /// A day.
    Medium,
    /// A week.
    Large,
}

impl Effort {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Small => "S",
            Self::Medium => "M",
            Self::Large => "L",
        }
    }
}

/// What proves a verdict, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The path relative to the root.
    pub path: String,
    /// The place in the file.
    pub position: Position,
    /// What stands there.
    pub seen: String,
}

impl Evidence {
    /// Tells whether the place is in a file of the repository, and not a page of GitHub.
    pub fn is_in_file(&self) -> bool {
        !self.path.starts_with("settings/")
    }
}

/// What was found out about a criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How well it is met.
    pub status: Status,
    /// Why, in one sentence.
    pub because: String,
    /// What proves it.
    pub evidence: Vec<Evidence>,
    /// For a gap: where was looked and for what.
    pub looked_for: Vec<String>,
}

/// How a criterion's box came to be ticked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// By what stands in files.
    Evidence,
    /// By a person's word, in the configuration.
    Attestation,
    /// By the configuration or the profile, which does not ask for it.
    Configuration,
}

/// A criterion with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The id.
    pub id: &'static str,
    /// The category it counts in.
    pub category: Category,
    /// What it asks for, in one line.
    pub title: &'static str,
    /// The points inside the category.
    pub points: u8,
    /// How bad it is when it is missing.
    pub priority: Priority,
    /// How much work it takes.
    pub effort: Effort,
    /// What goes wrong without it.
    pub impact: &'static str,
    /// What closes the gap.
    pub closes_with: &'static str,
    /// The verdict.
    pub verdict: Verdict,
    /// Where the verdict comes from.
    pub source: Source,
    /// The file that `plimsoll init --close` would write, where it has one for this.
    pub writes: Option<String>,
}

/// The parts of the checklist, in the order a reviewer reads them.
pub const CHECKLIST: [&str; 9] = [
    "Workflow practices",
    "Tests and quality",
    "Security",
    "Environments and deployment",
    "Infrastructure",
    "Monitoring",
    "Releases",
    "Recovery",
    "Documentation",
];

impl Judged {
    /// Returns the part of the checklist that the criterion belongs to, one of [`CHECKLIST`].
    pub fn part(&self) -> &'static str {
        let documents = [
            "changelog",
            "security-policy",
            "runbook",
            "rto-rpo",
            "retention",
            "postmortem",
            "docs-check",
            "docs-published",
        ];
        if documents.contains(&self.id) {
            return "Documentation";
        }
        match self.category {
            Category::CiPipeline => "Workflow practices",
            Category::TestingQuality => "Tests and quality",
            Category::Security => "Security",
            Category::Deployment => "Environments and deployment",
            Category::Infrastructure => "Infrastructure",
            Category::Observability => "Monitoring",
            Category::Release => "Releases",
            Category::Recovery => "Recovery",
        }
    }

    /// Tells whether it is a gap that keeps a repository from production.
    pub fn blocks(&self) -> bool {
        self.priority == Priority::Critical && self.verdict.status == Status::Missing
    }
}

/// How the reason begins of a verdict that only the API can give.
pub const NEEDS_TOKEN: &str = "needs a token";

/// Whether a repository can go to production.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readiness {
    /// A critical criterion is missing.
    NotReady,
    /// A high one is missing.
    ReadyWithGaps,
    /// Neither.
    Ready,
}

impl Readiness {
    /// Returns the word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotReady => "not-ready",
            Self::ReadyWithGaps => "ready-with-gaps",
            Self::Ready => "ready",
        }
    }
}

/// A category with its score and criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryScore {
    /// The category.
    pub category: Category,
    /// Its weight.
    pub weight: u8,
    /// The score; `None` when no criterion applies.
    pub score: Option<Score>,
    /// Its criteria, in the table's order.
    pub criteria: Vec<Judged>,
}

/// A part of the action plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// What the part is for.
    pub title: &'static str,
    /// The criteria to close, the most rewarding first.
    pub criteria: Vec<&'static str>,
    /// The overall score once they are closed.
    pub score_after: Score,
}

/// What a repository is, and why we think so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChoice {
    /// The profile's name.
    pub name: &'static str,
    /// Why.
    pub why: String,
}

/// Something that the configuration changed, or that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(pub String);

/// A scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    /// What the repository is taken for.
    pub profile: ProfileChoice,
    /// The overall score.
    pub overall: Score,
    /// The overall score of the last record, in hundredths.
    pub previous: Option<u32>,
    /// The last records of the categories, in hundredths.
    pub previous_categories: Vec<(Category, u32)>,
    /// Whether it can go to production.
    pub readiness: Readiness,
    /// The categories.
    pub categories: Vec<CategoryScore>,
    /// The gaps, worst first.
    pub gaps: Vec<&'static str>,
    /// What to do first.
    pub plan: Vec<Phase>,
    /// What the configuration changed.
    pub notes: Vec<Note>,
    /// The files that could not be read.
    pub problems: Vec<Problem>,
    /// The file that a gap without a place of its own is shown at.
    pub anchor: String,
}

/// A scorecard among several, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The repository, as it was named.
    pub name: String,
    /// Its scorecard.
    pub scorecard: Scorecard,
}

/// The three lists that the checklist's parts make, each with a heading.
pub const CHECKLISTS: [(&str, &[&str]); 3] = [
    ("Workflow practices audit", &["Workflow practices", "Tests and quality", "Releases"]),
    ("Security checklist", &["Security"]),
    (
        "Go-live checklist",
        &["Environments and deployment", "Infrastructure", "Monitoring", "Recovery", "Documentation"],
    ),
];

impl Scorecard {
    /// Returns all criteria, in the table's order.
    pub fn criteria(&self) -> impl Iterator<Item = &Judged> {
        self.categories.iter().flat_map(|category| &category.criteria)
    }

    /// Returns the change of the overall score since the last record, in hundredths.
    pub fn change(&self) -> Option<i64> {
        let now = i64::try_from(self.overall.hundredths()).ok()?;
        Some(now - i64::from(self.previous?))
    }

    /// Returns the change of a category's score since the last record, in hundredths.
    pub fn category_change(&self, category: &CategoryScore) -> Option<i64> {
        let (_, before) = self.previous_categories.iter().find(|(other, _)| *other == category.category)?;
        let now = i64::try_from(category.score?.hundredths()).ok()?;
        Some(now - i64::from(*before))
    }

    /// Finds a criterion by its id.
    pub fn criterion(&self, id: &str) -> Option<&Judged> {
        self.criteria().find(|judged| judged.id == id)
    }

    /// Counts the criteria with a status.
    pub fn count(&self, status: Status) -> usize {
        self.criteria().filter(|judged| judged.verdict.status == status).count()
    }

    /// Returns the criteria that wait for what only the API knows.
    pub fn waiting(&self) -> impl Iterator<Item = &Judged> {
        self.criteria().filter(|judged| judged.verdict.because.starts_with(NEEDS_TOKEN))
    }

    /// Returns the gaps, worst first.
    pub fn gaps(&self) -> impl Iterator<Item = &Judged> {
        self.gaps.iter().filter_map(|id| self.criterion(id))
    }
}
