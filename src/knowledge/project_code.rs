//! Programs and actions that run code of the project they work in: its scripts, its plug-ins, or
//! its configuration where that is code.
//!
//! source: the programs' own documentation; many of them are also gathered at
//! <https://boostsecurityio.github.io/lotp/>
//! date: 2026-11-26

use super::{interpreters, text_programs};

/// Programs with the words behind them that run code of the project; without any, every use does.
/// An empty word stands for a use without one.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("ansible-playbook", &[]),
    ("ant", &[]),
    ("ava", &[]),
    ("bazel", &["build", "coverage", "run", "test"]),
    ("bazelisk", &["build", "coverage", "run", "test"]),
    ("bun", &["add", "build", "i", "install", "run", "test"]),
    ("bundle", &["install", "update", ""]),
    ("bundler", &["install", "update", ""]),
    ("cabal", &["bench", "build", "install", "run", "test"]),
    (
        "cargo",
        &[
            "b",
            "bench",
            "build",
            "c",
            "check",
            "clippy",
            "doc",
            "install",
            "llvm-cov",
            "miri",
            "nextest",
            "package",
            "publish",
            "r",
            "run",
            "rustc",
            "t",
            "tarpaulin",
            "test",
            "xtask",
        ],
    ),
    ("cmake", &[]),
    ("composer", &["i", "install", "require", "run", "run-script", "test", "update"]),
    ("conan", &["build", "create", "install"]),
    ("ctest", &[]),
    ("dart", &["run", "test"]),
    ("deno", &["bench", "run", "task", "test"]),
    ("docker", &["build", "buildx", "compose"]),
    ("docker-compose", &[]),
    ("dotnet", &["build", "msbuild", "pack", "publish", "restore", "run", "test"]),
    ("dune", &[]),
    ("earthly", &[]),
    ("esbuild", &[]),
    ("eslint", &[]),
    ("flutter", &["build", "run", "test"]),
    ("go", &["build", "generate", "run", "test"]),
    ("goreleaser", &[]),
    ("gradle", &[]),
    ("grunt", &[]),
    ("gulp", &[]),
    ("hatch", &[]),
    ("jekyll", &[]),
    ("jest", &[]),
    ("just", &[]),
    ("lein", &[]),
    ("lerna", &[]),
    ("make", &[]),
    ("meson", &[]),
    ("mix", &[]),
    ("mkdocs", &[]),
    ("mocha", &[]),
    ("moon", &[]),
    ("msbuild", &[]),
    ("mvn", &[]),
    ("mypy", &[]),
    ("next", &["build"]),
    ("ninja", &[]),
    ("nix", &["build", "develop", "flake", "run"]),
    ("nix-build", &[]),
    ("nmake", &[]),
    ("nox", &[]),
    (
        "npm",
        &[
            "ci",
            "clean-install",
            "i",
            "install",
            "install-ci-test",
            "install-test",
            "it",
            "pack",
            "publish",
            "rebuild",
            "run",
            "run-script",
            "start",
            "t",
            "test",
        ],
    ),
    ("nuxt", &["build", "generate"]),
    ("nx", &[]),
    ("phpunit", &[]),
    ("pip", &["install", "wheel"]),
    ("pip3", &["install", "wheel"]),
    ("pipenv", &["install", "sync"]),
    ("playwright", &["test"]),
    ("pnpm", &["build", "i", "install", "pack", "publish", "rebuild", "run", "start", "t", "test", ""]),
    ("poetry", &["build", "install"]),
    ("pre-commit", &["run"]),
    ("prettier", &[]),
    ("pulumi", &["preview", "up"]),
    ("pylint", &[]),
    ("pytest", &[]),
    ("rake", &[]),
    ("rollup", &[]),
    ("rspec", &[]),
    ("rubocop", &[]),
    ("sbt", &[]),
    ("scons", &[]),
    ("snakemake", &[]),
    ("sphinx-build", &[]),
    ("stack", &["bench", "build", "install", "run", "test"]),
    ("stylelint", &[]),
    ("swift", &["build", "run", "test"]),
    ("task", &[]),
    ("terraform", &["apply", "init", "plan"]),
    ("terragrunt", &[]),
    ("tofu", &["apply", "init", "plan"]),
    ("tox", &[]),
    ("tsup", &[]),
    ("turbo", &[]),
    ("uv", &["build", "sync"]),
    ("vite", &[]),
    ("vitest", &[]),
    ("wasm-pack", &[]),
    ("webpack", &[]),
    ("west", &[]),
    ("xcodebuild", &[]),
    ("yarn", &[]),
    ("zig", &["build", "run", "test"]),
];

