//! See the rule's documentation below.

use super::reporter::{Report, Reporter};
use super::{StepPlace, declare_rule, file_tests};
use crate::detectors::program::plain;
use crate::detectors::shells;
use crate::knowledge::tools::{Kind, tools};
use crate::model::finding::{Persona, Severity};
use crate::model::workflow::Pair;
use crate::shell::{Command, Interpreter, Origin, Shell};

declare_rule! {
    /// A pipe hides that a test, a build or a check failed
    ///
    /// ## Why is this bad?
    /// The status of a pipe is that of its last command. Where no shell is named GitHub runs
    /// `bash -e {0}`, without `pipefail`: the step passes although the tests failed.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: cargo test | tee test.log
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: cargo test | tee test.log
    ///   shell: bash
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: |
    ///     set -o pipefail
    ///     cargo test | tee test.log
    /// ```
    ///
    /// ## How to fix
    /// Write `shell: bash`, which stands for `bash -eo pipefail {0}`, or begin the script with
    /// `set -o pipefail`. `defaults.run.shell: bash` does it for all steps.
    "missing-pipefail",
    group: Shell,
    since: "0.1.0",
    severity: Warning,
    checks: [Step(check)],
}

/// What a failure of matters to everyone.
const CHECKS: &[Kind] = &[
    Kind::Test,
    Kind::IntegrationTest,
    Kind::Build,
    Kind::Lint,
    Kind::LintText,
    Kind::Format,
    Kind::Docs,
    Kind::DocsLinks,
    Kind::CoverageThreshold,
    Kind::Contract,
    Kind::ApiTest,
    Kind::Load,
    Kind::SizeGate,
    Kind::Semver,
    Kind::Audit,
    Kind::License,
    Kind::SecretScan,
    Kind::Sast,
    Kind::ContainerScan,
    Kind::IacScan,
    Kind::ImageBuild,
    Kind::ImagePush,
    Kind::Publish,
    Kind::Release,
    Kind::Deploy,
    Kind::KubernetesDeploy,
    Kind::Migrate,
    Kind::InfraPlan,
    Kind::InfraApply,
    Kind::InfraValidate,
];

/// Programs that run what a project calls its tests or its build.
const RUNNERS: &[&str] =
    &["make", "gmake", "ninja", "gradle", "gradlew", "mvn", "mvnw", "rake", "sbt", "tox", "nox", "ctest", "xcodebuild"];

/// Programs that run a script of a package, with the words that say so.
const PACKAGES: &[(&str, &[&str])] = &[
    ("npm", &["test", "t", "run", "run-script"]),
    ("pnpm", &["test", "t", "run"]),
    ("yarn", &["test", "run"]),
    ("bun", &["test", "run"]),
];

/// Programs that only print, or whose failure shows in what they print.
const PRINTERS: &[&str] = &[
    "echo", "printf", "cat", "ls", "env", "printenv", "date", "pwd", "yes", "seq", "true", "head", "tail", "sort",
    "tr", "cut", "uniq", "sed", "awk", "grep", "egrep", "jq", "yq", "tee", "wc", "xargs", "basename", "dirname",
    "which", "df", "free", "uname", "hostname", "whoami", "column", "envsubst", "base64", "rev", "tac", "fold",
    "paste",
];

/// Variables that set shell options from outside of the script.
const OPTIONS: &[&str] = &["SHELLOPTS", "BASH_ENV"];

/// Programs whose status is the verdict on what they read, or that may stop reading early.
const JUDGES: &[&str] = &["grep", "egrep", "fgrep", "rg", "jq", "diff", "cmp", "head", "awk", "python", "python3"];

/// Programs that look at a file or a text, and fail by what they see.
const TESTS: &[&str] = &["test", "[", "[["];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script().filter(|script| script.text.value.contains('|')) else { return };
    let Some(shell) = shells::of_step(place.step, place.job()) else { return };
    let text = script.text.value.as_str();
    // A script that names the option or looks at each status knows what it does.
    let is_careful = text.contains("pipefail") || text.to_ascii_lowercase().contains("pipestatus");
    if !shell.is_posix() || shell.pipefail || is_careful || may_fail(place) || sets_options(place) {
        return;
    }
    let commands = reporter.commands(&script.text);
    if !stops_at_errors(shell, &commands) {
        return;
    }
    let is_lost = |command: &Command| command.piped && !command.excused && !command.tested;
    for (at, command) in commands.iter().enumerate().filter(|(_, command)| is_lost(command)) {
        let plain = plain(&command.texts());
        let Some(name) = plain.first().filter(|name| !name.is_empty() && !asks_only(&plain)) else { continue };
        let after = commands.get(at + 1..).unwrap_or_default();
        let Some(fate) = fate(text, after) else { continue };
        let is_check = is_check(&plain);
        if is_check || (fate == Fate::Kept && !PRINTERS.contains(name)) {
            let span = reporter.inside(&script.text, command.range.clone());
            let report = reporter.report(span, format!("the pipe hides whether `{name}` fails"));
            let report = advise(report, shell);
            if !is_check || fate == Fate::Judged {
                report.severity(Severity::Info).persona(Persona::Pedantic);
            }
        }
    }
}

