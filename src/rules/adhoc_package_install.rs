//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::detectors::program::{base_name, plain};
use crate::knowledge::package_installs::{self, Version};

declare_rule! {
    /// A script installs a package outside the project's lockfile
    ///
    /// ## Why is this bad?
    /// Its version, and those of everything it depends on, are chosen anew at every run: the build
    /// breaks without a change, and whoever takes over one of the packages runs code here.
    ///
    /// The commands of npm, Yarn, pnpm, Bun, gem, pip, pipx, uv, Poetry, PDM, Pipenv, Cargo, Go, Composer,
    /// .NET, Dart, Conda, opam, `cpanm` and `luarocks` are known, and those that run a package without installing it (`npx`,
    /// `pnpm dlx`, `uvx`, `pipx run`, `go run`). What is locked as a whole is fine: `cargo install NAME --version
    /// VERSION --locked`, `go install NAME@v1.2.3`, a .NET tool at a version, `pip install -r` a list. An exact
    /// version alone leaves open what the package depends on, which is for the pedantic, as are
    /// programs of the system by Homebrew and Chocolatey.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: npm install eslint
    /// ```
    /// ```yaml
    /// - run: pip install tox
    /// ```
    /// ```yaml
    /// - run: cargo install cargo-deny
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: npm ci
    /// ```
    /// ```yaml
    /// - run: pip install --require-hashes -r requirements.txt
    /// ```
    /// ```yaml
    /// - run: cargo install cargo-deny --version 0.16.1 --locked
    /// ```
    ///
    /// ## How to fix
    /// Add the package to the project's manifest and lockfile, and install from it: `npm ci`,
    /// `bundle install`, `pnpm install --frozen-lockfile`, `uv sync --locked`. For a tool, name its version, and
    /// keep to its own lockfile where the program can.
    "adhoc-package-install",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    peers: { "zizmor": ["adhoc-packages"], "scorecard": ["Pinned-Dependencies"] },
    checks: [Step(check)],
}

/// The words among which the program stands.
const MOST_IN_FRONT: usize = 8;

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script() else { return };
    for command in reporter.commands(&script.text).iter() {
        // Few programs stand in front of one that installs.
        if !command.words.iter().take(MOST_IN_FRONT).any(|word| package_installs::is_installer(base_name(&word.text))) {
            continue;
        }
        let texts = command.texts();
        let plain = plain(&texts);
        // `npx` and the like are taken away from what they run.
        let Some(install) = package_installs::of_command(&in_front(&texts)).or_else(|| package_installs::of_command(&plain)) else {
            continue;
        };
        let package = install.package;
        let message = match install.version {
            Version::Open => format!("`{package}` is installed outside the project's lockfile, at whatever version is the newest"),
            Version::Exact => format!("`{package}` is installed outside the project's lockfile, which says what it depends on"),
        };
        let span = reporter.inside(&script.text, command.range.clone());
        reporter.report(span, message).help(install.help).persona(install.persona);
    }
}

/// Takes away who runs a command, and the program's path and ending.
fn in_front<'word>(words: &[&'word str]) -> Vec<&'word str> {
    let wrappers = ["sudo", "command", "exec", "env", "time"];
    let rest = words.iter().copied().skip_while(|word| {
        wrappers.contains(word) || (words.first().is_some_and(|first| wrappers.contains(first)) && (word.starts_with('-') || word.contains('=')))
    });
    let mut words: Vec<&str> = rest.collect();
    if let Some(program) = words.first_mut() {
        *program = base_name(program);
    }
    words
}
