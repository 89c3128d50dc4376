//! The parts of a run: each does its work and says in one line what it came to.

use super::{Network, Options, Plan};
use crate::commands::collect::tables::Store;
use crate::commands::collect::{self, Saving};
use crate::commands::many::Many;
use crate::commands::{commit, gate, lint, score};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::Writing;
use crate::model::committed::Fate;
use crate::model::finding::{LintReport, Severity};
use crate::model::history::History;
use crate::model::report::Report;
use crate::model::run_summary::{PartVerdict, RunSummary};
use crate::model::scorecard::{Readiness, Scorecard};
use crate::model::verdict::GateReport;
use crate::outputs::formats::{not_checked, quantity, totals};
use crate::reports;
use crate::sources::repository;
use crate::world::World;

/// How many runs are read outside of a job and in a scheduled one.
const RUNS: usize = 30;

/// Lints the repository. GitHub is asked only where somebody said so: a token is there for other
/// things. Where it gives no answers, the rules that need none have their say all the same.
pub(super) fn lint(plan: &Plan<'_>, summary: &mut RunSummary, world: &mut World) -> Result<LintReport, Failure> {
    let Plan { options, config, .. } = plan;
    let root = [repository::root(&world.folder)];
    let settings = lint::settings(&lint::Options::default(), config)?;
    let asked = options.network == Network::Online;
    let online = asked.then(|| lint::Online { token: options.token.clone(), ..lint::Online::default() });
    let report = match lint::lint(&root, &settings, online.as_ref(), world) {
        Err(failure) if asked => {
            summary.part("lint --online", PartVerdict::Unknown, told(&failure));
            let offline = lint::lint(&root, &settings, None, world)?.report;
            // Why nothing was checked is told already, and more than that it was offline.
            LintReport { not_checked: Vec::new(), ..offline }
        }
        linted => linted?.report,
    };
    let fails = report.active().any(|finding| settings.fail_on.is_failed_by(finding.severity));
    let verdict = if fails {
        PartVerdict::Fail
    } else if report.count(Severity::Warning) > 0 || !report.problems.is_empty() {
        PartVerdict::Warn
    } else {
        PartVerdict::Pass
    };
    summary.part("lint", verdict, totals::sentence(&report));
    for (what, why) in not_checked::listed(&report) {
        summary.left_out(what, why);
    }
    Ok(report)
}

/// Scores the repository. The score itself never fails a run: a gate on `score.overall` does.
/// What GitHub knows is left out where it cannot be had.
pub(super) fn score(plan: &Plan<'_>, summary: &mut RunSummary, world: &mut World) -> Result<Scorecard, Failure> {
    let Plan { options, config, .. } = plan;
    let asked = score::Online {
        network: options.network,
        token: options.token.clone(),
        repository: options.repository.clone(),
    };
    let platform = asked.platform(world).unwrap_or_else(|failure| {
        summary.left_out("what only GitHub knows", told(&failure));
        None
    });
    let scorecard = score::score(None, &config.score, platform.as_ref(), world)?;
    let (verdict, readiness) = match scorecard.readiness {
        Readiness::NotReady => (PartVerdict::Warn, "not ready for production"),
        Readiness::ReadyWithGaps => (PartVerdict::Warn, "ready for production, with gaps"),
        Readiness::Ready => (PartVerdict::Pass, "ready for production"),
    };
    let (score, grade) = (scorecard.overall.shown(), scorecard.overall.grade());
    summary.part("score", verdict, format!("{score} of 10 ({grade}), {readiness}"));
    if scorecard.waiting().next().is_some() {
        let waiting: Vec<&str> = scorecard.waiting().map(|judged| judged.id).collect();
        summary.left_out(waiting.join(", "), "only GitHub's API knows; left out of the score");
    }
    Ok(scorecard)
}

/// Says what is collected: what the configuration names, and with a token the run at hand or the
/// latest runs.
pub(super) fn collect_options(options: &Options, config: &Config, world: &World) -> collect::Options {
    let environment = &world.environment;
    let scheduled = environment.get("GITHUB_EVENT_NAME") == Some("schedule");
    let at_hand = environment.in_actions() && !scheduled;
    let run = gate::run_at_hand(world).filter(|_| at_hand).and_then(|run| u64::try_from(run).ok());
    let runs = run.is_none().then_some(RUNS);
    let mut online = collect::Online::default();
    if options.network.is_asked(options.token.as_ref(), world) {
        online = collect::Online { run, runs, token: options.token.clone(), ..online };
    }
    collect::Options {
        configuration: options.configuration.clone(),
        steps: None,
        logs: false,
        artifacts: Vec::new(),
        encodings: Vec::new(),
        from: None,
        metrics: None,
        junit: config.collect.junit.clone(),
        inputs: config.collect.inputs.clone(),
        sizes: config.collect.named_sizes(),
        repository: options.repository.clone(),
        online,
        many: Many::default(),
        job_id: None,
        quarantine: false,
        writing: Writing::Real,
        saving: Saving::AtTheEnd,
        format: collect::Format::Human,
        output: None,
    }
}

