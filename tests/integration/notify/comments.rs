use super::*;

const ALWAYS: &[&str] = &["--comment", "always"];
const UNWELL: &[&str] = &["--comment", "unwell"];

#[test]
fn one_comment_is_written_and_then_updated_in_place() {
    let server = server();
    server.grant(&[("pull-requests", "write")]);
    let program = in_pull_request(&server, 200, "");
    let ran = gate(&program, ALWAYS);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    let comments = said(&server);
    assert_eq!(comments.len(), 1);
    let expected = [
        "<!-- plimsoll comment CI/gate/gate run=7 attempt=1 state=fail -->\n### ❌ Gates: 1 failed\n",
        "| ❌ fail | `build.duration_s{workflow=CI}` |",
        &format!("Commit `{}`", &commit_id("feature")[..12]),
        "[the run](https://github.com/octo/hello/actions/runs/7)",
    ];
    for part in expected {
        assert!(comments[0].contains(part), "{part}\n{}", comments[0]);
    }
    let url = "https://github.com/octo/hello/pull/3#issuecomment-7000";
    assert_eq!(output(&program, "comment-url").as_deref(), Some(url));
    assert_eq!(output(&program, "pull-request").as_deref(), Some("3"));
    // The next push is well: the same comment, asked for with two requests.
    server.forget();
    let program = in_run(super::program(&server, 50, ""), "pull_request", &pull_request(NAME), 8);
    let ran = gate(&program, ALWAYS);
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    assert_eq!(asked(&server), ["GET /issues/3/comments", "PATCH /issues/comments/7000"]);
    let comments = said(&server);
    assert!(comments.len() == 1 && comments[0].contains("run=8 attempt=1"), "{comments:?}");
    assert_eq!(output(&program, "comment-url").as_deref(), Some(url));
}

#[test]
fn what_is_well_is_left_absent_or_folded_away() {
    let server = server();
    server.grant(&[("pull-requests", "write")]);
    let minimized = || server.look(NAME, |repository| repository.conversation.comments[0].minimized.clone());
    let well = || in_pull_request(&server, 50, "");
    assert_eq!(gate(&well(), UNWELL).code, 0);
    assert!(said(&server).is_empty());
    assert_eq!(gate(&in_pull_request(&server, 90, ""), UNWELL).code, 0);
    assert!(said(&server)[0].contains("⚠️ Gates: 1 warned") && minimized().is_none());
    assert_eq!(gate(&well(), UNWELL).code, 0);
    assert_eq!(minimized().as_deref(), Some("resolved"));
    // It is folded once, not with every run.
    server.forget();
    gate(&well(), UNWELL);
    assert!(server.seen().iter().all(|seen| seen.question.is_none()), "{:?}", asked(&server));
    assert_eq!(gate(&in_pull_request(&server, 200, ""), UNWELL).code, 1);
    assert!(said(&server).len() == 1 && minimized().is_none());
}

#[test]
fn two_workflows_have_a_comment_each_and_legs_a_key() {
    let server = server();
    for workflow in ["CI", "Nightly --> <!-- x", "CI"] {
        let program = in_pull_request(&server, 200, "").env("GITHUB_WORKFLOW", workflow);
        gate(&program, ALWAYS);
        gate(&program, &["--comment", "always", "--key", "linux"]);
    }
    let comments = said(&server);
    assert_eq!(comments.len(), 4, "{comments:#?}");
    for comment in comments {
        let first = comment.lines().next().unwrap();
        assert!(first.matches("-->").count() == 1 && first.ends_with("-->"), "{first}");
    }
}

#[test]
fn what_strangers_wrote_is_never_taken_for_ours() {
    let server = server();
    let ours = "<!-- plimsoll comment CI/gate/gate run=1 attempt=1 state=pass -->\n### ✅";
    server.change(NAME, |repository| {
        repository.conversation.say(PULL, "mallory", ours);
        for number in 0..120 {
            repository.conversation.say(PULL, "mallory", &format!("> {ours} {number}"));
        }
    });
    gate(&in_pull_request(&server, 200, ""), ALWAYS);
    let comments = said(&server);
    assert_eq!(comments.len(), 122);
    assert!(comments[0] == ours && comments[121].contains("❌"), "{}", comments[121]);
    // Who may write to the repository may have a token of their own.
    server.change(NAME, |repository| "octocat".clone_into(&mut repository.conversation.comments[0].author));
    gate(&in_pull_request(&server, 200, ""), ALWAYS);
    assert!(said(&server).len() == 122 && said(&server)[0].contains("❌"));
}

