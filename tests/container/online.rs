//! Actions that ask GitHub's API, out of the container and over HTTPS.

use crate::fake_github::{FakeGitHub, Fault, seed};
use crate::https::Https;
use crate::runner::{Job, TOKEN};

fn server() -> (FakeGitHub, Https) {
    let server = FakeGitHub::start(vec![seed::history("harbour/ferry", 40, 5)]);
    let https = Https::before(&server);
    (server, https)
}

/// The image has no authorities of its own, so those of an own server come from the workspace.
fn trusting(https: &Https) -> Job {
    let job = Job::new(&[("certificates/harbour.pem", &https.authority)]);
    job.env("SSL_CERT_FILE", "/github/workspace/certificates/harbour.pem").context("GITHUB_API_URL", &https.url)
}

#[test]
fn collect_reads_runs_with_the_jobs_token() {
    let (server, https) = server();
    let job = trusting(&https);
    let step = job.uses("actions/collect", &[("runs", "20")]);
    assert_eq!((step.code, step.outputs["outcome"].as_str()), (0, "pass"), "{}", step.log);
    assert!(step.outputs["added"].parse::<usize>().unwrap() >= 20, "{:?}", step.outputs);
    let seen = server.seen();
    assert!(!seen.is_empty());
    for request in seen {
        assert_eq!(request.header("authorization"), format!("Bearer {TOKEN}"), "{}", request.path);
    }
    assert!(!step.log.contains(TOKEN) && !step.summary.contains(TOKEN), "{}", step.log);
    let runs = std::fs::read_to_string(job.workspace().join("metrics/run_metrics.csv")).unwrap();
    assert!(runs.lines().count() > 20 && !runs.contains(TOKEN), "{runs}");
    assert_eq!(job.left_by_root(), Vec::<String>::new());
}

#[test]
fn commit_puts_the_tables_on_a_branch_without_git() {
    let (server, https) = server();
    let job = trusting(&https);
    let collected = job.uses("actions/collect", &[("runs", "5")]);
    assert_eq!(collected.code, 0, "{}", collected.log);
    let step = job.uses("actions/commit", &[("branch", "measured")]);
    assert_eq!((step.code, step.outputs["outcome"].as_str()), (0, "pass"), "{}", step.log);
    assert_eq!((&*step.outputs["committed"], &*step.outputs["branch"]), ("true", "measured"), "{}", step.log);
    let begun =
        server.seen().iter().filter(|request| request.method == "POST" && request.path.ends_with("/git/refs")).count();
    assert_eq!((begun, step.outputs["sha"].len(), &*step.outputs["conflicts"]), (1, 40, "0"), "{:?}", step.outputs);
    let again = job.uses("actions/commit", &[("branch", "measured")]);
    assert_eq!((again.code, &*again.outputs["committed"]), (0, "false"), "{}", again.log);
    assert!(![step.log, again.log].concat().contains(TOKEN));
}

#[test]
fn a_token_that_is_refused_is_not_shown() {
    let (server, https) = server();
    server.fail(99, Fault::Echo);
    let token = "ghs_anotherTokenThatIsNotReal00000000000";
    let job = trusting(&https);
    let step = job.uses("actions/collect", &[("token", token)]);
    assert_eq!((step.code, step.annotations.len()), (2, 1), "{}", step.log);
    assert!(step.log.contains("401"), "{}", step.log);
    assert!(!step.log.contains(token) && !step.summary.contains(token), "{}", step.log);
    assert!(!job.workspace().join("metrics").exists());
}

#[test]
fn a_server_that_nobody_vouches_for_gets_no_token() {
    let (server, https) = server();
    let job = Job::new(&[]).context("GITHUB_API_URL", &https.url);
    let step = job.uses("actions/collect", &[]);
    assert_eq!((step.code, step.annotations.len()), (2, 1), "{}", step.log);
    assert!(step.log.contains("certificate"), "{}", step.log);
    assert!(server.seen().is_empty());
}
