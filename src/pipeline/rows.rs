//! Runs and jobs become rows of the tables.
//!
//! What the records say of times cannot always be trusted, and then it is not known: a field is
//! left empty rather than filled with something that looks like a measurement.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::cost::{Bill, Prices};
use super::critical_path::{self, Span};
use super::job_name::JobName;
use super::runners;
use super::stages::{self, Rules, Stage};
use crate::model::history::{Cell, Row, TableId};
use crate::model::run::{Job, Progress, Run, Runs, Step};

/// What rows are made of besides the records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Prices of runners that are not GitHub's standard ones.
    pub prices: Prices,
    /// Whether each step has a row.
    pub steps: Steps,
    /// What jobs and steps are for where their names do not say.
    pub stages: Rules,
}

/// Whether each step has a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Steps {
    /// Stages are enough.
    #[default]
    Folded,
    /// Each has its row.
    Each,
}

/// Makes the rows of runs, jobs and stages, and of steps if asked.
pub fn rows(runs: &Runs, settings: &Settings) -> Vec<Row> {
    let mut rows: Vec<Row> = runs.attempts.values().map(|run| run_row(runs, run, settings)).collect();
    for job in runs.jobs.values() {
        rows.push(job_row(runs, job, settings));
        rows.extend(stage_rows(runs, job, &settings.stages));
        if settings.steps == Steps::Each {
            rows.extend(step_rows(runs, job, &settings.stages));
        }
    }
    rows
}

fn text(value: Option<&String>) -> Cell {
    Cell::from_option(value, Cell::text)
}

fn time(value: Option<Timestamp>) -> Cell {
    Cell::from_option(value, Cell::time)
}

fn seconds(value: Option<f64>) -> Cell {
    Cell::from_option(value, Cell::rounded)
}

