//! Testing and quality.

use super::ci_pipeline::TESTING;
use super::coverage::{coverage_measured, coverage_published, coverage_threshold};
use super::performance::{load_tests, perf_regression};
use super::warnings::lint_strict;
use crate::detectors::activity::Activity;
use crate::detectors::matrix::is_over_platforms;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::{folder_of, has_ending, join, name_of};
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::yaml::{Node, Text};
use crate::scorecard::evidence::{all, at, looked_for, missing, not_applicable, of, partial, present, ran};
use crate::scorecard::facts::Facts;

declare_criteria! {
    TestingQuality;
    /// Unit tests run in CI
    (3, Critical, Medium, Any) "unit-tests" => unit_tests,
    "Nobody knows whether a change breaks anything.",
    "a job that runs the tests";
    /// Integration or end-to-end tests run as such
    (2, High, Medium, Any) "integration-tests" => integration_tests,
    "Parts that work alone fail together.",
    "a job with service containers or an end-to-end runner";
    /// Test coverage is measured
    (2, High, Small, Any) "coverage-measured" => coverage_measured,
    "Nobody knows what the tests do not reach.",
    "a coverage step, such as `cargo llvm-cov`, `pytest --cov` or `go test -coverprofile`";
    /// A minimum of coverage is enforced
    (2, High, Small, Any) "coverage-threshold" => coverage_threshold,
    "Coverage sinks by a little with every change.",
    "a threshold that fails the job, such as `--fail-under-lines 80`";
    /// Coverage is shown on pull requests
    (1, Medium, Small, Any) "coverage-published" => coverage_published,
    "Reviewers do not see which new lines are untested.",
    "an upload to a coverage service, or a comment on the pull request";
    /// A linter runs with warnings as errors
    (2, High, Small, Any) "lint-strict" => lint_strict,
    "Warnings pile up until nobody reads them.",
    "the linter with warnings denied, such as `cargo clippy -- -D warnings` or `eslint --max-warnings 0`";
    /// A formatter runs in check mode
    (1, Medium, Small, Any) "format-check" => format_check,
    "Reviews are about blanks.",
    "a check such as `cargo fmt --check`, `prettier --check` or `ruff format --check`";
    /// The documentation's build is checked
    (1, Low, Small, Any) "docs-check" => docs_check,
    "Broken links and examples are found by readers.",
    "a step that builds the documentation";
    /// The documentation is published by CI
    (1, Low, Medium, Any) "docs-published" => docs_published,
    "What people read is older than what they use.",
    "a job that deploys the documentation";
    /// Interfaces are tested against their contract, or by fuzzing
    (1, Medium, Medium, Any) "contract-tests" => contract_tests,
    "A change breaks clients that nobody knew of.",
    "a contract or fuzz test, such as Schemathesis, Pact, Spectral, `buf breaking` or `cargo fuzz`";
    /// Load tests run with thresholds
    (1, High, Medium, Running) "load-tests" => load_tests,
    "The first real load is the first test of it.",
    "a k6, Locust or Gatling test with thresholds";
    /// Benchmarks are compared with a baseline on pull requests
    (2, High, Medium, Any) "perf-regression" => perf_regression,
    "A slow-down is found by users, months later.",
    "benchmarks compared on pull requests, such as `plimsoll gate` or `benchmark-action/github-action-benchmark`";
    /// Test results are shown as a check, annotations or summary
    (1, Medium, Small, Any) "test-reports" => test_reports,
    "Who wants to know which test failed reads the log.",
    "a test reporter, such as `dorny/test-reporter` or `plimsoll report`";
    /// Tests run on more than one platform or version
    (1, Low, Small, Any) "multi-platform" => multi_platform,
    "It works on the one machine it was tested on.",
    "a matrix of systems or versions";
}

const TESTS: &[Kind] = &[Kind::Test, Kind::IntegrationTest];

