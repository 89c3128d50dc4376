//! Whether warnings of linters and compilers are errors.

use crate::detectors::activity::Activity;
use crate::detectors::purpose::is_for_tests;
use crate::knowledge::tools::Kind;
use crate::model::repository::{folder_of, has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{all, at, looked_for, missing, of, partial, present, ran};
use crate::scorecard::facts::Facts;

pub(super) fn lint_strict(facts: &Facts<'_>) -> Verdict {
    // What checks charts and the like looks at no code, and scripts that stand beside the code are not the code.
    let is_beside = |lint: &Activity<'_>| lint.is(Kind::InfraValidate) || is_of_scripts(lint) && !is_in_scripts(facts);
    let of_code = |kind: Kind| {
        let mut found = facts.of(&[kind]);
        found.retain(|lint| !is_beside(lint));
        found
    };
    let lints = of_code(Kind::Lint);
    let mut strict = of_code(Kind::LintStrict);
    strict.extend(lints.iter().copied().filter(|lint| denies_warnings(facts, lint)));
    if strict.iter().any(|lint| lint.silence.is_none()) {
        return with_setting(facts, &strict, "a linter fails on every finding");
    }
    if let Some(evidence) = denied_in_cargo(facts, &lints) {
        return present("a linter fails on every finding, by the levels of its lints", evidence);
    }
    if !strict.is_empty() {
        return ran(&strict, "a linter fails on every finding", &[Kind::LintStrict]);
    }
    if let Some(verdict) = denied_by_compiler(facts) {
        return verdict;
    }
    if !lints.is_empty() {
        return partial("a linter runs, but its warnings pass", all(&lints));
    }
    let scripts = facts.of(&[Kind::LintStrict]).into_iter().filter(|lint| is_of_scripts(lint)).collect::<Vec<_>>();
    if !scripts.is_empty() {
        return partial("only scripts are linted, not the code beside them", all(&scripts));
    }
    let texts = facts.of(&[Kind::LintText, Kind::InfraValidate]);
    if !texts.is_empty() {
        return partial("only prose, configuration, workflows or infrastructure are linted, not the code", all(&texts));
    }
    let verdict = Verdict { looked_for: looked_for(&[Kind::LintStrict, Kind::Lint]), ..missing("no linter runs", &[]) };
    facts.or_elsewhere(verdict, &["lint", "static", "analysis", "quality", "validation"])
}

/// Judges as `ran` does, and shows the variable by which warnings are errors, too.
fn with_setting(facts: &Facts<'_>, found: &[&Activity<'_>], what: &str) -> Verdict {
    let mut verdict = ran(found, what, &[Kind::LintStrict]);
    let shown = found.iter().filter(|lint| lint.silence.is_none()).find_map(|lint| denying_variable(facts, lint));
    verdict.evidence.splice(0..0, shown);
    verdict
}

/// Tells whether a linter reads scripts of a shell.
fn is_of_scripts(lint: &Activity<'_>) -> bool {
    let words: Vec<&str> = lint.words.iter().map(String::as_str).collect();
    let is_hook = matches!(words.as_slice(), ["pre-commit-hook", name, ..] if name.starts_with("shellcheck"));
    is_hook || !lint.tools.is_empty() && lint.tools.iter().all(|tool| tool.name == "ShellCheck")
}

/// Tells whether most of the code is scripts of a shell.
fn is_in_scripts(facts: &Facts<'_>) -> bool {
    let count = |endings: &[&str]| facts.repository.paths.iter().filter(|path| has_ending(path, endings)).count();
    let scripts = ["sh", "bash", "bats", "zsh", "ksh", "fish"];
    let code = [
        "rs", "py", "js", "jsx", "mjs", "ts", "tsx", "go", "java", "kt", "scala", "rb", "php", "cs", "fs", "c", "cc",
        "cpp", "h", "hpp", "swift", "ex", "erl", "hs", "dart", "lua", "vue", "svelte",
    ];
    count(&scripts) >= count(&code)
}

