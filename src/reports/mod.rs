//! From rows to a report: what counts as a run, what is folded together, and week by week.
//!
//! Durations are those of first attempts that succeeded or failed: a re-run is often only a part
//! of the work, and a cancelled one says when somebody lost patience. Re-runs are counted, and
//! their time is part of the total.

pub mod budgets;
pub mod costs;

mod group;
mod test_cases;
mod weekly;

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::model::history::{History, Row, TableId};
use crate::model::report::{CacheRate, Group, Report, SlowJob};
use crate::simulation::{self, Choice, Declared, RunGraph};
use group::Groups;
pub use weekly::{JobFields, Weekly};

/// How many of the slowest single jobs are listed.
const SLOWEST: usize = 10;

/// How many steps are listed.
const STEPS: usize = 25;

/// How many of the latest runs of a workflow the simulator looks at.
const SIMULATED: usize = 200;

/// Which rows a report is about.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Only rows of this branch.
    pub branch: Option<String>,
    /// Only this many weeks, counted back from the newest row, the newest row's week included.
    pub weeks: usize,
    /// Since when rows count, instead of the weeks.
    pub since: Option<Since>,
    /// What people set about cost.
    pub costs: costs::Settings,
}

/// Since when rows count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Since a moment.
    Moment(Timestamp),
    /// Since the earliest of so many latest runs began.
    Runs(usize),
}

impl Default for Scope {
    /// Takes twelve weeks of all branches.
    fn default() -> Self {
        Self { branch: None, weeks: 12, since: None, costs: costs::Settings::default() }
    }
}

/// Guesses the default branch from the tables: `main` or `master` where they have it, else the
/// branch with most rows.
pub fn usual_branch(history: &History) -> String {
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    let all = TableId::all().flat_map(|table| history.rows(table));
    // Rows of one run stand together, and say the same.
    let (mut branch, mut count) = ("", 0);
    for row in all {
        if row.text("branch") != branch {
            *rows.entry(branch).or_default() += count;
            (branch, count) = (row.text("branch"), 0);
        }
        count += 1;
    }
    *rows.entry(branch).or_default() += count;
    rows.remove("");
    let usual = ["main", "master"].into_iter().find(|branch| rows.contains_key(branch));
    let most = || rows.iter().max_by_key(|(_, count)| **count).map(|(branch, _)| *branch);
    usual.or_else(most).unwrap_or("main").to_owned()
}

/// Makes the report.
pub fn report(title: &str, history: &History, scope: &Scope) -> Report {
    let rows = Rows::new(history, scope);
    let runs = rows.of(TableId::RunMetrics);
    let jobs = without_copies(rows.of(TableId::BuildMetrics));
    let weeks = rows.weeks();
    let base = usual_branch(history);
    let spent = || {
        let graphs = rows.graphs();
        let time = simulation::spent(&graphs, history);
        (graphs, time)
    };
    // Job rows stand in where the runs themselves were not recorded.
    let whole = if runs.is_empty() { ("duration_s", &jobs) } else { ("wall_s", &runs) };
    let shifted = |group: Group| Group { shifts: group::shifts(&group.by_week), ..group };
    let grouped = || {
        let total = Groups::new(&weeks, |_| (String::new(), String::from("all"))).gather(whole.1, whole.0).only();
        let workflows = Groups::new(&weeks, |row| (String::new(), row.text("workflow").to_owned()))
            .gather(whole.1, whole.0)
            .sorted();
        let jobs = Groups::new(&weeks, |row| (row.text("workflow").to_owned(), family(row)))
            .gather(&jobs, "duration_s")
            .sorted();
        (shifted(total), workflows.into_iter().map(shifted).collect(), jobs)
    };
    let ((graphs, time), (total, workflows, by_job)) = rayon::join(spent, grouped);
    Report {
        title: title.to_owned(),
        repositories: repositories(&[&runs, &jobs]),
        period: rows.period,
        total,
        workflows,
        jobs: by_job,
        stages: Groups::new(&weeks, |row| (String::new(), row.text("stage").to_owned()))
            .gather(&without_copies(rows.of(TableId::StageMetrics)), "duration_s")
            .sorted(),
        steps: Groups::new(&weeks, |row| (row.text("workflow").to_owned(), row.text("step").to_owned()))
            .gather(&rows.of(TableId::StepMetrics), "duration_s")
            .sorted()
            .into_iter()
            .take(STEPS)
            .collect(),
        slowest: slowest(&jobs),
        tests: test_cases::histories(&rows.of(TableId::TestMetrics), &rows.of(TableId::TestCases)),
        caches: caches(&rows.of(TableId::CacheHits)),
        billed_minutes: jobs.iter().filter_map(|row| row.number("billed_minutes")).reduce(|sum, minutes| sum + minutes),
        costs: costs::costs(&jobs, &base, &scope.costs),
        scores: scores(history),
        recommendations: simulation::recommendations(&graphs, &time, history, &base),
        run: simulation::gantt(&graphs, &time),
        time,
        delivery: None,
        goals: Vec::new(),
        weeks,
    }
}

