//! How often gates raise false alarms and how often they see what happened, on simulated CI noise,
//! beside the rules of two peers: `cargo bench --bench gates`.
//!
//! Every verdict is the program's own, from a configuration and tables as users have them; the
//! peers' rules are written down from their documentation. `benches/README.md` says how to read it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has failed"
)]

use std::fmt::Write as _;
use std::io::Write as _;

use jiff::Timestamp;
use plimsoll::config::Config;
use plimsoll::gates::{Gates, Moment, Occasion, judge};
use plimsoll::model::history::{Cell, History, Row, TableId};
use plimsoll::model::verdict::Verdict;
use plimsoll::stats::{Confidence, Prediction};

/// The gates that are compared: a name, and the settings of `compare`.
const GATES: [(&str, &str); 8] = [
    ("percentage, +50%", "{fail: '+50%'}"),
    ("z", "{test: z}"),
    ("t", "{test: t}"),
    ("log-normal", "{test: log-normal}"),
    ("iqr", "{test: iqr}"),
    ("delta-iqr", "{test: delta-iqr}"),
    ("mad", "{test: mad}"),
    ("mann-whitney, 5 runs", "{test: mann-whitney}"),
];

/// The noise of machines.
#[derive(Clone, Copy)]
enum Noise {
    /// Log-normal, with this coefficient of variation.
    Scatter(f64),
    /// The same at 8 %, and three runs of a hundred take one and a half to three times as long.
    Outliers,
    /// Two kinds of machines, one 12 % slower, each with 4 %.
    TwoPools,
    /// None, as of sizes and counts.
    Exact,
}

const NOISES: [(&str, Noise); 6] = [
    ("4 %", Noise::Scatter(0.04)),
    ("8 %", Noise::Scatter(0.08)),
    ("15 %", Noise::Scatter(0.15)),
    ("8 % and outliers", Noise::Outliers),
    ("two pools", Noise::TwoPools),
    ("none", Noise::Exact),
];

fn main() {
    // Run among the tests it only shows that it works.
    let measures = std::env::args().any(|argument| argument == "--bench");
    let asked = std::env::args().skip_while(|argument| argument != "--trials").nth(1);
    let trials = asked.map_or(if measures { 2000 } else { 5 }, |number| number.parse().unwrap());
    let mut page = String::new();
    false_alarms(&mut page, trials);
    detection(&mut page, trials);
    history_lengths(&mut page, trials);
    drifts(&mut page, trials / 5);
    std::io::stdout().write_all(page.as_bytes()).unwrap();
}

fn false_alarms(page: &mut String, trials: u32) {
    let names: Vec<&str> = NOISES.iter().map(|(name, _)| *name).collect();
    writeln!(
        page,
        "### False alarms in 1,000 verdicts, nothing having changed ({trials} a cell, 20 runs of history)\n"
    )
    .unwrap();
    table(page, &names, |rule, column| {
        1000.0 * share(rule, trials, &Trial { noise: NOISES[column].1, history: 20, factor: 1.0 })
    });
}

fn detection(page: &mut String, trials: u32) {
    let factors = [0.75, 1.1, 1.25, 1.5, 2.0, 3.0];
    let names = factors.map(|factor| format!("{:+.0} %", (factor - 1.0) * 100.0));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (noise, scatter) in [("4 %", 0.04), ("8 %", 0.08), ("15 %", 0.15)] {
        writeln!(page, "### Alarms in percent after a change, noise {noise} ({trials} a cell, 20 runs of history)\n")
            .unwrap();
        let trial = |column: usize| Trial { noise: Noise::Scatter(scatter), history: 20, factor: factors[column] };
        table(page, &names, |rule, column| 100.0 * share(rule, trials, &trial(column)));
    }
}

