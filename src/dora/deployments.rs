//! Which rows are deployments, which of them failed, and which mend others.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::model::history::{History, Row, TableId};
use crate::model::pattern::matches;

use super::settings::{Mark, Settings};
use super::shipped::Graph;

/// One deployment that ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deployment {
    id: String,
    /// What it was deployed to: repository and environment, or the workflow.
    pub(super) target: String,
    pub(super) commit: String,
    reference: String,
    /// When it ended.
    pub(super) at: Timestamp,
    is_success: bool,
    rollback_of: String,
    incident: String,
    /// Whether it did not do, and somebody had to do something.
    pub(super) failed: bool,
    /// Whether it was made to mend another one.
    pub(super) mends: bool,
}

impl Deployment {
    /// Tells whether its commit came to users.
    pub(super) fn arrived(&self) -> bool {
        self.is_success
    }
}

/// All deployments, in the order of time.
pub(super) struct Deployments {
    /// What they are.
    pub(super) counted: String,
    /// The deployments.
    pub(super) all: Vec<Deployment>,
    /// What told failures.
    pub(super) marks: BTreeSet<Mark>,
}

impl Deployments {
    /// Finds the deployments of the tables; `base` is the branch that workflows deploy from.
    pub(super) fn find(history: &History, settings: &Settings, base: &str, graph: &Graph<'_>) -> Self {
        let lower = |text: &str| text.to_lowercase();
        let fits =
            |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches(&lower(pattern), &lower(text)));
        let rows = history.rows(TableId::Deployments).iter();
        let mut all: Vec<Deployment> =
            rows.filter(|row| fits(&settings.environments, row.text("environment"))).filter_map(deployment).collect();
        let mut counted = format!("deployments to {}", settings.environments.join(", "));
        if all.is_empty() && !settings.workflows.is_empty() {
            let rows = history.rows(TableId::RunMetrics).iter();
            let rows = rows.filter(|row| row.text("branch") == base && fits(&settings.workflows, row.text("workflow")));
            all = rows.filter_map(run).collect();
            counted = format!("runs of {} on {base}", settings.workflows.join(", "));
        }
        all.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
        let mut found = Self { counted, all, marks: BTreeSet::new() };
        found.mark(settings, graph);
        found
    }

    /// Tells which deployments failed and which mend others, by every mark that is used.
    fn mark(&mut self, settings: &Settings, graph: &Graph<'_>) {
        let hotfix: Vec<bool> = (0..self.all.len()).map(|at| self.is_hotfix(at, settings, graph)).collect();
        self.marks = match &settings.marks {
            Some(marks) => marks.iter().copied().collect(),
            None => self.seen(&hotfix),
        };
        for at in 0..self.all.len() {
            if self.marks.contains(&Mark::States) {
                self.change(at, |deployment| deployment.failed |= !deployment.is_success);
            }
            let mended = [
                (Mark::Rollbacks, self.taken_back(at)),
                (
                    Mark::Incidents,
                    self.earlier(at, |before, after| !after.incident.is_empty() && before.incident == after.incident),
                ),
                (Mark::Hotfixes, hotfix.get(at).is_some_and(|is| *is).then(|| self.before(at)).flatten()),
            ];
            let mended =
                mended.into_iter().filter(|(mark, _)| self.marks.contains(mark)).filter_map(|(_, before)| before);
            let mended: Vec<usize> = mended.collect();
            self.change(at, |deployment| deployment.mends = !mended.is_empty());
            for before in mended {
                self.change(before, |deployment| deployment.failed = true);
            }
            if self.marks.contains(&Mark::Incidents) {
                self.change(at, |deployment| deployment.failed |= !deployment.incident.is_empty() && !deployment.mends);
            }
        }
    }

    /// Returns the marks that the tables have at all: who never marks a failure has no rate of zero.
    fn seen(&self, hotfix: &[bool]) -> BTreeSet<Mark> {
        let any = |is: fn(&Deployment) -> bool| self.all.iter().any(is);
        let seen = [
            (Mark::States, any(|deployment| !deployment.is_success)),
            (Mark::Rollbacks, any(|deployment| !deployment.rollback_of.is_empty())),
            (Mark::Incidents, any(|deployment| !deployment.incident.is_empty())),
            (Mark::Hotfixes, hotfix.contains(&true)),
        ];
        seen.into_iter().filter(|(_, seen)| *seen).map(|(mark, _)| mark).collect()
    }

    /// Finds the latest earlier deployment to the same target that fits.
    fn earlier(&self, at: usize, fits: impl Fn(&Deployment, &Deployment) -> bool) -> Option<usize> {
        let after = self.all.get(at)?;
        let before =
            self.all.iter().take(at).rposition(|before| before.target == after.target && fits(before, after))?;
        Some(before)
    }

    /// Finds the deployment that one takes back: by its id or its commit, or the one right before
    /// where what is named is the version that is back.
    fn taken_back(&self, at: usize) -> Option<usize> {
        let named = |before: &Deployment, after: &Deployment| {
            !after.rollback_of.is_empty() && (before.id == after.rollback_of || before.commit == after.rollback_of)
        };
        let is_rollback = self.all.get(at).is_some_and(|deployment| !deployment.rollback_of.is_empty());
        self.earlier(at, named).or_else(|| self.before(at).filter(|_| is_rollback))
    }

    /// Finds the latest earlier deployment to the same target that arrived.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        self.earlier(at, |before, _| before.is_success)
    }

    /// Tells whether a deployment comes from a hotfix branch, or brings a revert, soon after another.
    fn is_hotfix(&self, at: usize, settings: &Settings, graph: &Graph<'_>) -> bool {
        let (Some(deployment), Some(before)) = (self.all.get(at), self.before(at).and_then(|at| self.all.get(at)))
        else {
            return false;
        };
        let soon =
            deployment.at.duration_since(before.at) <= SignedDuration::from_hours(settings.mended_within_hours.into());
        let name = deployment.reference.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/");
        let from_branch = settings.hotfixes.iter().any(|pattern| matches(pattern, name));
        soon && (from_branch
            || graph.between(&before.commit, &deployment.commit).any(|commit| commit.subject.starts_with("Revert \"")))
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut Deployment)) {
        if let Some(deployment) = self.all.get_mut(at) {
            change(deployment);
        }
    }
}

