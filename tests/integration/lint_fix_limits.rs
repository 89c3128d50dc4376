//! Where a fix or a help would be a guess: what `plimsoll lint` offers no fix for, and what it says instead.

use crate::support::program::Program;

const WORKFLOW: &str = ".github/workflows/ci.yml";
const ACTION: &str = "name: a\ndescription: A\nruns: {using: composite, steps: [{run: make, shell: bash}]}\n";

/// Mends all that can be mended of some rules, and returns the workflow.
fn mended(program: Program, rules: &str) -> String {
    let program = program
        .file(".github/actions/a/action.yml", ACTION)
        .file("lib/action.yml", ACTION.replace("name: a", "name: b"));
    program.run(&["lint", "--fix", "all", "--select", rules, "--persona", "auditor", "--no-config"]);
    program.read(WORKFLOW)
}

/// Returns what is said to do about a workflow, in the order of the places.
fn helps(workflow: &str, rule: &str, persona: &str) -> Vec<String> {
    let program = Program::new().file(WORKFLOW, workflow);
    let ran =
        program.run(&["lint", "--format", "json", "--select", rule, "--persona", persona, "--no-config", WORKFLOW]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let found = report["findings"].as_array().unwrap().iter();
    found.map(|finding| finding["help"].as_str().unwrap_or_default().to_owned()).collect()
}

fn job(lines: &str) -> String {
    format!("on: push\npermissions: {{}}\njobs:\n  a:\n{lines}")
}

#[test]
fn a_condition_that_is_asked_for_the_first_time_wants_a_look() {
    let workflow = job(
        "    if: github.ref == 'x' || ${{ github.actor == 'y' }}\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n",
    );
    let program = Program::new().file(WORKFLOW, &workflow);
    program.run(&["lint", "--fix=safe", "--select", "if-always-true"]);
    assert_eq!(program.read(WORKFLOW), workflow);
    assert!(mended(program, "if-always-true").contains("if: github.ref == 'x' || (github.actor == 'y')\n"));
}

#[test]
fn only_the_workflows_own_actions_are_named_by_its_commit() {
    let with = |before: &str, uses: &str| {
        job(&format!("    runs-on: ubuntu-latest\n    steps:\n{before}      - uses: {uses}\n"))
    };
    let checkout = |with: &str| format!("      - uses: actions/checkout@v6\n        with: {{{with}}}\n");
    for (before, uses, is_named) in [
        (checkout("fetch-depth: 0"), "./.github/actions/a", true),
        (checkout("fetch-depth: 0"), "./lib", true),
        (String::new(), "./.github/actions/a", true),
        ("      - run: make && git fetch\n".to_owned(), "./lib", true),
        (checkout("path: test"), "./test", false),
        (checkout("path: lib"), "./lib", false),
        (checkout("repository: a/b"), "./lib", false),
        (checkout("ref: v1"), "./lib", false),
        (checkout("fetch-depth: 0"), "./made", false),
        ("      - run: git switch other\n".to_owned(), "./lib", false),
    ] {
        let workflow = with(&before, uses);
        let expected = if is_named { workflow.replace("uses: ./", "uses: $/") } else { workflow.clone() };
        assert_eq!(mended(Program::new().file(WORKFLOW, &workflow), "self-repository-syntax"), expected);
    }
}

/// Mends a script of one line in a job with variables and a matrix, and returns it.
fn script(line: &str) -> String {
    let workflow = format!(
        "on:\n  pull_request:\n  workflow_call: {{inputs: {{flags: {{type: string}}, strict: {{type: boolean}}}}}}\n\
         permissions: {{}}\nenv:\n  OPTIONS: -a -b\n  NOTHING: ''\n  FILES: '*.txt'\n  NAME: a/b-1.0\n  SET: a\n  SAME: ${{{{ env.NAME }}}}\n  \
         PREFIXED: x-${{{{ github.sha }}}}\n  FROM_OUTSIDE: ${{{{ inputs.flags }}}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      \
         matrix:\n        os: [x, y]\n        args: ['', --all]\n        pair: [{{a: b, c: d e}}]\n        include: [{{os: x, some: z}}]\n    \
         steps:\n      - run: echo \"SET=$(make)\" >> \"$GITHUB_ENV\"\n      - run: {line}\n"
    );
    let mended = mended(Program::new().file(WORKFLOW, workflow), "template-injection");
    let line = mended.lines().find_map(|line| line.strip_prefix("      - run: m "));
    line.unwrap_or_default().to_owned()
}

#[test]
fn what_may_be_several_words_or_none_is_not_put_in_quotes() {
    for (expression, variable) in [
        ("env.NAME", "NAME"),
        ("env.SAME", "SAME"),
        ("env.PREFIXED", "PREFIXED"),
        ("matrix.os", "MATRIX_OS"),
        ("matrix.pair.a", "PAIR_A"),
        ("github.sha", "GITHUB_SHA"),
        ("runner.os", "RUNNER_OS"),
    ] {
        assert_eq!(script(&format!("m ${{{{ {expression} }}}} x")), format!("\"${{{variable}}}\" x"));
    }
    for expression in [
        "env.OPTIONS",
        "env.NOTHING",
        "env.FILES",
        "env.SET",
        "env.FROM_OUTSIDE",
        "env.ABSENT",
        "matrix.args",
        "matrix.some",
        "matrix.pair.c",
        "inputs.flags",
        "inputs.strict",
        "steps.a.outputs.b",
        "secrets.A",
        "github.head_ref",
        "github.event.pull_request.title",
    ] {
        let line = format!("${{{{ {expression} }}}} x");
        assert_eq!(script(&format!("m {line}")), line);
    }
    // Part of a word is one with quotes and without, unless it is split.
    assert_eq!(script("m -x=${{ matrix.args }}"), "-x=\"${MATRIX_ARGS}\"");
    assert_eq!(script("m -x${{ inputs.flags }}"), "-x\"${INPUTS_FLAGS}\"");
    assert_eq!(script("m -x${{ env.OPTIONS }}"), "-x${{ env.OPTIONS }}");
    assert_eq!(script("m ${{ env.NOTHING }}${{ env.OPTIONS }}"), "${{ env.NOTHING }}${{ env.OPTIONS }}");
    assert_eq!(script("m \"${{ env.OPTIONS }}\""), "\"${OPTIONS}\"");
}

#[test]
fn what_every_start_brings_is_one_value() {
    let with = |events: &str, line: &str| {
        let text = job(&format!("    runs-on: ubuntu-latest\n    steps:\n      - run: {line}\n"));
        let mended = mended(Program::new().file(WORKFLOW, text.replace("on: push", events)), "template-injection");
        mended.lines().find_map(|line| line.strip_prefix("      - run: ")).unwrap_or_default().to_owned()
    };
    assert_eq!(with("on: pull_request", "m ${{ github.head_ref }}"), "m \"${GITHUB_HEAD_REF}\"");
    assert_eq!(with("on: [issues, issue_comment]", "m ${{ github.event.issue.title }}"), "m \"${ISSUE_TITLE}\"");
    for events in ["on: [pull_request, push]", "on: workflow_call"] {
        assert_eq!(with(events, "m ${{ github.head_ref }}"), "m ${{ github.head_ref }}");
        let line = "m ${{ github.event.pull_request.title }}";
        assert_eq!(with(events, line), line);
    }
}

#[test]
fn every_shell_reads_variables_its_own_way() {
    let of = |runs_on: &str, step: &str| {
        let text = job(&format!("    runs-on: {runs_on}\n    steps:\n      - {step}\n"));
        let text = text.replace("on: push", "on: issues");
        helps(&text, "template-injection", "auditor").concat()
    };
    let title = "run: 'm \"${{ github.event.issue.title }}\"'";
    let set = "set `ISSUE_TITLE: ${{ github.event.issue.title }}` under the step's `env` and ";
    for (runs_on, shell, reading) in [
        ("ubuntu-latest", "", "read `\"$ISSUE_TITLE\"`"),
        ("windows-latest", "", "read `$env:ISSUE_TITLE`"),
        ("ubuntu-latest", "\n        shell: pwsh", "read `$env:ISSUE_TITLE`"),
        ("ubuntu-latest", "\n        shell: python", "read `os.environ[\"ISSUE_TITLE\"]`"),
        ("windows-latest", "\n        shell: cmd", "read `$env:ISSUE_TITLE` with `shell: pwsh`"),
        (
            "'${{ vars.RUNNER }}'",
            "",
            "read the variable `ISSUE_TITLE`: `$env:ISSUE_TITLE` in PowerShell, `\"$ISSUE_TITLE\"` in bash",
        ),
    ] {
        assert_eq!(of(runs_on, &format!("{title}{shell}")), format!("{set}{reading}"));
    }
    let ssh = "uses: appleboy/ssh-action@v1\n        with: {script: 'm \"${{ github.event.issue.title }}\"'}";
    let elsewhere =
        "read `\"$ISSUE_TITLE\"`, with `envs: ISSUE_TITLE` beside the script, which takes it to the other host";
    assert_eq!(of("ubuntu-latest", ssh), format!("{set}{elsewhere}"));
    let other = ssh.replace("appleboy/ssh-action", "cross-the-world/ssh-pipeline");
    assert!(of("ubuntu-latest", &other).ends_with("the other host has no variables of the step"));
}

#[test]
fn the_whole_expression_is_what_a_variable_is_set_to() {
    let of = |expression: &str| {
        let line = format!("    runs-on: ubuntu-latest\n    steps: [{{run: 'm \"${{{{ {expression} }}}}\"'}}]\n");
        helps(&job(&line), "template-injection", "pedantic").concat()
    };
    let set = |variable: &str, expression: &str| {
        format!("set `{variable}: ${{{{ {expression} }}}}` under the step's `env` and read `\"${variable}\"`")
    };
    for (expression, variable) in [
        ("env[matrix.x]", "VALUE"),
        ("matrix.builds[0]", "BUILDS_0"),
        ("toJSON(needs)", "VALUE"),
        ("matrix.a && 1 || matrix.b.c", "B_C"),
    ] {
        assert_eq!(of(expression), set(variable, expression));
    }
    assert_eq!(of("env.NAME"), "read `\"$NAME\"`, which has the same value");
    let long = format!("toJSON(needs) || '{}'", "x".repeat(80));
    assert!(of(&long.replace('\'', "''")).starts_with("set `VALUE` to the expression under"));
}

#[test]
fn quotes_are_not_advised_where_they_change_the_words() {
    let of = |line: &str| {
        let text = job(&format!(
            "    runs-on: ubuntu-latest\n    env: {{FLAGS: -a -b, MAYBE: ''}}\n    steps: [{{run: 'm {line}'}}]\n"
        ));
        helps(&text, "template-injection", "pedantic").concat()
    };
    let unknown = of("${{ vars.FLAGS }}");
    assert!(
        unknown.ends_with("read `\"$FLAGS\"`, without the quotes if it is to be split or may be empty"),
        "{unknown}"
    );
    assert!(of("-x=${{ vars.FLAGS }}").ends_with("read `\"$FLAGS\"`"));
    assert!(of("\"${{ vars.FLAGS }}\"").ends_with("read `\"$FLAGS\"`"));
}

#[test]
fn an_input_that_is_named_a_command_is_there_to_be_run() {
    let action = |input: &str| {
        format!(
            "name: a\ndescription: A\ninputs: {{{input}: {{description: x}}}}\nruns:\n  using: composite\n  steps:\n    \
             - run: ${{{{ inputs.{input} }}}}\n      shell: bash\n"
        )
    };
    let found = |input: &str, persona: &str| {
        let program = Program::new().file("action.yml", action(input));
        let options = ["--select", "template-injection", "--no-config", "--persona", persona, "--format", "json"];
        let ran = program.run(&[&["lint"], options.as_slice()].concat());
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["severity"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for input in ["command", "build-script", "run"] {
        assert_eq!(found(input, "regular"), Vec::<String>::new());
        assert_eq!(found(input, "pedantic"), ["info"]);
    }
    for input in ["version", "script-path", "dry-run", "args"] {
        assert_eq!(found(input, "regular"), ["warning"]);
    }
}

#[test]
fn what_is_meant_to_be_missing_or_off_is_only_a_notice() {
    let of = |lines: &str, rules: &str| {
        let text = job(&format!(
            "{lines}    runs-on: ubuntu-latest\n    strategy: {{matrix: {{php: [a], platform: [{{target: x}}]}}}}\n    steps: [{{run: make}}]\n"
        ));
        let ran =
            Program::new().file(WORKFLOW, text).run(&["lint", "--format", "json", "--select", rules, "--no-config"]);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let said =
            findings.map(|finding| (finding["severity"].as_str().unwrap(), finding["notes"].as_array().unwrap()));
        said.map(|(severity, notes)| {
            [severity, notes.first().and_then(|note| note.as_str()).unwrap_or_default()].join(" ")
        })
        .collect::<Vec<_>>()
        .concat()
    };
    let rules = "unknown-matrix-key,unknown-property";
    for (expression, severity) in [
        ("matrix.extensions || env.DEFAULT", "info "),
        ("matrix.php && matrix.flavor || 'x'", "info "),
        ("matrix.platform.toolchain || null", "info "),
        ("matrix.phpp || 'x'", "warning "),
        ("matrix.platform.targt || 'x'", "warning "),
        ("matrix.extensions", "warning "),
        ("matrix.flavor == 'x' || github.ref == 'y'", "warning "),
        ("matrix.php || matrix.flavor", "warning "),
    ] {
        let said = of(&format!("    env: {{A: \"${{{{ {expression} }}}}\"}}\n"), rules);
        assert!(said.starts_with(severity), "{expression}: {said}");
    }
    for (condition, said) in [
        ("false", "info "),
        ("false && github.ref == 'x'", "info `false` decides alone"),
        ("1 == 2", "warning "),
        ("true", "warning "),
        ("github.ref == 'x' || 1 == 1", "warning `1 == 1` decides alone"),
        (
            "github.ref == 'x' || 'y'",
            "warning a part of it decides alone, since a text that is not empty counts as true",
        ),
    ] {
        assert_eq!(of(&format!("    if: {condition}\n"), "if-constant"), said);
    }
}

#[test]
fn a_push_needs_only_the_checkout_that_it_works_in() {
    const KEEP: &str = "`git push` needs it: set `persist-credentials: true` to say so";
    const ASK: &str = "if `git push` uses it, set `persist-credentials: true` to say so, and else `false`";
    const DROP: &str = "set `persist-credentials: false` under `with`";
    let checkout = |path: &str| format!("      - uses: actions/checkout@v6\n        with:\n          path: {path}\n");
    let two = format!("{}{}", checkout("a"), checkout("./b/"));
    let root = "      - uses: actions/checkout@v6\n".to_owned();
    let run = |script: &str| format!("      - run: {script}\n");
    let script =
        |script: &str| format!("      - uses: actions/github-script@v8\n        with: {{script: \"{script}\"}}\n");
    for (checkouts, rest, expected) in [
        (&two, run("git push\n        working-directory: b"), vec![DROP, KEEP]),
        (&two, run("cd b && git push"), vec![DROP, KEEP]),
        (&two, run("git -C ${{ github.workspace }}/a push origin main"), vec![KEEP, DROP]),
        (&two, run("(cd a && make) && cd b && git push"), vec![DROP, KEEP]),
        (&two, run("git -C made push"), vec![ASK, ASK]),
        (&two, run("cd $DIR && git push"), vec![ASK, ASK]),
        (&root, run("cd docs && git push"), vec![KEEP]),
        (&root, run("git push https://github.com/a/b HEAD"), vec![KEEP]),
        (&root, run("git push https://x-access-token:${TOKEN}@github.com/a/b"), vec![DROP]),
        (&root, run("git remote set-url origin git@github.com:a/b.git && git push"), vec![DROP]),
        (&root, run("git clone git@github.com:a/b.git && cd b && git push"), vec![DROP]),
        (&root, run("git clone $URL pages\n      - run: git push\n        working-directory: pages"), vec![DROP]),
        (&root, run("git worktree add pages && cd pages && git push"), vec![KEEP]),
        (&root, run("gh auth setup-git && git push"), vec![ASK]),
        (&root, run("git push fork"), vec![ASK]),
        (&root, script("await exec.exec(`git push --force origin`)"), vec![ASK]),
        (&root, script("runGit(['push', 'origin'])"), vec![ASK]),
        (&root, script("labels.push('git')"), vec![DROP]),
    ] {
        let workflow = job(&format!("    runs-on: ubuntu-latest\n    steps:\n{checkouts}{rest}"));
        assert_eq!(helps(&workflow, "persist-credentials", "regular"), expected, "{rest}");
        let mended = mended(Program::new().file(WORKFLOW, &workflow), "persist-credentials");
        let left_alone = expected.iter().filter(|help| **help != DROP).count();
        assert_eq!(mended.matches("persist-credentials: false").count(), expected.len() - left_alone, "{rest}");
    }
}
