//! Whether warnings of linters and compilers are errors.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::repository::{folder_of, has_ending};
use crate::model::scorecard::Verdict;
use crate::model::workflow::Pair;
use crate::scorecard::evidence::{all, looked_for, missing, of, partial, present, ran};
use crate::scorecard::facts::Facts;

pub(super) fn lint_strict(facts: &Facts<'_>) -> Verdict {
    // What checks charts and the like looks at no code.
    let of_code = |kind: Kind| {
        let mut found = facts.of(&[kind]);
        found.retain(|lint| !lint.is(Kind::InfraValidate));
        found
    };
    let lints = of_code(Kind::Lint);
    let mut strict = of_code(Kind::LintStrict);
    strict.extend(lints.iter().copied().filter(|lint| denies_warnings(facts, lint)));
    if !strict.is_empty() {
        return ran(&strict, "a linter fails on every finding", &[Kind::LintStrict]);
    }
    let builds = facts.of(&[Kind::Build, Kind::Test]);
    let denied: Vec<&Activity<'_>> = builds.iter().copied().filter(|build| denies_warnings(facts, build)).collect();
    if !denied.is_empty() {
        return ran(&denied, "the compiler's warnings are errors", &[Kind::LintStrict]);
    }
    let setting = facts.line_in(
        |path| has_ending(path, &["csproj", "props", "fsproj"]) || path.ends_with(".cargo/config.toml"),
        &["<treatwarningsaserrors>true", "-d warnings", "\"-dwarnings\"", "\"-d\", \"warnings\""],
    );
    let native = facts.line_in(
        |path| path.ends_with("cmakelists.txt") || has_ending(path, &["cmake"]),
        &["cmake_compile_warning_as_error on", "cmake_compile_warning_as_error true"],
    );
    let configures = |build: &&&Activity<'_>| build.words.first().is_some_and(|program| program == "cmake");
    if let (Some(setting), Some(build)) = (native, builds.iter().find(configures)) {
        return present("the compiler's warnings are errors, by a setting", vec![setting, of(build)]);
    }
    let compiles = |build: &&&Activity<'_>| {
        build.words.first().is_some_and(|program| matches!(program.as_str(), "dotnet" | "msbuild" | "cargo"))
    };
    if let (Some(setting), Some(build)) = (setting, builds.iter().find(compiles)) {
        let languages = facts
            .files
            .ecosystems
            .iter()
            .filter(|(name, _)| !matches!(*name, "docker" | "terraform" | "github-actions"));
        if setting.path.contains('/') && languages.count() > 2 {
            let because =
                format!("warnings are errors, by a setting, in a part of the code: {}", folder_of(&setting.path));
            return partial(because, vec![setting, of(build)]);
        }
        return present("the compiler's warnings are errors, by a setting", vec![setting, of(build)]);
    }
    if lints.is_empty() {
        let texts = facts.of(&[Kind::LintText, Kind::InfraValidate]);
        if !texts.is_empty() {
            return partial(
                "only prose, configuration, workflows or infrastructure are linted, not the code",
                all(&texts),
            );
        }
        let verdict =
            Verdict { looked_for: looked_for(&[Kind::LintStrict, Kind::Lint]), ..missing("no linter runs", &[]) };
        return facts.or_elsewhere(verdict, &["lint", "static", "analysis", "quality"]);
    }
    partial("a linter runs, but its warnings pass", all(&lints))
}

/// Tells whether a command, or a variable of its step or job, makes warnings errors.
fn denies_warnings(facts: &Facts<'_>, lint: &Activity<'_>) -> bool {
    let program = lint.words.first().map_or("", String::as_str);
    if program != "cargo" && lint.words.iter().any(|word| is_strict_option(word)) {
        return true;
    }
    let denied = |name: &str, value: &str| match name {
        "RUSTFLAGS" | "CARGO_BUILD_RUSTFLAGS" | "CLIPPY_FLAGS" => {
            let value = value.replace(' ', "");
            program == "cargo"
                && (["-Dwarnings", "--deny=warnings", "--denywarnings"].iter().any(|way| value.contains(way)))
        }
        "CFLAGS" | "CXXFLAGS" | "CPPFLAGS" => program != "cargo" && value.split(' ').any(|word| word == "-Werror"),
        _ => false,
    };
    let flags = |pairs: &[Pair]| pairs.iter().any(|(name, value)| denied(name.as_str(), value.as_str()));
    let assigned = lint.assignments.iter().filter_map(|word| word.split_once('='));
    let run = facts.run(lint);
    let outer = run.is_some_and(|run| flags(&run.job.env) || flags(&run.file.workflow.env));
    assigned.into_iter().any(|(name, value)| denied(name, value))
        || outer
        || lint.step.is_some_and(|step| flags(&step.env))
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
