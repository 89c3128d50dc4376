//! What protects a branch, as only GitHub's API knows.

/// The rules that hold for a repository's default branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BranchRules {
    /// The branch.
    pub branch: String,
    /// Whether GitHub calls it protected, by rulesets or in the older way, whose details only an
    /// administrator may read.
    pub protected: bool,
    /// How many approving reviews a change needs; `None` where rulesets ask for no pull request.
    pub reviews: Option<u64>,
    /// Whether rulesets ask for signed commits.
    pub signatures: bool,
}
