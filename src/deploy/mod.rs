//! How a deployment goes: which step comes after which, whether it may begin, whether what was
//! deployed is well, and what is brought back where it is not. Pure: commands do what is said here.
//!
//! Invariants: before the step [`Deploy`](crate::model::deployment::Step::Deploy) nothing of the
//! environment is changed, so that a deployment cut off there can be repeated or given up; from then
//! on it ends verified, rolled back, or with somebody told.

mod checklist;
mod machine;
mod plan;
mod settings;
mod verification;
mod versions;

pub use checklist::{Attestation, Evidence, Item, JobSeen, judge as judge_checklist};
pub use machine::{Resumed, after, ending, interrupted};
pub use plan::{Plan, Wishes};
pub use settings::{Environment, Package, Rollback, Settings, Verification, Watched};
pub use verification::{Verdict, Verifier};
pub use versions::{Known, KnownEnd, known, there, to_roll_back_to};

#[cfg(test)]
mod testing {
    use crate::model::deployment::{Deployment, Kind, Step};

    /// A deployment of which little is known.
    pub(super) fn deployment() -> Deployment {
        Deployment {
            id: 1,
            at_github: false,
            kind: Kind::Deployment,
            environment: "test".to_owned(),
            version: "1".to_owned(),
            reference: String::new(),
            commit: String::new(),
            command: Vec::new(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            step: Step::Build,
            began_at: jiff::Timestamp::UNIX_EPOCH,
            process: None,
            done: Vec::new(),
            previous: None,
            before: Vec::new(),
            archive: None,
            trouble: None,
            ending: None,
            omitted: Vec::new(),
            rollback_id: None,
            rollback_run: None,
            notes: Vec::new(),
        }
    }
}
