//! What was typed, and nothing else: clap types that become commands' options.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::{self, Verb};
use crate::error::Failure;
use crate::outcome::Outcome;
use crate::world::World;

pub mod env;

mod baseline;
mod collect;
mod commit;
mod completions;
mod configuration;
mod deploy;
mod doctor;
mod explain;
mod export;
mod gate;
mod init;
mod lint;
mod man;
mod monitor;
mod network;
mod notify;
mod report;
mod rules;
mod run;
mod schema;
mod score;
mod signals;
mod simulate;
mod time;
mod words;

/// Measure, lint, score and gate GitHub Actions
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    /// End with 0 although there are findings or a gate failed; what could not be told stays 2
    #[arg(long, global = true)]
    exit_zero: bool,

    #[command(subcommand)]
    verb: Typed,
}

#[derive(Debug, Subcommand)]
enum Typed {
    Run(run::Arguments),
    Lint(lint::Arguments),
    Rules(rules::Arguments),
    Explain(explain::Arguments),
    Score(score::Arguments),
    Collect(Box<collect::Arguments>),
    Gate(gate::Arguments),
    Baseline(baseline::Arguments),
    Report(report::Arguments),
    Simulate(simulate::Arguments),
    Export(export::Arguments),
    Commit(Box<commit::Arguments>),
    Deploy(deploy::Arguments),
    Monitor(monitor::Arguments),
    Time(time::Arguments),
    Init(init::Arguments),
    Doctor(doctor::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

impl From<Typed> for Verb {
    fn from(typed: Typed) -> Self {
        match typed {
            Typed::Baseline(arguments) => Self::Baseline(arguments.into()),
            Typed::Collect(arguments) => Self::Collect((*arguments).into()),
            Typed::Commit(arguments) => Self::Commit((*arguments).into()),
            Typed::Completions(arguments) => Self::Completions(arguments.into()),
            Typed::Deploy(arguments) => Self::Deploy(arguments.into()),
            Typed::Doctor(arguments) => Self::Doctor(arguments.into()),
            Typed::Init(arguments) => Self::Init(arguments.into()),
            Typed::Lint(arguments) => Self::Lint(arguments.into()),
            Typed::Explain(arguments) => Self::Explain(arguments.into()),
            Typed::Export(arguments) => Self::Export(arguments.into()),
            Typed::Gate(arguments) => Self::Gate(arguments.into()),
            Typed::Man(arguments) => Self::Man(arguments.into()),
            Typed::Monitor(arguments) => Self::Monitor(arguments.into()),
            Typed::Report(arguments) => Self::Report(arguments.into()),
            Typed::Rules(arguments) => Self::Rules(arguments.into()),
            Typed::Run(arguments) => Self::Run(arguments.into()),
            Typed::Schema(arguments) => Self::Schema(arguments.into()),
            Typed::Score(arguments) => Self::Score(arguments.into()),
            Typed::Simulate(arguments) => Self::Simulate(arguments.into()),
            Typed::Time(arguments) => Self::Time(arguments.into()),
        }
    }
}

/// Runs the program on the real world: the process's arguments, environment and streams.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // Who passes signals on, or tidies up at one, listens by itself.
    if !arguments.get(1).is_some_and(|verb| verb == "time" || verb == "monitor" || verb == "deploy") {
        signals::end_when_asked();
    }
    tell_of_mistakes();
    let mut world = env::world();
    run(arguments, &mut world).into()
}

/// Makes a panic, which is a mistake in the program, a message that says so, and what to do.
fn tell_of_mistakes() {
    if cfg!(debug_assertions) {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        // Nothing is left to tell it to when standard error is closed.
        drop(std::io::stderr().write_all(commands::mistake(&panic.to_string()).as_bytes()));
    }));
}

/// Runs what was typed, program name first, and tells what it came to.
pub fn run(arguments: Vec<OsString>, world: &mut World) -> Outcome {
    let mut forgiving = false;
    let outcome = parse(arguments, world).and_then(|typed| match typed {
        Ok(cli) => {
            forgiving = cli.exit_zero;
            commands::run(cli.verb.into(), world)
        }
        Err(outcome) => Ok(outcome),
    });
    let outcome = outcome.and_then(|outcome| commands::flush(world).map(|()| outcome));
    let outcome = outcome.unwrap_or_else(|failure| commands::explain_failure(&failure, world));
    // Later steps see what it came to, whatever the exit code is forgiven.
    let told = commands::step::outcome(outcome, world).map(|()| outcome);
    let outcome = told.unwrap_or_else(|failure| commands::explain_failure(&failure, world));
    if forgiving { outcome.forgiven() } else { outcome }
}

/// The whole command line as clap sees it, from which completions, manual and reference come.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Parses the command line. `--help` and `--version` are outcomes; wrong usage is a failure.
fn parse(arguments: Vec<OsString>, world: &mut World) -> Result<Result<Cli, Outcome>, Failure> {
    let command = command();
    let arguments = env::with_inputs(&command, lint::with_fix_joined(arguments), &world.environment)?;
    let parsed = command.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => Ok(Ok(cli)),
        Err(error) => commands::show_usage(&error, world).map(Err),
    }
}
