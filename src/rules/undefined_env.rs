//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::contexts::Context;
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::suggest::closest;

declare_rule! {
    /// An expression reads a variable that nothing sets
    ///
    /// ## Why is this bad?
    /// `env` holds what the workflow, the job and the step set, and what earlier steps write to
    /// `$GITHUB_ENV`. It does not hold the variables that the runner itself sets, such as
    /// `GITHUB_REF`. Everything else is empty, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo ${{ env.GITHUB_REF_NAME }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "$GITHUB_REF_NAME"
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or set the variable. What the runner sets is read by scripts as a variable of
    /// the shell, and by expressions from `github` and `runner`.
    "undefined-env",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "github": ["languageservice"] },
    checks: [Expression(check)],
}

/// Variables of the runner that stand in no context.
const OTHERS: &[&str] = &["CI", "HOME", "GITHUB_ACTIONS"];

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for used in site.contexts.iter().filter(|used| used.is("env")) {
        check_use(site, used, reporter);
    }
}

fn check_use(site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(name) = used.name(1) else { return };
    let variables = reporter.variables();
    if variables.is_set(name, site) {
        return;
    }
    // The steps of an action get what the workflow sets, too.
    let is_open = reporter.file().action().is_some() || variables.is_mentioned(name);
    // One that is set elsewhere is written on purpose; what the steps run may well set it.
    let near = if is_open { None } else { closest(name, variables.names()) };
    let near = near.filter(|near| !near.eq_ignore_ascii_case(name));
    let span = reporter.inside(site.text, used.ranges.get(1).unwrap_or(&used.range).clone());
    if let Some(instead) = instead_of(name).filter(|_| !(is_open && name.eq_ignore_ascii_case("GITHUB_TOKEN"))) {
        reporter.report(span, format!("`env` has no `{name}`: it holds what the workflow sets")).help(instead);
    } else if let Some(near) = near {
        reporter
            .report(span, format!("nothing sets the variable `{name}`"))
            .help(format!("did you mean `{near}`?"))
            .confidence(Confidence::Medium);
    } else if !is_open {
        reporter
            .report(span, format!("nothing in this file sets the variable `{name}`"))
            .note("a program or an action that runs before could still write it to `$GITHUB_ENV`")
            .severity(Severity::Info)
            .confidence(Confidence::Low)
            .persona(Persona::Pedantic);
    }
}

/// Says what to write for a variable that the runner sets for scripts, or that people expect.
fn instead_of(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    let of = |context: Context, prefix: &str| {
        let property = upper.strip_prefix(prefix)?.to_ascii_lowercase();
        let known = context.properties()?.iter().any(|(known, _)| *known == property);
        known.then(|| format!("write `${{{{ {}.{property} }}}}`", context.name()))
    };
    let other = || OTHERS.contains(&upper.as_str()).then(|| format!("read `${upper}` in a script"));
    of(Context::Github, "GITHUB_").or_else(|| of(Context::Runner, "RUNNER_")).or_else(other)
}
