//! Our requests and the fake GitHub's answers against GitHub's own API description.
//!
//! Prism stands between the two as a proxy: it answers 422 itself where a request breaks the
//! description, and 500 where an answer does. `tests/contract/run.sh` installs and names it;
//! without it the test says that it was skipped.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use plimsoll::github::{Client, Method, RequestError, Route, Settings, Timeouts};
use plimsoll::model::secret::Secret;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::fake_github::{FakeGitHub, Fault, Merge, Pull, Repository, TOKEN, commit_id, seed};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::plain_http;
use crate::support::program::Program;

const NAME: &str = "octo/hello";

/// How long Prism may take to start, in tenths of a second.
const PATIENCE: usize = 1200;

/// A running proxy before a server.
struct Prism {
    process: Child,
    address: String,
    log: TempDir,
}

impl Prism {
    /// Starts the proxy, if one is installed.
    fn start(server: &FakeGitHub) -> Option<Self> {
        let (prism, description) = (std::env::var_os("PLIMSOLL_PRISM")?, std::env::var_os("PLIMSOLL_OPENAPI")?);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        drop(listener);
        let log = TempDir::new().unwrap();
        let file = File::create(log.path().join("log")).unwrap();
        let mut command = Command::new(prism);
        command.args(["proxy", "--errors", "--host", "127.0.0.1", "--port", &port]).arg(description).arg(server.url());
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let process = command.spawn().unwrap();
        let mut prism = Self { process, address: format!("http://127.0.0.1:{port}"), log };
        prism.wait(&format!("127.0.0.1:{port}"));
        server.behind(&prism.address);
        Some(prism)
    }

    fn wait(&mut self, address: &str) {
        for _ in 0..PATIENCE {
            if TcpStream::connect(address).is_ok() {
                return;
            }
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "prism ended with {ended:?}:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("prism does not listen:\n{}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.log.path().join("log")).unwrap()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let stopped = self.process.kill().and_then(|()| self.process.wait());
        assert!(stopped.is_ok() || std::thread::panicking(), "{stopped:?}");
    }
}

/// A client that speaks through the proxy.
struct Through<'bench> {
    client: Client,
    server: &'bench FakeGitHub,
    prism: &'bench Prism,
}

impl<'bench> Through<'bench> {
    fn new(server: &'bench FakeGitHub, prism: &'bench Prism) -> Self {
        let address = prism.address.parse().unwrap();
        let settings = Settings { address, token: Some(Secret::new(TOKEN)), timeouts: Timeouts::default() };
        Self { client: Client::new(settings, FakeTime::default().outside()).unwrap(), server, prism }
    }

    fn fine<T>(&self, result: Result<T, RequestError>) -> T {
        result.unwrap_or_else(|error| panic!("{error}\n{}", self.objection()))
    }

    /// What the proxy says when the last request is made again: the violations, place by place.
    fn objection(&self) -> String {
        let seen = self.server.seen().pop().unwrap();
        if seen.method != "GET" {
            return self.prism.log();
        }
        plain_http::get(&format!("{}{}?{}", self.prism.address, seen.path, seen.query))
    }

    fn get(&self, route: &Route) -> Value {
        self.fine(self.client.get(route))
    }

    fn send(&self, method: Method, route: &Route, body: &Value) -> Value {
        self.fine(self.client.send(method, route, body))
    }

    fn pages(&self, route: &Route) -> usize {
        let mut pages = 0;
        self.fine(self.client.pages(route, |_: Value| {
            pages += 1;
            ControlFlow::Continue(())
        }));
        pages
    }

    /// Checks that the server itself refused, and that the description knows this refusal.
    fn refused(&self, result: Result<Value, RequestError>, message: &str) {
        let before = self.server.seen().len();
        let error = result.unwrap_err().to_string();
        assert!(before > 0 && error.ends_with(message), "{error}\n{}", self.prism.log());
    }
}

