//! What the rules about scripts say, for each shell and each way to name it.

use serde_json::Value;

use crate::support::program::Program;

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// The rules that read scripts themselves.
const RULES: &str = "missing-pipefail,heredoc-unterminated,misnamed-github-file,unquoted-github-file";

/// Lints a job of one script for the pedantic: rule, persona and the text that is marked.
fn lint(job: &str, step: &str, script: &str) -> String {
    let lines = script.replace('\n', "\n          ");
    let text =
        format!("on: push\njobs:\n  a:\n    {job}\n    steps:\n      - run: |\n          {lines}\n        {step}\n");
    let program = Program::new().file(WORKFLOW, &text);
    let arguments = ["lint", "--format", "json", "--persona", "pedantic", "--shellcheck", "off", "--select", RULES];
    let ran = program.run(&arguments);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
    let told = |finding: &Value| {
        let place = |end: &str, key: &str| usize::try_from(finding[end][key].as_u64().unwrap()).unwrap();
        let line = text.lines().nth(place("start", "line") - 1).unwrap();
        let marked: String = line.chars().take(place("end", "column") - 1).skip(place("start", "column") - 1).collect();
        format!("{} {} {marked}", finding["rule"].as_str().unwrap(), finding["persona"].as_str().unwrap())
    };
    report["findings"].as_array().unwrap().iter().map(told).collect::<Vec<_>>().join("; ")
}

const LINUX: &str = "runs-on: ubuntu-latest";
const WINDOWS: &str = "runs-on: windows-latest";

#[test]
fn a_pipe_matters_where_it_hides_a_check() {
    let hidden = "missing-pipefail regular cargo test";
    let minor = "missing-pipefail pedantic cargo test";
    for (step, script, expected) in [
        ("", "cargo test | tee log", hidden),
        ("", "cargo test 2>&1 | tee log", hidden),
        ("", "sudo make all | tee log", "missing-pipefail regular sudo make all"),
        ("", "cargo test | cat | tee log", hidden),
        ("", "cargo test | grep ok", minor),
        ("", "cargo test | tee log\ngrep -q FAILED log && exit 1", minor),
        ("", "./own.sh | tee log", "missing-pipefail pedantic ./own.sh"),
        ("", "cat x | grep y; echo z | tee w", ""),
        ("", "set -o pipefail\ncargo test | tee log", ""),
        ("", "set +e\ncargo test | tee log", ""),
        ("", "cargo test | tee log\nexit ${PIPESTATUS[0]}", ""),
        ("", "cargo test | tee log || true", ""),
        ("", "if cargo test | tee log; then a; fi", ""),
        ("", "cargo --version | tee log", ""),
        ("shell: bash", "cargo test | tee log", ""),
        ("shell: sh", "cargo test | tee log", hidden),
        ("shell: bash -e {0}", "cargo test | tee log", hidden),
        ("shell: bash {0}", "cargo test | tee log", ""),
        ("shell: bash {0}", "set -e\ncargo test | tee log", hidden),
        ("shell: pwsh", "cargo test | tee log", ""),
        ("continue-on-error: true", "cargo test | tee log", ""),
    ] {
        assert_eq!(lint(LINUX, step, script), expected, "{step} {script}");
    }
    assert_eq!(lint(WINDOWS, "", "cargo test | tee log"), "");
    assert_eq!(lint("runs-on: [self-hosted]", "", "cargo test | tee log"), "");
}

#[test]
fn a_heredoc_ends_in_the_first_column_of_the_script() {
    let open = "heredoc-unterminated regular EOF";
    for (script, expected) in [
        ("cat <<EOF\na\nEOF", ""),
        ("cat <<-EOF\n\ta\n\tEOF", ""),
        ("if a; then\n  cat <<EOF\n  b\n  EOF\nfi", open),
        ("if a; then\n  cat <<-EOF\n  b\n  EOF\nfi", open),
        ("if a; then\n  cat <<EOF\n  b\nEOF\nfi", ""),
        ("cat <<EOF\na\nEOF # the end", open),
        ("cat <<'EOF'\nit's\nEOF\ncat <<< x; echo $((1 << 2))", ""),
        ("python -c '1 << 2\n'\necho \"a << b\"", ""),
        ("x=$(cat <<EOF\na\nEOF\n)", ""),
        ("cat <<EOF | sed 's/a/b/' >> \"$GITHUB_ENV\"\na ${{ github.sha }}\nEOF", ""),
    ] {
        assert_eq!(lint(LINUX, "", script), expected, "{script}");
    }
    assert_eq!(lint(LINUX, "shell: pwsh", "cat <<EOF"), "");
    assert_eq!(lint(LINUX, "shell: python", "print(1 << a)"), "");
}

#[test]
fn each_shell_names_the_files_of_the_runner_in_its_own_way() {
    let misnamed = |text: &str| format!("misnamed-github-file regular {text}");
    let unquoted = |text: &str| format!("unquoted-github-file pedantic {text}");
    for (job, step, script, expected) in [
        (LINUX, "", "echo a=1 >> $GITHUB_OUTPUT", unquoted("$GITHUB_OUTPUT")),
        (LINUX, "", "echo a=1 >> ${GITHUB_OUTPUT}", unquoted("${GITHUB_OUTPUT}")),
        (LINUX, "", "echo a=1 >> \"$GITHUB_OUTPUT\"", String::new()),
        (LINUX, "", "{ echo a=1; } >> $GITHUB_ENV", unquoted("$GITHUB_ENV")),
        (LINUX, "", "[[ -s $GITHUB_ENV ]]; echo > $OTHER", String::new()),
        (LINUX, "", "echo a=1 >> $env:GITHUB_OUTPUT", misnamed("$env:GITHUB_OUTPUT")),
        (LINUX, "shell: sh", "echo a=1 >> %GITHUB_OUTPUT%", misnamed("%GITHUB_OUTPUT%")),
        (LINUX, "shell: pwsh", "echo a=1 >> $GITHUB_OUTPUT", misnamed("$GITHUB_OUTPUT")),
        (LINUX, "shell: pwsh", "echo a=1 >> $env:GITHUB_OUTPUT", String::new()),
        (WINDOWS, "", "echo a=1 >> $GITHUB_OUTPUT", misnamed("$GITHUB_OUTPUT")),
        (WINDOWS, "shell: bash", "echo a=1 >> \"$GITHUB_OUTPUT\"", String::new()),
        (WINDOWS, "shell: cmd", "echo a=1>> $GITHUB_OUTPUT", misnamed("$GITHUB_OUTPUT")),
        (WINDOWS, "shell: cmd", "echo a=1>> %GITHUB_OUTPUT%", String::new()),
        ("runs-on: '${{ matrix.os }}'", "", "echo a=1 >> $GITHUB_OUTPUT", String::new()),
    ] {
        assert_eq!(lint(job, step, script), expected, "{job} {step} {script}");
    }
}
