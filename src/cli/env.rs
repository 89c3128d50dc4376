//! The only reader of the environment.
//!
//! A container action has no shell: GitHub's runner hands its inputs over as variables named
//! `INPUT_<NAME>`, upper-cased with dashes kept. They become command-line options here, so that
//! an action and the command line are the same thing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufWriter, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Arg, ArgAction, Command};
use jiff::Timestamp;

use crate::error::{Failure, FailureKind};
use crate::model::clock::{Clock, Random, Sleeper};
use crate::model::suggest;
use crate::system;
use crate::world::{Color, Environment, World};

/// The inputs that every container action has by itself
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepswithargs>).
const RUNNERS_INPUTS: &[&str] = &["args", "entrypoint"];

/// The input by which an action says which part of its verb is meant: it has become a word already.
const PART: &str = "part";

/// Builds the world of a real process.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn world() -> World {
    let variables: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((system::variable_name(name.to_str()?), value.into_string().ok()?)))
        .collect();
    let environment = Environment::new(variables);
    let color = color(&environment, io::stdout().is_terminal());
    let width = environment.get("COLUMNS").and_then(|columns| columns.parse().ok()).unwrap_or(100);
    World {
        stdin: Box::new(io::stdin()),
        stdout: Box::new(BufWriter::new(io::stdout())),
        stderr: Box::new(io::stderr()),
        folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        environment,
        clock: Arc::new(SystemClock),
        sleeper: Arc::new(SystemSleeper),
        random: Arc::new(SystemRandom),
        color,
        width,
    }
}

/// Follows <https://no-color.org> and <https://bixense.com/clicolors/>.
fn color(environment: &Environment, terminal: bool) -> Color {
    let forced = environment.get("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let refused = environment.get("NO_COLOR").is_some() || environment.get("TERM") == Some("dumb");
    if !refused && (forced || (terminal && system::show_colors())) { Color::Always } else { Color::Never }
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

struct SystemSleeper;

impl Sleeper for SystemSleeper {
    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fraction(&self) -> f64 {
        // The standard library seeds every hasher state from the system's randomness.
        let drawn = RandomState::new().hash_one(()) >> 32;
        f64::from(u32::try_from(drawn).unwrap_or_default()) / (f64::from(u32::MAX) + 1.0)
    }
}

/// Adds the action's inputs to the arguments as options of the verb that was named. What was
/// typed wins over an input, and an empty input counts as not given.
///
/// # Errors
/// A flag's input that is neither true nor false, or an input whose name is nearly one of the verb's.
pub fn with_inputs(
    command: &Command,
    mut arguments: Vec<OsString>,
    environment: &Environment,
) -> Result<Vec<OsString>, Failure> {
    if !environment.in_actions() {
        return Ok(arguments);
    }
    let (verb, words) = verb(command, &arguments);
    if words == 0 {
        return Ok(arguments);
    }
    refuse_mistyped(verb, command, environment)?;
    let mut added = Vec::new();
    for argument in offered(verb, command) {
        let Some(value) = argument.get_long().and_then(|long| input(environment, long)) else { continue };
        if argument.get_long().is_some_and(|long| typed(&arguments, long)) {
            continue;
        }
        added.extend(options(argument, value)?);
    }
    let positional = verb.get_positionals().next().filter(|argument| !argument.is_last_set());
    let positional = positional.filter(|_| arguments.len() == 1 + words);
    arguments.splice((1 + words)..=words, added);
    if let Some(value) = positional.and_then(|argument| input(environment, argument.get_id().as_str())) {
        arguments.push(OsString::from("--"));
        arguments.extend(items(value).map(OsString::from));
    }
    Ok(arguments)
}

/// Finds the verb that was named, and how many words name it: `monitor health` has two.
fn verb<'command>(command: &'command Command, arguments: &[OsString]) -> (&'command Command, usize) {
    let named = |found: (&'command Command, usize), word: &OsString| {
        let verb = word.to_str().and_then(|word| found.0.find_subcommand(word))?;
        Some((verb, found.1 + 1))
    };
    let mut found = (command, 0);
    for word in arguments.iter().skip(1) {
        let Some(deeper) = named(found, word) else { break };
        found = deeper;
    }
    found
}

/// Returns what a verb takes: its own arguments, and those that every verb has.
fn offered<'command>(verb: &'command Command, command: &'command Command) -> impl Iterator<Item = &'command Arg> {
    verb.get_arguments().chain(command.get_arguments().filter(|argument| argument.is_global_set()))
}

/// Returns the name of the input that stands for an argument.
fn input_name(argument: &Arg) -> &str {
    argument.get_long().unwrap_or_else(|| argument.get_id().as_str())
}

/// Refuses a step that sets `fail_on` where `fail-on` is meant. The runner only warns and runs the
/// action without it, so that a gate could stand open for ever.
///
/// A name that is like none of the verb's is left to the runner's warning: the job's own `env:`
/// may hold variables that begin the same. Outside of the actions' container every such variable
/// is somebody else's, such as another action's that starts this program.
fn refuse_mistyped(verb: &Command, command: &Command, environment: &Environment) -> Result<(), Failure> {
    if !environment.in_container_action() {
        return Ok(());
    }
    let known: Vec<&str> =
        offered(verb, command).map(input_name).chain(RUNNERS_INPUTS.iter().copied()).chain([PART]).collect();
    for (variable, value) in environment.iter() {
        let Some(name) = variable.strip_prefix("INPUT_").map(str::to_lowercase) else { continue };
        if value.trim().is_empty() || known.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            continue;
        }
        if let Some(meant) = suggest::closest(&name, known.iter().copied()) {
            let message = format!("`{}` has no input `{name}`", verb.get_name());
            return Err(Failure::message(FailureKind::Usage, message).hint(format!("did you mean `{meant}`?")));
        }
    }
    Ok(())
}

