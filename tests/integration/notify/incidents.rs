use super::*;
use crate::support::csv;
use crate::support::fake_github::Fault;

const TABLE: &str = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state,duration_s,rollback_of,\
                     incident,source,version,omitted\n";

fn deployment(id: u32, environment: &str, at: &str) -> String {
    format!("{NAME},{id},{environment},,,{at},{at},success,,,,,,\n")
}

/// A repository with one endpoint of production.
fn watching(server: &FakeGitHub, more: &str) -> Program {
    Program::new()
        .file("plimsoll.yml", configuration("http://127.0.0.1:9/", more))
        .file(
            "metrics/deployments.csv",
            format!(
                "{TABLE}{}{}{}",
                deployment(1, "production", "2025-12-31T20:00:00Z"),
                deployment(2, "production", "2025-12-31T22:00:00Z"),
                deployment(3, "staging", "2025-12-31T23:00:00Z"),
            ),
        )
        .env("GITHUB_API_URL", &server.url())
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", NAME)
}

fn configuration(url: &str, more: &str) -> String {
    format!(
        "health:\n  alert_after: 1\n  recover_after: 1\n  environments: {{production: {{endpoints: {{\"web @octocat #1\": \
         \"{url}\"}}}}}}\n{more}"
    )
}

fn probe(program: &Program, time: &FakeTime) -> Ran {
    let ran = in_process::run(program, time, &["monitor", "health", "--issues"]);
    assert!(!format!("{ran:?}").contains(TOKEN), "{ran:?}");
    ran
}

fn blamed(program: &Program) -> Vec<(String, String)> {
    let rows = csv::read(&program.path("metrics/deployments.csv"));
    let blamed = rows.iter().filter(|row| !row["incident"].is_empty());
    blamed.map(|row| (row["deployment_id"].clone(), row["incident"].clone())).collect()
}

#[test]
fn an_incident_has_an_issue_and_is_that_of_the_last_deployment() {
    let server = server();
    server.grant(&[("issues", "write")]);
    let (program, time) = (watching(&server, ""), FakeTime::default());
    let ran = probe(&program, &time);
    assert!(ran.code == 1 && !ran.stderr.contains("warning"), "{}{}", ran.stdout, ran.stderr);
    let issue = || server.look(NAME, |repository| repository.conversation.issues[0].clone());
    assert_eq!(issue().title, "Incident: production/web @octocat #1 is down");
    assert_eq!(issue().labels, ["incident"]);
    assert!(issue().body.contains("production/web @\u{200b}octocat \\#\u{200b}1 is down: "), "{}", issue().body);
    assert_eq!(blamed(&program), [("2".to_owned(), "#500".to_owned())]);
    // It stays down, which is no news.
    server.forget();
    time.pass(60);
    assert_eq!(probe(&program, &time).code, 1);
    assert!(server.seen().is_empty(), "{:?}", asked(&server));
    // Another deployment mends it.
    time.pass(3600);
    let table = program.read("metrics/deployments.csv");
    let table = table + &deployment(4, "production", "2026-01-01T00:30:00Z");
    let url = format!("{}/rate_limit", server.url());
    let program = program.file("metrics/deployments.csv", table).file("plimsoll.yml", configuration(&url, ""));
    let ran = probe(&program, &time);
    assert!(ran.code == 0 && !ran.stderr.contains("warning"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(issue().closed.as_deref(), Some("completed"));
    let comments = server.look(NAME, |repository| repository.conversation.said(500).join("\n"));
    assert!(comments.contains("✅ production/web"), "{comments}");
    assert_eq!(blamed(&program), [("2".to_owned(), "#500".to_owned()), ("4".to_owned(), "#500".to_owned())]);
}

#[test]
fn what_cannot_be_written_holds_up_no_probe() {
    let server = server();
    server.fail_at("/issues", 9, Fault::Status(403));
    let program = watching(&server, "");
    let ran = probe(&program, &FakeTime::default());
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("`issues: write`") && blamed(&program).is_empty(), "{}", ran.stderr);
    assert!(program.read("metrics/health_checks.csv").lines().count() == 2);
    let ran = probe(&watching(&server, "").env("GITHUB_TOKEN", ""), &FakeTime::default());
    assert!(ran.code == 1 && ran.stderr.contains("incidents get no issue: that needs a token"), "{}", ran.stderr);
}
