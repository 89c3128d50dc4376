//! Testing and quality.

use super::ci_pipeline::TESTING;
use super::coverage::{coverage_measured, coverage_published, coverage_threshold};
use super::formatting::format_check;
use super::integration::integration_tests;
use super::performance::{load_tests, perf_regression};
use super::test_reports::test_reports;
use super::warnings::lint_strict;
use crate::detectors::activity::Activity;
use crate::detectors::matrix::{is_over_platforms, passes_platforms};
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::place::Position;
use crate::model::repository::{has_ending, name_of};
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::yaml::Text;
use crate::scorecard::evidence::{all, at, missing, not_applicable, partial, present, ran};
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

fn docs_check(facts: &Facts<'_>) -> Verdict {
    let what = "the documentation is built or its links are checked";
    let verdict = facts.tool(&[Kind::Docs, Kind::DocsLinks], what);
    // Some tools build what they publish; others take what is ready, and check nothing that a build did not.
    if verdict.status == Status::Missing {
        facts.tool(&[Kind::Docs, Kind::DocsDeploy, Kind::DocsLinks], what)
    } else {
        verdict
    }
}

fn docs_published(facts: &Facts<'_>) -> Verdict {
    let mut published = facts.of(&[Kind::DocsDeploy]);
    if published.is_empty() {
        published.extend(facts.activities.all.iter().filter(|push| pushes_site(facts, push)));
    }
    let built = facts.of(&[Kind::Docs]);
    if published.is_empty() && !built.is_empty() {
        if let Some((service, evidence)) = published_elsewhere(facts) {
            let because = format!("the documentation is built by CI, and {service} is set up to build and publish it");
            return partial(because, all(&built).into_iter().chain([evidence]).collect());
        }
        return partial("the documentation is built, but not published by CI", all(&built));
    }
    if let (true, Some(path)) = (published.is_empty(), read_the_docs(facts)) {
        let because = "Read the Docs is set up to build and publish the documentation, but CI publishes none";
        return partial(because, vec![at(path, Position { line: 1, column: 1 }, "Read the Docs")]);
    }
    let verdict = ran(&published, "the documentation is published", &[Kind::DocsDeploy]);
    facts.or_elsewhere(verdict, &["docs", "documentation", "pages"])
}

/// Finds the configuration by which Read the Docs builds documentation (docs.readthedocs.com, "Configuration file").
fn read_the_docs<'facts>(facts: &'facts Facts<'_>) -> Option<&'facts str> {
    let places = [".readthedocs.yaml", ".readthedocs.yml", "readthedocs.yaml", "readthedocs.yml"];
    places.into_iter().find(|path| facts.repository.text(path).is_some())
}

/// Tells whether a command of Git pushes documentation to where it is shown: to the branch of GitHub's pages, or, in a
/// workflow, job or step that is named for it, to another repository.
fn pushes_site(facts: &Facts<'_>, push: &Activity<'_>) -> bool {
    let mut words = push.words.iter().map(String::as_str);
    if (words.next(), words.next()) != (Some("git"), Some("push")) || push.foreign {
        return false;
    }
    let to_pages = push.has_word(|word| word == "gh-pages" || word.ends_with(":gh-pages"));
    let to_another = push.has_word(|word| word.contains("://") || word.starts_with("git@"));
    let is_site = |name: &str| {
        let lower = name.to_lowercase();
        let words = ["doc", "docs", "documentation", "website", "site", "pages"];
        lower.split(|character: char| !character.is_alphanumeric()).any(|word| words.contains(&word))
    };
    let names = facts.run(push).into_iter().flat_map(|run| {
        let names = [run.root.workflow.name.as_ref(), run.job.name.as_ref(), Some(&run.job.id)];
        names.into_iter().flatten().map(Text::as_str).chain([name_of(&run.root.path)])
    });
    let step = push.step.and_then(|step| step.name.as_ref()).map(Text::as_str);
    to_pages || to_another && names.chain(step).any(is_site)
}

/// Finds the configuration of a service that builds and publishes a folder of documentation itself.
fn published_elsewhere(facts: &Facts<'_>) -> Option<(&'static str, Evidence)> {
    let is_documentation = |text: &str| {
        text.to_lowercase()
            .split(['/', '"', '\'', ' '])
            .any(|part| matches!(part, "docs" | "doc" | "documentation" | "website" | "book"))
    };
    let keys: [(&str, &str, &[&str]); 2] =
        [("Netlify", "netlify.toml", &["publish", "base"]), ("Vercel", "vercel.json", &["\"outputDirectory\""])];
    keys.into_iter().find_map(|(service, name, keys)| {
        let paths = facts.own_named(|other| other == name);
        let lines = paths.into_iter().filter_map(|path| Some((path, facts.repository.text(path)?)));
        lines.into_iter().find_map(|(path, text)| {
            let is_built = text.line_with(&["command = ", "\"buildcommand\""]).is_some();
            let mut lines = text.text.lines().enumerate().filter(|_| is_built);
            let (number, line) = lines.find(|(_, line)| {
                let key = line.trim_start();
                keys.iter().any(|name| key.starts_with(name)) && (is_documentation(line) || is_documentation(path))
            })?;
            Some((service, at(path, Position { line: number + 1, column: 1 }, line.trim())))
        })
    })
}

fn contract_tests(facts: &Facts<'_>) -> Verdict {
    let tests = facts.of(&[Kind::Contract]);
    let interfaces = facts.own_named(|name| {
        let stem = name.split('.').next().unwrap_or_default();
        let described = matches!(stem, "openapi" | "swagger" | "asyncapi") && name.contains('.');
        described || has_ending(name, &["proto", "graphql"]) || name == "schema.gql"
    });
    // Some frameworks make the description of what they serve.
    let makers = [
        "drf-spectacular",
        "drf-yasg",
        "springdoc-openapi",
        "fastapi",
        "@nestjs/swagger",
        "swashbuckle.aspnetcore",
        "utoipa",
    ];
    match interfaces.first() {
        None if tests.is_empty() && facts.dependency(&makers).is_none() => {
            not_applicable("no interface description was found (OpenAPI, AsyncAPI, protobuf, GraphQL)")
        }
        _ => ran(&tests, "an interface is tested against its contract, or by fuzzing", &[Kind::Contract]),
    }
}

fn multi_platform(facts: &Facts<'_>) -> Verdict {
    let mut tests = facts.of(&[Kind::Test, Kind::IntegrationTest, Kind::Build]);
    tests.extend(facts.of_own_action());
    tests.sort_by_key(|test| (!test.when.contains(&When::PullRequest), !test.is(Kind::Test)));
    let several = |test: &&&Activity<'_>| {
        facts
            .run(test)
            .is_some_and(|run| is_over_platforms(run.job) || run.callers.iter().any(|caller| passes_platforms(caller)))
    };
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
    let verdict = missing(
        "tests run on one platform and version only",
        &["a matrix of systems or versions, or jobs with different `runs-on`, among the jobs that build or test"],
    );
    // Where the tests stand elsewhere, so does what they run on.
    if facts.of(&[Kind::Test]).is_empty() { facts.or_elsewhere(verdict, TESTING) } else { verdict }
}