/// A pull request that was merged.
fn merged(number: u64) -> Pull {
    let at = "2026-01-05T08:00:00Z".parse().unwrap();
    let reviews = vec![("hubot[bot]".to_owned(), at), ("mona".to_owned(), at)];
    let commit = commit_id(NAME);
    let merge = Merge { commit, created_at: at, merged_at: at, updated_at: at, commits: vec![at], reviews };
    Pull {
        number,
        title: "Change".to_owned(),
        body: String::new(),
        head: "feature".to_owned(),
        base: "main".to_owned(),
        open: false,
        auto_merge: None,
        merge: Some(merge),
    }
}

fn repository() -> Route {
    Route::repository(&NAME.parse().unwrap())
}

#[test]
fn requests_and_answers_keep_to_the_description() {
    let server = FakeGitHub::start(vec![seed::documented(NAME, 230, 5)]);
    let Some(prism) = Prism::start(&server) else {
        println!("skipped: run tests/contract/run.sh, which installs Prism and the description");
        return;
    };
    let through = Through::new(&server, &prism);
    runs(&through);
    contents(&through);
    checks(&through);
    commits(&through);
    the_program(&server, &prism);
    collecting_besides(&server, &prism);
    committing(&server, &prism);
    deploying(&server, &prism);
    telling(&server, &prism);
    the_proxy_would_tell(&through);
    println!("{} requests went through", server.seen().len());
}

/// Reads every run, every attempt of the re-run ones, and all jobs.
fn runs(through: &Through<'_>) {
    assert_eq!(through.pages(&repository().part("actions/runs").query("per_page", "100")), 3);
    let filtered = repository().part("actions/workflows").text("ci.yml").unwrap().part("runs");
    through.pages(&filtered.query("branch", "feat/ü-1").query("created", ">=2026-01-05T00:00:00Z"));
    let known = through.server.look(NAME, |repository| {
        let runs = repository.runs.iter().map(|run| (run.id, run.attempts.len(), run.attempts[0].jobs.len()));
        runs.collect::<Vec<(u64, usize, usize)>>()
    });
    let (mut reruns, mut large) = (0, 0);
    for (id, attempts, jobs) in known {
        let run = repository().part("actions/runs").number(id);
        if attempts == 1 && (jobs < 100 || large > 0) {
            continue;
        }
        reruns += usize::from(attempts > 1);
        large += usize::from(jobs > 100);
        through.get(&run);
        through.pages(&run.clone().part("jobs").query("filter", "all").query("per_page", "100"));
        through.get(&run.clone().part("attempts/1"));
        through.pages(&run.part("attempts/1/jobs").query("per_page", "100"));
    }
    assert!(reruns > 5 && large > 0, "{reruns} {large}");
    let job = through.server.look(NAME, |repository| {
        repository.runs.iter().flat_map(|run| &run.attempts).flat_map(|attempt| &attempt.jobs).next().unwrap().id
    });
    through.get(&repository().part("actions/jobs").number(job));
    through.get(&Route::root("rate_limit"));
    through.refused(through.client.get(&repository().part("actions/runs").number(1)), "404: Not Found");
}

