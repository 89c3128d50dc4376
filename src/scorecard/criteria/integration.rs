//! Whether tests of parts together run: integration and end-to-end tests.

use super::image_tests::tested_where_deployed;
use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::repository::{folder_of, has_ending, join, name_of};
use crate::model::scorecard::Verdict;
use crate::scorecard::evidence::{of, partial, present, ran};
use crate::scorecard::facts::Facts;

const TESTS: &[Kind] = &[Kind::Test, Kind::IntegrationTest];

pub(super) fn integration_tests(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::IntegrationTest]);
    found.retain(|test| !test.has_word(names_integration) || names_some(&test.words));
    if found.is_empty() {
        found = facts.of(TESTS);
        found.extend(facts.in_jobs(&[Kind::ImageRun]).into_iter().filter(|run| is_awaited(run)));
        found.retain(|test| is_named(facts, test));
        // Where one of the containers that are waited for is named for it, the others only prepare it.
        let is_said = |test: &Activity<'_>| test.is(Kind::ImageRun) && names_some(&test.words);
        if found.iter().any(|test| is_said(test)) {
            found.retain(|test| !test.is(Kind::ImageRun) || is_said(test));
        }
        found.sort_by_key(|test| !names_some(&test.words));
    }
    if found.is_empty() {
        found = facts.of_own_action();
    }
    if found.is_empty() {
        found = facts.of(TESTS);
        found.retain(|test| is_beside_services(facts, test));
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
    if found.is_empty()
        && let Some((deploy, test)) = tested_where_deployed(facts, &facts.image_pushes())
    {
        return present("what a job deploys is tested by it", vec![of(deploy), of(test)]);
    }
    let verdict = ran(&found, "integration or end-to-end tests run", &[Kind::IntegrationTest]);
    facts.or_elsewhere(verdict, &["integration", "e2e", "acceptance", "system"])
}