fn unit_tests(facts: &Facts<'_>) -> Verdict {
    let mut tests = facts.of(&[Kind::Test]);
    tests.retain(|test| !test.is(Kind::ApiTest));
    // Those that are tests of parts by their command prove it, if there are any; those on pull requests first.
    if tests.iter().any(|test| !test.is(Kind::IntegrationTest)) {
        tests.retain(|test| !test.is(Kind::IntegrationTest));
    }
    tests.sort_by_key(|test| !test.when.contains(&When::PullRequest));
    let verdict = ran(&tests, "tests run in CI", &[Kind::Test]);
    facts.or_elsewhere(verdict, TESTING)
}

fn integration_tests(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::IntegrationTest]);
    found.retain(|test| !test.has_word(names_integration) || names_some(&test.words));
    if found.is_empty() {
        found = facts.of(TESTS);
        found.retain(|test| is_integration(facts, test));
    }
    if found.is_empty()
        && let Some(verdict) = within_whole_suite(facts)
    {
        return verdict;
    }
    if found.is_empty() {
        // Another repository's tests of a service that runs beside them test the service.
        found = facts.anywhere(TESTS);
        found.retain(|test| facts.run(test).is_some_and(|run| !run.job.services.is_empty()));
    }
    if found.is_empty() {
        let deploys = [Kind::Deploy, Kind::KubernetesDeploy, Kind::Rollout];
        found = facts.of(&deploys);
        found.retain(|deploy| facts.is_in_throwaway_cluster(deploy));
    }
    let verdict = ran(&found, "integration or end-to-end tests run", &[Kind::IntegrationTest]);
    facts.or_elsewhere(verdict, &["integration", "e2e", "acceptance", "system"])
}

/// Finds integration tests that run with all others: the files below `tests` of a package, each of
/// which Cargo makes a program of its own (The Cargo Book, "Integration tests"), and folders of such
/// a name where pytest is given no path.
fn within_whole_suite(facts: &Facts<'_>) -> Option<Verdict> {
    let paths = &facts.repository.paths;
    let of_cargo = |path: &&String| {
        let package = folder_of(path).strip_suffix("tests").map(|package| package.trim_end_matches('/'));
        has_ending(path, &["rs"])
            && package.is_some_and(|package| paths.contains(&join(package, "Cargo.toml").unwrap_or_default()))
    };
    let of_pytest = |path: &&String| {
        let in_folder = folder_of(path).split('/').any(|folder| matches!(folder, "integration" | "e2e" | "functional"));
        let name = name_of(path);
        in_folder && has_ending(path, &["py"]) && (name.starts_with("test_") || name.ends_with("_test.py"))
    };
    let tests = facts.of(&[Kind::Test]);
    let whole = |program: &str, narrow: &dyn Fn(&str) -> bool| {
        let of_program = |test: &&&Activity<'_>| {
            let arguments = test.words.get(1..).unwrap_or_default();
            test.words.first().is_some_and(|word| word == program) && !arguments.iter().any(|word| narrow(word))
        };
        tests.iter().find(of_program).copied()
    };
    let only_units = |word: &str| matches!(word, "--lib" | "--bins" | "--bin" | "--doc" | "--examples" | "bench");
    let cargo = whole("cargo", &only_units).zip(paths.iter().find(of_cargo));
    let some = |word: &str| {
        let option = word.split('=').next().unwrap_or_default();
        !word.starts_with('-') || matches!(option, "-k" | "-m" | "--ignore" | "--ignore-glob" | "--deselect")
    };
    let pytest = || whole("pytest", &some).zip(paths.iter().find(of_pytest));
    let (test, path) = cargo.or_else(pytest)?;
    let evidence = vec![of(test), crate::scorecard::evidence::file(path, "runs with all other tests")];
    Some(match test.silence {
        None => present("integration tests run with all others", evidence),
        Some(_) => partial("integration tests run with all others, but a failure goes unnoticed", evidence),
    })
}