fn contents(through: &Through<'_>) {
    let file = repository().part("contents").text("metrics/run_metrics.csv").unwrap();
    let write = json!({"message": "metrics: add rows", "content": "YSxiCg==", "branch": "main"});
    through.send(Method::Put, &file, &write);
    let read = through.get(&file.clone().query("ref", "main"));
    let mut again = write.clone();
    again["sha"] = read["sha"].clone();
    through.send(Method::Put, &file, &again);
    again["sha"] = json!("0".repeat(40));
    through.refused(
        through.client.send(Method::Put, &file, &again),
        &format!("409: metrics/run_metrics.csv does not match {}", "0".repeat(40)),
    );
    let none = repository().part("contents").text("none.csv").unwrap();
    through.refused(through.client.get(&none), "404: Not Found");
    let reference = through.get(&repository().part("git/ref").text("heads/main").unwrap());
    let branch = json!({"ref": "refs/heads/metrics", "sha": reference["object"]["sha"]});
    through.get(&repository().part("rules/branches").text("main").unwrap());
    through.get(&repository().part("branches").text("main").unwrap());
    let head = reference["object"]["sha"].as_str().unwrap();
    let commit = through.get(&repository().part("git/commits").text(head).unwrap());
    let tree = repository().part("git/trees").text(commit["tree"]["sha"].as_str().unwrap()).unwrap();
    let files = through.get(&tree.query("recursive", "1"));
    let file = files["tree"].as_array().unwrap().iter().find(|entry| entry["path"] == "metrics/run_metrics.csv");
    let blob = repository().part("git/blobs").text(file.unwrap()["sha"].as_str().unwrap()).unwrap();
    assert_eq!(through.get(&blob)["content"], "YSxiCg==");
    let references = repository().part("git/refs");
    through.send(Method::Post, &references, &branch);
    through.refused(through.client.send(Method::Post, &references, &branch), "422: Reference already exists");
    let made = through.get(&repository().part("branches").text("metrics").unwrap());
    assert_eq!(made["commit"]["sha"], reference["object"]["sha"]);
}

fn checks(through: &Through<'_>) {
    let annotation = json!({
        "path": ".github/workflows/ci.yml", "start_line": 1, "end_line": 2,
        "annotation_level": "failure", "message": "p95 is 12 min, the limit is 10 min", "title": "gate",
    });
    let output = json!({"title": "Gate", "summary": "1 of 4 failed", "annotations": vec![annotation; 50]});
    let checks = repository().part("check-runs");
    let body = json!({"name": "gate", "head_sha": "0".repeat(40), "status": "in_progress", "output": output});
    let made = through.send(Method::Post, &checks, &body);
    let one = checks.number(made["id"].as_u64().unwrap());
    let done = json!({
        "status": "completed", "conclusion": "failure", "completed_at": "2026-01-05T08:00:00Z", "output": output,
    });
    let changed = through.send(Method::Patch, &one, &done);
    assert_eq!((&changed["output"]["annotations_count"], &changed["status"]), (&json!(100), &json!("completed")));
    through.get(&one);
}

/// Reads a commit as an object and as its hash, by names of every form.
fn commits(through: &Through<'_>) {
    let commit = |name: &str| repository().part("commits").text(name).unwrap();
    let head = through.server.look(NAME, |repository| repository.branches["main"].head.clone());
    for name in ["main", "heads/main", "refs/heads/main", head.as_str()] {
        assert_eq!(through.get(&commit(name))["sha"], json!(head), "{name}");
        let named = through.fine(through.client.commit(&commit(name), None)).unwrap();
        assert_eq!(named.hash.to_string(), head, "{name}");
    }
    let none = "f".repeat(40);
    let words = format!("422: No commit found for SHA: {none}");
    through.refused(through.client.get(&commit(&none)), &words);
}

/// Collects and lints through the proxy: what the program itself asks for is described.
fn the_program(server: &FakeGitHub, prism: &Prism) {
    let program = Program::new().env("GITHUB_API_URL", &prism.address).env("GITHUB_TOKEN", TOKEN);
    for chosen in [["--runs", "25"], ["--since", "2026-01-09"], ["--run", "20000000400"], ["--workflow", "ci.yml"]] {
        // The proxy cannot pass on an answer without a body, which is what a tag that is known gets.
        let state = program.path("metrics/collect-state.json");
        if state.exists() {
            std::fs::remove_file(state).unwrap();
        }
        let typed = [["collect", "--repository", NAME].as_slice(), &chosen].concat();
        let ran = in_process::run(&program, &FakeTime::default(), &typed);
        assert_eq!(ran.code, 0, "{}\n{}", ran.stderr, prism.log());
    }
    assert!(server.seen().len() > 100);
    let workflow =
        format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{{uses: {NAME}@main}}, {{uses: {NAME}@v9}}]\n");
    let program = program.file(".github/workflows/ci.yml", workflow);
    let ran = in_process::run(&program, &FakeTime::default(), &["lint", "--online", "--select", "action-not-found"]);
    assert_eq!((ran.code, ran.stdout.matches("error[").count()), (1, 1), "{}\n{}", ran.stderr, prism.log());
}