fn history_lengths(page: &mut String, trials: u32) {
    let lengths = [2, 5, 10, 20, 50];
    let names = lengths.map(|length| format!("{length} runs"));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    writeln!(page, "### False alarms in 1,000 verdicts by the length of the history, noise 8 % ({trials} a cell)\n")
        .unwrap();
    table(page, &names, |rule, column| {
        1000.0 * share(rule, trials, &Trial { noise: Noise::Scatter(0.08), history: lengths[column], factor: 1.0 })
    });
}

/// What a rule is asked about: a history, and one run after it (or five, where a rule asks for more).
struct Trial {
    noise: Noise,
    history: usize,
    factor: f64,
}

/// Who gives a verdict.
enum Rule {
    Gate(Box<Config>, usize),
    /// github-action-benchmark: more than twice the value before.
    GithubActionBenchmark,
    /// Bencher: beyond the upper limit of a t-test at 0.99 over at most 64 values, at least two.
    Bencher,
}

impl Rule {
    fn alarms(&self, history: &[f64], now: &[f64]) -> bool {
        let newest = now.last().copied().unwrap_or_default();
        match self {
            Self::GithubActionBenchmark => history.last().is_some_and(|before| newest / before > 2.0),
            Self::Bencher => {
                let window = &history[history.len().saturating_sub(64)..];
                let limit = Prediction::StudentT(Confidence::new(0.99).unwrap()).expected(window);
                // Without variance Bencher has no boundary.
                let varies = window.iter().any(|value| (value - window[0]).abs() > 0.0);
                varies && limit.is_some_and(|limit| newest > limit.upper)
            }
            Self::Gate(config, _) => verdict(config, history, now, Occasion::AtHand) == Verdict::Fail,
        }
    }

    fn judged(&self) -> usize {
        match self {
            Self::Gate(_, judged) => *judged,
            Self::GithubActionBenchmark | Self::Bencher => 1,
        }
    }
}

fn rules() -> Vec<(&'static str, Rule)> {
    let gate = |(name, compare): (&'static str, &str)| {
        (name, Rule::Gate(Box::new(config(compare)), if name.contains("5 runs") { 5 } else { 1 }))
    };
    let mut rules = vec![("github-action-benchmark", Rule::GithubActionBenchmark), ("Bencher", Rule::Bencher)];
    rules.extend(GATES.map(gate));
    rules
}

