//! `plimsoll score` of repositories that are on GitHub: their files, what only GitHub knows, and none that
//! stops the others.

use serde_json::json;

use crate::score::{self, status};
use crate::support::csv;
use crate::support::fake_github::{FakeGitHub, Repository, TOKEN};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const CI: &str = "on: pull_request\njobs: {a: {runs-on: x, steps: [{run: cargo test}]}}\n";

/// Three repositories of an owner; archives of the second leave its workflows out.
fn server() -> FakeGitHub {
    let names = ["acme/a", "acme/b", "acme/c"];
    let server = FakeGitHub::start(names.map(Repository::new).to_vec());
    server.put("acme/a", "main", ".github/workflows/ci.yml", CI.as_bytes());
    server.put("acme/a", "main", "Cargo.toml", b"[package]\nname = \"a\"\nversion = \"1.0.0\"\n");
    server.put("acme/b", "main", ".github/workflows/ci.yml", CI.as_bytes());
    server.put("acme/b", "main", ".gitattributes", b"/.gitattributes export-ignore\n/.github export-ignore\n");
    server.change("acme/b", |repository| {
        let scanning = json!({"secret_scanning_push_protection": {"status": "enabled"}});
        let about = json!({"full_name": "acme/b", "default_branch": "main", "security_and_analysis": scanning});
        repository.answers.insert(String::new(), about);
    });
    server
}

fn run(server: &FakeGitHub, program: Program, typed: &[&str]) -> (Program, Ran) {
    let program = program.env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    let ran = in_process::run(&program, &FakeTime::default(), &[&["score"], typed].concat());
    (program, ran)
}

#[test]
fn an_organization_makes_a_table() {
    let server = server();
    let (_, ran) = run(&server, Program::new(), &["--org", "acme", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let repositories = document["repositories"].as_array().unwrap();
    let names: Vec<&str> = repositories.iter().map(|one| one["repository"].as_str().unwrap()).collect();
    assert_eq!(names, ["acme/a", "acme/b", "acme/c"]);
    let of = |at: usize, id: &str| status(&repositories[at]["scorecard"], id).0;
    assert_eq!([0, 1, 2].map(|at| of(at, "unit-tests")), ["present", "present", "missing"]);
    assert_eq!([0, 1].map(|at| of(at, "secret-scan")), ["missing", "present"]);
    // The list, and of each its archive with the storage's answer left out, its files, and what GitHub knows.
    let asked = server.seen().len();
    assert!(asked <= 1 + 3 * 12 + 2, "{asked}: {:?}", server.seen());
}

#[test]
fn the_score_is_that_of_a_checkout() {
    let server = server();
    let (program, ran) = run(
        &server,
        Program::new()
            .file("list.txt", "acme/a\n")
            .file("a/.github/workflows/ci.yml", CI)
            .file("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n"),
        &["--repos", "list.txt", "--format", "json"],
    );
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let far = &document["repositories"][0]["scorecard"];
    let near = score::json(&program.run(&["score", "a", "--offline", "--format=json"]));
    for (far, near) in far["categories"].as_array().unwrap().iter().zip(near["categories"].as_array().unwrap()) {
        for (far, near) in far["criteria"].as_array().unwrap().iter().zip(near["criteria"].as_array().unwrap()) {
            assert!(far["evidence"] == near["evidence"] || near["status"] == "n/a", "{far}\n{near}");
        }
    }
}

#[test]
fn each_has_a_row_of_its_own() {
    let server = server();
    let (program, ran) = run(&server, Program::new(), &["--org", "acme", "--shard", "1/2", "--record"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 3), "{}", ran.stderr);
    let names = |program: &Program| -> Vec<String> {
        let rows = csv::read(&program.path("metrics/score_history.csv"));
        assert!(rows.iter().all(|row| row["commit"].len() == 40), "{rows:?}");
        rows.iter().map(|row| row["repository"].clone()).collect()
    };
    assert_eq!(names(&program), ["acme/a", "acme/c"]);
    server.put("acme/c", "main", "SECURITY.md", b"x\n");
    let (program, ran) = run(&server, program, &["--org", "acme", "--record", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut all = names(&program);
    all.sort();
    assert_eq!(all, ["acme/a", "acme/b", "acme/c", "acme/c"], "{}", ran.stderr);
    let previous = |at: usize| document["repositories"][at]["scorecard"]["previous"].clone();
    assert!(previous(0).is_null() && previous(1).is_null() && previous(2).is_number(), "{document}");
}

#[test]
fn one_that_fails_does_not_stop_the_others() {
    let server = server();
    let list = Program::new().file("list.txt", "acme/gone\nacme/c\nacme/a\n");
    server.fail_at("acme/c/environments", 9, crate::support::fake_github::Fault::NotJson);
    let (_, ran) = run(&server, list, &["--repos", "list.txt"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (2, 2), "{}", ran.stderr);
    assert!(ran.stdout.trim_end().ends_with("acme/a"), "{}", ran.stdout);
    for told in
        ["warning: acme/gone: GET /repos/acme/gone/tarball/HEAD: 404", "warning: acme/c: ", "2 of 3 repositories"]
    {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains(TOKEN));
    // Folders, too.
    let ran = Program::new().file("one/a.md", "x").run(&["score", "one", "two"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (2, 2), "{}", ran.stderr);
}

#[test]
fn the_budget_holds() {
    let server = server();
    let (_, ran) = run(&server, Program::new(), &["--org", "acme", "--budget", "13"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("the budget is spent: 2 repositories not scored"), "{}", ran.stderr);
    let api = server.seen().iter().filter(|seen| !seen.path.starts_with("/storage")).count();
    assert!(api <= 1 + 13, "{:?}", server.seen());
}

#[test]
fn what_is_about_one_is_refused() {
    for (typed, told) in [
        (&["--org", "acme", "--explain", "sbom"][..], "cannot be used with"),
        (&["--org", "acme", "folder"], "cannot be used with"),
        (&["--org", "acme", "--offline"], "cannot be used with"),
        (&["--org", "acme", "--format", "sarif"], "SARIF is about one repository"),
        (&["--budget", "5"], "--org <OWNER>|--repos <FILE>"),
    ] {
        let ran = Program::new().run(&[&["score"], typed].concat());
        assert!(ran.code == 2 && ran.stderr.contains(told), "{typed:?}: {}", ran.stderr);
    }
}