/// Collects what is beside runs: the list of artifacts, the list of caches, and the repositories of an owner. What
/// an artifact holds comes from elsewhere, where the proxy leads nobody.
fn collecting_besides(server: &FakeGitHub, prism: &Prism) {
    server.change(NAME, |repository| repository.caches = vec![("node-1".to_owned(), 5000), ("cargo-2".to_owned(), 70)]);
    let before = server.seen().len();
    for typed in [
        ["--repository", NAME, "--runs", "3", "--artifact", "results*"].as_slice(),
        &["--repository", NAME, "--runs", "3", "--caches"],
        &["--org", "octo", "--runs", "3"],
    ] {
        // Each into tables of its own: the proxy reads no answer that says that nothing has changed.
        let program = Program::new().env("GITHUB_API_URL", &prism.address).env("GITHUB_TOKEN", TOKEN);
        let ran = in_process::run(&program, &FakeTime::default(), &[&["collect"], typed].concat());
        assert_eq!(ran.code, 0, "{typed:?}: {}\n{}", ran.stderr, prism.log());
    }
    let asked: Vec<String> = server.seen().split_off(before).into_iter().map(|seen| seen.path).collect();
    for part in ["/artifacts", "/actions/caches", "/actions/cache/usage", "/orgs/octo/repos"] {
        assert!(asked.iter().any(|path| path.ends_with(part)), "{part}: {asked:?}");
    }
}

/// Commits object by object through the proxy: a new branch, one that is there, and a pull request. No
/// table is read, since all have the bytes that they will have on the branch: the proxy takes a file's
/// bytes for JSON, as their media type ends so.
fn committing(server: &FakeGitHub, prism: &Prism) {
    let table = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state,duration_s,rollback_of,\
                 incident,source,version,omitted\no/n,1,prod,,,2026-03-01T00:00:00Z,,,,,,,,\n";
    let program = Program::new().env("GITHUB_API_URL", &prism.address).env("GITHUB_TOKEN", TOKEN);
    let program = program.env("GITHUB_REPOSITORY", NAME).file("note.txt", "x").file("metrics/deployments.csv", table);
    let before = server.seen().len();
    let author = "--author=Ann <ann@example.com>";
    for typed in [
        ["--branch", "tables"].as_slice(),
        &["--branch", "tables", "--file", "note.txt", author],
        &["--pull-request", "--base", "main", "--file", "note.txt"],
    ] {
        let typed = [["commit", "--via", "git-data", "--tries", "1"].as_slice(), typed].concat();
        let ran = in_process::run(&program, &FakeTime::default(), &typed);
        assert_eq!((ran.code, ran.stdout.contains(" committed to ")), (0, true), "{}\n{}", ran.stderr, prism.log());
    }
    assert!(server.seen().len() > before + 20);
}

