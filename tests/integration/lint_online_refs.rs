//! `plimsoll lint --online`: what is known of references beside where they lead, and how few requests it takes.

use serde_json::{Value, json};

use crate::support::fake_github::{FakeGitHub, Repository, TOKEN, commit_id};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::Program;

const RULES: &str = "impostor-commit,ref-confusion,stale-action-ref";

/// A server with a repository whose tags stand on a branch of releases, as is usual for actions.
fn server() -> FakeGitHub {
    let tool = Repository::new("octo/tool")
        .branched("releases/v1", &["old", "1.0.0", "between", "1.1.0"].map(commit_id))
        .branched("both", &[commit_id("branch of both")])
        .tagged("v1", &commit_id("1.1.0"))
        .tagged("v1.0.0", &commit_id("1.0.0"))
        .tagged("v1.1.0", &commit_id("1.1.0"))
        .tagged("both", &commit_id("1.0.0"))
        .tagged("main-1", &commit_id("on main"))
        .forked(&commit_id("evil"));
    FakeGitHub::start(vec![tool])
}

/// What linting some `uses` comes to: the findings as rule, line and confidence, what was not checked, and the
/// requests.
struct Linted {
    found: Vec<String>,
    not_checked: Vec<(Value, String)>,
    asked: Vec<String>,
}

fn lint(server: &FakeGitHub, program: &Program, persona: &str, arguments: &[&str]) -> Linted {
    let before = server.seen().len();
    let fixed = ["lint", "--online", "--format", "json", "--persona", persona, "--select", RULES];
    let ran = in_process::run(program, &FakeTime::default(), &[&fixed, arguments].concat());
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let told = |finding: &Value| {
        let line = finding["start"]["line"].as_u64().unwrap();
        format!("{} {line} {}", finding["rule"].as_str().unwrap(), finding["confidence"].as_str().unwrap())
    };
    let entry = |entry: &Value| (entry["rules"].clone(), entry["reason"].as_str().unwrap().to_owned());
    let path = |path: &str| path.replace("/repos/octo/tool/", "").replace("%2F", "/");
    Linted {
        found: report["findings"].as_array().unwrap().iter().map(told).collect(),
        not_checked: report["not_checked"].as_array().unwrap().iter().map(entry).collect(),
        asked: server.seen().iter().skip(before).map(|seen| path(&seen.path)).collect(),
    }
}

fn program(server: &FakeGitHub, uses: &[String]) -> Program {
    let steps: Vec<String> = uses.iter().map(|uses| format!("      - uses: octo/tool{uses}\n")).collect();
    let text = format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{}", steps.concat());
    let program = Program::new().file(".github/workflows/a.yml", text);
    program.env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN)
}

fn pin(commit: &str, comment: &str) -> String {
    format!("@{}{comment}", commit_id(commit))
}

#[test]
fn a_pin_whose_comment_is_true_costs_one_request_and_leaves_nothing_open() {
    let server = server();
    let uses = [pin("1.0.0", " # v1.0.0"), format!("/sub{}", pin("1.0.0", " # v1.0.0"))];
    let linted = lint(&server, &program(&server, &uses), "pedantic", &[]);
    assert_eq!((linted.found, linted.not_checked), (vec![], vec![]));
    assert_eq!(linted.asked, ["commits/v1.0.0"]);
}

#[test]
fn a_pin_on_the_default_branch_costs_one_request_for_everybody() {
    let server = server();
    let uses = [pin("on main", "")];
    let linted = lint(&server, &program(&server, &uses), "regular", &[]);
    assert_eq!((linted.found, linted.not_checked), (vec![], vec![]));
    assert_eq!(linted.asked, [format!("compare/HEAD...{}", commit_id("on main"))]);
    // Whether it is a release is another question, which the pedantic ask.
    let linted = lint(&server, &program(&server, &uses), "pedantic", &[]);
    assert_eq!((linted.found.len(), linted.asked.len(), linted.asked.last().unwrap().as_str()), (0, 2, "tags"));
}

#[test]
fn the_tags_of_a_repository_answer_for_all_its_pins() {
    let server = server();
    let uses = [pin("1.0.0", ""), pin("1.1.0", ""), pin("between", "")];
    let linted = lint(&server, &program(&server, &uses), "pedantic", &[]);
    assert_eq!(linted.found, ["stale-action-ref 8 high"]);
    let lists = linted.asked.iter().filter(|asked| !asked.starts_with("compare/HEAD")).cloned().collect::<Vec<_>>();
    // One was no tag's, and neither a branch's head: the branches were compared, that of releases first.
    assert_eq!(
        lists,
        ["tags".to_owned(), "branches".to_owned(), format!("compare/releases/v1...{}", commit_id("between"))]
    );
    assert_eq!(linted.asked.len(), 6);
}

