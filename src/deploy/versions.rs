//! Which versions an environment had, and which of them is brought back.

use jiff::Timestamp;

use crate::model::deployment::Version;
use crate::model::history::{History, TableId};

/// How a deployment ended, as far as the tables and GitHub tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownEnd {
    /// It is there.
    Succeeded,
    /// It was there, and was not well.
    Failed,
    /// It never came there.
    Unchanged,
}

impl KnownEnd {
    /// Reads the word of a state; `None` while it has not ended.
    pub fn from_state(state: &str) -> Option<Self> {
        match state {
            // An older deployment becomes inactive when a newer one has come: it had arrived.
            "success" | "inactive" => Some(Self::Succeeded),
            "failure" => Some(Self::Failed),
            "error" => Some(Self::Unchanged),
            _ => None,
        }
    }
}

/// A deployment of an environment that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What was deployed.
    pub version: Version,
    /// When that ended.
    pub at: Timestamp,
    /// How.
    pub end: KnownEnd,
    /// Whether it brought something back.
    pub is_rollback: bool,
}

impl Known {
    /// Tells whether it brought its version.
    pub fn succeeded(&self) -> bool {
        self.end == KnownEnd::Succeeded
    }
}

/// Returns the version that is there now: the last one that came there, well or not. What failed and was taken back is
/// not there any more, since the rollback came after it; of a rollback that failed nobody knows, and what it was to take
/// back counts.
pub fn there(known: &[Known]) -> Option<&Version> {
    let came = |known: &&Known| known.succeeded() || known.end == KnownEnd::Failed && !known.is_rollback;
    known.iter().rev().find(came).map(|known| &known.version)
}

/// Reads the deployments of an environment from the tables, oldest first.
pub fn known(history: &History, environment: &str) -> Vec<Known> {
    let rows = history.rows(TableId::Deployments).iter().filter(|row| row.text("environment") == environment);
    let read = |row: &crate::model::history::Row| {
        let end = KnownEnd::from_state(row.text("state"))?;
        let named = |name: &str| Some(row.text(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        let version = named("version").or_else(|| named("ref")).or_else(|| named("commit"))?;
        let deployment = u64::try_from(row.integer("deployment_id")?).ok()?;
        let version = Version {
            deployment,
            version,
            reference: row.text("ref").to_owned(),
            commit: row.text("commit").to_owned(),
        };
        let at = row.time("finished_at").or_else(|| row.time("created_at"))?;
        Some(Known { version, at, end, is_rollback: !row.text("rollback_of").is_empty() })
    };
    let mut known: Vec<Known> = rows.filter_map(read).collect();
    known.sort_by_key(|known| (known.at, known.version.deployment));
    known
}

/// Finds what a rollback brings back: the version that is named, or the last one that was deployed
/// with success and is not `bad`, the one that is there now.
///
/// # Errors
/// Why there is none.
pub fn to_roll_back_to(known: &[Known], named: Option<&str>, bad: Option<&str>) -> Result<Version, String> {
    let good = || known.iter().rev().filter(|known| known.succeeded()).map(|known| &known.version);
    if let Some(named) = named {
        let found = good().find(|version| {
            version.version == named || version.reference == named || is_commit(&version.commit, named)
        });
        return found.cloned().ok_or_else(|| format!("`{named}` was never deployed there with success"));
    }
    let found = good().find(|version| Some(version.version.as_str()) != bad);
    found.cloned().ok_or_else(|| "no other version was deployed there with success".to_owned())
}

fn is_commit(hash: &str, named: &str) -> bool {
    named.len() >= 7 && hash.starts_with(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(version: &str, second: i64, end: KnownEnd) -> Known {
        let deployment = second.unsigned_abs();
        let commit = format!("{version}000000");
        let version = Version { deployment, version: version.to_owned(), reference: String::new(), commit };
        Known { version, at: Timestamp::from_second(second).unwrap(), end, is_rollback: false }
    }

    #[test]
    fn the_last_other_version_that_did_is_brought_back() {
        use KnownEnd::{Failed, Succeeded, Unchanged};
        let all = [known("1", 1, Succeeded), known("2", 2, Succeeded), known("3", 3, Failed), known("4", 4, Succeeded)];
        let found = |named, bad| to_roll_back_to(&all, named, bad).map(|version| version.version);
        assert_eq!(found(None, Some("4")), Ok("2".to_owned()));
        assert_eq!(found(None, Some("5")), Ok("4".to_owned()));
        assert_eq!(found(Some("1"), None), Ok("1".to_owned()));
        assert_eq!(found(Some("1000000"), None), Ok("1".to_owned()));
        assert_eq!(found(Some("3"), None), Err("`3` was never deployed there with success".to_owned()));
        assert!(to_roll_back_to(&[], None, None).is_err());
        // What failed and stayed there is what is taken back; what never came there is not.
        let name = |known: &[Known]| there(known).map(|version| version.version.clone());
        assert_eq!(name(&all), Some("4".to_owned()));
        assert_eq!(name(&all[..3]), Some("3".to_owned()));
        assert_eq!(name(&[known("1", 1, Succeeded), known("2", 2, Unchanged)]), Some("1".to_owned()));
        let rollback = Known { is_rollback: true, ..known("1", 4, Failed) };
        assert_eq!(name(&[&all[..3], &[rollback]].concat()), Some("3".to_owned()));
        assert_eq!(name(&[]), None);
    }
}