fn input<'environment>(environment: &'environment Environment, name: &str) -> Option<&'environment str> {
    environment.get(&format!("INPUT_{}", name.to_uppercase())).map(str::trim).filter(|value| !value.is_empty())
}

fn typed(arguments: &[OsString], long: &str) -> bool {
    let flag = format!("--{long}");
    arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .any(|argument| argument.strip_prefix(&flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
}

fn options(argument: &Arg, value: &str) -> Result<Vec<OsString>, Failure> {
    let long = argument.get_long().unwrap_or_default();
    let action = argument.get_action();
    if matches!(action, ArgAction::Append) {
        return Ok(items(value).map(|item| format!("--{long}={item}").into()).collect());
    }
    if !matches!(action, ArgAction::SetTrue) {
        return Ok(vec![format!("--{long}={value}").into()]);
    }
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(vec![format!("--{long}").into()]),
        "false" => Ok(Vec::new()),
        _ => {
            let message = format!("input `{long}` is `{value}`, but must be true or false");
            Err(Failure::message(FailureKind::Usage, message))
        }
    }
}

/// A list input has one item a line.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value.lines().map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(typed: &[&str], inputs: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let flag = Arg::new("offline").long("offline").action(ArgAction::SetTrue);
        let list = Arg::new("select").long("select").action(ArgAction::Append);
        let value = Arg::new("fail-on").long("fail-on");
        let paths = Arg::new("paths").action(ArgAction::Append);
        let verb = Command::new("lint").arg(flag).arg(list).arg(value).arg(paths);
        let mut variables: BTreeMap<String, String> =
            inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        variables.insert("GITHUB_ACTIONS".to_owned(), "true".to_owned());
        let typed = typed.iter().map(OsString::from).collect();
        with_inputs(&Command::new("plimsoll").subcommand(verb), typed, &Environment::new(variables))
            .map(|all| all.into_iter().filter_map(|argument| argument.into_string().ok()).collect())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn inputs_become_options() {
        let given = [
            ("INPUT_OFFLINE", "True"),
            ("INPUT_SELECT", "a\n b \n"),
            ("INPUT_FAIL-ON", "info"),
            ("INPUT_PATHS", "x y\nz"),
        ];
        assert_eq!(
            arguments(&["plimsoll", "lint"], &given).unwrap(),
            ["plimsoll", "lint", "--offline", "--select=a", "--select=b", "--fail-on=info", "--", "x y", "z"]
        );
    }

    #[test]
    fn typed_options_and_empty_inputs_win() {
        let given = [("INPUT_FAIL-ON", "info"), ("INPUT_OFFLINE", "")];
        assert_eq!(
            arguments(&["plimsoll", "lint", "--fail-on=error"], &given).unwrap(),
            ["plimsoll", "lint", "--fail-on=error"]
        );
    }

    #[test]
    fn an_input_that_is_nearly_known_is_refused_in_the_container_alone() {
        let inside = ("GITHUB_WORKSPACE", "/github/workspace");
        let error = arguments(&["plimsoll", "lint"], &[("INPUT_FAIL_ON", "info"), inside]).unwrap_err();
        assert_eq!(error, "`lint` has no input `fail_on`");
        for fine in [
            [("INPUT_FAIL_ON", ""), inside],
            [("INPUT_VERSION", "1.2"), inside],
            [("INPUT_ARGS", "lint"), inside],
            [("INPUT_ENTRYPOINT", "/plimsoll"), inside],
            [("INPUT_FAIL_ON", "info"), ("GITHUB_WORKSPACE", "/home/runner/work/ferry/ferry")],
        ] {
            assert_eq!(arguments(&["plimsoll", "lint"], &fine).unwrap(), ["plimsoll", "lint"], "{fine:?}");
        }
    }

    #[test]
    fn a_flag_is_true_or_false() {
        let error = arguments(&["plimsoll", "lint"], &[("INPUT_OFFLINE", "yes")]).unwrap_err();
        assert_eq!(error, "input `offline` is `yes`, but must be true or false");
    }
}
