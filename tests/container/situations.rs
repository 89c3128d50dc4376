//! The situations in which users meet the actions, beside the plain push of the other tests.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::fake_github::{FakeGitHub, seed};
use crate::https::{Https, gateway};
use crate::runner::{Job, Step, TOKEN};
use crate::signals::await_container;

/// A workflow without a fault, so that a step passes unless the situation is in its way.
const CLEAN: &str = "name: CI\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    \
                     steps:\n      - run: make\n";

fn server() -> (FakeGitHub, Https) {
    let server = FakeGitHub::start(vec![seed::history("harbour/ferry", 12, 7)]);
    let https = Https::before(&server);
    (server, https)
}

/// A checkout that trusts the server, and asks it.
fn asking(https: &Https) -> Job {
    let files = [(".github/workflows/ci.yml", CLEAN), ("certificates/harbour.pem", https.authority.as_str())];
    let job = Job::new(&files).env("SSL_CERT_FILE", "/github/workspace/certificates/harbour.pem");
    job.context("GITHUB_API_URL", &https.url).context("GITHUB_RUN_ID", "20000000100")
}

/// Checks what holds whatever the situation is.
fn checked(job: &Job, step: &Step) {
    let told = [step.log.as_str(), &step.summary, &format!("{:?}", step.outputs)].concat();
    assert!(!told.contains(TOKEN), "the token is shown: {told}");
    assert_eq!(job.left_by_root(), Vec::<String>::new());
    let word = ["pass", "fail", "unknown"][usize::try_from(step.code).unwrap()];
    assert_eq!(step.outputs["outcome"], word, "{}", step.log);
}