#[test]
fn a_commit_of_a_fork_is_an_impostor_and_takes_few_requests() {
    let server = server();
    let linted = lint(&server, &program(&server, &[pin("evil", ""), pin("1.0.0", " # v1.0.0")]), "pedantic", &[]);
    assert_eq!(linted.found, ["impostor-commit 6 high", "stale-action-ref 6 high"]);
    assert_eq!(linted.not_checked, []);
    // The version of the other; the default branch, tags, branches, and the three branches.
    assert_eq!(linted.asked.len(), 7, "{:?}", linted.asked);
}

#[test]
fn a_version_in_the_comment_saves_no_impostor() {
    let server = server();
    let linted = lint(&server, &program(&server, &[pin("evil", " # v1.0.0")]), "regular", &[]);
    assert_eq!(linted.found, ["impostor-commit 6 high"]);
}

#[test]
fn where_there_are_many_branches_the_finding_is_less_sure() {
    let mut tool = Repository::new("octo/tool").forked(&commit_id("evil"));
    for number in 0..20 {
        tool = tool.branched(&format!("topic-{number}"), &[commit_id(&format!("topic {number}"))]);
    }
    let server = FakeGitHub::start(vec![tool]);
    let linted = lint(&server, &program(&server, &[pin("evil", "")]), "regular", &[]);
    assert_eq!(linted.found, ["impostor-commit 6 medium"]);
    assert_eq!(linted.asked.len(), 11, "{:?}", linted.asked);
}

#[test]
fn many_tags_are_not_read_to_the_end() {
    let mut tool = Repository::new("octo/tool").forked(&commit_id("evil"));
    for number in 0..301 {
        tool = tool.tagged(&format!("v{number}"), &commit_id(&format!("tag {number}")));
    }
    let server = FakeGitHub::start(vec![tool]);
    let linted = lint(&server, &program(&server, &[pin("evil", "")]), "pedantic", &[]);
    assert_eq!(linted.found, [""; 0]);
    let why = "the repository has more than 300 tags".to_owned();
    let entry = |rule: &str| (json!([rule]), why.clone());
    assert_eq!(linted.not_checked, [entry("impostor-commit"), entry("stale-action-ref")]);
}

#[test]
fn a_name_of_a_branch_and_a_tag_is_told() {
    let server = server();
    let names = ["@both", "@v1", "@main", "@releases/v1"].map(str::to_owned);
    let linted = lint(&server, &program(&server, &names), "regular", &[]);
    assert_eq!(linted.found, ["ref-confusion 6 high"]);
    let mut extra: Vec<&String> = linted.asked.iter().filter(|asked| asked.starts_with("git/")).collect();
    extra.sort();
    let of_names = [
        "git/matching-refs/heads/both",
        "git/matching-refs/heads/v1",
        "git/matching-refs/tags/both",
        "git/matching-refs/tags/main",
        "git/matching-refs/tags/releases/v1",
    ];
    assert_eq!(extra, of_names);
}

#[test]
fn answers_are_kept_as_long_as_they_hold() {
    let server = server();
    let program = program(&server, &[pin("on main", ""), pin("between", ""), "@v1".to_owned()]);
    let folder = program.path("cache").to_string_lossy().into_owned();
    let program = program.env("XDG_CACHE_HOME", &folder);
    let first = lint(&server, &program, "regular", &[]);
    assert_eq!(first.asked.len(), 7, "{:?}", first.asked);
    let again = lint(&server, &program, "regular", &[]);
    assert_eq!((again.found, again.asked), (first.found, Vec::<String>::new()));
    assert!(!program.read("cache/plimsoll/references.json").contains(TOKEN));
}

#[test]
fn the_budget_counts_every_request_and_the_rest_is_not_checked() {
    let server = server();
    let linted =
        lint(&server, &program(&server, &[pin("evil", ""), "@v1".to_owned()]), "pedantic", &["--online-budget", "3"]);
    assert_eq!(linted.asked.len(), 3, "{:?}", linted.asked);
    let why = "as many requests were made as the budget allows".to_owned();
    let entry = |rule: &str| (json!([rule]), why.clone());
    assert_eq!(linted.not_checked, [entry("impostor-commit"), entry("stale-action-ref")]);
    assert_eq!(linted.found, [""; 0]);
}
