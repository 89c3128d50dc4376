use super::*;

#[test]
fn the_check_run_and_the_status_are_on_the_head_of_the_pull_request() {
    let server = server();
    server.grant(&[("checks", "write"), ("statuses", "write")]);
    for (seconds, conclusion, state) in
        [(50, "success", "success"), (90, "neutral", "success"), (200, "failure", "failure")]
    {
        let program = in_pull_request(&server, seconds, "");
        let ran = gate(&program, &["--check-run", "Plimsoll", "--status", "plimsoll/gates"]);
        assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
        let (check, status) = server.look(NAME, |repository| {
            (repository.checks.last().unwrap().clone(), repository.conversation.statuses.last().unwrap().clone())
        });
        let field = |name: &str| check.fields[name].clone();
        assert_eq!(
            (field("name"), field("conclusion"), field("status")),
            (json!("Plimsoll"), json!(conclusion), json!("completed"))
        );
        assert_eq!(field("head_sha"), json!(commit_id("feature")));
        assert_eq!(
            (status.0, &status.1["state"], &status.1["context"]),
            (commit_id("feature"), &json!(state), &json!("plimsoll/gates"))
        );
        assert_eq!(status.1["target_url"], "https://github.com/octo/hello/actions/runs/7");
        assert!(output(&program, "check-run-url").unwrap().starts_with("https://"));
    }
}

/// A workflow with so many findings.
fn unwell(count: usize) -> String {
    let job = |job| format!("  j{job}:\n    needs: none{job}\n    runs-on: ubuntu-latest\n    steps: [{{run: x}}]\n");
    let needs = (0..count).map(job).collect::<Vec<String>>().concat();
    format!("on: push\njobs:\n{needs}")
}

#[test]
fn annotations_come_in_batches_of_fifty() {
    let server = server();
    let program = in_pull_request(&server, 50, "").file(".github/workflows/ci.yml", unwell(130));
    let arguments = ["lint", "--select", "needs-unknown-job", "--check-run", "Lint"];
    let ran = in_process::run(&program, &FakeTime::default(), &arguments);
    assert!(ran.code == 1 && !ran.stderr.contains("warning"), "{}", ran.stderr);
    assert_eq!(asked(&server), ["POST /check-runs", "PATCH /check-runs/9000", "PATCH /check-runs/9000"]);
    let check = server.look(NAME, |repository| repository.checks[0].clone());
    assert_eq!((check.annotations.len(), &check.fields["conclusion"]), (130, &json!("failure")));
    let first = &check.annotations[0];
    assert_eq!((&first["path"], &first["start_line"]), (&json!(".github/workflows/ci.yml"), &json!(4)));
    // What breaks off in the middle is ended all the same.
    server.fail_at("PATCH", 1, crate::support::fake_github::Fault::Status(502));
    let ran = in_process::run(&program, &FakeTime::default(), &arguments);
    assert!(ran.code == 1 && ran.stderr.contains("the check run could not be written"), "{}", ran.stderr);
    let check = server.look(NAME, |repository| repository.checks[1].clone());
    assert_eq!((check.annotations.len(), &check.fields["status"]), (50, &json!("completed")));
}

#[test]
fn a_run_tells_of_all_its_parts() {
    let server = server();
    let workflow = "name: ci\non: push\npermissions: {}\njobs:\n  a:\n    needs: [b]\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n      - run: make\n";
    let program =
        in_pull_request(&server, 200, "run: {collect: false}\nnotify: {comment: always, check_run: Plimsoll}\n")
            .file(".github/workflows/ci.yml", workflow);
    let ran = in_process::run(&program, &FakeTime::default(), &["run"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let comment = said(&server).remove(0);
    for part in [
        "### ❌ Plimsoll: ",
        "gate fail",
        "| lint | ❌ fail |",
        "<details><summary>Gates</summary>",
        "needs-unknown-job",
    ] {
        assert!(comment.contains(part), "{part}\n{comment}");
    }
    let check = server.look(NAME, |repository| repository.checks[0].clone());
    let paths: Vec<_> = check.annotations.iter().map(|annotation| annotation["path"].as_str().unwrap()).collect();
    assert_eq!(paths[..2], ["plimsoll.yml", ".github/workflows/ci.yml"]);
    assert_eq!(gate(&in_pull_request(&server, 200, "notify: {coment: always}\n"), &[]).code, 2);
}