#[test]
fn a_late_run_writes_over_nothing() {
    let server = server();
    gate(&in_run(program(&server, 200, ""), "pull_request", &pull_request(NAME), 9), ALWAYS);
    let before = said(&server);
    let program = in_run(program(&server, 50, ""), "pull_request", &pull_request(NAME), 8);
    let ran = gate(&program, ALWAYS);
    assert!(ran.stderr.contains("a later run has written it"), "{}", ran.stderr);
    assert_eq!(said(&server), before);
}

#[test]
fn of_two_at_the_same_moment_one_stays() {
    let server = server();
    let other = "<!-- plimsoll comment CI/gate/gate run=6 attempt=1 state=pass -->\n### ✅";
    server.change(NAME, |repository| repository.conversation.overtaking = Some(other.to_owned()));
    gate(&in_pull_request(&server, 200, ""), ALWAYS);
    let comments = said(&server);
    assert!(comments.len() == 1 && comments[0].contains("run=7 attempt=1 state=fail"), "{comments:#?}");
}

/// The event of a run that has ended, of a pull request from a fork.
fn ended(commit: &str) -> Value {
    json!({
        "repository": {"full_name": NAME, "default_branch": "main"},
        "workflow_run": {
            "id": 7, "run_attempt": 1, "event": "pull_request", "head_sha": commit, "head_branch": "patch-1",
            "head_repository": {"full_name": "mallory/hello"}, "pull_requests": [],
        },
    })
}

#[test]
fn a_second_workflow_finds_the_forks_pull_request_by_itself() {
    let server = server();
    server.grant(&[("pull-requests", "write")]);
    let commit = commit_id("of the fork");
    server.change(NAME, |repository| {
        "patch-1".clone_into(&mut repository.pulls[0].head);
        repository.conversation.forks.push((PULL, "mallory".to_owned(), commit.clone()));
    });
    // The run that comments is 99, the one that is judged 7.
    let program = in_run(program(&server, 200, ""), "workflow_run", &ended(&commit), 99);
    let ran = gate(&program, ALWAYS);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let comments = said(&server);
    assert!(comments.len() == 1 && comments[0].contains("run=7 attempt=1 state=fail"), "{comments:#?}");
    assert!(comments[0].contains(&commit[..12]) && comments[0].contains("actions/runs/99"), "{comments:#?}");
    // Newer commits have come meanwhile, or it was closed.
    server.forget();
    let late = in_run(super::program(&server, 200, ""), "workflow_run", &ended(&commit_id("before")), 99);
    let ran = gate(&late, ALWAYS);
    assert!(ran.stderr.contains("pull request 3 has newer commits than the run"), "{}", ran.stderr);
    server.change(NAME, |repository| repository.pulls[0].open = false);
    let ran = gate(&program, ALWAYS);
    assert!(ran.stderr.contains("no pull request that is open"), "{}", ran.stderr);
    assert_eq!(asked(&server), ["GET /pulls", "GET /pulls"]);
}

#[test]
fn names_of_strangers_neither_ping_nor_link_nor_break_out() {
    let server = server();
    let hostile =
        "x --> @octocat #12 GH-7 www.evil.example https://evil.example `b` <img src=x> | </details> ::error::y";
    let header = "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,at,name,labels,value,unit,better,source\n";
    let measurements = |number: u32| {
        format!(
            "{NAME},CI,7,1,{number},b,push,main,c7,2026-03-01T12:00:00Z,slow,\"case={hostile} {number}\",200,s,lower,own\n"
        )
    };
    let table: String = (1..=400).map(measurements).collect();
    let program = in_pull_request(&server, 50, "  - {metric: slow, statistic: last, fail: \"> 1\"}\n")
        .file("metrics/measurements.csv", format!("{header}{table}"));
    let ran = gate(&program, ALWAYS);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let comment = said(&server).remove(0);
    assert!(comment.len() <= 65_536 && comment.contains(" did not fit here.**"), "{} bytes", comment.len());
    let outside = outside_of_code(comment.split_once('\n').unwrap().1);
    for part in ["@octocat", "#12", "GH-7", "www.evil", "https://evil", "<img", "-->"] {
        assert!(!outside.contains(part), "{part}:\n{outside}");
    }
    assert_eq!(comment.matches("<details>").count(), comment.matches("\n</details>").count(), "{comment}");
}

