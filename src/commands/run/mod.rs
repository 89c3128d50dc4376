//! Lints, scores, collects, gates and reports, as configured: one verdict, one summary.
//!
//! Without permission nothing is written but the output: what was found and collected is merged
//! with the tables in memory, and judged there.

mod parts;
mod show;

use std::path::PathBuf;

use clap::ValueEnum;

use super::collect::{self, tables::Store};
use super::configuration::Configuration;
pub use super::online::Network;
use super::{notify, step};
use crate::config::{Config, Permission};
use crate::error::Failure;
use crate::model::finding::LintReport;
use crate::model::history::Row;
use crate::model::report::Report;
use crate::model::run_summary::{PartVerdict, RunSummary};
use crate::model::scorecard::Scorecard;
use crate::model::secret::Secret;
use crate::model::verdict::GateReport;
use crate::outcome::Outcome;
use crate::outputs::formats::markdown;
use crate::world::World;

/// What `plimsoll run` was asked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// Whether tables are written and committed, whatever the configuration says.
    pub commit: bool,
    /// Whether GitHub is asked.
    pub network: Network,
    /// The token; the environment's where none is given.
    pub token: Option<Secret>,
    /// `OWNER/NAME`; by default `GITHUB_REPOSITORY`.
    pub repository: Option<String>,
    /// The form of the output; by default `github` in a job and `human` elsewhere.
    pub format: Option<Format>,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
    /// Where the HTML report goes in addition.
    pub html: Option<PathBuf>,
    /// Who is told beside the log and the summary.
    pub notify: notify::Options,
}

/// The forms that the output can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Human,
    /// Workflow commands, which become annotations, and the verdicts for the log
    Github,
    /// JSON, version 1: the verdicts
    Json,
    /// Markdown, for a summary or a comment
    Markdown,
}

/// Everything that the parts found out.
#[derive(Default)]
struct Results {
    summary: RunSummary,
    lint: Option<LintReport>,
    score: Option<Scorecard>,
    gates: Option<GateReport>,
    report: Option<Report>,
}

/// What is to be done.
struct Plan<'options> {
    options: &'options Options,
    config: &'options Config,
    collecting: collect::Options,
}

impl Plan<'_> {
    /// Tells whether tables may be written and committed.
    fn may_write(&self) -> bool {
        self.options.commit || self.config.commit.permission == Permission::Granted
    }
}

/// Does all parts, shows what they came to, and tells the job.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    let plan = Plan { options, config: &config, collecting: parts::collect_options(options, &config, world) };
    let mut results = Results::default();
    let rows = judgements(&plan, &mut results, world)?;
    judge_tables(&plan, &mut results, rows, world);
    if !plan.may_write() {
        let why = "not permitted: `plimsoll run --commit`, or `commit: {allowed: true}` in plimsoll.yml";
        results.summary.left_out("writing and committing the tables", why);
    }
    show::show(&results, options, world)?;
    tell_job(&results, world)?;
    if options.network != Network::Offline {
        let telling = notify::Telling {
            verb: "run",
            options: &options.notify,
            settings: &config.notify,
            token: options.token.as_ref(),
            repository: options.repository.as_deref(),
        };
        notify::tell(&telling, || show::notice(&results), world);
    }
    Ok(outcome(results.summary.verdict()))
}

/// Lints and scores; returns the rows that are left for the tables.
fn judgements(plan: &Plan<'_>, results: &mut Results, world: &mut World) -> Result<Vec<Row>, Failure> {
    let Plan { options, config, .. } = plan;
    let origin = collect::origin::of(options.repository.as_deref(), None, world);
    let mut rows = Vec::new();
    if config.run.lint {
        let report = parts::lint(plan, &mut results.summary, world)?;
        rows.extend(crate::pipeline::judgements::lint_rows(&report, &origin));
        results.lint = Some(report);
    }
    if config.run.score {
        let scorecard = parts::score(plan, &mut results.summary, world)?;
        rows.push(crate::pipeline::judgements::score_row(&scorecard, &origin));
        results.score = Some(scorecard);
    }
    Ok(rows)
}

/// Collects into the tables, judges them by the gates, makes the report, and with permission
/// writes and commits the tables. Damaged tables are told and leave the other parts as they are.
fn judge_tables(plan: &Plan<'_>, results: &mut Results, rows: Vec<Row>, world: &mut World) {
    let Plan { config, collecting, .. } = plan;
    let opened = Store::open(collecting, config, world).and_then(|mut store| {
        store.merge(rows);
        parts::collect(plan, &mut store, &mut results.summary, world);
        let history = store.history()?.clone();
        Ok((history, store))
    });
    let (history, store) = match opened {
        Ok(opened) => opened,
        Err(failure) => {
            results.summary.part("tables", PartVerdict::Unknown, parts::told(&failure));
            return;
        }
    };
    if config.run.gate {
        let report = parts::gate(config, &history, &mut results.summary, world);
        results.gates = Some(report);
    }
    if config.run.report {
        results.report = parts::report(config, &history, &mut results.summary);
    }
    if !plan.may_write() {
        return;
    }
    match store.save() {
        Ok(_) => parts::commit(plan, &mut results.summary, world),
        Err(failure) => results.summary.part("tables", PartVerdict::Unknown, parts::told(&failure)),
    }
}

fn outcome(verdict: PartVerdict) -> Outcome {
    match verdict {
        PartVerdict::Pass | PartVerdict::Warn => Outcome::Pass,
        PartVerdict::Fail => Outcome::Fail,
        PartVerdict::Unknown => Outcome::Unknown,
    }
}

/// Sets the step's outputs and shows everything on the job's page.
fn tell_job(results: &Results, world: &mut World) -> Result<(), Failure> {
    let mut outputs = vec![("verdict", results.summary.verdict().word().to_owned())];
    if let Some(scorecard) = &results.score {
        outputs.push(("score", scorecard.overall.shown()));
    }
    let outputs: Vec<(&str, &str)> = outputs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    step::outputs(&outputs, world)?;
    step::summary(|| markdown::run::render(&results.summary, &show::sections(results)), world)
}