/// Returns the seconds between two moments, unless one is not known or they are reversed.
fn between(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<f64> {
    let elapsed = end?.duration_since(start?);
    (!elapsed.is_negative()).then(|| elapsed.as_secs_f64())
}

fn dollars(value: Option<f64>) -> Cell {
    // Prices have three decimals, and people's own a few more; what is beyond is the machine's.
    Cell::from_option(value, |dollars| Cell::number((dollars * 1e6).round() / 1e6))
}

fn run_row(runs: &Runs, run: &Run, settings: &Settings) -> Row {
    let row = Row::new(TableId::RunMetrics)
        .with("repository", text(run.repository.as_ref()))
        .with("workflow", text(run.workflow.as_ref()))
        .with("run_id", Cell::integer(run.id.0))
        .with("run_attempt", Cell::Integer(run.attempt.into()))
        .with("event", text(run.event.as_ref()))
        .with("branch", text(run.branch.as_ref()))
        .with("commit", text(run.commit.as_ref()))
        .with("started_at", time(run.started_at))
        .with("workflow_path", text(run.workflow_path.as_ref()))
        .with("run_number", Cell::from_option(run.number, Cell::integer))
        .with("pull_request", Cell::from_option(run.pull_request, Cell::integer))
        .with("conclusion", text(run.conclusion.as_ref()));
    let jobs: Vec<&Job> = runs.jobs_of(run.id, run.attempt).collect();
    // A workflow that could not be started has no jobs, and its count says so.
    let could_not_start = run.conclusion.as_deref() == Some("startup_failure");
    let known = !jobs.is_empty() || could_not_start || runs.job_counts.contains_key(&run.id);
    let all_ended = known && jobs.iter().all(|job| job.conclusion.is_some());
    if run.conclusion.is_none() || !all_ended || !runs.has_all_jobs(run.id) {
        return row;
    }
    let failed = |job: &&&Job| matches!(job.conclusion.as_deref(), Some("failure" | "timed_out" | "startup_failure"));
    let ran: Vec<&Job> =
        jobs.iter().copied().filter(|job| job.progress == Progress::Taken && !runs.is_copied(job)).collect();
    let first = ran.iter().filter_map(|job| job.started_at).min();
    let last = ran.iter().filter_map(|job| job.completed_at).max();
    let bills: Vec<Bill> = jobs.iter().map(|job| bill(runs, job, &settings.prices)).collect();
    row.with("queue_s", seconds(between(run.started_at, first)))
        .with("wall_s", seconds(between(first, last)))
        .with("critical_path_s", seconds(critical_path(runs, &ran)))
        .with("jobs", Cell::integer(jobs.len()))
        .with("jobs_failed", Cell::integer(jobs.iter().filter(failed).count()))
        .with("billed_minutes", seconds(bills.iter().map(|bill| bill.minutes).sum()))
        .with("cost_usd", dollars(bills.iter().map(|bill| bill.dollars).sum()))
}

/// Returns the length of the longest chain of an attempt's jobs; nothing where it is not known
/// when one of them was queued, or when none ran.
fn critical_path(runs: &Runs, ran: &[&Job]) -> Option<f64> {
    let span = |job: &&Job| {
        let started = job.started_at?;
        let queued = queued(runs, job)?;
        let ended = job.completed_at.filter(|ended| *ended >= started)?;
        Some(Span { queued, started, ended })
    };
    let spans: Option<Vec<Span>> = ran.iter().map(span).collect();
    spans.filter(|spans| !spans.is_empty()).map(|spans| critical_path::seconds(&spans))
}

/// Fills the run columns of a table about a job: from the run where it is known, else from what
/// the job says itself.
pub(super) fn run_columns(table: TableId, runs: &Runs, job: &Job) -> Row {
    let run = runs.run_of(job);
    let of_run = |field: fn(&Run) -> &Option<String>| run.and_then(|run| field(run).as_ref());
    Row::new(table)
        .with("repository", text(of_run(|run| &run.repository).or(job.repository.as_ref())))
        .with("workflow", text(of_run(|run| &run.workflow).or(job.workflow.as_ref())))
        .with("run_id", Cell::integer(job.run.0))
        .with("run_attempt", Cell::Integer(job.attempt.into()))
        .with("job_id", Cell::integer(job.id.0))
        .with("job", text(job.name.as_ref()))
        .with("event", text(of_run(|run| &run.event)))
        .with("branch", text(of_run(|run| &run.branch).or(job.branch.as_ref())))
        .with("commit", text(of_run(|run| &run.commit).or(job.commit.as_ref())))
}

/// Fills the run columns and the time of a table about a job or its parts.
fn of_job(table: TableId, runs: &Runs, job: &Job) -> Row {
    run_columns(table, runs, job).with("started_at", time(job.started_at))
}

fn job_row(runs: &Runs, job: &Job, settings: &Settings) -> Row {
    let bill = bill(runs, job, &settings.prices);
    let run = runs.run_of(job);
    let name = JobName::new(job.name.as_deref().unwrap_or_default());
    of_job(TableId::BuildMetrics, runs, job)
        .with("workflow_path", text(run.and_then(|run| run.workflow_path.as_ref())))
        .with("run_number", Cell::from_option(run.and_then(|run| run.number), Cell::integer))
        .with("family", Cell::text(name.family))
        .with("matrix", Cell::text(name.matrix))
        .with("stage", Cell::text(job_stage(job, &settings.stages).word()))
        .with("conclusion", text(job.conclusion.as_ref()))
        .with("queue_s", seconds(queue(runs, job)))
        .with("duration_s", seconds(duration(job)))
        .with("runner_os", Cell::text(runners::operating_system(job)))
        .with("runner_arch", Cell::text(runners::architecture(job)))
        .with("runner_label", Cell::text(job.labels.join(", ")))
        .with("runner_group", text(job.runner_group.as_ref()))
        .with("billed_minutes", seconds(bill.minutes))
        .with("cost_usd", dollars(bill.dollars))
}

/// Returns when a job was queued. `created_at` is not always reset by a re-run, so in later
/// attempts it counts only if it is not older than the attempt.
fn queued(runs: &Runs, job: &Job) -> Option<Timestamp> {
    let attempt = runs.attempt_of(job).and_then(|run| run.started_at);
    job.created_at.filter(|created| job.attempt == 1 || attempt.is_some_and(|attempt| *created >= attempt))
}

/// Returns how long a job waited for its runner. Skipped jobs, and those cancelled before a runner
/// took them, waited for nothing.
fn queue(runs: &Runs, job: &Job) -> Option<f64> {
    if job.progress == Progress::Waiting {
        return None;
    }
    between(queued(runs, job), job.started_at)
}

/// Returns how long a job took, once it has ended. Skipped jobs can end before they start.
fn duration(job: &Job) -> Option<f64> {
    job.conclusion.as_ref()?;
    between(job.started_at, job.completed_at)
}

/// Returns what a job comes to: nothing for jobs that no runner took or that a re-run only copied.
fn bill(runs: &Runs, job: &Job, prices: &Prices) -> Bill {
    if job.conclusion.is_none() {
        return Bill::default();
    }
    if job.progress == Progress::Waiting || runs.is_copied(job) {
        return Bill::nothing();
    }
    prices.bill(job, duration(job))
}

/// Tells a job's stage from its name, or else from the steps that took it longest.
fn job_stage(job: &Job, rules: &Rules) -> Stage {
    let purpose = Purpose::new(job, rules);
    if let Some(stage) = purpose.named {
        return stage;
    }
    let mut times: BTreeMap<Stage, f64> = BTreeMap::new();
    for step in &job.steps {
        let (stage, _) = purpose.of_step(step);
        if !matches!(stage, Stage::Setup | Stage::Other) {
            *times.entry(stage).or_default() += between(step.started_at, step.completed_at).unwrap_or(0.0);
        }
    }
    let longest = times.into_iter().max_by(|one, two| one.1.total_cmp(&two.1));
    longest.map_or(Stage::Other, |(stage, _)| stage)
}

/// What a job's steps are for.
struct Purpose<'job> {
    /// The job's full name.
    name: &'job str,
    family: String,
    rules: &'job Rules,
    /// What the job as such is for, if a rule or its name says.
    named: Option<Stage>,
}

