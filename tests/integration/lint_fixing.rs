//! `plimsoll lint --fix` and `--diff` end to end: what is written, what is left alone, and what is said.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::program::Program;

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// Can be mended: a deprecated command safely, the missing timeout and permissions not quite.
const FIXABLE: &str = "on: push # each one
jobs:
  # the only one
  build:
    runs-on: ubuntu-latest # here
    steps:
      - run: |
          echo \"::set-output name=version::1.2\" # kept
          make
";

const SAFE: &str = "on: push # each one
jobs:
  # the only one
  build:
    runs-on: ubuntu-latest # here
    steps:
      - run: |
          echo \"version=1.2\" >> \"$GITHUB_OUTPUT\" # kept
          make
";

const ALL: &str = "on: push # each one
permissions:
  contents: read
jobs:
  # the only one
  build:
    runs-on: ubuntu-latest # here
    timeout-minutes: 30
    steps:
      - run: |
          echo \"version=1.2\" >> \"$GITHUB_OUTPUT\" # kept
          make
";

fn rules(json: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_safe_is_mended_and_the_rest_when_all_is_asked_for() {
    let program = Program::new().file(WORKFLOW, FIXABLE);
    let ran = program.run(&["lint", "--fix", "--format", "json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "mended 1 finding in 1 file\n"));
    assert_eq!(rules(&ran.stdout), ["permissions-missing-workflow", "job-timeout-missing"]);
    assert_eq!(program.read(WORKFLOW), SAFE);
    let ran = program.run(&["lint", "--fix", "all", WORKFLOW, "--format", "json"]);
    assert_eq!((ran.code, rules(&ran.stdout)), (0, vec![]), "{}", ran.stderr);
    assert_eq!(program.read(WORKFLOW), ALL);
    let ran = program.run(&["lint", "--fix=all"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "mended 0 findings in 0 files\n"));
    assert_eq!(program.read(WORKFLOW), ALL);
}

#[test]
fn json_names_the_fix_and_its_safety() {
    let ran = Program::new().file(WORKFLOW, FIXABLE).run(&["lint", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let fixes: Vec<&serde_json::Value> =
        report["findings"].as_array().unwrap().iter().map(|found| &found["fix"]).collect();
    let fix = |safety: &str, title: &str| serde_json::json!({"safety": safety, "title": title});
    assert_eq!(
        fixes,
        [
            &fix("unsafe", "let the token read the repository, and no more"),
            &fix("unsafe", "add a timeout of 30 minutes"),
            &fix("safe", "write to the file in `$GITHUB_OUTPUT`"),
        ]
    );
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let program = Program::new().file(WORKFLOW, FIXABLE);
    let ran = program.run(&["lint", "--diff"]);
    let expected = "\
--- a/.github/workflows/ci.yml
+++ b/.github/workflows/ci.yml
@@ -5,5 +5,5 @@
     runs-on: ubuntu-latest # here
     steps:
       - run: |
-          echo \"::set-output name=version::1.2\" # kept
+          echo \"version=1.2\" >> \"$GITHUB_OUTPUT\" # kept
           make
";
    // The finding is still there, so it counts as it does without `--diff`.
    assert_eq!((ran.code, ran.stdout.as_str()), (1, expected));
    assert_eq!(ran.stderr, "1 error, 2 warnings in 1 file\n");
    let all = program.run(&["lint", "--fix", "all", "--diff", "--output", "findings.json", "--format", "json"]);
    assert_eq!((all.stdout.matches("\n@@ ").count(), all.stdout.matches("\n+").count()), (1, 5), "{}", all.stdout);
    assert_eq!(rules(&program.read("findings.json")).len(), 3);
    assert_eq!(program.read(WORKFLOW), FIXABLE);
}

#[test]
fn marks_line_breaks_and_permissions_are_kept() {
    let windows = |text: &str| format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
    let program = Program::new().file(WORKFLOW, windows(FIXABLE));
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(program.path(WORKFLOW), mode.clone()).unwrap();
    let shown = program.run(&["lint", "--diff", "--fix", "all"]).stdout;
    assert!(
        shown.contains("\n-          echo \"::set-output name=version::1.2\" # kept\r\n+          echo"),
        "{shown:?}"
    );
    assert!(shown.contains("\n \u{FEFF}on: push # each one\r\n+permissions:\r\n"), "{shown:?}");
    assert_eq!(program.run(&["lint", "--fix", "all"]).code, 0);
    assert_eq!(program.read(WORKFLOW), windows(ALL));
    assert_eq!(std::fs::metadata(program.path(WORKFLOW)).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn standard_input_is_mended_to_standard_output() {
    let program = Program::new().stdin(format!("\u{FEFF}{FIXABLE}"));
    let ran = program.run(&["lint", "--fix", "-"]);
    assert_eq!((ran.code, ran.stdout), (0, format!("\u{FEFF}{SAFE}")));
    assert_eq!(ran.stderr, "mended 1 finding in 1 file\n2 warnings in 1 file\n");
    let ran = program.run(&["lint", "--diff", "--stdin-filename", WORKFLOW]);
    assert!(ran.stdout.starts_with("--- a/.github/workflows/ci.yml\n"), "{}", ran.stdout);
    let nothing = Program::new().stdin(SAFE).run(&["lint", "--fix", "-"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (0, SAFE));
}

#[test]
fn links_and_what_lies_outside_are_left_alone() {
    let elsewhere = Program::new().file("outside.yml", FIXABLE);
    let program = Program::new().file("real.yml", FIXABLE).file(".github/workflows/other.yml", SAFE);
    symlink(program.path("real.yml"), program.path(WORKFLOW)).unwrap();
    symlink(elsewhere.folder(), program.path("linked")).unwrap();
    let outside = elsewhere.path("outside.yml").to_str().unwrap().to_owned();
    let ran = program.run(&["lint", "--fix", WORKFLOW, "linked/outside.yml", &outside]);
    assert_eq!(ran.code, 1);
    let why = ["it is a link", "it lies outside of the repository", "it lies outside of the repository"];
    let told: Vec<&str> =
        ran.stderr.lines().filter_map(|line| line.rsplit_once(" was not mended: ")).map(|(_, why)| why).collect();
    assert_eq!(told.len(), 3, "{}", ran.stderr);
    assert!(why.iter().all(|why| told.contains(why)), "{told:?}");
    assert_eq!((program.read("real.yml"), elsewhere.read("outside.yml")), (FIXABLE.to_owned(), FIXABLE.to_owned()));
}

#[test]
fn what_is_suppressed_or_no_yaml_is_left_as_it_is() {
    let suppressed = FIXABLE
        .replace("# kept", "")
        .replace("- run: |", "- run: | # plimsoll: ignore[deprecated-workflow-command] old runner");
    let broken = format!("{FIXABLE}  x: [\n");
    let program = Program::new().file(WORKFLOW, &suppressed).file(".github/workflows/broken.yml", &broken);
    let ran = program.run(&["lint", "--fix"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, "mended 0 findings in 0 files\n"));
    assert_eq!(program.read(WORKFLOW), suppressed);
    assert_eq!(program.read(".github/workflows/broken.yml"), broken);
}

#[test]
fn a_difference_in_a_jobs_log_holds_no_command() {
    let hostile = format!("{FIXABLE}# ::error::x ##[group]y\n          ::stop-commands::x\n");
    let program = Program::new().file(WORKFLOW, &hostile).env("GITHUB_ACTIONS", "true");
    let ran = program.run(&["lint", "--diff", "--fix", "all"]);
    assert!(!ran.stdout.lines().any(|line| line.trim_start().starts_with("::")), "{}", ran.stdout);
    assert!(!ran.stdout.contains("##["), "{}", ran.stdout);
}

#[test]
fn what_is_added_is_what_the_action_and_the_runner_take() {
    let steps = |steps: &str| format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}");
    let program = Program::new().file(
        WORKFLOW,
        steps("      - uses: actions/checkout@v1\n      - run: cd ${{ github.workspace }} && ls ${{ runner.temp }}\n"),
    );
    program.run(&[
        "lint",
        "--fix",
        "all",
        "--select",
        "persist-credentials,template-injection",
        "--persona",
        "auditor",
    ]);
    let expected = steps(
        "      - uses: actions/checkout@v1\n      - run: cd \"${CONTEXT_WORKSPACE}\" && ls \"${CONTEXT_TEMP}\"\n        env:\n          \
         CONTEXT_WORKSPACE: ${{ github.workspace }}\n          CONTEXT_TEMP: ${{ runner.temp }}\n",
    );
    assert_eq!(program.read(WORKFLOW), expected);
}

#[test]
fn jobs_get_the_permissions_that_their_steps_are_known_to_need() {
    let workflow = |top: &str, deploy: &str, tag: &str| {
        format!(
            "on: push\n{top}jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{{run: make}}]\n  deploy:\n    runs-on: ubuntu-latest\n\
             {deploy}    steps:\n      - uses: actions/deploy-pages@v4\n  tag:\n    runs-on: ubuntu-latest\n{tag}    env:\n      \
             GH_TOKEN: ${{{{ github.token }}}}\n    steps:\n      - run: gh release create v1\n"
        )
    };
    let program = Program::new().file(WORKFLOW, workflow("", "", ""));
    program.run(&["lint", "--fix", "all", "--select", "permissions-missing-workflow,permission-missing"]);
    let expected = workflow(
        "permissions:\n  contents: read\n",
        "    permissions:\n      contents: read\n      id-token: write # actions/deploy-pages\n      pages: write # actions/deploy-pages\n",
        "    permissions:\n      contents: write # gh release create\n",
    );
    assert_eq!(program.read(WORKFLOW), expected);
}

#[test]
fn the_token_is_only_narrowed_where_all_its_uses_are_known() {
    let workflow = |top: &str, job: &str, steps: &str| {
        format!("on: push\n{top}jobs:\n  a:\n    runs-on: ubuntu-latest\n{job}    steps:\n{steps}")
    };
    let read = "permissions:\n  contents: read\n";
    let needs = |lines: &[&str]| format!("    permissions:\n{}\n", lines.join("\n"));
    let checkout = "      - uses: actions/checkout@v6\n";
    let stale = needs(&[
        "      contents: read",
        "      actions: write # actions/stale",
        "      issues: write # actions/stale",
        "      pull-requests: write # actions/stale",
    ]);
    let pushed = needs(&["      contents: write # git push"]);
    for (steps, job) in [
        ("      - uses: actions/stale@v9\n".to_owned(), Some(stale.as_str())),
        ("      - uses: actions/stale@v9\n        with: {repo-token: '${{ secrets.BOT }}'}\n".to_owned(), Some("")),
        (format!("{checkout}      - run: git push --force origin tip\n"), Some(pushed.as_str())),
        (format!("{checkout}      - run: git -C docs push\n"), Some(pushed.as_str())),
        (format!("{checkout}      - run: git stash push\n"), Some("")),
        (format!("{checkout}      - run: git push https://x:$TOKEN@github.com/a/b\n"), Some("")),
        (format!("{checkout}      - run: git clone git@github.com:a/b.git && cd b && git push\n"), Some("")),
        (format!("{checkout}      - run: git push $REMOTE\n"), None),
        (
            "      - uses: docker/login-action@v3\n        with: {username: a, password: '${{ secrets.HUB }}'}\n"
                .to_owned(),
            Some(""),
        ),
        (
            "      - uses: actions/github-script@v8\n        with: {script: 'github.rest.pulls.merge({})'}\n"
                .to_owned(),
            None,
        ),
        ("      - uses: superbrothers/close-pull-request@v3\n".to_owned(), None),
        ("      - uses: ./setup\n".to_owned(), None),
        ("      - run: ./release\n        env: {GITHUB_TOKEN: '${{ github.token }}'}\n".to_owned(), None),
        (
            "      - run: gh release view x && cosign sign a\n        env: {GH_TOKEN: '${{ github.token }}'}\n"
                .to_owned(),
            None,
        ),
        ("      - run: gh api x && gh pr merge 1\n        env: {GH_TOKEN: '${{ github.token }}'}\n".to_owned(), None),
    ] {
        let program = Program::new().file(WORKFLOW, workflow("", "", &steps));
        program.run(&["lint", "--fix", "all", "--select", "permissions-missing-workflow"]);
        let expected = job.map_or_else(|| workflow("", "", &steps), |job| workflow(read, job, &steps));
        assert_eq!(program.read(WORKFLOW), expected, "{steps}");
    }
}

#[test]
fn a_checkout_keeps_the_token_for_what_pushes_with_it() {
    let workflow = |input: &str, rest: &str| {
        format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n{input}{rest}"
        )
    };
    let input = "        with:\n          persist-credentials: false\n";
    for (rest, is_fixed) in [
        ("      - run: git push\n", false),
        ("      - uses: stefanzweifel/git-auto-commit-action@v6\n", false),
        ("      - uses: EndBug/add-and-commit@v9\n", false),
        ("      - uses: terraform-docs/gh-actions@v1\n        with: {git-push: true}\n", false),
        ("      - uses: terraform-docs/gh-actions@v1\n", true),
        ("      - run: git stash push\n", true),
    ] {
        let program = Program::new().file(WORKFLOW, workflow("", rest));
        let ran = program.run(&["lint", "--fix", "all", "--select", "persist-credentials"]);
        assert_eq!(program.read(WORKFLOW), workflow(if is_fixed { input } else { "" }, rest));
        assert_eq!(ran.stdout.contains("needs it: set `persist-credentials: true`"), !is_fixed, "{}", ran.stdout);
    }
}

#[test]
fn comments_of_what_stands_before_stay_with_it() {
    let program = Program::new().file(
        ".github/dependabot.yml",
        "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n    schedule: {interval: daily}\n    groups:\n      a:\n        patterns:\n          \
         - x\n          # - y\n        # Of the group.\n\n  # Of the next.\n  - package-ecosystem: docker\n    directory: /\n    schedule:\n      interval: daily\n    \
         # Beside the keys.\n    open-pull-requests-limit: 3\n",
    );
    program.run(&["lint", "--fix", "all", "--select", "dependabot-cooldown", "--persona", "auditor"]);
    let text = program.read(".github/dependabot.yml");
    assert!(
        text.contains("        # Of the group.\n    cooldown:\n      default-days: 7\n\n  # Of the next."),
        "{text}"
    );
    assert!(text.ends_with("    open-pull-requests-limit: 3\n    cooldown:\n      default-days: 7\n"), "{text}");
}
