//! Where the time of runs goes, and what would change it.

use jiff::Timestamp;

/// Where the time of a workflow's runs goes.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSpent {
    /// The workflow's name.
    pub workflow: String,
    /// How many runs it was made from: first attempts that succeeded or failed.
    pub runs: usize,
    /// The median from the first job's start to the last one's end, in seconds.
    pub wall_s: f64,
    /// The jobs that runs waited for, the one with the most time first.
    pub path: Vec<PathJob>,
    /// How many jobs ran at a time, on average.
    pub parallelism: f64,
    /// That number divided by the most that ran at a time: 1 where all of them were always busy.
    pub efficiency: f64,
    /// Seconds that all jobs ran.
    pub work_s: f64,
    /// What of the time was no work.
    pub lost: Lost,
}

/// A job that runs waited for.
#[derive(Clone, Debug, PartialEq)]
pub struct PathJob {
    /// The job, matrix legs folded together.
    pub job: String,
    /// The share of runs in which it was on the critical path.
    pub share: f64,
    /// The median of its time there, in seconds.
    pub p50_s: f64,
}

/// Time that was no work, in seconds over all runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lost {
    /// Waiting for a runner.
    pub queue_s: f64,
    /// Waiting for a runner on the critical path, which makes runs longer.
    pub path_queue_s: f64,
    /// Checking out, installing, restoring; `None` where no stage says.
    pub setup_s: Option<f64>,
    /// What jobs took longer where a cache missed; `None` where too few runs tell.
    pub cache_s: Option<f64>,
    /// Attempts after the first.
    pub retry_s: f64,
}

/// One run drawn as bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Gantt {
    /// The workflow's name.
    pub workflow: String,
    /// The run.
    pub run_id: i64,
    /// When it was started.
    pub started_at: Timestamp,
    /// The bars, by their start.
    pub bars: Vec<Bar>,
}

/// A job of it, in seconds from the first job's queuing.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The job's name.
    pub job: String,
    /// When it was queued.
    pub queued_s: f64,
    /// When it started.
    pub started_s: f64,
    /// When it ended.
    pub ended_s: f64,
    /// Whether the run waited for it.
    pub is_critical: bool,
}

/// What a run takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Taken {
    /// The median from the first job's start to the last one's end, in seconds.
    pub wall_s: f64,
    /// Mean billed minutes.
    pub minutes: f64,
    /// Mean US dollars; `None` where a price is not known.
    pub dollars: Option<f64>,
}

/// What a change would make of a workflow's runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The workflow's name.
    pub workflow: String,
    /// How many recorded runs it was made from.
    pub runs: usize,
    /// How many runs a month has at the recorded rate; `None` where less than a day is recorded.
    pub runs_per_month: Option<f64>,
    /// As it is, by the simulator as well, so that both are compared like with like.
    pub now: Taken,
    /// As it would be.
    pub then: Taken,
}

impl Forecast {
    /// Returns the billed minutes a month that the change saves; negative where it costs.
    pub fn saved_minutes(&self) -> Option<f64> {
        self.runs_per_month.map(|runs| runs * (self.now.minutes - self.then.minutes))
    }

    /// Returns the dollars a month that the change saves; negative where it costs.
    pub fn saved_dollars(&self) -> Option<f64> {
        let saved = self.now.dollars.zip(self.then.dollars).map(|(now, then)| now - then);
        self.runs_per_month.zip(saved).map(|(runs, saved)| runs * saved)
    }
}

/// How far the simulator is from runs that are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Accuracy {
    /// The workflow's name.
    pub workflow: String,
    /// How many runs were predicted.
    pub runs: usize,
    /// The median of |predicted − recorded| ÷ recorded, where the jobs' own times are given and the graph and the
    /// waits come from the other half of the runs.
    pub replayed: f64,
    /// The 90th percentile of the same.
    pub replayed_p90: f64,
    /// The median error where the jobs' times come from the other half too: what a forecast of a single run is
    /// worth, noise included.
    pub forecast: f64,
}

/// Something worth changing.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// What to change, in a few words.
    pub title: String,
    /// The workflow it is about; empty for all of them.
    pub workflow: String,
    /// What was seen.
    pub evidence: String,
    /// The change to make.
    pub change: String,
    /// Seconds that a run becomes shorter.
    pub saves_s: Option<f64>,
    /// Billed minutes a month that are saved; negative where it costs.
    pub saves_minutes: Option<f64>,
    /// US dollars a month that are saved; negative where it costs.
    pub saves_dollars: Option<f64>,
}
