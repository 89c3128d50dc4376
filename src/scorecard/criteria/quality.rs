//! Testing and quality.

use super::ci_pipeline::TESTING;
use super::platforms::multi_platform;
use super::warnings::lint_strict;
use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::{folder_of, has_ending, join, name_of};
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::workflow::Step;
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
    // Those that are unit tests by their command come first.
    tests.sort_by_key(|test| (test.is(Kind::IntegrationTest), !test.when.contains(&When::PullRequest)));
    let verdict = ran(&tests, "tests run in CI", &[Kind::Test]);
    facts.or_elsewhere(verdict, TESTING)
}

fn integration_tests(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::IntegrationTest]);
    found.retain(|test| !test.has_word(is_integrating) || asks_for(test, is_integrating));
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
    let pytest = || whole("pytest", &|word| !word.starts_with('-')).zip(paths.iter().find(of_pytest));
    let (test, path) = cargo.or_else(pytest)?;
    let evidence = vec![of(test), crate::scorecard::evidence::file(path, "runs with all other tests")];
    Some(match test.silence {
        None => present("integration tests run with all others", evidence),
        Some(_) => partial("integration tests run with all others, but a failure goes unnoticed", evidence),
    })
}

/// Tells whether a name says that parts are tested together.
fn is_integrating(name: &str) -> bool {
    // "Continuous integration" is the name of something else.
    let name = name.to_lowercase().replace("continuous integration", "").replace("continuous-integration", "");
    ["integration", "e2e", "end-to-end", "end to end", "acceptance", "system test", "functional"]
        .iter()
        .any(|word| name.contains(word))
}

fn is_integration(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let named = is_integrating;
    let run = facts.run(test);
    let step = test.step.and_then(|step| step.name.as_ref());
    run.is_some_and(|run| {
        let services = !run.job.services.is_empty() || is_against_containers(facts, test);
        let workflow = run.root.workflow.name.as_ref().map_or(name_of(&run.root.path), |name| name.as_str());
        services
            || named(workflow)
            || named(&run.job.id.value)
            || run.job.name.as_ref().is_some_and(|name| named(&name.value))
    }) || step.is_some_and(|name| named(&name.value))
        || asks_for(test, named)
}

/// Options whose value is left out of what runs.
const LEAVES_OUT: &[&str] = &["--ignore", "--exclude", "--skip", "-skip", "--deselect", "--exclude-tag"];

/// Tells whether a command's words ask for something, and do not leave it out: `-m "not integration"`.
fn asks_for(test: &Activity<'_>, named: impl Fn(&str) -> bool) -> bool {
    let before = std::iter::once("").chain(test.words.iter().map(String::as_str));
    test.words.iter().zip(before).any(|(word, before)| {
        let option = word.split('=').next().unwrap_or_default();
        let left_out = LEAVES_OUT.contains(&before) || LEAVES_OUT.contains(&option) || word.starts_with('!');
        !left_out && word.split(" and ").any(|part| named(part) && !part.trim_start().starts_with("not "))
    })
}

/// Tells whether services were started in containers, in its job, before a test.
fn is_against_containers(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let up = |run: &&Activity<'_>| run.has_word(|word| matches!(word, "up" | "-d" | "--detach"));
    let started = facts.in_jobs(&[Kind::ImageRun]);
    let before = started.iter().copied().filter(up).any(|run| run.run == test.run && run.number < test.number);
    before && !test.in_image_build
}

fn coverage_measured(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Coverage, Kind::CoverageThreshold]);
    // What is uploaded was measured, by a library that no command names.
    if found.is_empty() {
        found = facts.of(&[Kind::CoveragePublish]);
        found.retain(|upload| !upload.is(Kind::Sast));
    }
    let verdict = ran(&found, "coverage is measured", &[Kind::Coverage, Kind::CoverageThreshold]);
    facts.or_elsewhere(verdict, &["coverage"])
}