/// Deploys through the proxy in every way: with boxes that checks and a review tick, in parts, by number from another
/// machine, taken back by a workflow, and brought back.
fn deploying(server: &FakeGitHub, prism: &Prism) {
    let file = server.look(NAME, |repository| repository.runs[0].file.clone());
    let head = server.look(NAME, |repository| repository.branches["main"].head.clone());
    server.change(NAME, |repository| {
        let check = json!({"name": "tests", "head_sha": head, "status": "completed", "conclusion": "success"});
        repository.check(&check);
        "success".clone_into(&mut repository.shipping.conclusion);
        repository.shipping.reviews.insert(1, vec![("ana".to_owned(), "APPROVED".to_owned())]);
    });
    let text = format!(
        "preset: none\ndeploy:\n  environments:\n    staging:\n      command: printf %s \"$PLIMSOLL_VERSION\" > current\n      \
         smoke: '[ \"$(cat current)\" != bad ]'\n      url: https://staging.example.org/\n      checklist: [tests]\n      \
         rollback: {{workflow: {file}, inputs: {{version: \"{{version}}\"}}}}\n"
    );
    let program = Program::new().file("plimsoll.yml", text.as_str()).file(".git/HEAD", "ref: refs/heads/main\n");
    let program = program.file(".git/refs/heads/main", head.as_str()).env("PATH", &std::env::var("PATH").unwrap());
    let program = program.env("GITHUB_API_URL", &prism.address).env("GITHUB_TOKEN", TOKEN).file("current", "0");
    let before = server.seen().len();
    let run = |code: i32, typed: &[&str]| {
        let typed = [&["deploy"], typed, &["--env", "staging", "--repository", NAME]].concat();
        let ran = in_process::run(&program, &FakeTime::default(), &typed);
        assert_eq!(ran.code, code, "{typed:?}: {}{}\n{}", ran.stdout, ran.stderr, prism.log());
    };
    run(0, &["run", "--version", "1"]);
    run(0, &["start", "--version", "2", "--ref", "main"]);
    run(0, &["verify"]);
    run(0, &["finish", "--url", "https://other.example.org/"]);
    run(0, &["start", "--version", "3"]);
    std::fs::remove_dir_all(program.path(".plimsoll")).unwrap();
    run(1, &["start", "--version", "4"]);
    let last = server.look(NAME, |repository| repository.shipping.deployments.len()).to_string();
    run(0, &["finish", "--id", &last]);
    run(1, &["run", "--version", "bad"]);
    std::fs::write(program.path("current"), "3").unwrap();
    run(0, &["rollback", "--to", "1"]);
    server.change(NAME, |repository| repository.pulls.push(merged(9)));
    let typed = ["collect", "--deployments", "--pull-requests", "--runs", "1", "--since", "2025-01-01"];
    let typed = [&typed[..], &["--repository", NAME]].concat();
    let ran = in_process::run(&program, &FakeTime::default(), &typed);
    assert_eq!(ran.code, 0, "{}\n{}", ran.stderr, prism.log());
    let program = program.file("plimsoll.yml", text.replace("[tests]", "[tests, review]"));
    let typed = ["deploy", "start", "--env", "staging", "--version", "5", "--repository", NAME];
    let ran = in_process::run(&program, &FakeTime::default(), &typed);
    assert!(ran.stdout.contains("review"), "{}{}\n{}", ran.stdout, ran.stderr, prism.log());
    let seen: std::collections::BTreeSet<String> = server
        .seen()
        .into_iter()
        .skip(before)
        .map(|seen| {
            let words = seen
                .path
                .split('/')
                .skip(4)
                .filter(|word| !word.is_empty() && !word.contains(|c: char| c.is_ascii_digit()));
            format!("{} {}", seen.method, words.collect::<Vec<_>>().join("/"))
        })
        .collect();
    for asked in [
        "GET deployments",
        "POST deployments",
        "GET deployments/statuses",
        "POST deployments/statuses",
        "GET commits/check-runs",
        "GET commits/pulls",
        "GET pulls",
        "GET pulls/commits",
        "GET pulls/reviews",
        "GET actions/runs",
    ] {
        assert!(seen.contains(asked), "{asked}: {seen:?}");
    }
    assert!(
        seen.iter().any(|seen| seen.starts_with("POST actions/workflows/") && seen.ends_with("/dispatches")),
        "{seen:?}"
    );
}

