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

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;

use crate::model::history::{History, Row, TableId};
use crate::model::report::{CacheRate, Group, Report, SlowJob};
use crate::simulation::{self, Choice, Declared, RunGraph};
use group::groups;
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
    const USUAL: [&str; 2] = ["main", "master"];
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    let all = TableId::all().flat_map(|table| history.rows(table));
    // Rows of one run stand together, and say the same.
    let (mut branch, mut count) = ("", 0);
    for row in all {
        if row.text("branch") != branch {
            *rows.entry(branch).or_default() += count;
            (branch, count) = (row.text("branch"), 0);
            if branch == USUAL[0] {
                break;
            }
        }
        count += 1;
    }
    *rows.entry(branch).or_default() += count;
    rows.remove("");
    let usual = USUAL.into_iter().find(|branch| rows.contains_key(branch));
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
    let counted = || (costs::costs(&jobs, &base, &scope.costs), slowest(&jobs), repositories(&[&runs, &jobs]));
    let shown = |rows: &[&Row], duration, name: fn(&Row) -> (&str, &str)| groups(&weeks, rows, duration, name);
    let by_workflow = || {
        let total = shown(whole.1, whole.0, |_| ("", "all")).into_iter().next().unwrap_or_default();
        let workflows = shown(whole.1, whole.0, |row| ("", row.text("workflow")));
        (shifted(total), workflows.into_iter().map(shifted).collect())
    };
    let by_job = || shown(&jobs, "duration_s", |row| (row.text("workflow"), family(row)));
    let (((graphs, time), (costs, slowest, repositories)), ((total, workflows), by_job)) =
        rayon::join(|| rayon::join(spent, counted), || rayon::join(by_workflow, by_job));
    let stages = without_copies(rows.of(TableId::StageMetrics));
    let mut steps = shown(&rows.of(TableId::StepMetrics), "duration_s", |row| (row.text("workflow"), row.text("step")));
    steps.truncate(STEPS);
    Report {
        title: title.to_owned(),
        repositories,
        period: rows.period,
        total,
        workflows,
        jobs: by_job,
        stages: shown(&stages, "duration_s", |row| ("", row.text("stage"))),
        steps,
        slowest,
        tests: test_cases::histories(&rows.of(TableId::TestMetrics), &rows.of(TableId::TestCases)),
        caches: caches(&rows.of(TableId::CacheHits)),
        billed_minutes: jobs.iter().filter_map(|row| row.number("billed_minutes")).reduce(|sum, minutes| sum + minutes),
        costs,
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
        // Rows are sorted by time.
        let first = tables.iter().filter_map(|table| rows.all(*table).find_map(Row::at)).min();
        let last = tables.iter().filter_map(|table| rows.all(*table).rev().find_map(Row::at)).max();
        if let (Some(first), Some(last)) = (first, last) {
            let start = match scope.since {
                Some(Since::Moment(at)) => at.min(last),
                Some(Since::Runs(count)) => rows.start_of_runs(count).unwrap_or(first),
                None => start_of_weeks(last, scope.weeks),
            };
            rows.period = Some((first.max(start), last));
        }
        rows
    }

    /// Returns the rows of a table since the period began.
    fn of(&self, table: TableId) -> Vec<&'history Row> {
        self.all(table).collect()
    }

    fn all(&self, table: TableId) -> impl DoubleEndedIterator<Item = &'history Row> + use<'history> {
        let branch = self.scope.branch.as_deref();
        let rows = match self.period {
            Some((first, _)) => self.history.since(table, first),
            None => self.history.rows(table),
        };
        rows.iter().filter(move |row| branch.is_none_or(|branch| row.text("branch") == branch))
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
    let mut names: Vec<&str> = tables.iter().flat_map(|rows| rows.iter()).map(|row| row.text("repository")).collect();
    names.retain(|name| !name.is_empty());
    names.dedup();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(str::to_owned).collect()
}

/// Leaves out the copies that a re-run of failed jobs makes of the others: the same job again, in a
/// later attempt.
fn without_copies(mut rows: Vec<&Row>) -> Vec<&Row> {
    let ids = |row: &Row| (row.integer("run_id"), row.integer("job_id"));
    let place = |(at, row): (usize, &&Row)| (ids(row), row.integer("run_attempt"), at);
    let mut sorted: Vec<_> = rows.par_iter().enumerate().map(place).collect();
    sorted.par_sort_unstable();
    let mut is_copy = vec![false; rows.len()];
    for of_job in sorted.chunk_by(|(one, ..), (two, ..)| one == two) {
        let first = of_job.first().map(|(_, attempt, _)| attempt);
        for (.., at) in of_job.iter().filter(|(_, attempt, _)| Some(attempt) != first) {
            if let Some(is_copy) = is_copy.get_mut(*at) {
                *is_copy = true;
            }
        }
    }
    let mut is_copy = is_copy.into_iter();
    rows.retain(|_| is_copy.next() == Some(false));
    rows
}

/// Returns the overall scores of the profile that was judged last.
fn scores(history: &History) -> Vec<(Timestamp, f64)> {
    let rows = history.rows(TableId::ScoreHistory);
    let profile = rows.last().map_or("", |row| row.text("profile"));
    let of_profile = rows.iter().filter(|row| row.text("profile") == profile);
    of_profile.filter_map(|row| row.at().zip(row.number("overall"))).collect()
}

fn family(row: &Row) -> &str {
    let family = row.text("family");
    if family.is_empty() { row.text("job") } else { family }
}

fn slowest(jobs: &[&Row]) -> Vec<SlowJob> {
    let mut timed: Vec<(f64, &Row)> = jobs.iter().filter_map(|row| Some((row.number("duration_s")?, *row))).collect();
    let slower = |(one_s, one): &(f64, &Row), (two_s, two): &(f64, &Row)| {
        let by_name = || one.text("job").cmp(two.text("job")).then(one.integer("run_id").cmp(&two.integer("run_id")));
        two_s.total_cmp(one_s).then_with(by_name)
    };
    if timed.len() > SLOWEST {
        timed.select_nth_unstable_by(SLOWEST, slower);
        timed.truncate(SLOWEST);
    }
    timed.sort_by(slower);
    let slow = |(duration_s, row): (f64, &Row)| SlowJob {
        workflow: row.text("workflow").to_owned(),
        job: row.text("job").to_owned(),
        run_id: row.integer("run_id").unwrap_or(0),
        started_at: row.time("started_at"),
        conclusion: row.text("conclusion").to_owned(),
        duration_s,
    };
    timed.into_iter().map(slow).collect()
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