fn config(compare: &str) -> Config {
    let text = format!("preset: none\ngates:\n  - {{metric: benchmark.a, compare: {compare}}}\n");
    Config::parse("bench.yml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn table(page: &mut String, columns: &[&str], cell: impl Fn(&Rule, usize) -> f64) {
    writeln!(page, "| rule | {} |\n|---|{}", columns.join(" | "), "--:|".repeat(columns.len())).unwrap();
    for (name, rule) in rules() {
        let cells: Vec<String> = (0..columns.len()).map(|column| format!("{:.1}", cell(&rule, column))).collect();
        writeln!(page, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
    page.push('\n');
}

/// Returns the share of trials in which a rule raises an alarm.
fn share(rule: &Rule, trials: u32, trial: &Trial) -> f64 {
    let alarms = (1..=trials).filter(|seed| {
        let mut random = Random(u64::from(*seed));
        let history: Vec<f64> = (0..trial.history).map(|_| random.seconds(trial.noise)).collect();
        let now: Vec<f64> = (0..rule.judged()).map(|_| trial.factor * random.seconds(trial.noise)).collect();
        rule.alarms(&history, &now)
    });
    f64::from(u32::try_from(alarms.count()).unwrap()) / f64::from(trials)
}

/// By which factor the level has changed at a run.
type Shape = fn(f64) -> f64;

/// What becomes of a branch over sixty runs.
fn drifts(page: &mut String, courses: u32) {
    let shapes: [(&str, Shape); 4] = [
        ("nothing", |_| 1.0),
        ("+10 % ten runs ago", |at| if at < 50.0 { 1.0 } else { 1.1 }),
        ("+25 % ten runs ago", |at| if at < 50.0 { 1.0 } else { 1.25 }),
        ("+0.5 % a run, thirty runs long", |at| 1.0 + 0.005 * (at - 30.0).max(0.0)),
    ];
    let drifting = config("{test: change-point}");
    let latest = config("{test: t}");
    writeln!(page, "### Alarms in percent on the newest of 60 runs of a branch, noise 8 % ({courses} a cell)\n")
        .unwrap();
    let names: Vec<&str> = shapes.iter().map(|(name, _)| *name).collect();
    writeln!(page, "| rule | {} |\n|---|{}", names.join(" | "), "--:|".repeat(names.len())).unwrap();
    for (name, config) in [("change-point", &drifting), ("t, newest run alone", &latest)] {
        let cells = shapes.iter().map(|(_, shape)| {
            let alarms = (1..=courses).filter(|seed| {
                let mut random = Random(u64::from(*seed) << 32);
                let runs: Vec<f64> =
                    (0..60_u32).map(|at| shape(f64::from(at)) * random.seconds(Noise::Scatter(0.08))).collect();
                verdict(config, &runs, &[], Occasion::OverTime) == Verdict::Fail
            });
            format!("{:.1}", 100.0 * f64::from(u32::try_from(alarms.count()).unwrap()) / f64::from(courses))
        });
        writeln!(page, "| {name} | {} |", cells.collect::<Vec<_>>().join(" | ")).unwrap();
    }
}

/// Asks the program: `history` is of main, `now` of the branch that is judged.
fn verdict(config: &Config, history: &[f64], now: &[f64], occasion: Occasion) -> Verdict {
    let branches = history.iter().map(|value| ("main", value)).chain(now.iter().map(|value| ("feature", value)));
    let rows = (1..).zip(branches).map(|(run, (branch, value))| row(run, branch, *value));
    let newest = i64::try_from(history.len() + now.len()).unwrap();
    let moment = Moment { occasion, run: (occasion == Occasion::AtHand).then_some(newest), base: "main".to_owned() };
    let gates = config.all_gates(config.preset);
    judge(&Gates::only(&gates), &History::from_rows(rows), &moment).verdicts[0].verdict
}

fn row(run: i64, branch: &str, value: f64) -> Row {
    Row::new(TableId::Measurements)
        .with("workflow", Cell::text("CI"))
        .with("run_id", Cell::integer(run))
        .with("run_attempt", Cell::integer(1))
        .with("job_id", Cell::integer(run))
        .with("branch", Cell::text(branch))
        .with("commit", Cell::text(format!("{run:040x}")))
        .with("at", Cell::time(Timestamp::from_second(1_770_000_000 + run * 3600).unwrap()))
        .with("name", Cell::text("benchmark.a"))
        .with("value", Cell::number(value))
}

/// `SplitMix64`, and normal values by the method of Box and Muller.
struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        #[expect(clippy::cast_precision_loss, reason = "53 bits are a number's precision")]
        let share = ((mixed ^ (mixed >> 31)) >> 11) as f64 * 2.0_f64.powi(-53);
        share
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        radius * (2.0 * std::f64::consts::PI * self.share()).cos()
    }

    /// How long a run of about five minutes takes.
    fn seconds(&mut self, noise: Noise) -> f64 {
        let scattered = |random: &mut Self, variation: f64| {
            let deviation = (1.0 + variation * variation).ln().sqrt();
            300.0 * (deviation * random.normal()).exp()
        };
        match noise {
            Noise::Scatter(variation) => scattered(self, variation),
            Noise::Outliers => {
                let usual = scattered(self, 0.08);
                if self.share() < 0.03 { usual * (1.5 + 1.5 * self.share()) } else { usual }
            }
            Noise::TwoPools => {
                let usual = scattered(self, 0.04);
                if self.share() < 0.5 { usual * 1.12 } else { usual }
            }
            Noise::Exact => 300.0,
        }
    }
}
