//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;
use crate::model::place::Span;
use crate::model::workflow::{Grant, Step};

declare_rule! {
    /// A package is published with a token that lives long
    ///
    /// ## Why is this bad?
    /// Whoever gets the token can publish until somebody notices. The registries
    /// of Python, npm, Ruby, Rust and .NET accept the identity of the job instead, which is good for one run.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: pypa/gh-action-pypi-publish@release/v1
    ///   with:
    ///     password: ${{ secrets.PYPI_TOKEN }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: pypa/gh-action-pypi-publish@release/v1
    /// ```
    ///
    /// ## How to fix
    /// Set up trusted publishing at the registry, give the job `id-token: write`, and drop the token.
    "use-trusted-publishing",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    peers: { "zizmor": ["use-trusted-publishing"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let help = "set up trusted publishing at the registry and give the job `id-token: write`";
    if let Some(span) = action(place.step) {
        reporter.report(span, "this publishes with a token that lives long").help(help);
    }
    let Some(script) = place.step.script().filter(|_| !has_identity(place)) else { return };
    for command in reporter.commands(&script.text).iter() {
        let texts = command.texts();
        if let Some(registry) = publishes(&texts).filter(|registry| !goes_elsewhere(place, &texts, registry)) {
            let span = reporter.inside(&script.text, command.range.clone());
            reporter.report(span, format!("this publishes to {registry} without the job's identity")).help(help);
        }
    }
}

/// Tells whether the job can prove who it is, so that no token need be stored.
fn has_identity(place: &StepPlace<'_>) -> bool {
    let Some((workflow, job)) = place.job() else { return false };
    let permissions = job.permissions.as_ref().or(workflow.permissions.as_ref());
    permissions.is_some_and(|permissions| permissions.grant("id-token") == Grant::Write)
}

/// Finds an action that is given a token for a registry that knows trusted publishing.
fn action(step: &Step) -> Option<Span> {
    let uses = step.uses()?;
    let known = |inputs: &[&str], hosts: &[&str]| {
        let server = inputs.iter().find_map(|name| step.input(name));
        server.is_none_or(|server| hosts.iter().any(|host| server.value.contains(host)))
    };
    let is_token = if step.is_action("pypa/gh-action-pypi-publish") {
        step.input("password").is_some() && known(&["repository-url", "repository_url"], &["pypi.org"])
    } else if step.is_action("rubygems/release-gem") {
        step.input("setup-trusted-publisher").is_some_and(|value| value.value == "false")
    } else if step.is_action("rubygems/configure-rubygems-credentials") {
        step.input("api-token").is_some() && known(&["gem-server"], &["rubygems.org"])
    } else {
        false
    };
    is_token.then_some(uses.span)
}

/// Options that name the registry to publish to.
const OPTIONS: &[&str] = &[
    "--host",
    "--index",
    "--publish-url",
    "--registry",
    "--repo",
    "--repository",
    "--repository-url",
    "--source",
];

/// Short options that do so with one registry's programs, and mean something else with others.
const SHORT: &[(&str, &str)] = &[("-r", "PyPI"), ("-s", "NuGet")];

/// Variables that do so.
const VARIABLES: &[&str] = &[
    "cargo_registry_default",
    "flit_index_url",
    "hatch_index_repo",
    "npm_config_registry",
    "rubygems_host",
    "twine_repository_url",
    "uv_publish_url",
];

/// Registries, and how they are named, by a part of their address or wholly.
const REGISTRIES: &[(&str, &[&str], &[&str])] = &[
    ("crates.io", &["crates.io"], &["crates-io"]),
    ("npm", &["registry.npmjs.org"], &[]),
    ("NuGet", &["nuget.org"], &["nuget"]),
    ("PyPI", &["pypi.org"], &["main", "pypi", "test", "testpypi"]),
    ("RubyGems", &["rubygems.org"], &[]),
];

/// Tells whether a command that publishes is told to do so to something else than the public registry, which
/// may know no trusted publishing: by an option, a variable, or the setup of Node.
fn goes_elsewhere(place: &StepPlace<'_>, words: &[&str], registry: &str) -> bool {
    let known = REGISTRIES.iter().find(|(name, ..)| *name == registry);
    let is_another = |named: &str| {
        known.is_some_and(|(_, parts, names)| !names.contains(&named) && !parts.iter().any(|part| named.contains(part)))
    };
    let mut rest = words.iter().copied();
    while let Some(word) = rest.next() {
        let (option, joined) = word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
        let names_registry = OPTIONS.contains(&option) || SHORT.contains(&(option, registry));
        if names_registry && joined.or_else(|| rest.next()).is_some_and(is_another) {
            return true;
        }
    }
    let of_job = place.job().into_iter().flat_map(|(workflow, job)| job.env.iter().chain(&workflow.env));
    let is_variable = |name: &str| VARIABLES.iter().any(|known| name.eq_ignore_ascii_case(known));
    let mut variables = place.step.env.iter().chain(of_job).filter(|(name, _)| is_variable(&name.value));
    let mut setups = place.siblings().iter().take(place.index).filter_map(|step| step.input("registry-url"));
    variables.any(|(_, value)| is_another(&value.value))
        || (registry == "npm" && setups.any(|value| is_another(&value.value)))
}

/// The words, beside options, that tell whether a command publishes.
const MOST_NAMES: usize = 4;

/// Returns the registry that a command publishes to.
fn publishes<'word>(words: &[&'word str]) -> Option<&'static str> {
    let dry = words.iter().any(|word| matches!(*word, "--dry-run" | "-n" | "--help"));
    if dry {
        return None;
    }
    let name = |word: &'word str| {
        let name = word.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".exe").unwrap_or(name)
    };
    let plain = words.iter().filter(|word| !word.starts_with(['-', '+']));
    let names: Vec<&str> = plain.map(|word| name(word)).take(MOST_NAMES).collect();
    match names.as_slice() {
        ["cargo", "publish", ..] => Some("crates.io"),
        ["gem", "push", ..] | ["bundle", "exec", "gem", "push", ..] => Some("RubyGems"),
        ["twine", "upload", ..] | ["uv" | "poetry" | "pdm" | "hatch" | "flit", "publish", ..] => Some("PyPI"),
        [python, "twine", "upload", ..] if python.starts_with("python") => Some("PyPI"),
        ["pipx" | "uvx", "run", twine, "upload", ..] | ["uvx" | "pipx", twine, "upload", ..]
            if twine.starts_with("twine") =>
        {
            Some("PyPI")
        }
        ["nuget", "push", ..] | ["dotnet", "nuget", "push", ..] => Some("NuGet"),
        ["npm" | "pnpm", "publish", ..] | ["yarn", "npm", "publish", ..] => Some("npm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishing_commands_are_told_from_others() {
        let registry = |command: &str| publishes(&command.split(' ').collect::<Vec<_>>());
        assert_eq!(registry("cargo +nightly publish"), Some("crates.io"));
        assert_eq!(registry("python3.12 -m twine upload dist/*"), Some("PyPI"));
        assert_eq!(registry("pipx run twine==6.1.0 upload dist/*"), Some("PyPI"));
        assert_eq!(registry("dotnet nuget push a.nupkg"), Some("NuGet"));
        for other in ["cargo publish --dry-run", "npm run publish", "gem build a.gemspec", "twine check dist/*"] {
            assert_eq!(registry(other), None, "{other}");
        }
    }
}
