//! The readiness scorecard: facts → verdicts → points → score → plan.
//!
//! A criterion is data and a function, as a lint rule is; one table holds them all.

use crate::model::finding::Finding;
use crate::model::platform::Platform;
use crate::model::repository::Repository;
use crate::model::scorecard::{Category, Effort, Priority, Verdict};

/// Declares a category's criteria: for each its documentation, which is its title, then
/// (points, priority, effort, scope), id, function, impact, and what closes the gap.
macro_rules! declare_criteria {
    ($category:ident; $(
        #[doc = $title:literal]
        ($points:literal, $priority:ident, $effort:ident, $scope:ident) $id:literal => $check:ident,
        $impact:literal, $closes_with:literal;
    )+) => {
        /// The category's criteria.
        pub(super) static CRITERIA: &[$crate::scorecard::Criterion] = &[$(
            $crate::scorecard::Criterion {
                id: $id,
                category: $crate::model::scorecard::Category::$category,
                title: $title.trim_ascii(),
                points: $points,
                priority: $crate::model::scorecard::Priority::$priority,
                effort: $crate::model::scorecard::Effort::$effort,
                scope: $crate::scorecard::Scope::$scope,
                impact: $impact,
                closes_with: $closes_with,
                check: $crate::scorecard::Check($check),
            },
        )+];
    };
}

mod arithmetic;
mod criteria;
mod dockerfiles;
mod documents;
mod dynamic_versions;
mod elsewhere;
mod evidence;
mod facts;
mod files;
mod judge;
mod outline;
mod own_images;
mod plan;
mod profile;
mod publishing;
mod scheduled_updates;
mod settings;
mod stores;
mod versions;
mod workspace;

pub use arithmetic::{category_score, overall};
pub use judge::judge;
pub use outline::outline;
pub use plan::promised;
pub use profile::Profile;
pub use settings::{Attestation, Settings};

use facts::Facts;

/// What a criterion needs to be asked at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every repository.
    Any,
    /// Something that is deployed by its owners: a service or a site.
    Deployed,
    /// A running service.
    Running,
    /// Something that is released to others.
    Released,
}

/// A criterion: what it asks for, what it is worth, and the function that looks.
#[derive(Clone, Copy, Debug)]
pub struct Criterion {
    /// The id.
    id: &'static str,
    /// The category it counts in.
    category: Category,
    /// What it asks for, in one line.
    title: &'static str,
    /// The points inside the category.
    points: u8,
    /// How bad it is when it is missing.
    priority: Priority,
    /// How much work it takes to close.
    effort: Effort,
    /// Which repositories are asked.
    scope: Scope,
    /// What goes wrong without it, in one sentence.
    impact: &'static str,
    /// What closes the gap.
    closes_with: &'static str,
    check: Check,
}

impl Criterion {
    /// Returns the id, which configuration and reports use.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the category it counts in.
    pub fn category(&self) -> Category {
        self.category
    }

    /// Returns what it asks for, in one line.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Returns the points inside the category, unless the configuration says otherwise.
    pub fn points(&self) -> u8 {
        self.points
    }

    /// Returns how bad it is when it is missing.
    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// Returns how much work it takes to close.
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// Returns what closes the gap.
    pub fn closes_with(&self) -> &'static str {
        self.closes_with
    }

    /// Tells whether it is asked of repositories of a profile.
    pub fn is_asked_of(&self, profile: Profile) -> bool {
        profile.asks(self.scope)
    }
}

/// The function that looks.
#[derive(Clone, Copy, Debug)]
struct Check(fn(&Facts<'_>) -> Verdict);

/// Returns all criteria, category by category.
pub fn criteria() -> impl Iterator<Item = &'static Criterion> {
    criteria::TABLE.iter().copied().flatten()
}

/// What a scorecard is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'input> {
    /// The repository's files.
    pub repository: &'input Repository,
    /// What the linter found; `None` when it did not run.
    pub findings: Option<&'input [Finding]>,
    /// What only GitHub knows; `None` when it was not asked.
    pub platform: Option<&'input Platform>,
    /// The day, for attestations that expire.
    pub today: jiff::civil::Date,
}