/// A repository whose gate fails, or passes.
fn gated(address: &str, seconds: u32, event: &str) -> Program {
    let header = "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,started_at,stage,variant,\
                  conclusion,duration_s,steps";
    let row = format!("{NAME},CI,7,1,70,build,push,main,c7,2026-03-01T12:00:00Z,build,,success,{seconds},3");
    let gates = "preset: none\ngates: [{metric: build.duration_s, statistic: last, fail: \"> 100s\"}]\n";
    let notify = "notify: {comment: unwell, check_run: Plimsoll, status: plimsoll, issue: true}\n";
    let event_file = json!({
        "pull_request": {"number": 1, "head": {"sha": "0".repeat(40), "repo": {"full_name": NAME}}},
        "workflow_run": {
            "id": 7, "run_attempt": 1, "event": "pull_request", "head_sha": "0".repeat(40), "head_branch": "none",
            "head_repository": {"full_name": NAME},
        },
    });
    let program = Program::new()
        .file("plimsoll.yml", format!("{gates}{notify}"))
        .file("metrics/stage_metrics.csv", format!("{header}\n{row}\n"))
        .file("event.json", event_file.to_string());
    let path = program.path("event.json").to_string_lossy().into_owned();
    [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_API_URL", address),
        ("GITHUB_TOKEN", TOKEN),
        ("GITHUB_REPOSITORY", NAME),
        ("GITHUB_EVENT_NAME", event),
        ("GITHUB_EVENT_PATH", path.as_str()),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_RUN_ID", "7"),
        ("GITHUB_SHA", &"0".repeat(40)),
    ]
    .iter()
    .fold(program, |program, (name, value)| program.env(name, value))
}

/// Tells people through the proxy: a comment, a check run, a status, an issue, each made, changed and ended.
fn telling(server: &FakeGitHub, prism: &Prism) {
    // The proxy cannot pass GraphQL on: comments are folded away in the test of its schema.
    for (event, seconds) in
        [("pull_request", 200), ("pull_request", 300), ("workflow_run", 200), ("schedule", 200), ("schedule", 50)]
    {
        let ran = in_process::run(&gated(&prism.address, seconds, event), &FakeTime::default(), &["gate"]);
        assert!(!ran.stderr.contains("::warning"), "{event}: {}\n{}", ran.stderr, prism.log());
    }
    // Of two comments at a time one is taken away.
    let other = "<!-- plimsoll comment local/local/gate run=6 attempt=1 state=fail -->\n";
    server.change(NAME, |repository| {
        repository.conversation.comments.clear();
        repository.conversation.overtaking = Some(other.to_owned());
    });
    let ran = in_process::run(&gated(&prism.address, 200, "pull_request"), &FakeTime::default(), &["gate"]);
    assert!(!ran.stderr.contains("::warning"), "{}\n{}", ran.stderr, prism.log());
    server.look(NAME, |repository| {
        let conversation = &repository.conversation;
        assert_eq!((conversation.said(1).len(), conversation.issues.len()), (1, 1));
        assert!(conversation.issues[0].closed.is_some() && conversation.statuses.len() == 6);
    });
}

#[test]
fn graphql_questions_keep_to_the_schema() {
    let Some(modules) = std::env::var_os("PLIMSOLL_NODE_MODULES") else {
        println!("skipped: run tests/contract/run.sh, which installs the schema and its reader");
        return;
    };
    let server = FakeGitHub::start(vec![Repository::new(NAME)]);
    let header = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state";
    for (row, typed) in [(1, "--via=git-data"), (2, "--sign-off"), (3, "--squash-daily"), (4, "--squash-daily")] {
        let table = format!("{header}\no/n,{row},prod,,,2026-03-01T00:00:00Z,,\n");
        let program = Program::new().file("metrics/deployments.csv", table).env("GITHUB_API_URL", &server.url());
        let program = program.env("GITHUB_TOKEN", TOKEN).env("GITHUB_REPOSITORY", NAME);
        for arguments in [["commit", typed].as_slice(), &["commit", "--pull-request", "--auto-merge", "squash"]] {
            let ran = in_process::run(&program, &FakeTime::default(), arguments);
            assert_eq!(ran.code, 0, "{}", ran.stderr);
        }
    }
    for seconds in [200, 50, 200] {
        let ran = in_process::run(&gated(&server.url(), seconds, "pull_request"), &FakeTime::default(), &["gate"]);
        assert!(!ran.stderr.contains("::warning"), "{}", ran.stderr);
    }
    let questions: Vec<String> = server.seen().into_iter().filter_map(|seen| seen.question).collect();
    let all = questions.join("\n");
    for name in [
        "createCommitOnBranch",
        "updateRefs",
        "enablePullRequestAutoMerge",
        "minimizeComment",
        "unminimizeComment",
        "viewer",
        "repository(owner",
    ] {
        assert!(all.contains(name), "{name}: {all}");
    }
    let check = |questions: &str| {
        let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/graphql.mjs");
        let mut command = Command::new("node");
        command.arg(reader).arg(&modules).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        std::io::Write::write_all(&mut process.stdin.take().unwrap(), questions.as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).trim().to_owned())
    };
    assert_eq!(check(&all), (true, String::new()));
    // The reader would tell.
    let (is_valid, told) = check(&all.replace("expectedHeadOid", "expectedHead").replace("{ oid }", "{ sha }"));
    assert!(!is_valid && told.contains("expectedHead") && told.contains("\"sha\""), "{told}");
}