/// Settings in files that make a coverage run fail below a limit.
const THRESHOLD_SETTINGS: &[(&str, &[&str])] = &[
    ("package.json", &["\"coveragethreshold\"", "\"check-coverage\": true"]),
    ("jest.config.", &["coveragethreshold"]),
    ("vitest.config.", &["thresholds"]),
    ("vite.config.", &["thresholds"]),
    (".nycrc", &["check-coverage"]),
    ("pyproject.toml", &["fail_under"]),
    ("setup.cfg", &["fail_under"]),
    (".coveragerc", &["fail_under"]),
    ("tarpaulin.toml", &["fail-under"]),
    (".testcoverage.yml", &["threshold"]),
    ("pom.xml", &["<minimum>"]),
    ("build.gradle", &["minimum ="]),
];

fn coverage_threshold(facts: &Facts<'_>) -> Verdict {
    let mut enforced = facts.of(&[Kind::CoverageThreshold]);
    enforced.extend(facts.of(&[Kind::CoveragePublish]).into_iter().filter(|upload| has_threshold(upload)));
    if !enforced.is_empty() {
        return ran(&enforced, "a minimum of coverage is enforced", &[Kind::CoverageThreshold]);
    }
    let measured = facts.of(&[Kind::Coverage]);
    let setting = THRESHOLD_SETTINGS.iter().find_map(|(name, words)| {
        facts.line_in(|path| path.rsplit('/').next().is_some_and(|file| file.starts_with(name)), words)
    });
    if let (Some(setting), Some(run)) = (setting, measured.first()) {
        return present("a minimum of coverage is configured, and CI measures it", vec![setting, of(run)]);
    }
    let mut uploads = facts.of(&[Kind::CoveragePublish]);
    uploads.retain(|upload| upload.tools.iter().any(|tool| tool.name.starts_with("Codecov")));
    match (codecov_status(facts), uploads.first()) {
        (Some((true, setting)), Some(upload)) => {
            present("the coverage service enforces a target for the project", vec![setting, of(upload)])
        }
        (Some((false, setting)), Some(upload)) => {
            partial("the coverage service judges the patch only, or informs only", vec![setting, of(upload)])
        }
        _ => Verdict {
            looked_for: looked_for(&[Kind::CoverageThreshold]),
            ..missing("no minimum of coverage is enforced", &[])
        },
    }
}

/// Tells whether an upload sets a commit's status by a minimum that its variables name.
fn has_threshold(upload: &Activity<'_>) -> bool {
    let variables = upload.step.into_iter().flat_map(|step| &step.env);
    variables.into_iter().any(|(name, _)| name.value.ends_with("COVERAGE_THRESHOLD"))
}

/// Reads `codecov.yml`: whether the project's status has a target that counts.
fn codecov_status(facts: &Facts<'_>) -> Option<(bool, Evidence)> {
    let path = facts.named(|name| matches!(name, "codecov.yml" | ".codecov.yml" | "codecov.yaml")).first().copied()?;
    let file = facts.repository.text(path)?;
    let status = file.roots().next()?.get("coverage")?.get("status")?;
    let at_status = at(path, file.position(status.span.start), "coverage: status");
    let project = status.get("project");
    let mut informational = false;
    project?.walk(&mut |node: &Node| {
        informational |= node.get("informational").and_then(Node::text).is_some_and(|text| text.value == "true");
    });
    let off = project.and_then(Node::text).is_some_and(|text| matches!(text.as_str(), "off" | "false" | "no"));
    Some((!informational && !off, at_status))
}

fn coverage_published(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::CoveragePublish], "coverage is published")
}

fn format_check(facts: &Facts<'_>) -> Verdict {
    let verdict = facts.tool(&[Kind::Format], "a formatter runs in check mode");
    let linters = facts.of(&[Kind::Lint]);
    let linter = linters.iter().find(|lint| lint.tools.iter().any(|tool| tool.name == "golangci-lint"));
    match (verdict.status, linter) {
        (Status::Missing, Some(linter)) => formatter_of_linter(facts, linter).unwrap_or(verdict),
        _ => verdict,
    }
}

/// Formatters that golangci-lint runs as linters.
const GO_FORMATTERS: &[&str] = &["gofmt", "gofumpt", "goimports", "gci", "golines"];

