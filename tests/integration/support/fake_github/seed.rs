//! Histories of thousands of runs, the same for the same seed, with everything real ones have:
//! re-runs, copied jobs, matrix legs, called workflows, skipped and cancelled jobs with reversed
//! times, runs in progress, nulls, and words nobody knows yet.

use jiff::{SignedDuration, Timestamp};

use super::state::{Attempt, Job, Repository, Run, Step, Truth, commit_id};

/// The first moment of every history: 2026-01-05T08:00:00Z, a Monday.
const START: i64 = 1_767_600_000;

/// Seconds between two runs.
const PACE: u64 = 1800;

/// Makes a repository with so many runs.
pub(crate) fn history(name: &str, runs: u64, seed: u64) -> Repository {
    let mut chance = Chance(seed);
    let made = (0..runs).map(|index| run(&mut chance, index)).collect();
    Repository::new(name).with_runs(made)
}

/// Makes a repository whose answers hold only words of GitHub's own description.
pub(crate) fn documented(name: &str, runs: u64, seed: u64) -> Repository {
    let mut repository = history(name, runs, seed);
    for job in repository.runs.iter_mut().flat_map(|run| &mut run.attempts).flat_map(|attempt| &mut attempt.jobs) {
        if job.conclusion.as_deref().is_some_and(|word| UNKNOWN.contains(&word)) {
            job.conclusion = Some("failure".to_owned());
        }
    }
    repository
}

/// Makes a repository of finished runs with eight jobs each, re-runs among them.
pub(crate) fn eight_jobs(name: &str, runs: u64, seed: u64) -> Repository {
    let mut chance = Chance(seed);
    let made = (0..runs).map(|index| {
        let mut run = run_of(&mut chance, index, ("eight.yml", Some("Eight"), 105));
        while run.attempts.iter().any(|attempt| attempt.conclusion.is_none()) {
            run = run_of(&mut chance, index, ("eight.yml", Some("Eight"), 105));
        }
        run
    });
    Repository::new(name).with_runs(made.collect())
}

/// Conclusions that GitHub sends or may send without documenting them for jobs.
const UNKNOWN: &[&str] = &["stale", "startup_failure", "evaporated"];

/// `SplitMix64`, by Steele, Lea and Flood: small, and the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Happens in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'words>(&mut self, words: &[&'words str]) -> &'words str {
        words[usize::try_from(self.below(words.len() as u64)).unwrap()]
    }
}

fn time(second: u64) -> Timestamp {
    Timestamp::from_second(START + i64::try_from(second).unwrap()).unwrap()
}

