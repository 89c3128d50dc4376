//! What `plimsoll collect` does with many repositories: tables for each, work that is shared, and none
//! that stops the others.

use crate::support::csv;
use crate::support::fake_github::seed;
use crate::support::fake_github::{FakeGitHub, TOKEN};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

fn server() -> FakeGitHub {
    let repositories = ["acme/a", "acme/b", "acme/c", "acme/old", "other/d"];
    FakeGitHub::start(repositories.map(|name| seed::eight_jobs(name, 4, 21)).to_vec())
}

fn connected(server: &FakeGitHub) -> Program {
    Program::new().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN)
}

fn collect(program: &Program, arguments: &[&str]) -> Ran {
    in_process::run(program, &FakeTime::default(), &[&["collect"], arguments].concat())
}

fn collected(program: &Program, arguments: &[&str]) -> Ran {
    let ran = collect(program, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran
}

/// How many attempts the tables have of each repository in its own folder.
fn rows<const N: usize>(program: &Program, names: [&str; N]) -> [usize; N] {
    names.map(|name| {
        let path = program.path(&format!("metrics/{name}/run_metrics.csv"));
        if !path.exists() {
            return 0;
        }
        let rows = csv::read(&path);
        assert!(rows.iter().all(|row| row["repository"] == name), "{name}");
        rows.len()
    })
}

fn attempts<const N: usize>(server: &FakeGitHub, names: [&str; N]) -> [usize; N] {
    names.map(|name| server.look(name, |repository| repository.runs.iter().map(|run| run.attempts.len()).sum()))
}

#[test]
fn an_organization_is_shared_out_into_a_folder_a_repository() {
    let (server, names) = (server(), ["acme/a", "acme/b", "acme/c", "acme/old"]);
    let [a, b, c, _] = attempts(&server, names);
    let program = connected(&server);
    let ran = collected(&program, &["--org", "acme", "--shard", "1/2"]);
    assert_eq!(rows(&program, names), [a, 0, c, 0]);
    assert!(ran.stderr.contains("acme/a: 4 runs to read with "), "{}", ran.stderr);
    let found = ran
        .stdout
        .lines()
        .any(|line| line.starts_with("run_metrics ") && line.ends_with("metrics/*/*/run_metrics.csv"));
    assert!(found, "{}", ran.stdout);
    collected(&program, &["--org", "acme", "--shard", "2/2"]);
    assert_eq!(rows(&program, names), [a, b, c, 0]);
    // Each remembers for itself what it has: a list of repositories, and a page of runs of each.
    server.forget();
    let ran = collected(&program, &["--org", "acme"]);
    assert!(ran.stdout.ends_with("\n0 new rows\n") || ran.stdout == "0 new rows\n", "{}", ran.stdout);
    assert!(server.seen().len() <= 1 + 3 * 3, "{:?}", server.seen());
    let report = in_process::run(&program, &FakeTime::default(), &["report", "--metrics", "metrics/acme/a"]);
    assert!(report.code == 0 && report.stdout.contains("acme/a"), "{} {}", report.stdout, report.stderr);
}

#[test]
fn a_person_has_repositories_as_well() {
    let names = ["person-mona/a", "person-mona/b"];
    let server = FakeGitHub::start(names.map(|name| seed::eight_jobs(name, 2, 21)).to_vec());
    let program = connected(&server);
    collected(&program, &["--org", "person-mona"]);
    assert_eq!(rows(&program, names), attempts(&server, names));
}

#[test]
fn one_that_fails_does_not_stop_the_others() {
    let server = server();
    let [a, d] = attempts(&server, ["acme/a", "other/d"]);
    let program = connected(&server)
        .file("list.txt", "acme/a # the first\n\nother/d\nacme/gone\nacme/b\n")
        .file("metrics/acme/b/run_metrics.csv", "not,a,header\n");
    let ran = collect(&program, &["--repos", "list.txt"]);
    assert_eq!((ran.code, rows(&program, ["acme/a", "other/d"])), (2, [a, d]), "{}", ran.stderr);
    for told in [
        "warning: acme/gone: GET /repos/acme/gone/actions/runs: 404",
        "warning: acme/b: metrics/acme/b/run_metrics.csv:1:1: ",
        "2 of 4 repositories could not be collected whole",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    assert_eq!(std::fs::read_to_string(program.path("metrics/acme/b/run_metrics.csv")).unwrap(), "not,a,header\n");
}

#[test]
fn one_budget_is_for_all() {
    let (server, names) = (server(), ["acme/a", "acme/b", "acme/c"]);
    let program = connected(&server);
    let ran = collect(&program, &["--org", "acme", "--budget", "6"]);
    assert!(server.seen().len() <= 1 + 6, "{:?}", server.seen());
    assert!(ran.stderr.contains("left for the next collection"), "{}", ran.stderr);
    for _ in 0..9 {
        collect(&program, &["--org", "acme", "--budget", "9"]);
    }
    assert_eq!(rows(&program, names), attempts(&server, names));
}

#[test]
fn what_names_no_repositories_is_refused() {
    let server = server();
    let program = connected(&server).file("list.txt", "acme/a\nnonsense\n");
    for (arguments, told) in [
        (&["--repos", "list.txt"][..], "list.txt: line 2: `nonsense` is not a repository"),
        (&["--repos", "none.txt"], "none.txt cannot be read"),
        (&["--org", "nobody"], "GET /users/nobody/repos: 404"),
        (&["--org", "acme", "--shard", "3/2"], "write it as I/N"),
        (&["--shard", "1/2"], "--org <OWNER>|--repos <FILE>"),
        (&["--org", "acme", "--junit", "*.xml"], "cannot be used with"),
    ] {
        let ran = collect(&program, arguments);
        assert!(ran.code == 2 && ran.stderr.contains(told), "{arguments:?}: {}", ran.stderr);
    }
}
