//! Tests over time: which fail, which cannot be trusted, and which are slow.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::history::Row;
use crate::model::report::TestHistory;
use crate::stats::Sample;

/// How many test cases are listed of each kind.
const MOST: usize = 20;

/// One execution of a suite: run, attempt and job.
type Execution = (Option<i64>, Option<i64>, Option<i64>);

/// A test case: suite and name.
type Case<'row> = (&'row str, &'row str);

/// What a commit saw of a case in one job.
type OnCommit<'row> = (Case<'row>, &'row str, &'row str);

fn execution(row: &Row) -> Execution {
    (row.integer("run_id"), row.integer("run_attempt"), row.integer("job_id"))
}

#[derive(Default)]
struct Gathered<'row> {
    history: TestHistory,
    seconds: Vec<f64>,
    newest: Option<&'row Row>,
}

/// Tells of the test cases that the tables name. A case is flaky where a run says so, and on every
/// commit on which the same suite of the same job ran at least twice and the case failed in some of
/// these runs only: whatever failed is named, so one that is not named did not fail.
pub(super) fn histories(suites: &[&Row], cases: &[&Row]) -> Vec<TestHistory> {
    let mut executions: BTreeMap<(&str, &str, &str), BTreeSet<Execution>> = BTreeMap::new();
    for row in suites {
        executions.entry((row.text("suite"), row.text("job"), row.text("commit"))).or_default().insert(execution(row));
    }
    let mut gathered: BTreeMap<Case<'_>, Gathered<'_>> = BTreeMap::new();
    let mut failures: BTreeMap<OnCommit<'_>, BTreeSet<Execution>> = BTreeMap::new();
    for row in cases {
        let case = (row.text("suite"), row.text("case"));
        let one = gathered.entry(case).or_default();
        one.seconds.extend(row.number("duration_s"));
        one.history.flaky += usize::from(row.text("flaky") == "true");
        one.history.quarantined += usize::from(row.text("status") == "quarantined");
        if matches!(row.text("status"), "failed" | "error") {
            one.history.failed += 1;
            failures.entry((case, row.text("job"), row.text("commit"))).or_default().insert(execution(row));
        }
        let is_newest = one.newest.is_none_or(|newest| newest.at() <= row.at());
        if is_newest && !row.text("message").is_empty() {
            one.newest = Some(row);
        }
    }
    for ((case, job, commit), failed) in failures {
        let ran = executions.get(&(case.0, job, commit)).map_or(0, BTreeSet::len);
        if ran > failed.len() && !commit.is_empty() {
            gathered.entry(case).or_default().history.flaky += 1;
        }
    }
    listed(gathered.into_iter().map(|(case, gathered)| gathered.finish(case)).collect())
}

impl Gathered<'_> {
    fn finish(self, (suite, case): Case<'_>) -> TestHistory {
        TestHistory {
            suite: suite.to_owned(),
            case: case.to_owned(),
            p50_s: Sample::new(self.seconds).median(),
            message: self.newest.map(|row| row.text("message").to_owned()).unwrap_or_default(),
            failed_at: self.newest.and_then(Row::at),
            ..self.history
        }
    }
}

/// Keeps those that failed or were flaky most often, and the slowest.
fn listed(mut tests: Vec<TestHistory>) -> Vec<TestHistory> {
    let trouble = |test: &TestHistory| test.flaky + test.failed + test.quarantined;
    let slow = |test: &TestHistory| test.p50_s.unwrap_or(0.0);
    tests.sort_by(|one, two| slow(two).total_cmp(&slow(one)));
    let slowest: BTreeSet<(String, String)> =
        tests.iter().take(MOST).map(|test| (test.suite.clone(), test.case.clone())).collect();
    tests.sort_by(|one, two| {
        let trouble = trouble(two).cmp(&trouble(one));
        trouble
            .then(slow(two).total_cmp(&slow(one)))
            .then_with(|| (&one.suite, &one.case).cmp(&(&two.suite, &two.case)))
    });
    let mut place = 0;
    tests.retain(|test| {
        place += 1;
        (trouble(test) > 0 && place <= MOST) || slowest.contains(&(test.suite.clone(), test.case.clone()))
    });
    tests
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::history::{Cell, TableId};

    fn row(table: TableId, run: i64, attempt: i64, commit: &str) -> Row {
        Row::new(table)
            .with("run_id", Cell::Integer(run))
            .with("run_attempt", Cell::Integer(attempt))
            .with("job_id", Cell::Integer(run * 10 + attempt))
            .with("job", Cell::text("test"))
            .with("commit", Cell::text(commit))
            .with("suite", Cell::text("s"))
    }

    fn case(run: i64, attempt: i64, commit: &str, name: &str, status: &str) -> Row {
        row(TableId::TestCases, run, attempt, commit)
            .with("case", Cell::text(name))
            .with("status", Cell::text(status))
            .with("flaky", Cell::text("false"))
            .with("duration_s", Cell::rounded(1.0))
            .with("message", Cell::text(if status == "passed" { "" } else { "why" }))
    }

    #[test]
    fn what_fails_and_passes_on_one_commit_is_flaky() {
        let suites = [(1, 1, "a"), (1, 2, "a"), (2, 1, "b"), (2, 2, "b"), (3, 1, "c")]
            .map(|(run, attempt, commit)| row(TableId::TestMetrics, run, attempt, commit));
        let cases = [
            case(1, 1, "a", "flickers", "failed"),
            case(2, 1, "b", "breaks", "failed"),
            case(2, 2, "b", "breaks", "error"),
            case(3, 1, "c", "once", "failed"),
            case(3, 1, "c", "retried", "passed").with("flaky", Cell::text("true")),
            case(3, 1, "c", "slow", "passed").with("duration_s", Cell::rounded(9.0)),
            case(3, 1, "c", "known", "quarantined"),
        ];
        let (suites, cases): (Vec<&Row>, Vec<&Row>) = (suites.iter().collect(), cases.iter().collect());
        let told: Vec<_> =
            histories(&suites, &cases).into_iter().map(|test| (test.case, test.failed, test.flaky)).collect();
        let test = |name: &str, failed, flaky| (name.to_owned(), failed, flaky);
        assert_eq!(
            told,
            [
                test("breaks", 2, 0),
                test("flickers", 1, 1),
                test("known", 0, 0),
                test("once", 1, 0),
                test("retried", 0, 1),
                test("slow", 0, 0),
            ]
        );
    }
}
