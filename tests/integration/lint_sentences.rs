//! What findings say: true of the file that they are about, and of use when it is followed.

use serde_json::Value;

use crate::support::program::Program;

const WORKFLOW: &str = ".github/workflows/w.yml";

/// Returns what the findings of one rule say: messages, notes and helps, a line each.
fn said(program: &Program, rule: &str) -> String {
    let arguments = ["lint", "--format", "json", "--no-config", "--persona", "pedantic", "--select", rule];
    let ran = program.run(&arguments);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let mut lines = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        lines.push(finding["message"].as_str().unwrap().to_owned());
        lines.extend(finding["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()));
        lines.extend(finding["help"].as_str().map(str::to_owned));
    }
    lines.join("\n")
}

/// Checks that a rule says something about a workflow, and that it says nothing where nothing is expected.
fn check(rule: &str, text: &str, expected: &str) {
    let said = said(&Program::new().file(WORKFLOW, text), rule);
    let is_right = if expected.is_empty() { said.is_empty() } else { said.contains(expected) };
    assert!(is_right, "{rule}: {expected:?} is not in {said:?}\n{text}");
}

#[test]
fn a_called_workflow_is_not_told_to_take_all_rights_from_its_jobs() {
    let job = "    runs-on: ubuntu-latest\n    steps: [{run: make}]\n";
    let silent = format!("on: workflow_call\njobs:\n  a:\n{job}");
    check("permissions-missing-workflow", &silent, "add `permissions: {contents: read}` at the top");
    let stated = format!("on: push\njobs:\n  a:\n    permissions: {{contents: read}}\n{job}");
    check("permissions-missing-workflow", &stated, "add `permissions: {}` at the top");
}

#[test]
fn what_has_to_be_named_by_a_tag_is_not_told_to_be_pinned() {
    let call = |uses: &str| format!("on: push\njobs:\n  a:\n    uses: {uses}\n");
    let builder = "slsa-framework/slsa-github-generator/.github/workflows/builder_go_slsa3.yml";
    let rule = "unpinned-reusable-workflow";
    for tag in ["v2.1.0", "v2.1.0-rc.2"] {
        check(rule, &call(&format!("{builder}@{tag}")), "");
    }
    for other in ["v2", "main", "2.1.0"] {
        check(rule, &call(&format!("{builder}@{other}")), "@vX.Y.Z`: it takes neither a branch nor a hash");
    }
    check(rule, &call("slsa-framework/other/.github/workflows/a.yml@v2.1.0"), "@<full commit hash> # v2.1.0`");
}

#[test]
fn secrets_are_named_that_a_called_workflow_reads() {
    let inheriting = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/called.yml\n    secrets: inherit\n";
    let called = |declared: &str, job: &str| {
        format!("on:\n  workflow_call:\n{declared}jobs:\n  a:\n    runs-on: ubuntu-latest\n{job}")
    };
    let step = |value: &str| format!("    steps: [{{run: make, env: {{A: '${{{{ {value} }}}}'}}}}]\n");
    let declared = "    secrets: {TOKEN: {}}\n";
    let in_environment = format!("    environment: live\n{}", step("secrets.token"));
    for (declared, job, expected) in [
        ("", step("secrets.GITHUB_TOKEN"), "delete `secrets: inherit`: it reads no secret"),
        (declared, step("secrets.TOKEN"), "name the secrets it reads under `secrets`: `TOKEN`"),
        ("", step("secrets[''Token'']"), "under `secrets`, and declare them there under `workflow_call`: `TOKEN`"),
        ("", step("secrets[github.ref]"), "name the secrets it needs under `secrets`"),
        ("", step("toJSON(secrets)"), "name the secrets it needs under `secrets`"),
        (declared, in_environment, "whose secrets may come with `inherit` alone"),
    ] {
        let program = Program::new().file(WORKFLOW, inheriting);
        let program = program.file(".github/workflows/called.yml", called(declared, &job));
        let said = said(&program, "secrets-inherit");
        assert!(said.contains(expected), "{said}");
        assert_eq!(said.contains("environment"), job.contains("environment"), "{said}");
    }
    // What it hands all of them on to counts, too, and what is not known may read any.
    let on = |uses: &str| format!("on: workflow_call\njobs:\n  a:\n    uses: {uses}\n    secrets: inherit\n");
    for (uses, expected) in [
        (
            "./.github/workflows/deep.yml",
            "name the secrets it reads under `secrets`, and declare them there under `workflow_call`: `DEEP`",
        ),
        ("o/r/.github/workflows/deep.yml@v1", "name the secrets it needs under `secrets`"),
    ] {
        let program = Program::new().file(WORKFLOW, inheriting).file(".github/workflows/called.yml", on(uses));
        let program = program.file(".github/workflows/deep.yml", called("", &step("secrets.DEEP")));
        let said = said(&program, "secrets-inherit");
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn dangerous_triggers_say_who_starts_them_and_what_the_token_may_do() {
    let workflow = |on: &str, permissions: &str| {
        format!("on:\n  {on}\n{permissions}jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{run: make}}]\n")
    };
    let rule = "dangerous-trigger-prt";
    let labeled = "pull_request_target: {types: [labeled]}";
    check(rule, &workflow(labeled, "permissions: {}\n"), "with secrets and a token without permissions");
    check(rule, &workflow(labeled, "permissions: read-all\n"), "with secrets and a token that can only read");
    check(rule, &workflow(labeled, "permissions: {issues: write}\n"), "with secrets and a token that may write");
    check(rule, &workflow(labeled, ""), "with secrets and a token of the repository's default permissions");
    check(rule, &workflow(labeled, ""), "people with the right to triage start it");
    check(rule, &workflow("pull_request_target: {types: [labeled, opened]}", ""), "whoever opens a pull request");
    check(rule, &workflow("pull_request_target:", ""), "whoever opens a pull request");
    check(rule, &workflow("issue_comment:", ""), "check who comments");
    let run = workflow("workflow_run: {workflows: [a]}", "permissions: {}\n");
    check("dangerous-trigger-workflow-run", &run, "with secrets and a token without permissions");
}

#[test]
fn concurrency_groups_are_of_the_workflow_and_cancel_pull_requests_alone() {
    let jobs = "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n";
    let missing = |on: &str| format!("on: {on}\n{jobs}");
    check("concurrency-missing", &missing("pull_request"), "with `group: ${{ github.workflow }}-${{ github.ref }}`");
    check("concurrency-missing", &missing("[pull_request, workflow_call]"), "as in `group: w-${{ github.ref }}`");
    let waiting = |on: &str| format!("on: {on}\nconcurrency: a-${{{{ github.ref }}}}\n{jobs}");
    for (on, value) in [
        ("pull_request", "true`"),
        ("[pull_request, pull_request_target]", "true`"),
        ("[push, pull_request]", "${{ github.event_name == 'pull_request' }}`"),
        ("[push, pull_request_target]", "${{ github.event_name == 'pull_request_target' }}`"),
        ("[push, pull_request, pull_request_target]", "${{ startsWith(github.event_name, 'pull_request') }}`"),
    ] {
        check("concurrency-no-cancel", &waiting(on), &format!("set `cancel-in-progress: {value}"));
    }
}

/// Writes a workflow with one job of steps.
fn steps(on: &str, steps: &str) -> String {
    format!("on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}")
}

#[test]
fn publishing_is_told_of_where_it_goes_to_a_public_registry() {
    let rule = "use-trusted-publishing";
    for command in [
        "npm publish",
        "npm publish --registry https://registry.npmjs.org/",
        "pnpm publish -r --access public",
        "hatch publish -r main",
        "twine upload --repository testpypi dist/*",
        "twine upload --repository-url=https://upload.pypi.org/legacy/ dist/*",
        "dotnet nuget push a.nupkg --source https://api.nuget.org/v3/index.json",
    ] {
        check(rule, &steps("push", &format!("      - run: {command}\n")), "without the job's identity");
    }
    for command in [
        "npm publish --registry http://localhost:4873/",
        "npm publish --registry=https://npm.pkg.github.com",
        "twine upload --repository-url http://localhost dist/*",
        "cargo publish --registry own",
        "gem push a.gem --host https://rubygems.pkg.github.com/o",
        "dotnet nuget push a.nupkg -s $FEED",
    ] {
        check(rule, &steps("push", &format!("      - run: {command}\n")), "");
    }
    let node = |url: &str| {
        format!(
            "      - uses: actions/setup-node@v6\n        with: {{registry-url: '{url}'}}\n      - run: npm publish\n"
        )
    };
    check(rule, &steps("push", &node("https://npm.pkg.github.com")), "");
    check(rule, &steps("push", &node("https://registry.npmjs.org")), "without the job's identity");
    check(
        rule,
        &steps("push", "      - run: npm publish\n        env: {NPM_CONFIG_REGISTRY: 'http://localhost'}\n"),
        "",
    );
}

#[test]
fn caches_are_not_said_to_be_published_where_nothing_publishes() {
    let go = "      - uses: actions/setup-go@v6\n";
    let tests = steps("{push: {branches: [main, 'release-*']}}", &format!("{go}      - run: go test ./...\n"));
    check("cache-poisoning", &tests, "a run that may be for a release restores the cache of `actions/setup-go`");
    let publishes = steps("release", &format!("{go}      - run: npm publish\n"));
    check("cache-poisoning", &publishes, "what is published here is built from the cache of `actions/setup-go`");
}

#[test]
fn a_cluster_that_nobody_else_sees_is_not_deployed_to() {
    let job = |id: &str, rest: &str, run: &str| {
        format!(
            "on: push\njobs:\n  {id}:\n    runs-on: ubuntu-latest\n{rest}    steps:\n      - uses: ./start-cluster\n      - run: {run}\n"
        )
    };
    let rule = "deploy-without-environment";
    check(rule, &job("diff", "", "helm install a ./chart"), "");
    check(rule, &job("load", "", "kubectl create deploy a --image b"), "");
    let secret = "    env: {KUBECONFIG_DATA: '${{ secrets.KUBECONFIG }}'}\n";
    for (id, rest, run) in [
        ("diff", secret, "helm install a ./chart"),
        ("diff", "    permissions: {id-token: write}\n", "helm install a ./chart"),
        ("deploy", "", "helm install a ./chart"),
    ] {
        check(rule, &job(id, rest, run), "helm install");
    }
    let k3d = job("diff", secret, "helm install a ./chart").replace("./start-cluster", "./.github/actions/setup-k3d");
    check(rule, &k3d, "");
    let own = job("diff", "", "helm install a ./chart").replace("ubuntu-latest", "in-cluster");
    check(rule, &own, "helm install");
}

#[test]
fn a_pipe_into_a_file_that_is_tested_hides_nothing() {
    let script = |test: &str| {
        steps("push", &format!("      - run: |\n          shellcheck a.sh | tee sc.log\n          {test}\n"))
    };
    let regular = |text: &str| {
        let program = Program::new().file(WORKFLOW, text);
        program.run(&["lint", "--no-config", "--select", "missing-pipefail"]).stdout
    };
    for test in [
        "test ! -s sc.log",
        "[ ! -s sc.log ]",
        "[[ ! -s sc.log ]]",
        "[ -z \"$(cat sc.log)\" ]",
        "[ -s sc.log ] && exit 1",
    ] {
        assert!(!regular(&script(test)).contains("missing-pipefail"), "{test}");
    }
    // What was printed of a failure lies in the file, too, and is not found by the file's being there.
    for test in ["test -d other", "cat sc.log", "test -s sc.log", "test ! -s sc.log.2", "[ -f sc.log ] || exit 1"] {
        assert!(regular(&script(test)).contains("missing-pipefail"), "{test}");
    }
}

#[test]
fn line_breaks_matter_where_nobody_trims_them() {
    let input = |uses: &str, name: &str| {
        steps("push", &format!("      - uses: {uses}\n        with:\n          {name}: |\n            target\n"))
    };
    let rule = "block-scalar-chomping";
    check(rule, &input("actions/upload-artifact@v6", "path"), "");
    check(rule, &input("docker/metadata-action@v5", "tags"), "");
    for (uses, name) in [("docker://alpine:3", "args"), ("example/unheard-of@v1", "name")] {
        check(rule, &input(uses, name), "this value ends with a line break");
    }
    let program = Program::new().file(WORKFLOW, input("./own", "name"));
    let composite = "name: a\ndescription: b\ninputs: {name: {description: c}}\nruns: {using: composite, steps: []}\n";
    assert!(said(&program.file("own/action.yml", composite), rule).contains("ends with a line break"));
}

#[test]
fn an_input_with_a_default_need_not_be_given() {
    let action = "name: a\ndescription: b\ninputs: {c: {description: d, required: true, default: e}}\nruns: {using: node24, main: f.js}\n";
    let said = said(&Program::new().file("action.yml", action), "action-input-required-with-default");
    assert!(said.contains("nobody has to give the input `c`, since it has a default"), "{said}");
}

/// Writes a workflow with one step on a condition.
fn on_condition(condition: &str) -> String {
    steps("[push, pull_request]", &format!("      - {{run: make, if: \"{condition}\"}}\n"))
}

#[test]
fn what_is_no_name_of_an_event_is_told_what_it_is() {
    let rule = "pointless-comparison";
    for (condition, help) in [
        ("github.event_name != 'labeled'", "write `github.event.action != 'labeled'`"),
        ("'Published' == github.event_name", "write `github.event.action == 'Published'`"),
        ("github.event_name == 'pull_requests'", "did you mean 'pull_request'?"),
        ("github.event_name == 'workflow_call'", "in a called workflow, that of the caller"),
        ("github.event_name == 'main'", "the name of an event, such as 'push'"),
        ("runner.os == 'opened'", "it can be Linux, Windows, macOS"),
        ("github.event.issue.pull_request == ''", ""),
        ("github.event.pull_request != ''", ""),
    ] {
        check(rule, &on_condition(condition), help);
    }
}

#[test]
fn what_stands_below_the_event_is_found_from_the_context_above_it() {
    for (condition, help) in [
        ("github.pull_request.number || github.run_id", "did you mean `github.event.pull_request`?"),
        ("github.HEAD_COMMIT.message", "did you mean `github.event.head_commit`?"),
        ("github.reff", "did you mean `ref`?"),
        ("github.event.pull_request.number", ""),
    ] {
        check("unknown-property", &on_condition(condition), help);
    }
    let called = "on: workflow_call\njobs:\n  a:\n    runs-on: ubuntu-latest\n    if: github.release\n    steps: [{run: make}]\n";
    check("unknown-property", called, "did you mean `github.event.release`?");
    let other = steps("push", "      - run: make\n        if: github.release.tag_name\n");
    check("unknown-property", &other, "`github` has no `release`");
}