/// Collects into the tables what can be had.
pub(super) fn collect(plan: &Plan<'_>, store: &mut Store, summary: &mut RunSummary, world: &mut World) {
    let Plan { options, config, collecting } = plan;
    if !config.run.collect {
        return;
    }
    let online = options.network.is_asked(options.token.as_ref(), world);
    if !online {
        let why = match options.network {
            Network::Offline => "this run is offline",
            Network::Online | Network::WithToken => "they need a token: --token, GITHUB_TOKEN or GH_TOKEN",
        };
        summary.left_out("runs and jobs from GitHub", why);
    }
    if !online && !collecting.is_local() {
        return;
    }
    match collect::gather(collecting, config, store, world) {
        Ok(gathered) => {
            let told: Vec<String> =
                std::iter::once(totals::number(gathered.rows, "row")).chain(gathered.problems).collect();
            let verdict = if told.len() > 1 { PartVerdict::Unknown } else { PartVerdict::Pass };
            summary.part("collect", verdict, told.join("; "));
        }
        Err(failure) => summary.part("collect", PartVerdict::Unknown, told(&failure)),
    }
}

/// Judges the tables; there are no verdicts where a gate cannot be understood.
pub(super) fn gate(config: &Config, history: &History, summary: &mut RunSummary, world: &World) -> GateReport {
    // Outside of a job the branch that is checked out is judged: its findings and its score are
    // among the rows.
    let here = collect::origin::of(None, None, world).branch.unwrap_or_default();
    let branch = (!world.environment.in_actions()).then_some(here.as_str());
    let folder = repository::root(&world.folder).join(&config.metrics);
    let asked = gate::Asked { preset: config.preset, branch, folder: &folder };
    let report = match gate::judge_history(config, &asked, history, world) {
        Ok(report) => report,
        Err(failure) => {
            summary.part("gate", PartVerdict::Unknown, told(&failure));
            return GateReport::default();
        }
    };
    summary.part("gate", gate::part_verdict(&report), report.summary());
    report
}

/// Reports on the tables; nothing is reported where there are no runs.
pub(super) fn report(config: &Config, history: &History, summary: &mut RunSummary) -> Option<Report> {
    let title = config.report.title.as_deref().unwrap_or("How CI is doing");
    let report = reports::report(title, history, &config.scope());
    if report.period.is_none() {
        summary.left_out("the report", "the tables hold no run yet");
        return None;
    }
    let total = &report.total;
    let quantiles = format!(
        "p50 {}, p95 {}",
        quantity::seconds_or_dash(total.duration.p50),
        quantity::seconds_or_dash(total.duration.p95)
    );
    let failed = quantity::percent_or_dash(total.failure_rate());
    summary.part(
        "report",
        PartVerdict::Pass,
        format!("{}, {quantiles}, {failed} failed", totals::number(total.runs, "run")),
    );
    Some(report)
}

/// Commits the tables that were just written.
pub(super) fn commit(plan: &Plan<'_>, summary: &mut RunSummary, world: &World) {
    let Plan { options, config, .. } = plan;
    let repository = options.repository.as_deref().map(str::parse).transpose();
    let asked = repository.kind(FailureKind::Usage).map(|repository| commit::Options {
        configuration: options.configuration.clone(),
        repository,
        token: options.token.clone(),
        ..commit::Options::default()
    });
    match asked.and_then(|asked| commit::commit(&asked, config, world).map_err(|stopped| stopped.failure)) {
        Ok(committed) => match &committed.fate {
            Fate::Skipped(reason) => summary.left_out("committing the tables", reason.as_str()),
            Fate::Unchanged => summary.part(
                "commit",
                PartVerdict::Pass,
                format!("the branch {} has everything already", committed.branch),
            ),
            Fate::Committed | Fate::Dry => {
                let rows = totals::number(committed.added(), "new row");
                summary.part("commit", PartVerdict::Pass, format!("{rows} on the branch {}", committed.branch));
            }
        },
        Err(failure) => summary.part("commit", PartVerdict::Unknown, told(&failure)),
    }
}

/// Puts a failure and what can be done about it into one line.
pub(super) fn told(failure: &Failure) -> String {
    let hints = failure.hints().join("; ");
    if hints.is_empty() { failure.to_string() } else { format!("{failure} ({hints})") }
}