/// The rows that a report is about.
struct Rows<'history> {
    history: &'history History,
    scope: &'history Scope,
    period: Option<(Timestamp, Timestamp)>,
}

impl<'history> Rows<'history> {
    fn new(history: &'history History, scope: &'history Scope) -> Self {
        let mut rows = Self { history, scope, period: None };
        let tables = [TableId::RunMetrics, TableId::BuildMetrics, TableId::CacheHits, TableId::TestMetrics];
        let times = || tables.iter().flat_map(|table| rows.of(*table)).filter_map(Row::at);
        if let (Some(first), Some(last)) = (times().min(), times().max()) {
            let start = match scope.since {
                Some(Since::Moment(at)) => at.min(last),
                Some(Since::Runs(count)) => rows.start_of_runs(count).unwrap_or(first),
                None => start_of_weeks(last, scope.weeks),
            };
            rows.period = Some((first.max(start), last));
        }
        rows
    }

    fn of(&self, table: TableId) -> Vec<&'history Row> {
        let branch = self.scope.branch.as_deref();
        let has_branch = |row: &&Row| branch.is_none_or(|branch| row.text("branch") == branch);
        let in_period = |row: &&Row| match (self.period, row.at()) {
            (Some((first, _)), Some(at)) => at >= first,
            (Some(_), None) | (None, _) => true,
        };
        self.history.rows(table).iter().filter(has_branch).filter(in_period).collect()
    }

    /// Returns when the earliest of so many latest runs began.
    fn start_of_runs(&self, count: usize) -> Option<Timestamp> {
        let mut starts: BTreeMap<Option<i64>, Timestamp> = BTreeMap::new();
        for row in self.of(TableId::RunMetrics).into_iter().chain(self.of(TableId::BuildMetrics)) {
            let Some(at) = row.at() else { continue };
            let known = starts.entry(row.integer("run_id")).or_insert(at);
            *known = at.min(*known);
        }
        let mut starts: Vec<Timestamp> = starts.into_values().collect();
        starts.sort_unstable();
        starts.get(starts.len().saturating_sub(count)).copied()
    }

    /// Returns the latest runs of each workflow as graphs of jobs.
    fn graphs(&self) -> Vec<RunGraph> {
        let since = self.period.map(|(first, _)| first);
        let choice = Choice { branch: self.scope.branch.as_deref(), workflow: None, since, last: Some(SIMULATED) };
        simulation::graphs(self.history, &Declared::default(), &choice)
    }

    fn weeks(&self) -> Vec<Date> {
        let Some((first, last)) = self.period else { return Vec::new() };
        let mut weeks = vec![monday(first)];
        let end = monday(last);
        while let Some(next) = weeks.last().and_then(|week| week.checked_add(1.week()).ok()).filter(|next| *next <= end)
        {
            weeks.push(next);
        }
        weeks
    }
}

/// Returns the Monday of a time's week, in UTC, as ISO 8601 counts weeks.
fn monday(at: Timestamp) -> Date {
    let date = at.to_zoned(TimeZone::UTC).date();
    date.checked_sub(date.weekday().since(Weekday::Monday).days()).unwrap_or(date)
}