/// Finds a run of Clippy whose findings are errors by the levels that a manifest sets, or a crate itself.
fn denied_in_cargo(facts: &Facts<'_>, lints: &[&Activity<'_>]) -> Option<Vec<Evidence>> {
    let is_clippy =
        |lint: &&&Activity<'_>| lint.silence.is_none() && lint.tools.iter().any(|tool| tool.name == "cargo clippy");
    let lint = lints.iter().find(is_clippy)?;
    let is_root = |path: &str| matches!(name_of(path), "lib.rs" | "main.rs") && !is_for_tests(path);
    let refuses = |_: &str, line: &str| {
        let attribute = ["#![deny(", "#![forbid("].iter().find_map(|start| line.strip_prefix(start));
        let named = |list: &str| list.split([',', ')', ' ']).any(|name| matches!(name, "warnings" | "clippy::all"));
        attribute.is_some_and(named)
    };
    let by_manifest = facts.denied_by_manifest(&["clippy.all", "rust.warnings"]);
    let setting = by_manifest.or_else(|| facts.line_that(is_root, refuses))?;
    Some(vec![setting, of(lint)])
}

/// Judges whether builds fail on warnings of the compiler: by options, variables or settings.
fn denied_by_compiler(facts: &Facts<'_>) -> Option<Verdict> {
    let builds = facts.of(&[Kind::Build, Kind::Test]);
    let denied: Vec<&Activity<'_>> = builds.iter().copied().filter(|build| denies_warnings(facts, build)).collect();
    if !denied.is_empty() {
        return Some(with_setting(facts, &denied, "the compiler's warnings are errors"));
    }
    let native = facts.line_in(
        |path| path.ends_with("cmakelists.txt") || has_ending(path, &["cmake"]),
        &["cmake_compile_warning_as_error on", "cmake_compile_warning_as_error true"],
    );
    let configures = |build: &&&Activity<'_>| build.words.first().is_some_and(|program| program == "cmake");
    if let (Some(setting), Some(build)) = (native, builds.iter().find(configures)) {
        return Some(present("the compiler's warnings are errors, by a setting", vec![setting, of(build)]));
    }
    let proved: Vec<(Evidence, Evidence)> = settings(facts)
        .into_iter()
        .filter_map(|setting| {
            let build = builds.iter().find(|build| is_bound_by(build, &setting.path))?;
            Some((setting, of(build)))
        })
        .collect();
    let (first, _) = proved.first()?;
    let languages =
        facts.files.ecosystems.iter().filter(|(name, _)| !matches!(*name, "docker" | "terraform" | "github-actions"));
    let is_part = first.path.contains('/') && languages.count() > 2;
    let folders: Vec<&str> = proved.iter().map(|(setting, _)| folder_of(&setting.path)).collect();
    let part = match folders.as_slice() {
        [folder] => format!("a part of the code: {folder}"),
        several => format!("parts of the code: {}", several.join(", ")),
    };
    let evidence = proved.iter().flat_map(|(setting, build)| [setting.clone(), build.clone()]).collect();
    Some(if is_part {
        partial(format!("warnings are errors, by a setting, in {part}"), evidence)
    } else {
        present("the compiler's warnings are errors, by a setting", evidence)
    })
}

/// Returns where settings of Cargo and .NET make warnings errors, one a file, those nearest to the root first.
fn settings(facts: &Facts<'_>) -> Vec<Evidence> {
    let words = ["<treatwarningsaserrors>true", "-d warnings", "\"-dwarnings\"", "\"-d\", \"warnings\""];
    let is_one = |path: &str| {
        has_ending(path, &["csproj", "props", "fsproj"]) || path.to_lowercase().ends_with(".cargo/config.toml")
    };
    let files = facts.repository.texts.iter().filter(|(path, _)| is_one(path) && !is_for_tests(path));
    let found = files.filter_map(|(path, file)| {
        let (position, line) = file.line_with(&words)?;
        Some(at(path, position, line.chars().take(120).collect::<String>()))
    });
    let mut found: Vec<Evidence> = found.collect();
    found.sort_by_key(|setting| setting.path.matches('/').count());
    found
}

/// Tells whether a build is one for which a file's settings hold: one of its folder, or one that builds all there is.
fn is_bound_by(build: &Activity<'_>, setting: &str) -> bool {
    let cargo = setting.strip_suffix(".cargo/config.toml");
    let folder = cargo.map_or_else(|| folder_of(setting), |folder| folder.trim_end_matches('/'));
    let program = build.words.first().map_or("", String::as_str);
    let compiles = if cargo.is_some() { program == "cargo" } else { matches!(program, "dotnet" | "msbuild") };
    let inside = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let names = |word: &String| inside(word.trim_matches(['"', '\'']).trim_start_matches("./"));
    // A project that is named below a folder is one of several.
    let is_of_all = (build.path.starts_with(".github/") || !build.path.contains('/'))
        && !build.words.iter().skip(1).any(|word| word.contains('/') && !word.starts_with(['-', '/']));
    compiles && (folder.is_empty() || inside(build.path) || build.words.iter().skip(1).any(names) || is_of_all)
}