fn after(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn run(chance: &mut Chance, index: u64) -> Run {
    let (file, workflow, workflow_id) = match chance.below(10) {
        0 | 1 => ("nightly.yml", Some("Nightly"), 102),
        2 => ("release.yaml", Some("Release, \"signed\""), 103),
        // A workflow that could not be parsed has no name.
        3 => ("broken.yml", None, 104),
        _ => ("ci.yml", Some("CI"), 101),
    };
    run_of(chance, index, (file, workflow, workflow_id))
}

fn run_of(chance: &mut Chance, index: u64, (file, workflow, workflow_id): (&str, Option<&str>, u64)) -> Run {
    let id = 20_000_000_000 + index * 100;
    let event = chance.pick(&["push", "pull_request", "schedule", "workflow_dispatch", "merge_group"]).to_owned();
    let of_request = event == "pull_request" && chance.percent(70);
    let created_at = time(index * PACE + chance.below(600));
    let mut run = Run {
        id,
        number: index + 1,
        workflow: workflow.map(str::to_owned),
        file: file.to_owned(),
        workflow_id,
        branch: (!chance.percent(3)).then(|| chance.pick(&["main", "feat/ü-1", "release/1.x"]).to_owned()),
        commit: commit_id(&format!("commit {}", index / 2)),
        pull_request: of_request.then(|| index + 10),
        actor: chance.pick(&["octocat", "hubot", "dependabot[bot]"]).to_owned(),
        called: if file == "release.yaml" {
            vec!["octo/shared/.github/workflows/build.yml@v2".to_owned()]
        } else {
            Vec::new()
        },
        event,
        created_at,
        attempts: Vec::new(),
    };
    let first = attempt(chance, &run, after(created_at, 2));
    run.attempts.push(first);
    while run.attempts.len() < 4 && is_rerun(chance, &run) {
        let again = rerun(chance, &run);
        run.attempts.push(again);
    }
    run
}

fn is_rerun(chance: &mut Chance, run: &Run) -> bool {
    let failed = run.attempts.last().is_some_and(|last| last.conclusion.as_deref() == Some("failure"));
    if failed { chance.percent(60) } else { chance.percent(2) }
}

fn attempt(chance: &mut Chance, run: &Run, started_at: Timestamp) -> Attempt {
    let names: Vec<String> = match run.file.as_str() {
        "nightly.yml" => (0..120).map(|leg| format!("fuzz ({}, {leg})", leg % 3)).collect(),
        "release.yaml" => {
            ["plan", "build / compile (x86_64)", "build / compile (aarch64)", "publish"].map(str::to_owned).to_vec()
        }
        "broken.yml" => Vec::new(),
        "eight.yml" => (1..=8).map(|leg| format!("test ({leg}, stable)")).collect(),
        _ => ["lint", "test (ubuntu-latest, stable)", "test (windows-latest, 1.95)", "deploy"]
            .map(str::to_owned)
            .to_vec(),
    };
    // The fourth part of nightly runs has all its legs: more than one page of jobs.
    let legs = if run.file == "nightly.yml" && !run.number.is_multiple_of(4) { 6 } else { names.len() };
    let jobs: Vec<Job> =
        names.iter().take(legs).zip(0..).map(|(name, at)| job(chance, name, job_id(run, at), started_at)).collect();
    conclude(chance, jobs, started_at)
}

fn job_id(run: &Run, at: u64) -> u64 {
    run.id * 10 + run.attempts.len() as u64 * 200 + at
}

/// A re-run of failed jobs copies the others with their old times, a full one runs all again.
fn rerun(chance: &mut Chance, run: &Run) -> Attempt {
    let last = run.attempts.last().unwrap();
    let started_at = after(last.updated_at, 120 + i64::try_from(chance.below(3600)).unwrap());
    let all = chance.percent(20);
    let mut jobs = Vec::new();
    for (old, at) in last.jobs.iter().zip(0..) {
        let id = job_id(run, at);
        if all || old.conclusion.as_deref() == Some("failure") {
            let mut new = job(chance, &old.name, id, started_at);
            if chance.percent(10) {
                // GitHub does not always reset the creation of a job that runs again.
                new.created_at = old.created_at;
                new.truth.waited = None;
            }
            jobs.push(new);
        } else {
            let truth = Truth { waited: None, minutes: Some(0), ..old.truth };
            jobs.push(Job { id, truth, ..old.clone() });
        }
    }
    conclude(chance, jobs, started_at)
}

fn conclude(chance: &mut Chance, jobs: Vec<Job>, started_at: Timestamp) -> Attempt {
    let has = |word: &str| jobs.iter().any(|job| job.conclusion.as_deref() == Some(word));
    let conclusion = if jobs.iter().any(|job| job.completed_at.is_none()) {
        None
    } else if jobs.is_empty() {
        Some("startup_failure")
    } else if has("failure") || has("timed_out") {
        Some("failure")
    } else if has("cancelled") {
        Some("cancelled")
    } else {
        Some("success")
    };
    let ended = jobs.iter().filter_map(|job| job.completed_at).max().unwrap_or(started_at).max(started_at);
    Attempt {
        started_at,
        // Changes after the end, such as a deleted log, move this.
        updated_at: after(ended, 3 + i64::try_from(chance.below(60)).unwrap()),
        status: if conclusion.is_some() { "completed" } else { "in_progress" }.to_owned(),
        conclusion: conclusion.map(str::to_owned),
        jobs,
    }
}

fn job(chance: &mut Chance, name: &str, id: u64, attempt: Timestamp) -> Job {
    let created_at = after(attempt, i64::try_from(chance.below(5)).unwrap());
    let queued = if chance.percent(2) { -1 } else { i64::try_from(chance.below(90)).unwrap() };
    let started_at = after(created_at, queued);
    let ended = after(started_at, 5 + i64::try_from(chance.below(1200)).unwrap());
    let labels = if name.contains("windows") { ["windows-latest"] } else { ["ubuntu-24.04"] };
    let mut job = Job {
        id,
        name: name.to_owned(),
        status: "completed".to_owned(),
        conclusion: Some("success".to_owned()),
        created_at,
        started_at,
        completed_at: Some(ended),
        labels: labels.map(str::to_owned).to_vec(),
        runner: Some(format!("GitHub Actions {}", id % 1000)),
        steps: steps(started_at, ended),
        truth: Truth { waited: Some(queued).filter(|queued| *queued >= 0), ..ran(started_at, ended) },
    };
    match chance.below(100) {
        0..10 => job.conclusion = Some("failure".to_owned()),
        10..12 => job.conclusion = Some("timed_out".to_owned()),
        12..14 => job.conclusion = Some(chance.pick(UNKNOWN).to_owned()),
        14..20 => skip(&mut job),
        20..24 => cancel(&mut job),
        24 => {
            "in_progress".clone_into(&mut job.status);
            (job.conclusion, job.completed_at) = (None, None);
            (job.truth.ran, job.truth.minutes) = (None, None);
        }
        _ => {}
    }
    job
}

/// A skipped job ends before it starts, and never had a runner.
fn skip(job: &mut Job) {
    job.conclusion = Some("skipped".to_owned());
    job.completed_at = Some(after(job.started_at, -1));
    (job.runner, job.steps, job.labels) = (None, Vec::new(), Vec::new());
    job.truth = Truth { minutes: Some(0), ..Truth::default() };
}

/// A job that was cancelled in the queue never had a runner either.
fn cancel(job: &mut Job) {
    job.conclusion = Some("cancelled".to_owned());
    job.completed_at = Some(job.started_at);
    (job.runner, job.steps) = (None, Vec::new());
    job.truth = Truth { ran: Some(0), minutes: Some(0), ..Truth::default() };
}

fn ran(started_at: Timestamp, ended: Timestamp) -> Truth {
    let seconds = ended.as_second() - started_at.as_second();
    Truth {
        waited: None,
        ran: Some(seconds),
        minutes: Some(seconds.max(0).div_euclid(60) + i64::from(seconds % 60 > 0)),
    }
}

fn steps(started_at: Timestamp, ended: Timestamp) -> Vec<Step> {
    let step = |name: &str, from: Timestamp, to: Timestamp| Step {
        name: name.to_owned(),
        conclusion: Some("success".to_owned()),
        started_at: Some(from),
        completed_at: Some(to),
        log: Vec::new(),
    };
    let middle = after(started_at, 2);
    let unused = Step {
        name: "Post Cache".to_owned(),
        conclusion: Some("skipped".to_owned()),
        started_at: None,
        completed_at: None,
        log: Vec::new(),
    };
    vec![step("Set up job", started_at, middle), step("Run tests", middle, ended), unused]
}