/// Reads a row of `deployments.csv`; `None` while it has not ended. An older deployment becomes
/// `inactive` by itself when a newer one has come: it had arrived.
fn deployment(row: &Row) -> Option<Deployment> {
    let is_success = match row.text("state") {
        "success" | "inactive" => true,
        "failure" | "error" => false,
        _ => return None,
    };
    Some(Deployment {
        id: row.cell("deployment_id").to_string(),
        target: format!("{} {}", row.text("repository"), row.text("environment")),
        commit: row.text("commit").to_owned(),
        reference: row.text("ref").to_owned(),
        at: row.time("finished_at").or_else(|| row.time("created_at"))?,
        is_success,
        rollback_of: row.text("rollback_of").to_owned(),
        incident: row.text("incident").to_owned(),
        failed: false,
        mends: false,
    })
}

/// Reads a row of `run_metrics.csv` as a deployment; `None` for what neither worked nor failed.
fn run(row: &Row) -> Option<Deployment> {
    let is_success = match row.text("conclusion") {
        "success" => true,
        "failure" | "timed_out" | "startup_failure" => false,
        _ => return None,
    };
    let wall = SignedDuration::try_from_secs_f64(row.number("wall_s").unwrap_or(0.0)).ok()?;
    Some(Deployment {
        id: format!("{}.{}", row.cell("run_id"), row.cell("run_attempt")),
        target: format!("{} {}", row.text("repository"), row.text("workflow")),
        commit: row.text("commit").to_owned(),
        reference: row.text("branch").to_owned(),
        at: row.time("started_at")?.checked_add(wall).ok()?,
        is_success,
        rollback_of: String::new(),
        incident: String::new(),
        failed: false,
        mends: false,
    })
}