/// Tells whether a command, or a variable of its step or job, makes warnings errors.
fn denies_warnings(facts: &Facts<'_>, lint: &Activity<'_>) -> bool {
    if !is_cargo(lint) && lint.words.iter().any(|word| is_strict_option(word)) {
        return true;
    }
    let mut assigned = lint.assignments.iter().filter_map(|word| word.split_once('='));
    assigned.any(|(name, value)| makes_errors(lint, name, value)) || denying_variable(facts, lint).is_some()
}

fn is_cargo(lint: &Activity<'_>) -> bool {
    lint.words.first().is_some_and(|program| program == "cargo")
}

/// Tells whether a variable's value has the compilers that a command starts take warnings for errors.
fn makes_errors(lint: &Activity<'_>, name: &str, value: &str) -> bool {
    match name {
        "RUSTFLAGS" | "CARGO_BUILD_RUSTFLAGS" | "CLIPPY_FLAGS" => {
            let value = value.replace([' ', '='], "");
            is_cargo(lint) && ["-Dwarnings", "--denywarnings"].iter().any(|way| value.contains(way))
        }
        "CFLAGS" | "CXXFLAGS" | "CPPFLAGS" => !is_cargo(lint) && value.split(' ').any(|word| word == "-Werror"),
        _ => false,
    }
}

/// Finds the variable of a command's step, job or workflow that makes warnings errors.
fn denying_variable(facts: &Facts<'_>, lint: &Activity<'_>) -> Option<Evidence> {
    let run = facts.run(lint);
    let outer = run.into_iter().flat_map(|run| {
        let path = run.file.path.as_str();
        [&run.job.env, &run.file.workflow.env].into_iter().flatten().map(move |pair| (path, pair))
    });
    let own = lint.step.into_iter().flat_map(|step| &step.env).map(|pair| (lint.path, pair));
    let (path, (name, value)) =
        own.chain(outer).find(|(_, (name, value))| makes_errors(lint, &name.value, &value.value))?;
    let position = facts.repository.position(path, name.span.start);
    Some(at(path, position, format!("{}: {}", name.value, value.value)))
}

/// Tells whether an option of a compiler or a build makes warnings errors: `-Werror`,
/// `-DCMAKE_COMPILE_WARNING_AS_ERROR=ON`, `-DPROJECT_WERROR=ON`, `-warnaserror`.
fn is_strict_option(word: &str) -> bool {
    let upper = word.to_uppercase();
    let definition = upper.strip_prefix("-D").and_then(|definition| definition.split_once('='));
    let defined = definition.is_some_and(|(name, value)| {
        let name = name.split(':').next().unwrap_or_default();
        let asks = name.ends_with("WERROR") || name.contains("WARNING_AS_ERROR") || name.contains("WARNINGS_AS_ERRORS");
        asks && matches!(value, "ON" | "1" | "TRUE" | "YES")
    });
    let flags = word.split_once('=').map_or(word, |(_, value)| value);
    let named = flags.split(' ').any(|flag| matches!(flag, "-Werror" | "/WX" | "--werror"));
    let dotnet = matches!(upper.as_str(), "-WARNASERROR" | "/WARNASERROR" | "--WARNASERROR")
        || upper.ends_with("P:TREATWARNINGSASERRORS=TRUE");
    defined || named || dotnet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_make_warnings_errors_are_known() {
        for word in [
            "-Werror",
            "-DFMT_WERROR=ON",
            "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON",
            "-DX_WARNINGS_AS_ERRORS:BOOL=ON",
            "-DCMAKE_CXX_FLAGS=-Wall -Werror",
            "-Dwerror=true",
            "/p:TreatWarningsAsErrors=true",
            "-warnaserror",
        ] {
            assert!(is_strict_option(word), "{word}");
        }
        for word in ["-DFMT_WERROR=OFF", "-Wno-error", "-Werror=foo", "werror", "-DCMAKE_BUILD_TYPE=Debug"] {
            assert!(!is_strict_option(word), "{word}");
        }
    }
}