/// Returns the time at which the last `weeks` weeks began, the current one included.
fn start_of_weeks(last: Timestamp, weeks: usize) -> Timestamp {
    let back = i32::try_from(weeks.saturating_sub(1)).unwrap_or(i32::MAX);
    let start = jiff::Span::new()
        .try_weeks(back)
        .and_then(|back| monday(last).checked_sub(back))
        .and_then(|monday| monday.to_zoned(TimeZone::UTC));
    start.map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

fn repositories(tables: &[&Vec<&Row>]) -> Vec<String> {
    let mut names: Vec<String> =
        tables.iter().flat_map(|rows| rows.iter()).map(|row| row.text("repository").to_owned()).collect();
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

/// Leaves out the copies that a re-run of failed jobs makes of the others: the same job again, in a
/// later attempt.
fn without_copies(mut rows: Vec<&Row>) -> Vec<&Row> {
    let first = |row: &Row| (row.integer("run_id"), row.integer("job_id"));
    let mut attempts: BTreeMap<_, Option<i64>> = BTreeMap::new();
    for row in &rows {
        let attempt = row.integer("run_attempt");
        let known = attempts.entry(first(row)).or_insert(attempt);
        *known = attempt.min(*known);
    }
    rows.retain(|row| attempts.get(&first(row)).is_some_and(|attempt| *attempt == row.integer("run_attempt")));
    rows
}

/// Returns the overall scores of the profile that was judged last.
fn scores(history: &History) -> Vec<(Timestamp, f64)> {
    let rows = history.rows(TableId::ScoreHistory);
    let profile = rows.last().map_or("", |row| row.text("profile"));
    let of_profile = rows.iter().filter(|row| row.text("profile") == profile);
    of_profile.filter_map(|row| row.at().zip(row.number("overall"))).collect()
}

fn family(row: &Row) -> String {
    let family = row.text("family");
    if family.is_empty() { row.text("job").to_owned() } else { family.to_owned() }
}

fn slowest(jobs: &[&Row]) -> Vec<SlowJob> {
    let slow = |row: &&Row| {
        Some(SlowJob {
            workflow: row.text("workflow").to_owned(),
            job: row.text("job").to_owned(),
            run_id: row.integer("run_id").unwrap_or(0),
            started_at: row.time("started_at"),
            conclusion: row.text("conclusion").to_owned(),
            duration_s: row.number("duration_s")?,
        })
    };
    let mut slowest: Vec<SlowJob> = jobs.iter().filter_map(slow).collect();
    slowest.sort_by(|a, b| {
        b.duration_s.total_cmp(&a.duration_s).then_with(|| (&a.job, a.run_id).cmp(&(&b.job, b.run_id)))
    });
    slowest.truncate(SLOWEST);
    slowest
}

fn caches(rows: &[&Row]) -> Vec<CacheRate> {
    let mut caches: Vec<CacheRate> = Vec::new();
    for row in rows {
        let (cache, tool) = (row.text("cache"), row.text("tool"));
        let at = caches.iter().position(|known| known.cache == cache && known.tool == tool).unwrap_or_else(|| {
            caches.push(CacheRate { cache: cache.to_owned(), tool: tool.to_owned(), exact: 0, partial: 0, miss: 0 });
            caches.len() - 1
        });
        let Some(rate) = caches.get_mut(at) else { continue };
        match row.text("result") {
            "exact" => rate.exact += 1,
            "partial" => rate.partial += 1,
            "miss" => rate.miss += 1,
            _ => {}
        }
    }
    caches.retain(|cache| cache.attempts() > 0);
    caches.sort_by(|a, b| b.attempts().cmp(&a.attempts()).then_with(|| (&a.tool, &a.cache).cmp(&(&b.tool, &b.cache))));
    caches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::history::Cell;

    const ALL: Scope =
        Scope { branch: None, weeks: 520, since: None, costs: costs::Settings { included: None, budget: None } };

    fn run(id: i64, attempt: i64, at: &str, conclusion: &str, wall: f64) -> Row {
        Row::new(TableId::RunMetrics)
            .with("repository", Cell::text("o/r"))
            .with("workflow", Cell::text("CI"))
            .with("run_id", Cell::integer(id))
            .with("run_attempt", Cell::integer(attempt))
            .with("branch", Cell::text("main"))
            .with("started_at", Cell::time(at.parse().unwrap()))
            .with("conclusion", Cell::text(conclusion))
            .with("wall_s", Cell::number(wall))
    }

    #[test]
    fn reruns_and_cancelled_runs_do_not_count_as_durations() {
        let history = History::from_rows([
            run(1, 1, "2026-03-02T00:00:00Z", "success", 100.0),
            run(2, 1, "2026-03-08T23:59:59Z", "failure", 300.0),
            run(2, 2, "2026-03-09T00:10:00Z", "success", 5.0),
            run(3, 1, "2026-03-10T00:00:00Z", "cancelled", 1.0),
            run(4, 1, "2026-03-23T00:00:00Z", "success", 200.0),
        ]);
        let report = report("CI", &history, &ALL);
        let total = &report.total;
        assert_eq!((total.runs, total.failed, total.reruns), (4, 1, 1));
        assert_eq!(total.duration.p50, Some(200.0));
        assert_eq!(
            report.weeks.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"]
        );
        let counts: Vec<usize> = total.by_week.iter().map(|week| week.count).collect();
        assert_eq!(counts, [2, 0, 0, 1]);
        assert_eq!(report.workflows.len(), 1);
        assert_eq!(report.workflows[0].name, "CI");
    }

    #[test]
    fn copied_jobs_count_once() {
        let job = |id: i64, attempt: i64| {
            Row::new(TableId::BuildMetrics)
                .with("run_id", Cell::integer(1))
                .with("run_attempt", Cell::integer(attempt))
                .with("job_id", Cell::integer(id))
                .with("job", Cell::text("build"))
                .with("started_at", Cell::time("2026-03-02T00:00:00Z".parse().unwrap()))
                .with("conclusion", Cell::text("success"))
                .with("duration_s", Cell::number(60.0))
        };
        // Job 7 ran once and was copied; job 8 was run again as job 9.
        let history = History::from_rows([job(7, 1), job(7, 2), job(8, 1), job(9, 2)]);
        let report = report("CI", &history, &ALL);
        assert_eq!((report.jobs[0].runs, report.jobs[0].reruns, report.slowest.len()), (3, 1, 3));
    }

    #[test]
    fn a_scope_cuts_weeks_and_branches() {
        let history = History::from_rows([
            run(1, 1, "2026-03-02T00:00:00Z", "success", 100.0),
            run(4, 1, "2026-03-23T00:00:00Z", "success", 200.0),
        ]);
        let scope = Scope { weeks: 1, ..ALL };
        assert_eq!(report("CI", &history, &scope).total.runs, 1);
        let scope = Scope { branch: Some("other".to_owned()), ..ALL };
        assert_eq!(report("CI", &history, &scope).total.runs, 0);
    }

    #[test]
    fn a_scope_begins_at_a_moment_or_with_the_latest_runs() {
        let history = History::from_rows([
            run(1, 1, "2026-03-02T00:00:00Z", "success", 100.0),
            run(2, 1, "2026-03-20T00:00:00Z", "success", 100.0),
            run(4, 1, "2026-03-23T00:00:00Z", "success", 200.0),
        ]);
        let runs = |since| report("CI", &history, &Scope { since: Some(since), ..ALL }).total.runs;
        assert_eq!((runs(Since::Runs(1)), runs(Since::Runs(2)), runs(Since::Runs(9))), (1, 2, 3));
        assert_eq!(runs(Since::Moment("2026-03-10T00:00:00Z".parse().unwrap())), 2);
    }

    #[test]
    fn nothing_gives_an_empty_report() {
        let report = report("CI", &History::default(), &ALL);
        assert_eq!((report.total.runs, report.weeks.len(), report.period), (0, 0, None));
        assert_eq!(report.total.failure_rate(), None);
    }
}