#[test]
fn each_event_is_understood() {
    let pull_request = r#"{"number":7,"pull_request":{"number":7,"base":{"ref":"main"},"head":{"ref":"topic","sha":"00000000000000000000000000000000000000aa","repo":{"full_name":"harbour/ferry","fork":false}}}}"#;
    let events = [
        ("push", r#"{"ref":"refs/heads/main"}"#, "refs/heads/main"),
        ("pull_request", pull_request, "refs/pull/7/merge"),
        ("schedule", r#"{"schedule":"17 4 * * *"}"#, "refs/heads/main"),
        ("workflow_dispatch", r#"{"inputs":{}}"#, "refs/heads/main"),
        ("merge_group", r#"{"merge_group":{"base_ref":"refs/heads/main"}}"#, "refs/heads/gh-readonly-queue/main/pr-7"),
    ];
    let (_server, https) = server();
    for (name, payload, reference) in events {
        let job = asking(&https).event(name, payload).context("GITHUB_REF", reference);
        let step = job.uses(".", &[]);
        assert_eq!(step.code, 0, "{name}: {}", step.log);
        checked(&job, &step);
    }
}

/// The token of a fork's pull request can only read: everything but a commit works.
#[test]
fn a_fork_can_read_and_not_write() {
    let (server, https) = server();
    server.grant(&[("contents", "read"), ("actions", "read")]);
    let payload = r#"{"number":7,"pull_request":{"number":7,"base":{"ref":"main"},"head":{"ref":"topic","repo":{"full_name":"stranger/ferry","fork":true}}}}"#;
    let job = asking(&https).event("pull_request", payload).context("GITHUB_HEAD_REF", "topic");
    let step = job.uses(".", &[]);
    assert_eq!(step.code, 0, "{}", step.log);
    checked(&job, &step);
    let collected = job.uses("actions/collect", &[("runs", "12")]);
    assert_eq!(collected.code, 0, "{}", collected.log);
    // A pull request commits nothing unless it is told to, and a fork's cannot.
    let left = job.uses("actions/commit", &[("branch", "metrics")]);
    assert_eq!((left.code, &*left.outputs["committed"]), (0, "false"), "{}", left.log);
    let refused = job.uses("actions/commit", &[("branch", "metrics"), ("allow-branch", "true")]);
    assert_eq!((refused.code, refused.annotations.len()), (2, 1), "{}", refused.log);
    assert!(refused.log.contains("Resource not accessible by integration"), "{}", refused.log);
    checked(&job, &refused);
    // What could not be committed is still there.
    assert!(job.workspace().join("metrics/run_metrics.csv").is_file());
}

#[test]
fn a_second_attempt_has_rows_of_its_own() {
    let (_server, https) = server();
    let attempt = |number: &str| {
        let job = asking(&https).context("GITHUB_RUN_ATTEMPT", number);
        std::fs::create_dir_all(job.workspace().join("reports")).unwrap();
        std::fs::write(job.workspace().join("reports/x.xml"), include_str!("fixtures/repository/junit.xml")).unwrap();
        let step = job.uses("actions/collect", &[("junit", "reports/*.xml"), ("offline", "true"), ("token", "")]);
        assert_eq!(step.code, 0, "{}", step.log);
        std::fs::read_to_string(job.workspace().join("metrics/test_metrics.csv")).unwrap()
    };
    assert!(attempt("1").contains(",20000000100,1,") && attempt("2").contains(",20000000100,2,"));
}

#[test]
fn without_a_token_what_needs_none_is_done() {
    let (server, https) = server();
    let job = asking(&https);
    let step = job.uses(".", &[("token", "")]);
    assert_eq!(step.code, 0, "{}", step.log);
    checked(&job, &step);
    assert!(server.seen().is_empty(), "asked without a token");
    assert!(step.log.contains("they need a token"), "{}", step.log);
    let commit = job.uses("actions/commit", &[("token", "")]);
    assert!(commit.code != 1, "{}", commit.log);
    checked(&job, &commit);
}

/// A server of somebody's own has its API below a path, and the graph beside it.
#[test]
fn an_own_servers_addresses_are_used() {
    let (server, https) = server();
    let job = asking(&https).context("GITHUB_SERVER_URL", &https.url);
    let step = job.uses("actions/collect", &[("runs", "5")]);
    assert_eq!(step.code, 0, "{}", step.log);
    checked(&job, &step);
    assert!(!server.seen().is_empty());
}

#[test]
fn a_proxy_is_used_in_either_spelling() {
    for variable in ["HTTPS_PROXY", "https_proxy"] {
        let (server, https) = server();
        let proxy = Proxy::start();
        let job = asking(&https).env(variable, &proxy.url);
        let step = job.uses("actions/collect", &[("runs", "5")]);
        assert_eq!(step.code, 0, "{variable}: {}", step.log);
        checked(&job, &step);
        assert!(proxy.connections.load(Ordering::SeqCst) > 0 && !server.seen().is_empty(), "{variable} is not used");
        let host = https.url.trim_start_matches("https://").split(':').next().unwrap().to_owned();
        let around = Proxy::start();
        let job = asking(&https).env(variable, &around.url).env("NO_PROXY", &host);
        assert_eq!(job.uses("actions/collect", &[("runs", "5")]).code, 0);
        assert_eq!(around.connections.load(Ordering::SeqCst), 0, "{variable} is used in spite of NO_PROXY");
    }
}

/// A checkout below the workspace: paths in annotations are those of the repository, since the runner takes off the workspace only.
#[test]
fn a_checkout_in_a_folder_is_found_by_its_path() {
    let job = Job::new(&[]);
    let faulty = CLEAN.replace("make", "echo ${{ github.event.issue.title }}");
    let folder = job.workspace().join("code/.github/workflows");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ci.yml"), faulty.replace("on: push", "on: issues")).unwrap();
    std::fs::create_dir_all(job.workspace().join("code/.git")).unwrap();
    let step = job.uses("actions/lint", &[("paths", "code"), ("output", "code/lint.txt"), ("format", "human")]);
    assert_eq!(step.code, 1, "{}", step.log);
    let step = job.uses("actions/lint", &[("paths", "code")]);
    assert_eq!(step.code, 1, "{}", step.log);
    for annotation in step.annotations.iter().filter(|annotation| annotation.properties.contains_key("file")) {
        assert_eq!(annotation.properties["file"], ".github/workflows/ci.yml", "{annotation:?}");
    }
}

/// Runners before 2.329 mount no folder for temporary files, and name the host's.
#[test]
fn an_old_runner_without_a_temporary_folder_will_do() {
    let (_server, https) = server();
    let job = asking(&https).without_runner_temp();
    for (folder, with) in [(".", &[][..]), ("actions/collect", &[("runs", "5")]), ("actions/commit", &[])] {
        let step = job.uses(folder, with);
        assert_eq!(step.code, 0, "{folder}: {}", step.log);
        checked(&job, &step);
    }
}

/// Cancelled while GitHub does not answer: it ends, and no table is half there.
#[test]
fn a_cancelled_step_leaves_nothing_half_written() {
    let (server, https) = server();
    let job = asking(&https);
    let collected = job.uses("actions/collect", &[("runs", "5")]);
    assert_eq!(collected.code, 0, "{}", collected.log);
    let tables = || {
        let folder = std::fs::read_dir(job.workspace().join("metrics")).unwrap();
        let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
        files.sort();
        files.iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect::<Vec<_>>()
    };
    let before = tables();
    let asked = server.seen().len();
    let _told = server.hold(asked + 2);
    let mut client = job.start("actions/collect", &[("runs", "12")]);
    let mut client = client.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    await_container();
    let cancelled = Instant::now();
    assert!(Command::new("kill").args(["-s", "INT", &client.id().to_string()]).status().unwrap().success());
    let status = client.wait().unwrap();
    assert!(cancelled.elapsed() < Duration::from_secs(5), "it took {:?}", cancelled.elapsed());
    assert!(!status.success());
    let after = tables();
    assert_eq!(
        after.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        before.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
    assert!(after == before, "a table was changed");
    assert_eq!(job.left_by_root(), Vec::<String>::new());
}

/// A proxy that connects to whatever it is asked for.
struct Proxy {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind((gateway().as_str(), 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || drop(tunnel(client)));
            }
        });
        Self { url, connections }
    }
}

fn tunnel(mut client: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut server = TcpStream::connect(head.split(' ').nth(1).unwrap_or_default())?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        drop(std::io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Write));
    });
    std::io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Write)
}