impl<'job> Purpose<'job> {
    fn new(job: &'job Job, rules: &'job Rules) -> Self {
        let name = job.name.as_deref().unwrap_or_default();
        let JobName { family, matrix } = JobName::new(name);
        let told = rules.of_job([name, &family]).map(|rule| rule.stage);
        let named = told.or_else(|| stages::of_name(&family)).or_else(|| stages::of_name(&matrix));
        Self { name, family, rules, named }
    }

    /// Returns a step's stage and variant.
    fn of_step(&self, step: &'job Step) -> (Stage, Cow<'job, str>) {
        let (job, names) = ([self.name, &self.family], [self.name, &step.name]);
        if let Some(rule) = self.rules.of_step(job, &step.name) {
            return (rule.stage, rule.variant(&names));
        }
        let stage = stages::of_step(&step.name, self.named);
        match self.rules.of_job(job).filter(|rule| rule.stage == stage) {
            Some(rule) => (stage, rule.variant(&names)),
            None => (stage, Cow::Borrowed(stages::variant(stage, &names))),
        }
    }
}

fn stage_rows(runs: &Runs, job: &Job, rules: &Rules) -> Vec<Row> {
    let purpose = Purpose::new(job, rules);
    let mut groups: BTreeMap<(Stage, Cow<'_, str>), Vec<&Step>> = BTreeMap::new();
    for step in &job.steps {
        groups.entry(purpose.of_step(step)).or_default().push(step);
    }
    let row = |((stage, variant), steps): ((Stage, Cow<'_, str>), Vec<&Step>)| {
        let started = steps.iter().filter_map(|step| step.started_at).min();
        let ended = job.conclusion.is_some();
        let conclusion = ended.then(|| worst(&steps)).flatten();
        let total = busy(&steps);
        of_job(TableId::StageMetrics, runs, job)
            .with("started_at", time(started.or(job.started_at)))
            .with("stage", Cell::text(stage.word()))
            .with("variant", Cell::text(variant))
            .with("conclusion", text(conclusion.as_ref()))
            .with("duration_s", seconds(total.filter(|_| ended)))
            .with("steps", Cell::integer(steps.len()))
    };
    groups.into_iter().map(row).collect()
}

/// Returns for how long any of some steps ran: those that ran side by side count once. Steps
/// without times add nothing, but where none has any it is not known.
fn busy(steps: &[&Step]) -> Option<f64> {
    let span = |step: &&Step| Some((step.started_at?, step.completed_at?)).filter(|(start, end)| start <= end);
    let mut spans: Vec<(Timestamp, Timestamp)> = steps.iter().filter_map(span).collect();
    spans.sort_unstable();
    let mut until = spans.first()?.0;
    let mut total = 0.0;
    for (start, end) in spans {
        total += between(Some(start.max(until)), Some(end)).unwrap_or(0.0);
        until = until.max(end);
    }
    Some(total)
}

fn step_rows(runs: &Runs, job: &Job, rules: &Rules) -> Vec<Row> {
    let purpose = Purpose::new(job, rules);
    let row = |(step, place): (&Step, u64)| {
        let duration = between(step.started_at, step.completed_at).filter(|_| step.conclusion.is_some());
        of_job(TableId::StepMetrics, runs, job)
            .with("started_at", time(step.started_at.or(job.started_at)))
            .with("step_number", Cell::integer(step.number.unwrap_or(place)))
            .with("step", Cell::text(step.name.as_str()))
            .with("stage", Cell::text(purpose.of_step(step).0.word()))
            .with("conclusion", text(step.conclusion.as_ref()))
            .with("duration_s", seconds(duration))
    };
    job.steps.iter().zip(1..).map(row).collect()
}

/// Returns how a stage ended: as the worst of its steps.
fn worst(steps: &[&Step]) -> Option<String> {
    let rank = |word: &String| match word.as_str() {
        "failure" | "timed_out" => 3,
        "cancelled" => 2,
        "skipped" => 0,
        _ => 1,
    };
    let mut worst: Option<&String> = None;
    for word in steps.iter().filter_map(|step| step.conclusion.as_ref()) {
        if worst.is_none_or(|known| rank(word) > rank(known)) {
            worst = Some(word);
        }
    }
    worst.cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::stages::Rule;
    use super::*;
    use crate::github::records::Answer;
    use crate::model::history::History;

    fn taken(answers: &[Value]) -> Runs {
        let mut runs = Runs::default();
        for answer in answers {
            let answer = Answer::from_value(answer.clone()).unwrap().unwrap();
            crate::sources::runs::take(&mut runs, answer, None).unwrap();
        }
        runs
    }

    /// Makes the rows of recorded answers.
    fn history(answers: &[Value]) -> History {
        History::from_rows(rows(&taken(answers), &Settings { steps: Steps::Each, ..Settings::default() }))
    }

    fn run(attempt: u32, started: &str) -> Value {
        json!({"id": 9, "run_attempt": attempt, "name": "CI", "event": "push", "status": "completed",
            "conclusion": "success", "created_at": "2026-01-01T00:00:00Z", "run_started_at": started})
    }

    /// A finished job of GitHub's runners; `changes` replace fields.
    fn job(id: u64, attempt: u32, changes: &Value) -> Value {
        let mut job = json!({"id": id, "run_id": 9, "run_attempt": attempt, "name": "build (a, b)",
            "status": "completed", "conclusion": "success", "labels": ["ubuntu-latest"],
            "runner_name": "GitHub Actions 1", "runner_group_name": "GitHub Actions",
            "created_at": "2026-01-01T00:00:05Z", "started_at": "2026-01-01T00:00:10Z",
            "completed_at": "2026-01-01T00:01:11Z"});
        for (field, value) in changes.as_object().into_iter().flatten() {
            job[field] = value.clone();
        }
        job
    }

    fn fields<const N: usize>(row: &Row, names: [&str; N]) -> [String; N] {
        names.map(|name| row.cell(name).to_string())
    }

    const TIMES: [&str; 4] = ["conclusion", "queue_s", "duration_s", "billed_minutes"];

    fn check_job(attempt: u32, changes: &Value, expected: [&str; 4]) {
        let started = format!("2026-01-0{attempt}T00:00:00Z");
        let history = history(&[run(attempt, &started), job(1, attempt, changes)]);
        assert_eq!(fields(&history.rows(TableId::BuildMetrics)[0], TIMES), expected, "{changes}");
    }

    #[test]
    fn a_job_is_measured_where_its_times_can_be_trusted() {
        check_job(1, &json!({}), ["success", "5", "61", "2"]);
        // Started before it was created.
        check_job(1, &json!({"created_at": "2026-01-01T00:00:11Z"}), ["success", "", "61", "2"]);
        check_job(1, &json!({"created_at": null}), ["success", "", "61", "2"]);
        check_job(1, &json!({"completed_at": null}), ["success", "5", "", ""]);
    }

    #[test]
    fn a_creation_time_that_a_rerun_did_not_reset_is_not_trusted() {
        let rerun = json!({"started_at": "2026-01-02T00:00:30Z", "completed_at": "2026-01-02T00:01:00Z"});
        check_job(2, &rerun, ["success", "", "30", "1"]);
        let mut reset = rerun;
        reset["created_at"] = json!("2026-01-02T00:00:20Z");
        check_job(2, &reset, ["success", "10", "30", "1"]);
        // Started a second before its attempt, by another clock: it ran all the same.
        let early = json!({"created_at": "2026-01-02T00:00:00Z", "started_at": "2026-01-01T23:59:59Z", "completed_at": "2026-01-02T00:01:00Z"});
        check_job(2, &early, ["success", "", "61", "2"]);
        // Nothing is known of the attempt, so neither is how old the time is.
        let history = history(&[job(1, 2, &reset)]);
        assert_eq!(history.rows(TableId::BuildMetrics)[0].number("queue_s"), None);
    }

    #[test]
    fn a_skipped_job_with_reversed_times_waited_and_took_nothing() {
        let skipped = json!({"conclusion": "skipped", "runner_name": null, "completed_at": "2026-01-01T00:00:09Z"});
        check_job(1, &skipped, ["skipped", "", "", "0"]);
    }

    #[test]
    fn a_job_cancelled_before_it_started_waited_for_no_runner() {
        let cancelled = json!({"conclusion": "cancelled", "runner_name": "", "steps": []});
        check_job(1, &cancelled, ["cancelled", "", "61", "0"]);
    }

    #[test]
    fn an_unfinished_job_has_neither_conclusion_nor_duration() {
        check_job(1, &json!({"status": "queued", "conclusion": null}), ["", "", "", ""]);
        check_job(1, &json!({"status": "in_progress", "conclusion": null}), ["", "5", "", ""]);
    }

    #[test]
    fn only_githubs_minutes_are_billed() {
        check_job(1, &json!({"labels": ["self-hosted"], "runner_group_name": "x"}), ["success", "5", "61", "0"]);
        check_job(1, &json!({"labels": [], "runner_name": null, "conclusion": "skipped"}), ["skipped", "", "61", "0"]);
        check_job(1, &json!({"labels": ["fast"], "runner_group_name": "x"}), ["success", "5", "61", ""]);
        check_job(1, &json!({"labels": [], "runner_group_name": null}), ["success", "5", "61", ""]);
    }

    #[test]
    fn minutes_cost_what_the_list_or_the_owner_says() {
        let mut prices = Prices::default();
        prices.set("fast", "0.0075".parse().unwrap());
        let settings = Settings { prices, ..Settings::default() };
        let answers = [
            run(1, "2026-01-01T00:00:00Z"),
            job(1, 1, &json!({})),
            job(2, 1, &json!({"labels": ["fast"], "runner_group_name": "x"})),
            job(3, 1, &json!({"labels": ["self-hosted"]})),
            job(4, 1, &json!({"conclusion": "skipped", "runner_name": null})),
        ];
        let costs = |settings: &Settings| {
            let history = History::from_rows(rows(&taken(&answers), settings));
            let jobs = history.rows(TableId::BuildMetrics).iter().map(|row| row.cell("cost_usd").to_string());
            let total = history.rows(TableId::RunMetrics)[0].cell("cost_usd").to_string();
            jobs.chain([total]).collect::<Vec<_>>()
        };
        assert_eq!(costs(&settings), ["0.012", "0.015", "0", "0", "0.027"]);
        // One price that is not known, and the sum is not known either.
        assert_eq!(costs(&Settings::default()), ["0.012", "", "0", "0", ""]);
    }

    #[test]
    fn the_critical_path_is_the_longest_chain_of_jobs_that_ran() {
        let at = |second: u32| format!("2026-01-01T00:{:02}:{:02}Z", second / 60, second % 60);
        let spans = |id: u64, queued: u32, started: u32, ended: u32| {
            job(id, 1, &json!({"created_at": at(queued), "started_at": at(started), "completed_at": at(ended)}))
        };
        let lint = spans(1, 5, 10, 30);
        let build = spans(2, 5, 10, 70);
        let test = spans(3, 71, 90, 120);
        let skipped = job(4, 1, &json!({"conclusion": "skipped", "runner_name": null, "created_at": null}));
        let path = |answers: &[Value]| {
            let all = [[run(1, "2026-01-01T00:00:00Z")].as_slice(), answers].concat();
            let row = history(&all).rows(TableId::RunMetrics)[0].clone();
            fields(&row, ["critical_path_s", "wall_s"])
        };
        assert_eq!(path(&[lint.clone(), build.clone(), test.clone(), skipped.clone()]), ["90", "110"]);
        // When one was queued is not known.
        assert_eq!(path(&[lint, build, job(5, 1, &json!({"created_at": null}))]), ["", "61"]);
        assert_eq!(path(&[skipped]), ["", ""]);
    }

    #[test]
    fn steps_side_by_side_count_once_and_have_rows_if_asked() {
        let step = |number: u32, name: &str, start: u32, end: u32| {
            let at = |second: u32| format!("2026-01-01T00:00:{second:02}Z");
            json!({"number": number, "name": name, "conclusion": "success", "started_at": at(start), "completed_at": at(end)})
        };
        let steps = json!([
            step(2, "Run unit tests", 10, 20),
            step(3, "Run doc tests", 12, 16),
            step(4, "Test again", 18, 25),
            json!({"number": 5, "name": "Test later", "conclusion": null, "started_at": "2026-01-01T00:00:30Z"}),
        ]);
        let answer = job(1, 1, &json!({"name": "x", "conclusion": "failure", "steps": steps}));
        let history = history(std::slice::from_ref(&answer));
        let unit = history.rows(TableId::StageMetrics).iter().find(|row| row.text("stage") == "test-unit").unwrap();
        assert_eq!(fields(unit, ["duration_s", "steps"]), ["15", "3"]);
        let names = ["step_number", "step", "stage", "duration_s", "conclusion"];
        let rows: Vec<_> = history.rows(TableId::StepMetrics).iter().map(|row| fields(row, names)).collect();
        assert_eq!(rows[0], ["2", "Run unit tests", "test-unit", "10", "success"]);
        assert_eq!((rows.len(), &rows[3]), (4, &["5", "Test later", "test-unit", "", ""].map(str::to_owned)));
        let folded = History::from_rows(super::rows(&taken(&[answer]), &Settings::default()));
        assert_eq!(folded.rows(TableId::StepMetrics), []);
    }

    #[test]
    fn a_job_that_looks_at_itself_has_not_ended() {
        let mut runs = taken(&[run(1, "2026-01-01T00:00:00Z"), job(1, 1, &json!({})), job(2, 1, &json!({}))]);
        runs.unfinish(crate::model::run::JobId(2));
        let history = History::from_rows(rows(&runs, &Settings::default()));
        let jobs: Vec<_> = history.rows(TableId::BuildMetrics).iter().map(|row| fields(row, TIMES)).collect();
        assert_eq!(jobs, [["success", "5", "61", "2"], ["", "5", "", ""]]);
        assert_eq!(fields(&history.rows(TableId::RunMetrics)[0], ["conclusion", "jobs"]), ["", ""]);
    }

    #[test]
    fn a_job_copied_by_a_rerun_has_a_row_in_each_attempt_but_is_billed_once() {
        let rerun = json!({"created_at": "2026-01-02T00:00:01Z", "started_at": "2026-01-02T00:00:04Z",
            "completed_at": "2026-01-02T00:00:34Z"});
        let answers = [
            run(1, "2026-01-01T00:00:00Z"),
            run(2, "2026-01-02T00:00:00Z"),
            json!({"jobs": [job(1, 1, &json!({})), job(1, 2, &json!({})), job(2, 2, &rerun)]}),
        ];
        let history = history(&answers);
        let names = ["job_id", "run_attempt", "queue_s", "duration_s", "billed_minutes"];
        let jobs: Vec<_> = history.rows(TableId::BuildMetrics).iter().map(|row| fields(row, names)).collect();
        assert_eq!(jobs, [["1", "1", "5", "61", "2"], ["1", "2", "", "61", "0"], ["2", "2", "3", "30", "1"]]);
        let names = ["run_attempt", "queue_s", "wall_s", "jobs", "jobs_failed", "billed_minutes"];
        let runs: Vec<_> = history.rows(TableId::RunMetrics).iter().map(|row| fields(row, names)).collect();
        assert_eq!(runs, [["1", "10", "61", "1", "0", "2"], ["2", "4", "30", "2", "0", "1"]]);
    }

    #[test]
    fn a_run_is_summed_up_only_when_all_its_jobs_are_known_and_done() {
        let jobs = |total: u64, conclusion: Value| {
            let jobs = [job(1, 1, &json!({"conclusion": conclusion})), job(2, 1, &json!({"conclusion": "failure"}))];
            history(&[run(1, "2026-01-01T00:00:00Z"), json!({"total_count": total, "jobs": jobs})])
        };
        let summed =
            |history: &History| fields(&history.rows(TableId::RunMetrics)[0], ["wall_s", "jobs", "jobs_failed"]);
        assert_eq!(summed(&jobs(2, json!("success"))), ["61", "2", "1"]);
        assert_eq!(summed(&jobs(3, json!("success"))), ["", "", ""]);
        assert_eq!(summed(&jobs(2, json!(null))), ["", "", ""]);
        let mut broken = run(1, "2026-01-01T00:00:00Z");
        broken["conclusion"] = json!("startup_failure");
        assert_eq!(summed(&history(&[broken])), ["", "0", "0"]);
    }

    #[test]
    fn a_job_without_its_run_keeps_what_it_knows_itself() {
        let bare = json!({"id": 1, "run_id": 9, "head_sha": "abc", "name": null, "steps": null});
        let history = history(&[bare]);
        assert_eq!(history.rows(TableId::RunMetrics), []);
        let names = ["workflow", "run_id", "run_attempt", "job", "event", "commit", "run_number", "stage"];
        let row = &history.rows(TableId::BuildMetrics)[0];
        assert_eq!(fields(row, names), ["", "9", "1", "", "", "abc", "", "other"]);
    }

    #[test]
    fn the_run_of_another_attempt_tells_what_attempts_share() {
        let history = history(&[run(2, "2026-01-02T00:00:00Z"), job(1, 1, &json!({}))]);
        let row = &history.rows(TableId::BuildMetrics)[0];
        assert_eq!(fields(row, ["workflow", "event", "queue_s"]), ["CI", "push", "5"]);
    }

    #[test]
    fn steps_add_up_to_stages() {
        let step = |number: u32, name: &str, conclusion: &str, start: u32, end: u32| {
            let at = |second: u32| format!("2026-01-01T00:00:{second:02}Z");
            json!({"number": number, "name": name, "conclusion": conclusion, "started_at": at(start), "completed_at": at(end)})
        };
        let steps = json!([
            step(1, "Set up job", "success", 10, 12),
            step(2, "Run actions/checkout@v5", "success", 12, 15),
            step(3, "Run cargo test", "failure", 15, 40),
            step(4, "Test docs", "skipped", 40, 40),
            json!({"number": 5, "name": "Run make", "conclusion": null}),
        ]);
        let history = history(&[job(1, 1, &json!({"name": "ci", "conclusion": "failure", "steps": steps}))]);
        let names = ["stage", "variant", "conclusion", "duration_s", "steps"];
        let stages: Vec<_> = history.rows(TableId::StageMetrics).iter().map(|row| fields(row, names)).collect();
        assert_eq!(
            stages,
            [
                ["build", "native", "", "", "1"],
                ["setup", "", "success", "5", "2"],
                ["test-unit", "", "failure", "25", "1"],
                ["docs", "", "skipped", "0", "1"],
            ]
        );
        assert_eq!(history.rows(TableId::BuildMetrics)[0].text("stage"), "test-unit");
    }

    #[test]
    fn rules_say_what_names_do_not() {
        let steps = json!([
            {"number": 1, "name": "Run actions/checkout@v5", "conclusion": "success"},
            {"number": 2, "name": "Run ./verify.sh all", "conclusion": "success"},
            {"number": 3, "name": "Run just bundle", "conclusion": "success"},
            {"number": 4, "name": "Run ./x", "conclusion": "success"},
        ]);
        let job = job(1, 1, &json!({"name": "nightly (arm64)", "conclusion": "success", "steps": steps}));
        let rule = |job: Option<&str>, step: Option<&str>, stage, variant: Option<&str>| Rule {
            job: job.map(str::to_owned),
            step: step.map(str::to_owned),
            stage,
            variant: variant.map(str::to_owned),
        };
        let rules = Rules::new(vec![
            rule(Some("other"), None, Stage::Docs, None),
            rule(Some("nightly"), None, Stage::TestEnd, Some("arm")),
            rule(Some("nightly (*)"), Some("Run ./verify.sh*"), Stage::TestIntegration, None),
            rule(None, Some("Run just bundle"), Stage::Build, Some("wasm")),
        ]);
        let settings = Settings { steps: Steps::Each, stages: rules, ..Settings::default() };
        let history = History::from_rows(rows(&taken(&[job]), &settings));
        let stages = history.rows(TableId::StageMetrics).iter().map(|row| fields(row, ["stage", "variant"]));
        let expected = [["build", "wasm"], ["setup", ""], ["test-e2e", "arm"], ["test-integration", ""]];
        assert_eq!(stages.collect::<Vec<_>>(), expected);
        assert_eq!(history.rows(TableId::BuildMetrics)[0].text("stage"), "test-e2e");
        let steps: Vec<_> = history.rows(TableId::StepMetrics).iter().map(|row| row.text("stage")).collect();
        assert_eq!(steps, ["setup", "test-integration", "build", "test-e2e"]);
    }
}