/// golangci-lint reports what is not formatted where it is told to.
fn formatter_of_linter(facts: &Facts<'_>, linter: &Activity<'_>) -> Option<Verdict> {
    let because = "a linter runs that reports what is not formatted";
    if linter.has_word(|word| word.split(',').any(|name| GO_FORMATTERS.contains(&name))) {
        return Some(present(because, vec![of(linter)]));
    }
    let is_config = |path: &str| path.starts_with(".golangci.y");
    let (path, file) = facts.repository.texts.iter().find(|(path, _)| is_config(path))?;
    let lists = file
        .roots()
        .flat_map(|root| ["linters", "formatters"].into_iter().filter_map(|key| root.get(key)?.get("enable")));
    let enabled = lists.flat_map(Node::texts).find(|text| GO_FORMATTERS.contains(&text.as_str()))?;
    Some(present(because, vec![at(path, file.position(enabled.span.start), enabled.value), of(linter)]))
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

fn load_tests(facts: &Facts<'_>) -> Verdict {
    let tests = facts.of(&[Kind::Load]);
    if tests.is_empty() {
        return Verdict { looked_for: looked_for(&[Kind::Load]), ..missing("no load test runs in CI", &[]) };
    }
    let threshold = load_threshold(facts, &tests);
    match (threshold, tests.iter().find(|test| test.silence.is_none())) {
        (Some(threshold), Some(test)) => present("load tests run with thresholds", vec![of(test), threshold]),
        _ => partial("load tests run, but without thresholds that fail the job", all(&tests)),
    }
}

/// Finds a limit that fails a load test: in the file that its command names, in what the job
/// writes there, in its options.
fn load_threshold(facts: &Facts<'_>, tests: &[&Activity<'_>]) -> Option<Evidence> {
    let words = ["thresholds", "ensure:", "assertions", "maxerrorrate", "fail_ratio", "exit_code"];
    let named = |path: &str| {
        let own = tests.iter().any(|test| {
            let inputs = ["filename", "path", "script"].iter().filter_map(|name| test.input(name)).map(Text::as_str);
            inputs.chain(test.words.iter().map(String::as_str)).any(|word| {
                let word = word.trim_start_matches("./").to_lowercase();
                word.contains('.') && path.ends_with(&word)
            })
        });
        own || ["k6", "load", "artillery", "perf", "gatling", "locust"].iter().any(|word| path.contains(word))
    };
    if let Some(line) = facts.line_in(|path| !has_ending(path, &["md"]) && named(path), &words) {
        return Some(line);
    }
    tests.iter().find_map(|test| {
        let option = |word: &str| {
            word.starts_with("--exit-code-on-error") || word.starts_with("--threshold") || word.starts_with("--ensure")
        };
        let job = facts.run(test).map(|run| run.job);
        let written = job.into_iter().flat_map(|job| &job.steps).filter_map(Step::script).find(|script| {
            script.text.value.lines().any(|line| {
                let line = line.trim().to_lowercase();
                !line.starts_with('#')
                    && !line.starts_with("echo")
                    && words.iter().take(3).any(|word| line.starts_with(word))
            })
        });
        (written.is_some() || test.has_word(option)).then(|| of(test))
    })
}

fn perf_regression(facts: &Facts<'_>) -> Verdict {
    let compared = facts.of(&[Kind::PerfRegression]);
    if let Some(test) = compared.iter().find(|test| test.when.contains(&When::PullRequest) && test.silence.is_none()) {
        return present("benchmarks are compared with a baseline on pull requests", vec![of(test)]);
    }
    if !compared.is_empty() {
        return partial("benchmarks are compared, but not on pull requests", all(&compared));
    }
    let benches = facts.of(&[Kind::Bench]);
    if benches.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::PerfRegression, Kind::Bench]),
            ..missing("no benchmarks run", &[])
        };
    }
    // A gate over tables judges what was measured before it.
    let gates = facts.of(&[Kind::CiGate]);
    let judging: Vec<&Activity<'_>> =
        gates.into_iter().filter(|gate| benches.iter().any(|bench| facts.is_after(gate, bench))).collect();
    if let Some(gate) = judging.iter().find(|gate| gate.when.contains(&When::PullRequest) && gate.silence.is_none()) {
        return present("benchmarks are judged by gates on pull requests", vec![of(gate)]);
    }
    if !judging.is_empty() {
        return partial("benchmarks are judged by gates, but no pull request fails by them", all(&judging));
    }
    partial("benchmarks run, and nothing that is known compares them", all(&benches))
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