/// Actions that run code of the project, with an input that they do so only with; empty for those
/// that always do.
const ACTIONS: &[(&str, &str)] = &[
    ("actions-rs/cargo", ""),
    ("andresz1/size-limit-action", ""),
    ("bahmutov/npm-install", ""),
    ("borales/actions-yarn", ""),
    ("cypress-io/github-action", ""),
    ("docker/bake-action", ""),
    ("docker/build-push-action", ""),
    ("game-ci/unity-builder", ""),
    ("github/super-linter", ""),
    ("goreleaser/goreleaser-action", ""),
    ("gradle/gradle-build-action", "arguments"),
    ("houseabsolute/actions-rust-cross", ""),
    ("julia-actions/julia-buildpkg", ""),
    ("julia-actions/julia-runtest", ""),
    ("matlab-actions/run-tests", ""),
    ("pre-commit/action", ""),
    ("preactjs/compressed-size-action", ""),
    ("pyo3/maturin-action", ""),
    ("pypa/cibuildwheel", ""),
    ("ramsey/composer-install", ""),
    ("reviewdog/action-eslint", ""),
    ("ruby/setup-ruby", "bundler-cache"),
    ("super-linter/super-linter", ""),
    ("tauri-apps/tauri-action", ""),
    ("wagoid/commitlint-github-action", ""),
    ("withastro/action", ""),
];

/// What of a project a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectCode<'word> {
    /// A file, or what a tool finds in a folder, by the path as written.
    At(&'word str),
    /// Whatever a tool finds in the folder it works in, or in one that an argument names.
    Folder,
}

/// Tells what of the project a command runs, given its words and the same without what stands in
/// front of the program.
pub fn of_command<'word>(words: &[&'word str], plain: &[&'word str]) -> Option<ProjectCode<'word>> {
    let (first, rest) = words.split_first()?;
    if is_own_path(first) {
        return Some(ProjectCode::At(first));
    }
    if interpreters::named(first).is_some_and(|known| known.runs_files)
        && text_programs::code_of(words).is_none()
        && !rest.contains(&"-m")
    {
        return rest.iter().find(|word| !word.starts_with('-')).map(|file| ProjectCode::At(file));
    }
    let (program, rest) = plain.split_first()?;
    if is_own_path(plain.first()?) {
        return Some(ProjectCode::At(program));
    }
    let (_, verbs) = PROGRAMS.iter().find(|(name, _)| name == program)?;
    let verb = rest.iter().find(|word| !word.starts_with(['-', '+'])).copied().unwrap_or_default();
    let is_run = (verbs.is_empty() || verbs.contains(&verb)) && !rest.iter().any(|word| is_harmless(word));
    match (program, verb) {
        _ if !is_run => None,
        // Packages that come from a registry are none of the project's code.
        (&"pip" | &"pip3", _) => rest.iter().find(|word| is_package_of_project(word)).map(|word| ProjectCode::At(word)),
        (&"cargo", "install") if !rest.contains(&"--path") => None,
        (&"go", "run") if rest.iter().any(|word| word.contains('@')) => None,
        _ => Some(elsewhere(rest).map_or(ProjectCode::Folder, ProjectCode::At)),
    }
}

/// Returns the folder or the file by which a tool is told to work elsewhere.
fn elsewhere<'word>(words: &[&'word str]) -> Option<&'word str> {
    let options = ["-C", "--cwd", "--dir", "--directory", "--manifest-path", "--path", "--prefix", "--project"];
    let behind = words.windows(2).find_map(|pair| match pair {
        [option, value] if options.contains(option) => Some(*value),
        _ => None,
    });
    let joined = || {
        words.iter().find_map(|word| {
            let (option, value) = word.split_once('=')?;
            options.contains(&option).then_some(value)
        })
    };
    behind.or_else(joined)
}