/// Tells whether a command that fails ends the script, so that a pipe makes a difference.
fn stops_at_errors(shell: Shell, commands: &[Command]) -> bool {
    let mut sets = commands.iter().filter(|command| command.program() == Some("set"));
    let has = |command: &Command, sign: char| {
        let words = command.words.iter().skip(1).map(|word| word.text.as_str());
        words.filter_map(|word| word.strip_prefix(sign)).any(|letters| !letters.starts_with('-') && letters.contains('e'))
    };
    let is_on = shell.stops_at_errors || sets.clone().any(|command| has(command, '-'));
    is_on && !sets.any(|command| has(command, '+'))
}

/// What becomes of the output of a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It goes to the log and a file as it is, and nobody reads it there.
    Kept,
    /// It is made readable, or counted, or the like.
    Changed,
    /// Something in the script decides by it whether the step passes.
    Judged,
}

/// Tells what becomes of an output that goes into the first of some commands of a script.
fn fate(text: &str, after: &[Command]) -> Option<Fate> {
    let last = after.iter().position(|command| !command.piped)?;
    let is_judge = |command: &Command| plain(&command.texts()).first().is_some_and(|name| JUDGES.contains(name));
    let (pipe, rest) = after.split_at_checked(last + 1)?;
    let end = pipe.last()?;
    // Whatever tests the result, or reads the file it went to, may be there to find the failure.
    let files = || end.words.iter().skip(1).map(|word| word.text.as_str()).filter(|word| !word.starts_with('-'));
    let is_read = |(at, command): (usize, &Command)| {
        if command.program().is_some_and(|name| TESTS.contains(&name)) {
            let next = rest.get(at + 1).map_or(command.range.end, |next| next.range.start);
            let between = text.get(command.range.end..next).unwrap_or_default();
            let is_branch = command.tested || between.contains("&&");
            return files().any(|file| file_tests::may_find_failure(command, file, is_branch));
        }
        (is_judge(command) || command.tested) && files().any(|file| file_tests::names(command, file))
    };
    let is_kept = end.program() == Some("tee");
    if end.tested || pipe.iter().any(is_judge) || (is_kept && rest.iter().enumerate().any(is_read)) {
        return Some(Fate::Judged);
    }
    Some(if is_kept { Fate::Kept } else { Fate::Changed })
}

fn advise(report: Report<'_>, shell: Shell) -> Report<'_> {
    let bash = "write `shell: bash`, which has `pipefail`";
    match (shell.interpreter, shell.origin) {
        (Interpreter::Bash, Origin::Default) => report
            .note("without `shell:` GitHub runs `bash -e {0}`")
            .help(format!("{bash}, or begin the script with `set -o pipefail`")),
        (Interpreter::Bash, _) => report.help("add `-o pipefail` to the shell's options"),
        _ => report.note("`sh` has no `pipefail` everywhere").help(bash),
    }
}

/// Tells whether nobody minds a failure of the step.
fn may_fail(place: &StepPlace<'_>) -> bool {
    place.step.continue_on_error.as_ref().is_some_and(|value| value.value != "false")
}

fn sets_options(place: &StepPlace<'_>) -> bool {
    let sets = |env: &[Pair]| env.iter().any(|(name, _)| OPTIONS.contains(&name.as_str()));
    sets(&place.step.env) || place.job().is_some_and(|(workflow, job)| sets(&workflow.env) || sets(&job.env))
}

/// Tells whether a command, program first, tests, builds or checks something.
fn is_check(command: &[&str]) -> bool {
    let Some((program, rest)) = command.split_first() else { return false };
    let runs_script =
        PACKAGES.iter().any(|(name, verbs)| name == program && rest.first().is_some_and(|verb| verbs.contains(verb)));
    let is_tool = || tools().of_command(command).iter().any(|tool| CHECKS.iter().any(|kind| tool.kinds.contains(kind)));
    runs_script || RUNNERS.contains(program) || is_tool()
}

/// Tells whether a command only asks a program about itself.
fn asks_only(command: &[&str]) -> bool {
    command.iter().skip(1).any(|word| matches!(*word, "--version" | "-V" | "--help" | "-h" | "version" | "help"))
}