/// Finds integration tests that run with all others: the files below `tests` of a package, each of
/// which Cargo makes a program of its own (The Cargo Book, "Integration tests"), and folders of such
/// a name where pytest is given no path, and classes of such a name where Maven or Gradle runs all tests.
fn within_whole_suite(facts: &Facts<'_>) -> Option<Verdict> {
    let paths = &facts.repository.paths;
    let of_cargo = |path: &&String| {
        let package = folder_of(path).strip_suffix("tests").map(|package| package.trim_end_matches('/'));
        let manifest = package.and_then(|package| facts.repository.text(&join(package, "Cargo.toml")?));
        has_ending(path, &["rs"]) && manifest.is_some_and(|manifest| is_target(&manifest.text, name_of(path)))
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
    let of_jvm = |path: &&String| is_jvm_integration(path);
    let by_some = |word: &str| {
        let skips = word.starts_with("-DskipTests") || word.starts_with("-Dmaven.test.skip") || word == "-DskipITs";
        skips || word.starts_with("-Dtest=") || matches!(word, "-x" | "--tests" | "--exclude-task")
    };
    let jvm = || {
        let programs = ["mvn", "mvnw", "gradle", "gradlew"];
        programs.iter().find_map(|program| whole(program, &by_some)).zip(paths.iter().find(of_jvm))
    };
    let (test, path) = cargo.or_else(pytest).or_else(jvm)?;
    let evidence = vec![of(test), crate::scorecard::evidence::file(path, "runs with all other tests")];
    Some(match test.silence {
        None => present("integration tests run with all others", evidence),
        Some(_) => partial("integration tests run with all others, but a failure goes unnoticed", evidence),
    })
}

/// Tells whether Cargo makes a program of a file in `tests`: each, unless a manifest says `autotests = false`, and then
/// those that a `[[test]]` names (The Cargo Book, "Target auto-discovery").
fn is_target(manifest: &str, name: &str) -> bool {
    let is_off = manifest.lines().any(|line| line.replace(' ', "").starts_with("autotests=false"));
    let (by_path, by_name) = (format!("\"tests/{name}\""), format!("\"{}\"", name.trim_end_matches(".rs")));
    let mut targets = manifest.split("[[test]]").skip(1).map(|rest| rest.split("\n[").next().unwrap_or(rest));
    let names_it = |target: &str| {
        let has_path = target.lines().any(|line| line.trim_start().starts_with("path"));
        target.contains(&by_path) || !has_path && target.contains(&by_name)
    };
    !is_off || targets.any(names_it)
}

/// Tells whether a path is a class of integration tests that Surefire and Gradle run with all others (maven-surefire,
/// "Inclusions and Exclusions of Tests": `*Test` and `*Tests`). What ends in `IT` is Failsafe's.
fn is_jvm_integration(path: &str) -> bool {
    let (stem, ending) = name_of(path).rsplit_once('.').unwrap_or_default();
    let is_test = path.starts_with("src/test/") || path.contains("/src/test/");
    let named = ["IntegrationTest", "IntegrationTests"].iter().any(|end| stem.ends_with(end));
    is_test && named && matches!(ending, "java" | "kt" | "groovy" | "scala")
}

/// Tells whether a test, its step, its job or its workflow says that it is one of integration.
fn is_named(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let step = test.step.and_then(|step| step.name.as_ref());
    facts.run(test).is_some_and(|run| {
        let workflow = run.root.workflow.name.as_ref().map_or(name_of(&run.root.path), |name| name.as_str());
        names_integration(workflow)
            || names_integration(&run.job.id.value)
            || run.job.name.as_ref().is_some_and(|name| names_integration(&name.value))
    }) || step.is_some_and(|name| names_integration(&name.value))
        || names_some(&test.words)
}

/// Tells whether what Compose starts fails the job by the status of one of its services.
fn is_awaited(run: &Activity<'_>) -> bool {
    run.has_word(|word| word == "up") && run.has_word(|word| word.starts_with("--exit-code-from"))
}

fn is_beside_services(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let has_services = facts.run(test).is_some_and(|run| !run.job.services.is_empty());
    has_services || is_against_containers(facts, test) || is_after_server(facts, test)
}

/// Tells whether a database or the like was started in its job before a test.
fn is_after_server(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let mut before = facts.activities.all.iter().filter(|other| other.run == test.run && other.number < test.number);
    !test.in_image_build && before.any(|other| !other.in_image_build && starts_server(&other.words))
}

/// Beginnings of the names by which databases, queues and the like are started.
const SERVERS: &[&str] = &[
    "mysql",
    "mariadb",
    "postgres",
    "redis",
    "valkey",
    "mongo",
    "rabbitmq",
    "elasticsearch",
    "opensearch",
    "cassandra",
    "couchdb",
    "clickhouse",
    "mssql",
    "kafka",
    "memcached",
    "neo4j",
];

/// Tells whether a command starts a server: `systemctl start mysql`, `service postgresql start`, `brew services start
/// redis`.
fn starts_server(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_start = |word: &str| matches!(word, "start" | "restart");
    let is_server = |word: &str| SERVERS.iter().any(|name| word.starts_with(name));
    match words.as_slice() {
        ["systemctl", rest @ ..] | ["brew", "services", rest @ ..] => {
            rest.iter().any(|word| is_start(word)) && rest.iter().any(|word| is_server(word))
        }
        ["service", name, verb, ..] | [name, verb] => is_server(name) && is_start(verb),
        _ => false,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_told_which_tests_there_are() {
        let off = "[package]\nautotests = false\n";
        let named = "[package]\nautotests = false\n[[test]]\nname = \"integration\"\npath = \"tests/lib.rs\"\n";
        let unplaced = "autotests = false\n[[test]]\nname = \"lib\"\n[lib]\nname = \"a\"\n";
        assert!(is_target("[package]\n", "a.rs") && !is_target(off, "a.rs"));
        assert!(is_target(named, "lib.rs") && !is_target(named, "a.rs") && !is_target(named, "integration.rs"));
        assert!(is_target(unplaced, "lib.rs") && !is_target(unplaced, "a.rs"));
    }
}
