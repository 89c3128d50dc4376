//! A trace for each attempt of a run: the run, its jobs, and their steps, or stages where no steps were kept.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Origin;
use super::attributes::{Attributes, is_error, nanoseconds, resource, result, scope};
use crate::model::history::{History, Row, TableId};

/// The most spans of one message: collectors refuse messages of more than a few megabytes.
const MOST_SPANS: usize = 4000;

/// How spans relate to others (`SpanKind` of the protocol).
const INTERNAL: u32 = 1;
const SERVER: u32 = 2;

/// An attempt of a run.
type Attempt = (i64, i64);

/// Makes the traces of runs that began at `since` or later, in messages that a collector takes.
pub fn traces(history: &History, since: Option<Timestamp>, origin: &Origin) -> Vec<Value> {
    let tables = Tables::new(history);
    let mut messages = Vec::new();
    let mut by_repository: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut count = 0;
    for row in history.rows(TableId::RunMetrics) {
        if row.text("conclusion").is_empty() || since.is_some_and(|since| row.at().is_none_or(|at| at < since)) {
            continue;
        }
        let spans = tables.run(row, origin);
        if count + spans.len() > MOST_SPANS && count > 0 {
            messages.push(message(std::mem::take(&mut by_repository), origin));
            count = 0;
        }
        count += spans.len();
        by_repository.entry(row.text("repository")).or_default().extend(spans);
    }
    if count > 0 {
        messages.push(message(by_repository, origin));
    }
    messages
}

fn message(by_repository: BTreeMap<&str, Vec<Value>>, origin: &Origin) -> Value {
    let of = |(repository, spans): (&str, Vec<Value>)| json!({"resource": resource(repository, origin), "scopeSpans": [{"scope": scope(origin), "spans": spans}]});
    json!({"resourceSpans": by_repository.into_iter().map(of).collect::<Vec<_>>()})
}

/// The rows below runs.
struct Tables<'history> {
    jobs: BTreeMap<Attempt, Vec<&'history Row>>,
    steps: BTreeMap<(i64, i64, i64), Vec<&'history Row>>,
}

impl<'history> Tables<'history> {
    fn new(history: &'history History) -> Self {
        let mut jobs: BTreeMap<Attempt, Vec<&Row>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let rows = history.rows(TableId::BuildMetrics);
        let mut by_attempt: Vec<&Row> = rows.iter().filter(|row| row.number("duration_s").is_some()).collect();
        by_attempt.sort_by_key(|row| attempt(row).1);
        for row in by_attempt {
            // A re-run of failed jobs repeats the records of the others.
            if seen.insert((attempt(row).0, row.integer("job_id"))) {
                jobs.entry(attempt(row)).or_default().push(row);
            }
        }
        let mut steps: BTreeMap<(i64, i64, i64), Vec<&Row>> = BTreeMap::new();
        for table in [TableId::StepMetrics, TableId::StageMetrics] {
            let known: BTreeSet<_> = steps.keys().copied().collect();
            let timed = history.rows(table).iter().filter(|row| row.number("duration_s").is_some());
            for row in timed.filter(|row| !known.contains(&job(row))) {
                steps.entry(job(row)).or_default().push(row);
            }
        }
        Self { jobs, steps }
    }

    /// Returns the spans of an attempt, its own first; none where it is not known when it began.
    fn run(&self, row: &Row, origin: &Origin) -> Vec<Value> {
        let Some(started) = row.time("started_at") else { return Vec::new() };
        let jobs = self.jobs.get(&attempt(row)).map(Vec::as_slice).unwrap_or_default();
        let waited = row.number("queue_s").unwrap_or(0.0) + row.number("wall_s").unwrap_or(0.0);
        let ended = jobs.iter().filter_map(|job| end(job)).max().into_iter().chain([later(started, waited)]).max();
        let (run, number) = attempt(row);
        let trace = Trace { repository: row.text("repository").to_owned(), run, attempt: number };
        let address = trace.run_url(origin);
        let url = if address.is_empty() { address } else { format!("{address}/attempts/{number}") };
        let ended_as = result(row.text("conclusion"));
        let attributes = Attributes::default()
            .text("cicd.pipeline.action.name", "RUN")
            .text("cicd.pipeline.name", row.text("workflow"))
            .text("cicd.pipeline.run.id", &run.to_string())
            .text("cicd.pipeline.run.url.full", &url)
            .text("cicd.pipeline.result", ended_as)
            .text("error.type", if is_error(ended_as) { row.text("conclusion") } else { "" })
            .text("vcs.ref.head.name", row.text("branch"))
            .text("vcs.ref.head.revision", row.text("commit"))
            .text("vcs.change.id", &row.integer("pull_request").map(|number| number.to_string()).unwrap_or_default())
            .text("github.event", row.text("event"))
            .whole("github.run.attempt", Some(number))
            .number("github.run.queue.duration", row.number("queue_s"))
            .number("github.run.billed.minutes", row.number("billed_minutes"));
        let name = format!("RUN {}", row.text("workflow"));
        let ended = ended.unwrap_or(started);
        let lasted = Lasted { name: name.trim_end(), started, ended, conclusion: row.text("conclusion") };
        let mut spans = vec![trace.span(&[], &lasted, attributes)];
        for job in jobs {
            self.job(&trace, job, &trace.run_url(origin), &mut spans);
        }
        spans
    }

