//! Composition: the only room where all the others meet. One file a subcommand.

use std::io::Write as _;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::outcome::Outcome;
use crate::outputs::formats::escape;
use crate::world::World;

pub mod baseline;
pub mod collect;
pub mod commit;
pub mod completions;
pub mod configuration;
pub mod deploy;
pub mod doctor;
pub mod explain;
pub mod export;
pub mod gate;
pub mod init;
pub mod lint;
pub mod man;
pub mod many;
pub mod migrate;
pub mod monitor;
pub mod report;
pub mod rules;
pub mod run;
pub mod schema;
pub mod score;
pub mod simulate;
pub(crate) mod step;
pub mod time;

mod append;
mod deliver;
mod delivery;
pub mod notify;
pub mod online;
mod variables;
mod webhooks;

/// A subcommand with its options.
#[derive(Debug)]
pub enum Verb {
    /// Keeps what series are like.
    Baseline(baseline::Options),
    /// Collects runs, test reports and sizes into the tables.
    Collect(collect::Options),
    /// Puts the tables' rows on a branch.
    Commit(commit::Options),
    /// Writes a shell's completion script.
    Completions(completions::Options),
    /// Deploys.
    Deploy(deploy::Options),
    /// Tells what is wrong with the surroundings.
    Doctor(doctor::Options),
    /// Tells all about a lint rule.
    Explain(explain::Options),
    /// Writes for the systems that watch.
    Export(export::Options),
    /// Judges the tables by the gates.
    Gate(gate::Options),
    /// Writes a configuration and workflows.
    Init(init::Options),
    /// Lints workflows and actions.
    Lint(lint::Options),
    /// Writes the manual.
    Man(man::Options),
    /// Watches a machine, or what was deployed.
    Monitor(monitor::Options),
    /// Reports on the collected tables.
    Report(report::Options),
    /// Lists the lint rules.
    Rules(rules::Options),
    /// Does everything, as configured.
    Run(run::Options),
    /// Shows what the tables hold.
    Schema(schema::Options),
    /// Scores a repository's readiness.
    Score(score::Options),
    /// Simulates recorded runs with changes.
    Simulate(simulate::Options),
    /// Times a command.
    Time(time::Options),
}

/// Runs a subcommand.
///
/// # Errors
/// What the subcommand could not do; see [`FailureKind`].
pub fn run(verb: Verb, world: &mut World) -> Result<Outcome, Failure> {
    match verb {
        Verb::Baseline(options) => baseline::run(&options, world),
        Verb::Collect(options) => collect::run(&options, world),
        Verb::Commit(options) => commit::run(&options, world),
        Verb::Completions(options) => completions::run(options, world),
        Verb::Deploy(options) => deploy::run(&options, world),
        Verb::Doctor(options) => doctor::run(&options, world),
        Verb::Explain(options) => explain::run(&options, world),
        Verb::Export(options) => export::run(&options, world),
        Verb::Gate(options) => gate::run(&options, world),
        Verb::Init(options) => init::run(&options, world),
        Verb::Lint(options) => lint::run(&options, world),
        Verb::Man(options) => man::run(options, world),
        Verb::Monitor(options) => monitor::run(&options, world),
        Verb::Report(options) => report::run(&options, world),
        Verb::Rules(options) => rules::run(&options, world),
        Verb::Run(options) => run::run(&options, world),
        Verb::Schema(options) => schema::run(&options, world),
        Verb::Score(options) => score::run(&options, world),
        Verb::Simulate(options) => simulate::run(&options, world),
        Verb::Time(options) => time::run(&options, world),
    }
}

/// Delivers what is still in the buffers.
///
/// # Errors
/// Standard output cannot be written.
pub fn flush(world: &mut World) -> Result<(), Failure> {
    world.stdout.flush().kind(FailureKind::Output)
}

/// Says that the program itself is wrong, and where that is to be told.
pub fn mistake(panic: &str) -> String {
    let told = escape::log_words(&format!("error: a mistake in plimsoll: {panic}"));
    format!("{told}\nhint: please report it with what you ran: {}/issues\n", env!("CARGO_PKG_REPOSITORY"))
}

/// Writes a failure for people, and in a job as an annotation too.
pub fn explain_failure(failure: &Failure, world: &mut World) -> Outcome {
    if failure.is_broken_pipe() {
        // The reader has what it wanted, as in `plimsoll lint | head`.
        return Outcome::Pass;
    }
    let mut told = failure.to_string();
    for hint in failure.hints() {
        told.push_str("\nhint: ");
        told.push_str(hint);
    }
    let told = escape::terminal(&told);
    // What was mistyped stands in the message, and no line of it may read as a workflow command.
    let text: String = format!("error: {told}").lines().map(|line| escape::log_line(line) + "\n").collect();
    // Nothing is left to report to when standard error is closed as well.
    let written = world.stderr.write_all(text.as_bytes());
    if written.is_ok() && world.environment.in_actions() {
        let annotation = format!("::error title=plimsoll::{}\n", escape::command_data(&told));
        drop(world.stdout.write_all(annotation.as_bytes()).and_then(|()| world.stdout.flush()));
    }
    Outcome::Unknown
}

/// Shows clap's help, version or usage error where it belongs.
///
/// # Errors
/// The stream cannot be written.
pub fn show_usage(error: &clap::Error, world: &mut World) -> Result<Outcome, Failure> {
    if error.use_stderr() {
        let text = error.render().to_string();
        let text = text.trim_start_matches("error: ").trim_end().to_owned();
        return Err(Failure::message(FailureKind::Usage, text));
    }
    let text = error.render();
    match world.color {
        crate::world::Color::Always => write!(world.stdout, "{}", text.ansi()),
        crate::world::Color::Never => write!(world.stdout, "{text}"),
    }
    .kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}