/// Leaves code spans out, which show what is in them, and nothing else comes of it.
fn outside_of_code(text: &str) -> String {
    let mut outside = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, code) = rest.split_at(start);
        outside.push_str(before);
        let fence = &code[..code.len() - code.trim_start_matches('`').len()];
        let inside = &code[fence.len()..];
        let end = inside
            .match_indices(fence)
            .map(|(at, _)| at)
            .find(|at| !inside[at + fence.len()..].starts_with('`') && !inside[..*at].ends_with('`'));
        rest = end.map_or("", |end| &inside[end + fence.len()..]);
    }
    outside + rest
}

#[test]
fn a_report_is_a_comment_of_its_own() {
    let server = server();
    server.grant(&[("pull-requests", "write")]);
    let report = |program: &Program, arguments: &[&str]| {
        let ran = in_process::run(program, &FakeTime::default(), &[&["report"], arguments].concat());
        assert!(ran.code == 0 && !format!("{ran:?}").contains(TOKEN), "{ran:?}");
        ran
    };
    let runs = "repository,workflow,run_id,run_attempt,event,branch,commit,started_at,workflow_path,run_number,pull_request,conclusion,queue_s,wall_s\n";
    let row = |run: u32, seconds: u32| {
        format!("{NAME},CI,{run},1,push,main,c,2026-03-0{run}T12:00:00Z,ci.yml,{run},,success,1,{seconds}\n")
    };
    let filled = |program: Program, seconds: u32| {
        let rows: String = (1..7).map(|run| row(run, seconds)).collect();
        program.file("metrics/run_metrics.csv", runs.to_owned() + &rows)
    };
    let program = filled(in_pull_request(&server, 90, "goals:\n  run.wall_s: -15% from spring by 2026-02-01\n"), 90);
    let without = filled(in_pull_request(&server, 90, ""), 60);
    let saved = in_process::run(&without, &FakeTime::default(), &["baseline", "save", "spring"]);
    assert_eq!(saved.code, 0, "{saved:?}");
    let program = program.file("metrics/baselines/spring.json", without.read("metrics/baselines/spring.json"));
    report(&program, &[]);
    assert_eq!(said(&server), Vec::<String>::new(), "only who asks for it");
    let ran = report(&program, ALWAYS);
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    gate(&in_pull_request(&server, 50, ""), ALWAYS);
    report(&program, ALWAYS);
    let comments = said(&server);
    assert_eq!(comments.len(), 2, "one of the report, one of the gates: {comments:#?}");
    for part in [
        "<!-- plimsoll comment CI/gate/report run=7 attempt=1 state=warn -->\n### ⚠️ CI report: 6 runs, p50 1 m 30 s, 1 of 1 goals not on the way",
        "\n#### Goals\n",
        "\n#### Workflows\n",
        "[the run](https://github.com/octo/hello/actions/runs/7)",
    ] {
        assert!(comments[0].contains(part), "{part}\n{}", comments[0]);
    }
    assert!(!comments[0].lines().any(|line| line.starts_with("## ")), "{}", comments[0]);
    // A fork's token can only read: the report is in the summary, and that is said.
    let fork = in_run(filled(super::program(&server, 90, ""), 90), "pull_request", &pull_request("mallory/hello"), 8);
    server.grant(&[("pull-requests", "read")]);
    let ran = report(&fork, ALWAYS);
    assert!(ran.stderr.contains("can only read"), "{}", ran.stderr);
    assert!(fork.read("summary.md").contains("## Workflows"));
}