/// The proxy sees a wrong request and a wrong answer: silence would mean something.
fn the_proxy_would_tell(through: &Through<'_>) {
    let before = through.server.seen().len();
    let misspelt = json!({"name": "gate", "head_sha": "0".repeat(40), "conclusoin": "failure"});
    let sent = through.client.send::<_, Value>(Method::Post, &repository().part("check-runs"), &misspelt);
    assert_eq!(sent.unwrap_err().status(), Some(422));
    assert_eq!(through.server.seen().len(), before, "the request was let through");
    through.server.fail(99, Fault::NotJson);
    let read = through.client.get::<Value>(&repository().part("actions/runs").number(20_000_000_000));
    assert_eq!(read.unwrap_err().status(), Some(500));
}

/// Workflows with findings of each form: with a fix, with related places, suppressed, in a script, in
/// another file; and files that cannot be read.
fn of_every_form() -> Program {
    let workflow = "on: [push, pull_request_target]
env: {A: &a x}
jobs:
  a:
    runs-on: ubuntu-latest
    needs: [b, b]
    steps:
      - uses: actions/checkout@v1 # plimsoll: ignore[unpinned-action] because of ü, \"quotes\" & <marks>
      - uses: ./broken
      - run: |
          echo \"::set-output name=a::${{ github.head_ref }}\" $1
          echo ${{ nonsense( }}
  b: {needs: a, runs-on: nowhere, steps: [{run: x}]}
";
    let program = Program::new().file(".github/workflows/ü %25 b.yml", workflow);
    let program = program.file("broken/action.yml", "runs: {using: node3}\n");
    program.file(".github/workflows/binary.yml", b"a: \xff\xfe").file(".github/workflows/bad.yml", "a: [\n")
}

#[test]
fn sarif_keeps_to_the_standard() {
    let variable = std::env::var_os;
    let (Some(schema), Some(modules)) = (variable("PLIMSOLL_SARIF_SCHEMA"), variable("PLIMSOLL_NODE_MODULES")) else {
        println!("skipped: run tests/contract/run.sh, which installs a reader of schemas");
        return;
    };
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/sarif.mjs");
    let problems = |log: &str| {
        let mut command = Command::new("node");
        command
            .arg(reader)
            .arg(&modules)
            .arg(&schema)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        std::io::Write::write_all(&mut process.stdin.take().unwrap(), log.as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let program = of_every_form();
    for arguments in [vec![], vec!["--persona", "auditor"], vec!["broken"]] {
        let ran = program.run(&[vec!["lint", "--format", "sarif"], arguments.clone()].concat());
        assert_eq!(problems(&ran.stdout), (true, String::new()), "{arguments:?}");
        for part in ["\"suppressions\"", "\"fixes\"", "\"relatedLocations\"", "\"toolExecutionNotifications\""] {
            assert!(ran.stdout.contains(part) || arguments == ["broken"], "{part} {arguments:?}: {}", ran.stderr);
        }
        // The reader would tell.
        let broken = ran.stdout.replace("\"startLine\":", "\"startLines\":").replace("\"2.1.0\"", "\"2.1\"");
        let (is_valid, told) = problems(&broken);
        assert!(!is_valid && told.contains("startLines") && told.contains("/version"), "{told}");
    }
}