    fn job(&self, trace: &Trace, row: &Row, url: &str, spans: &mut Vec<Value>) {
        let Some((started, ended)) = row.time("started_at").zip(end(row)) else { return };
        let id = row.integer("job_id").unwrap_or(0);
        let place = [format!("job {id}")];
        let task = |name: &str, run: &str, stage: &str, conclusion: &str| {
            let ended_as = result(conclusion);
            Attributes::default()
                .text("cicd.pipeline.task.name", name)
                .text("cicd.pipeline.task.run.id", run)
                .text("cicd.pipeline.task.run.result", ended_as)
                .text("cicd.pipeline.task.type", kind(stage))
                .text("error.type", if is_error(ended_as) { conclusion } else { "" })
        };
        let address = if url.is_empty() { String::new() } else { format!("{url}/job/{id}") };
        let attributes = task(row.text("job"), &id.to_string(), row.text("stage"), row.text("conclusion"))
            .text("cicd.pipeline.task.run.url.full", &address)
            .text("cicd.worker.name", row.text("runner_label"))
            .text("os.type", row.text("runner_os"))
            .text("host.arch", row.text("runner_arch"))
            .number("github.job.queue.duration", row.number("queue_s"))
            .number("github.job.billed.minutes", row.number("billed_minutes"));
        let lasted = Lasted { name: row.text("job"), started, ended, conclusion: row.text("conclusion") };
        spans.push(trace.span(&place, &lasted, attributes));
        for part in self.steps.get(&job(row)).into_iter().flatten() {
            let Some((started, ended)) = part.time("started_at").zip(end(part)) else { continue };
            let step =
                part.integer("step_number").map(|number| (format!("step {number}"), part.text("step").to_owned()));
            let (own, name) = step.unwrap_or_else(|| {
                let name = format!("{} {}", part.text("stage"), part.text("variant")).trim_end().to_owned();
                (format!("stage {name}"), name)
            });
            let attributes = task(&name, &format!("{id}/{own}"), part.text("stage"), part.text("conclusion"));
            let below = [place.as_slice(), &[own]].concat();
            let lasted = Lasted { name: &name, started, ended, conclusion: part.text("conclusion") };
            spans.push(trace.span(&below, &lasted, attributes));
        }
    }
}

/// What lasted, and how it ended.
struct Lasted<'row> {
    name: &'row str,
    started: Timestamp,
    ended: Timestamp,
    conclusion: &'row str,
}

/// What ids and addresses are made from.
struct Trace {
    repository: String,
    run: i64,
    attempt: i64,
}

impl Trace {
    fn digest(&self, place: &[String]) -> String {
        let mut digest = Sha256::new();
        digest.update(format!("{}\n{}\n{}", self.repository, self.run, self.attempt));
        for part in place {
            digest.update("\n");
            digest.update(part);
        }
        digest.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    fn id(&self, place: &[String]) -> String {
        self.digest(place).chars().rev().take(16).collect()
    }

    /// Returns the address of the run; nothing where its repository is not known.
    fn run_url(&self, origin: &Origin) -> String {
        if self.repository.is_empty() {
            return String::new();
        }
        format!("{}/{}/actions/runs/{}", origin.server, self.repository, self.run)
    }

    /// Makes a span of the trace; what it is below of is the place without its last part.
    fn span(&self, place: &[String], lasted: &Lasted<'_>, attributes: Attributes) -> Value {
        let trace: String = self.digest(&[]).chars().take(32).collect();
        let mut span = json!({
            "traceId": trace,
            "spanId": self.id(place),
            "name": lasted.name,
            "kind": if place.is_empty() { SERVER } else { INTERNAL },
            "startTimeUnixNano": nanoseconds(lasted.started),
            "endTimeUnixNano": nanoseconds(lasted.ended.max(lasted.started)),
            "attributes": attributes.into_value(),
            // Unset, or an error.
            "status": if is_error(result(lasted.conclusion)) { json!({"code": 2}) } else { json!({}) },
        });
        let parent = place.split_last().map(|(_, above)| above);
        if let (Some(parent), Some(fields)) = (parent, span.as_object_mut()) {
            fields.insert("parentSpanId".to_owned(), json!(self.id(parent)));
        }
        span
    }
}

fn attempt(row: &Row) -> Attempt {
    (row.integer("run_id").unwrap_or(0), row.integer("run_attempt").unwrap_or(1))
}

fn job(row: &Row) -> (i64, i64, i64) {
    let (run, number) = attempt(row);
    (run, number, row.integer("job_id").unwrap_or(0))
}

fn end(row: &Row) -> Option<Timestamp> {
    row.time("started_at").zip(row.number("duration_s")).map(|(started, seconds)| later(started, seconds))
}

fn later(at: Timestamp, seconds: f64) -> Timestamp {
    let after = SignedDuration::try_from_secs_f64(seconds).unwrap_or_default();
    at.checked_add(after).unwrap_or(at)
}

/// Returns the conventions' word for what a task does, where they have one.
fn kind(stage: &str) -> &'static str {
    match stage {
        "build" | "package" => "build",
        "deploy" => "deploy",
        stage if stage.starts_with("test-") => "test",
        _ => "",
    }
}