fn is_integration(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let run = facts.run(test);
    let step = test.step.and_then(|step| step.name.as_ref());
    run.is_some_and(|run| {
        let services = !run.job.services.is_empty() || is_against_containers(facts, test);
        let workflow = run.root.workflow.name.as_ref().map_or(name_of(&run.root.path), |name| name.as_str());
        services
            || names_integration(workflow)
            || names_integration(&run.job.id.value)
            || run.job.name.as_ref().is_some_and(|name| names_integration(&name.value))
    }) || step.is_some_and(|name| names_integration(&name.value))
        || names_some(&test.words)
}

fn names_integration(name: &str) -> bool {
    // "Continuous integration" is the name of something else.
    let name = name.to_lowercase().replace("continuous integration", "").replace("continuous-integration", "");
    let words = ["integration", "e2e", "end-to-end", "end to end", "acceptance", "system test", "functional"];
    words.iter().any(|word| name.contains(word))
}

/// Tells whether a command line names integration tests that it runs; those that it leaves out do not count.
fn names_some(words: &[String]) -> bool {
    let refuses =
        ["--ignore", "--exclude", "--skip", "-skip", "--deselect", "--exclude-group", "--testPathIgnorePatterns"];
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", String::as_str);
        let option = word.split('=').next().unwrap_or_default();
        let is_left_out =
            word.contains("not ") || word.starts_with('!') || refuses.contains(&before) || refuses.contains(&option);
        names_integration(word) && !is_left_out
    })
}

/// Tells whether services were started in containers, in its job, before a test.
fn is_against_containers(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let up = |run: &&Activity<'_>| run.has_word(|word| matches!(word, "up" | "-d" | "--detach"));
    let started = facts.in_jobs(&[Kind::ImageRun]);
    let before = started.iter().copied().filter(up).any(|run| run.run == test.run && run.number < test.number);
    before && !test.in_image_build
}

fn format_check(facts: &Facts<'_>) -> Verdict {
    let verdict = facts.tool(&[Kind::Format], "a formatter runs in check mode");
    match formatters(facts).filter(|_| verdict.status != Status::Present) {
        Some(evidence) => present("a linter checks the format, too", evidence),
        None => verdict,
    }
}

/// Formatters that golangci-lint runs among its linters, and reports differences of.
const GO_FORMATTERS: &[&str] = &["gofmt", "gofumpt", "goimports", "gci", "golines", "swaggo"];

/// Finds a run of golangci-lint with a formatter among what it checks: by its command line, or by its configuration
/// (golangci-lint.run, "Formatters" and "Linters").
fn formatters(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let mut runs = facts.of(&[Kind::Lint]);
    runs.retain(|lint| lint.silence.is_none() && lint.tools.iter().any(|tool| tool.name == "golangci-lint"));
    let names_one = |list: &str| list.split([',', ' ', '=']).any(|name| GO_FORMATTERS.contains(&name));
    let by_option = |lint: &&&Activity<'_>| {
        let given = lint.input("args").map(|args| args.value.split_whitespace().map(str::to_owned).collect());
        let words: Vec<String> = given.unwrap_or_else(|| lint.words.clone());
        words.iter().enumerate().any(|(at, word)| {
            let (option, value) = word.split_once('=').unwrap_or((word, words.get(at + 1).map_or("", String::as_str)));
            matches!(option, "--enable" | "-E") && names_one(value)
        })
    };
    if let Some(lint) = runs.iter().find(by_option) {
        return Some(vec![of(lint)]);
    }
    let lint = runs.first()?;
    let paths = [".golangci.yml", ".golangci.yaml"];
    let (path, file) =
        facts.repository.texts.get_key_value(*paths.iter().find(|path| facts.repository.text(path).is_some())?)?;
    let root = file.roots().next()?;
    let enabled = ["linters", "formatters"].into_iter().filter_map(|key| root.get(key)?.get("enable"));
    let name = enabled.flat_map(Node::texts).find(|name| GO_FORMATTERS.contains(&name.as_str()))?;
    Some(vec![at(path, file.position(name.span.start), format!("enable: {}", name.value)), of(lint)])
}

