//! Whether unsafe code is audited, or refused.

use crate::detectors::activity::Activity;
use crate::detectors::purpose::is_for_tests;
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{at, not_applicable, of, present};
use crate::scorecard::facts::Facts;

pub(super) fn unsafe_audit(facts: &Facts<'_>) -> Verdict {
    let has = |ecosystem: &str| facts.files.ecosystems.iter().any(|(name, _)| *name == ecosystem);
    let native = facts.repository.find_name(|name| matches!(name, "cmakelists.txt" | "meson.build" | "configure.ac"));
    let audited = facts.tool(&[Kind::UnsafeAudit], "unsafe code is audited");
    if let Some(evidence) = sanitized_plan(facts).filter(|_| audited.status != Status::Present) {
        return present("tests run with a sanitizer", evidence);
    }
    // Few audit what Swift calls unsafe, so that it is not asked for; who does gets the point.
    let is_audited_swift = has("swift") && audited.status == Status::Present;
    if !(has("cargo") || has("gomod") || native.is_some() || is_audited_swift) {
        return not_applicable(
            "no Rust, C or C++ and no module of Go was found outside of tests, whose unsafe code such tools look at",
        );
    }
    let forbidden = || facts.denied_by_manifest(&["rust.unsafe_code"]).or_else(|| unsafe_is_refused(facts));
    // Only Clippy looks for the explanations, so that it has to run.
    let explained = || {
        let lints = facts.of(&[Kind::Lint]);
        let is_clippy = |lint: &&&Activity<'_>| {
            lint.silence.is_none() && lint.tools.iter().any(|tool| tool.name.starts_with("cargo clippy"))
        };
        let asked = facts.denied_by_manifest(&["clippy.undocumented_unsafe_blocks"])?;
        Some(vec![asked, of(lints.iter().find(is_clippy)?)])
    };
    if let Some(evidence) = forbidden().map(|place| vec![place]).or_else(explained) {
        return present("unsafe code is forbidden, or has to be explained, by a lint", evidence);
    }
    match sanitizer(facts).filter(|_| audited.status != Status::Present) {
        Some(evidence) => present("tests run with a sanitizer", evidence),
        None => audited,
    }
}

/// Finds a job that tests with a sanitizer among its compiler's flags: a variable of its environment, or a row of its
/// matrix.
fn sanitizer(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    facts.of(&[Kind::Test, Kind::IntegrationTest]).into_iter().filter(|test| test.silence.is_none()).find_map(|test| {
        let run = facts.run(test)?;
        let mut found = None;
        let mut look = |node: &Node| {
            let flags = ["-fsanitize=", "-Zsanitizer=", "-Z sanitizer="];
            let text = node.text().filter(|text| flags.iter().any(|flag| text.value.contains(flag)));
            if let (Some(text), None) = (text, &found) {
                let position = facts.repository.position(&run.file.path, text.span.start);
                found = Some(at(&run.file.path, position, text.value.trim().chars().take(100).collect::<String>()));
            }
        };
        for key in ["env", "strategy"] {
            run.job.node.get(key).into_iter().for_each(|node| node.walk(&mut look));
        }
        let variables = test.step.into_iter().filter_map(|step| step.node.get("env"));
        variables.for_each(|node| node.walk(&mut look));
        Some(vec![found?, of(test)])
    })
}

/// Finds the attribute of a crate that refuses unsafe code.
fn unsafe_is_refused(facts: &Facts<'_>) -> Option<Evidence> {
    let is_root = |path: &str| matches!(name_of(path), "lib.rs" | "main.rs") && !is_for_tests(path);
    let attributes = ["#![forbid(unsafe_code", "#![deny(unsafe_code"];
    facts.line_that(is_root, |_, line| attributes.iter().any(|attribute| line.starts_with(attribute)))
}

/// Finds a test by Xcode whose plan switches a sanitizer on.
fn sanitized_plan(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let tests = facts.of(&[Kind::Test]).into_iter().filter(|test| test.silence.is_none());
    tests.into_iter().find_map(|test| {
        let is_xcode = test.words.first().is_some_and(|program| program == "xcodebuild");
        let mut pairs = test.words.windows(2).filter(|_| is_xcode);
        let named = pairs.find_map(|pair| match pair {
            [option, name] if option == "-testPlan" => Some(format!("{}.xctestplan", name.trim_matches(['"', '\'']))),
            _ => None,
        })?;
        let is_plan = |path: &str| name_of(path) == named;
        let switches = ["\"threadSanitizerEnabled\":true", "\"undefinedBehaviorSanitizerEnabled\":true"];
        // The address sanitizer has an object of its own.
        let mut opened = false;
        let switched_on = facts.line_that(is_plan, |_, line| {
            let line = line.replace(' ', "");
            let own = std::mem::replace(&mut opened, line.starts_with("\"addressSanitizer\":{"));
            switches.iter().any(|switch| line.starts_with(switch)) || own && line.starts_with("\"enabled\":true")
        })?;
        Some(vec![switched_on, of(test)])
    })
}