/// Tells whether an argument of `pip install` is a folder or a list of the project.
fn is_package_of_project(word: &str) -> bool {
    word.starts_with('.')
        || (word.contains('/') && !word.contains(':') && !word.starts_with('-'))
        || word.ends_with("requirements.txt")
}

/// Tells whether an action runs code of the project, given whether an input is set.
pub fn of_action(name: &str, is_set: impl Fn(&str) -> bool) -> bool {
    let name = name.to_ascii_lowercase();
    let known = ACTIONS.iter().find(|(action, _)| *action == name);
    known.is_some_and(|(_, input)| input.is_empty() || is_set(input))
}

/// Options with which a program runs nothing of the project.
fn is_harmless(word: &str) -> bool {
    matches!(word, "--version" | "--help" | "--ignore-scripts" | "-g" | "--global" | "-version" | "--no-scripts")
}

/// Tells whether a word is a path below the folder in which a script runs, or below the workspace.
fn is_own_path(word: &str) -> bool {
    let below_workspace = ["$GITHUB_WORKSPACE/", "${GITHUB_WORKSPACE}/", "${{ github.workspace }}/"];
    let is_system = word.starts_with(['/', '~', '$']);
    below_workspace.iter().any(|start| word.starts_with(start)) || (word.contains('/') && !is_system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(PROGRAMS.is_sorted_by_key(|(name, _)| *name));
        assert!(PROGRAMS.iter().all(|(_, verbs)| verbs.iter().filter(|verb| !verb.is_empty()).is_sorted()));
        assert!(ACTIONS.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn commands_run_files_or_what_tools_find() {
        let folder = Some(ProjectCode::Folder);
        for (command, expected) in [
            ("npm ci", folder),
            ("npm ci --ignore-scripts", None),
            ("npm --version", None),
            ("npm i -g x", None),
            ("npm", None),
            ("pnpm", folder),
            ("yarn", folder),
            ("cargo +nightly test", folder),
            ("cargo fmt", None),
            ("cargo install --locked x", None),
            ("cargo install --path x", Some(ProjectCode::At("x"))),
            ("make -C x all", Some(ProjectCode::At("x"))),
            ("npm --prefix=x ci", Some(ProjectCode::At("x"))),
            ("pip install x", None),
            ("pip install -r requirements.txt", Some(ProjectCode::At("requirements.txt"))),
            ("pip install -e .[test]", Some(ProjectCode::At(".[test]"))),
            ("./build.sh x", Some(ProjectCode::At("./build.sh"))),
            ("scripts/x", Some(ProjectCode::At("scripts/x"))),
            ("bash -e x.sh", Some(ProjectCode::At("x.sh"))),
            ("bash -c x", None),
            ("python x.py", Some(ProjectCode::At("x.py"))),
            ("source x", Some(ProjectCode::At("x"))),
            ("/usr/bin/env x", None),
            ("$HOME/x", None),
            ("$GITHUB_WORKSPACE/x", Some(ProjectCode::At("$GITHUB_WORKSPACE/x"))),
            ("git diff", None),
            ("make", folder),
        ] {
            let words: Vec<&str> = command.split(' ').collect();
            assert_eq!(of_command(&words, &words), expected, "{command}");
        }
    }

    #[test]
    fn some_actions_run_code_with_an_input_only() {
        assert!(of_action("Pre-Commit/Action", |_| false));
        assert!(of_action("ruby/setup-ruby", |input| input == "bundler-cache"));
        assert!(!of_action("ruby/setup-ruby", |_| false));
        assert!(!of_action("actions/checkout", |_| true));
    }
}