fn docs_check(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::Docs, Kind::DocsDeploy, Kind::DocsLinks], "the documentation is built or its links are checked")
}

fn docs_published(facts: &Facts<'_>) -> Verdict {
    let published = facts.of(&[Kind::DocsDeploy]);
    let built = facts.of(&[Kind::Docs]);
    if published.is_empty() && !built.is_empty() {
        return partial("the documentation is built, but not published", all(&built));
    }
    let verdict = ran(&published, "the documentation is published", &[Kind::DocsDeploy]);
    facts.or_elsewhere(verdict, &["docs", "documentation", "pages"])
}

fn contract_tests(facts: &Facts<'_>) -> Verdict {
    let tests = facts.of(&[Kind::Contract]);
    let interfaces = facts.own_named(|name| {
        let stem = name.split('.').next().unwrap_or_default();
        let described = matches!(stem, "openapi" | "swagger" | "asyncapi") && name.contains('.');
        described || has_ending(name, &["proto", "graphql"]) || name == "schema.gql"
    });
    match interfaces.first() {
        None if tests.is_empty() => {
            not_applicable("no interface description was found (OpenAPI, AsyncAPI, protobuf, GraphQL)")
        }
        _ => ran(&tests, "an interface is tested against its contract, or by fuzzing", &[Kind::Contract]),
    }
}

fn test_reports(facts: &Facts<'_>) -> Verdict {
    let reports = facts.of(&[Kind::TestReport]);
    if !reports.is_empty() {
        return present("test results are shown", all(&reports));
    }
    let mut uploads = facts.of(&[Kind::ArtifactUpload]);
    uploads.retain(|upload| {
        let said = ["path", "name"].iter().filter_map(|name| upload.input(name)).map(|text| text.value.to_lowercase());
        said.into_iter().any(|text| {
            ["junit", "test-result", "test_result", "test-report", "surefire"].iter().any(|word| text.contains(word))
        })
    });
    if uploads.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::TestReport]),
            ..missing("test results are shown nowhere", &[])
        };
    }
    partial("test results are kept as an artifact only", all(&uploads))
}

fn multi_platform(facts: &Facts<'_>) -> Verdict {
    let mut tests = facts.of(&[Kind::Test, Kind::IntegrationTest, Kind::Build]);
    tests.sort_by_key(|test| (!test.when.contains(&When::PullRequest), !test.is(Kind::Test)));
    let several = |test: &&&Activity<'_>| facts.run(test).is_some_and(|run| is_over_platforms(run.job));
    if let Some(test) = tests.iter().find(several) {
        return present("a matrix covers several platforms or versions", vec![facts.in_its_job(test)]);
    }
    let mut runners: Vec<(String, Evidence)> = Vec::new();
    for test in &tests {
        let labels = facts.run(test).into_iter().flat_map(|run| &run.job.runs_on).flat_map(|runs_on| &runs_on.labels);
        let labels: Vec<&str> = labels.map(Text::as_str).collect();
        let runner = labels.join(" ");
        if !runner.is_empty() && !runners.iter().any(|(other, _)| *other == runner) {
            runners.push((runner, facts.in_its_job(test)));
        }
    }
    runners.sort();
    if runners.len() > 1 {
        let (names, evidence): (Vec<String>, Vec<Evidence>) = runners.into_iter().unzip();
        return present(format!("jobs run on {}", names.join(", ")), evidence);
    }
    missing(
        "tests run on one platform and version only",
        &["a matrix of systems or versions, or jobs with different `runs-on`, among the jobs that build or test"],
    )
}
