//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;

declare_rule! {
    /// A script installs a package outside the project's lockfile
    ///
    /// ## Why is this bad?
    /// Its version, and those of everything it depends on, are chosen anew at every run: the build
    /// breaks without a change, and whoever takes over one of the packages runs code here.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: npm install eslint
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: npm ci
    /// ```
    ///
    /// ## How to fix
    /// Add the package to the project's manifest and lockfile, and install from it: `npm ci`,
    /// `bundle install`, `pnpm install --frozen-lockfile`.
    "adhoc-package-install",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    peers: { "zizmor": ["adhoc-packages"], "scorecard": ["Pinned-Dependencies"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script() else { return };
    for command in reporter.commands(&script.text).iter() {
        let program = command.program().map(|program| program.strip_suffix(".cmd").unwrap_or(program));
        let install: &[&str] = match program.map(|program| program.strip_suffix(".exe").unwrap_or(program)) {
            Some("npm") => &["install", "i", "add"],
            Some("gem") => &["install", "i"],
            Some("yarn" | "pnpm" | "bundle" | "bundler") => &["add"],
            Some(_) | None => continue,
        };
        let words = command.texts();
        let Some((verb, arguments)) = words.get(1..).and_then(<[&str]>::split_first) else { continue };
        let is_package = |word: &&&str| !word.starts_with('-') && !word.starts_with("./") && !word.starts_with('/');
        let Some(package) = arguments.iter().find(is_package).filter(|_| install.contains(verb)) else { continue };
        let span = reporter.inside(&script.text, command.range.clone());
        reporter
            .report(span, format!("`{package}` is installed outside the project's lockfile"))
            .help("add it to the project's manifest and install from the lockfile");
    }
}
