//! `plimsoll score`: what CI checks, caches and hands on, each beside what only looks like it.

use crate::score::{card, of, with, workflow};

/// Writes scripts as steps.
fn steps(scripts: &[&str]) -> String {
    let step = |script: &&str| {
        let lines: Vec<&str> = script.lines().collect();
        format!("      - run: |\n          {}\n", lines.join("\n          "))
    };
    scripts.iter().map(step).collect()
}

#[test]
fn a_formatter_that_writes_is_a_check_where_a_difference_fails() {
    for (scripts, expected) in [
        (&["cargo fmt", "git diff --exit-code"][..], "present"),
        (&["go fmt ./... && git diff --exit-code"], "present"),
        (&["find . -name '*.c' | xargs clang-format-18 -i", "git diff --quiet"], "present"),
        (&["black .", "if ! git diff --quiet; then\n  echo no\n  exit 1\nfi"], "present"),
        (&["gofmt -w .", "if [[ $(git diff --stat) != '' ]]; then\n  git diff\n  exit 1\nfi"], "present"),
        (&["ruff format .", "test -z \"$(git status --porcelain)\""], "present"),
        (&["make fmt", "changes=$(git status --porcelain)\nif [ -n \"$changes\" ]; then exit 1; fi"], "present"),
        (&["npx prettier --write .", "git diff --exit-code || (echo no; exit 1)"], "present"),
        (&["cargo fmt"], "missing"),
        (&["git diff --exit-code", "cargo fmt"], "missing"),
        (&["cargo fmt", "git diff"], "missing"),
        (&["cargo fmt", "git diff --exit-code || true"], "missing"),
        (&["cargo fmt", "git diff --exit-code Cargo.lock"], "missing"),
        (&["cargo fmt", "git commit -am x", "git diff --exit-code"], "missing"),
        (&["cargo fmt", "if git diff --quiet; then echo same; fi"], "missing"),
        (&["cargo fmt", "if [ -n \"$(git status --porcelain)\" ]; then echo changed; fi"], "missing"),
        (&["cargo generate", "git diff --exit-code"], "missing"),
        (&["echo cargo fmt", "git diff --exit-code"], "missing"),
    ] {
        let make = ("Makefile", "fmt:\n\tgofmt -w .\n");
        for id in ["format-check", "fast-checks-first"] {
            assert_eq!(with(&steps(scripts), &[make], id), expected, "{id}: {scripts:?}");
        }
    }
}

#[test]
fn a_check_may_wait_for_what_neither_builds_nor_tests() {
    for (first, expected) in [
        ("runs-on: x\n    steps:\n      - run: . versions.env && echo go=$GO >> $GITHUB_OUTPUT", "present"),
        ("runs-on: x\n    steps:\n      - run: go build ./...", "partial"),
        ("runs-on: x\n    steps:\n      - run: docker build .", "partial"),
        ("uses: octo/shared/.github/workflows/prepare.yml@v1", "partial"),
    ] {
        let workflow = format!(
            "on: pull_request\njobs:\n  first:\n    {first}\n  second:\n    needs: first\n    runs-on: x\n    steps:\n      - run: true\n  \
             lint:\n    needs: second\n    runs-on: x\n    steps:\n      - run: golangci-lint run\n"
        );
        assert_eq!(of(&[(".github/workflows/ci.yml", &workflow)], "fast-checks-first"), expected, "{first}");
    }
}

#[test]
fn results_are_for_when_tests_have_failed() {
    for (condition, tests, expected) in [
        ("always()", "go test ./...", "present"),
        ("${{ !cancelled() }}", "go test ./...", "present"),
        ("success() || failure()", "go test ./...", "present"),
        ("github.event_name == 'pull_request'", "go test ./...", "partial"),
        ("true", "go test ./...", "partial"),
        ("true", "go test ./... || true", "present"),
        ("true", "./download-results", "present"),
    ] {
        let steps = format!(
            "      - run: {tests}\n      - uses: test-summary/action@v2\n        if: \"{condition}\"\n        with: {{paths: x.xml}}\n"
        );
        assert_eq!(with(&steps, &[], "test-reports"), expected, "{condition}: {tests}");
    }
}

#[test]
fn linters_check_the_format_where_they_are_told_to() {
    let eslint =
        |command: &str, config: &str| with(&steps(&[command]), &[("eslint.config.mjs", config)], "format-check");
    let rule = "export default [{rules: {\n  'prettier/prettier': 'error',\n}}]\n";
    assert_eq!(eslint("npx eslint .", rule), "present");
    assert_eq!(eslint("npx eslint . || true", rule), "missing");
    assert_eq!(eslint("npx eslint .", &rule.replace("'error'", "'off'")), "missing");
    assert_eq!(eslint("npx eslint .", &rule.replace("  'prettier", "  // 'prettier")), "missing");
    assert_eq!(eslint("npx tsc", rule), "missing");
    assert_eq!(with(&steps(&["vendor/bin/phpcs"]), &[], "format-check"), "present");
}

#[test]
fn an_action_that_runs_itself_is_tested() {
    let action = ("action.yml", "name: a\ndescription: b\nruns: {using: node24, main: dist/index.js}\n");
    let own = "      - uses: actions/checkout@v4\n      - uses: ./\n";
    let inside = "      - {uses: actions/checkout@v4, with: {path: own}}\n      - uses: ./own\n";
    let foreign =
        "      - {uses: actions/checkout@v4, with: {path: own, repository: octo/other}}\n      - uses: ./own\n";
    for (on, steps, files, expected) in [
        ("pull_request", own, &[action][..], "present"),
        ("pull_request", inside, &[action], "present"),
        ("pull_request", foreign, &[action], "missing"),
        ("pull_request", own, &[("a/action.yml", action.1)], "missing"),
        ("release", own, &[action], "missing"),
        ("pull_request", "      - {uses: ./, if: false}\n", &[action], "missing"),
        ("pull_request", "      - {uses: ./, continue-on-error: true}\n", &[action], "partial"),
    ] {
        let ci = workflow(on, steps);
        let files = [files, &[(".github/workflows/ci.yml", ci.as_str())]].concat();
        assert_eq!(of(&files, "integration-tests"), expected, "{on} {steps}");
    }
    let matrix = |input: &str| {
        let ci = format!(
            "on: pull_request\njobs:\n  a:\n    strategy: {{matrix: {{tool: [v1.2, edge]}}}}\n    steps:\n      - {{uses: x/setup@v1, with: {{{input}: '${{{{ matrix.tool }}}}'}}}}\n      - uses: ./\n"
        );
        of(&[action, (".github/workflows/ci.yml", &ci)], "multi-platform")
    };
    assert_eq!([matrix("version"), matrix("tag")], ["present", "missing"]);
}

#[test]
fn what_tests_run_beside_says_that_parts_are_tested_together() {
    let test = "vendor/bin/phpunit";
    for (scripts, expected) in [
        (&["sudo systemctl start mysql.service", test][..], "present"),
        (&["sudo service postgresql start", test], "present"),
        (&["sudo /etc/init.d/mysql start", test], "present"),
        (&[test, "sudo systemctl start mysql"], "missing"),
        (&["sudo systemctl stop mysql", test], "missing"),
        (&["sudo systemctl start docker", test], "missing"),
        (&["echo systemctl start mysql", test], "missing"),
        (&["docker compose up --exit-code-from e2e e2e"], "present"),
        (&["docker compose up --exit-code-from setup setup"], "missing"),
        (&["docker compose up -d e2e"], "missing"),
    ] {
        assert_eq!(with(&steps(scripts), &[], "integration-tests"), expected, "{scripts:?}");
    }
}

#[test]
fn classes_of_integration_tests_run_with_all_others() {
    let class = ("src/test/java/org/example/samples/MySqlIntegrationTests.java", "class A {}\n");
    for (command, expected) in [
        ("./mvnw -B verify", "present"),
        ("mvn test", "present"),
        ("./gradlew build", "present"),
        ("mvn verify -DskipTests", "missing"),
        ("mvn test -Dtest=UnitTest", "missing"),
        ("./gradlew build -x test", "missing"),
        ("mvn compile", "missing"),
    ] {
        assert_eq!(with(&steps(&[command]), &[class], "integration-tests"), expected, "{command}");
    }
    for path in ["src/main/java/a/IntegrationTests.java", "src/test/java/a/IntegrationTestSupport.java"] {
        assert_eq!(with(&steps(&["mvn verify"]), &[(path, "")], "integration-tests"), "missing", "{path}");
    }
}

#[test]
fn tests_by_their_tags_are_no_tests_of_units_beside_others() {
    let make = (
        "Makefile",
        "ASSETS?=\"$(shell $(TOOL) --dir=$(DIR) -p path)\"\ntest:\n\tASSETS=\"$(ASSETS)\" go test ./... --tags=unit\ne2e:\n\tgo test ./... --tags=e2e\n",
    );
    let ci = workflow("pull_request", &steps(&["make e2e", "make test"]));
    let found = card(&[make, (".github/workflows/ci.yml", &ci)]).to_string();
    assert!(found.contains("--tags=unit"), "{found}");
}

#[test]
fn a_caller_says_on_which_platforms_a_called_workflow_tests() {
    let called = "on: {workflow_call: {inputs: {platform: {type: string}}}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n";
    let calling = |inputs: &str| {
        let ci = format!(
            "on: pull_request\njobs:\n  a:\n    strategy: {{matrix: {{platform: [linux/amd64, linux/arm64]}}}}\n    uses: ./.github/workflows/called.yml\n    with: {{{inputs}}}\n"
        );
        of(&[(".github/workflows/ci.yml", &ci), (".github/workflows/called.yml", called)], "multi-platform")
    };
    assert_eq!(calling("platform: '${{ matrix.platform }}'"), "present");
    assert_eq!(calling("platform: linux/amd64"), "missing");
}

#[test]
fn caches_count_where_they_find_what_they_follow() {
    let checkout = "      - uses: actions/checkout@v4\n";
    let cache = "      - {uses: actions/cache@v4, with: {path: ~/.npm, key: \"npm-${{ hashFiles('**/package-lock.json') }}\"}}\n";
    let npm = [("package.json", "{\"scripts\": {\"test\": \"jest\"}}\n"), ("package-lock.json", "{}\n")];
    let tests = "      - run: npm ci && npx jest\n";
    let verdicts = |steps: String, files: &[(&str, &str)]| {
        [with(&steps, files, "dependency-cache"), with(&steps, files, "cache-key-lockfile")]
    };
    assert_eq!(verdicts(format!("{checkout}{cache}{tests}"), &npm), ["present", "present"]);
    assert_eq!(verdicts(format!("{cache}{checkout}{tests}"), &npm), ["missing", "missing"]);

    let go = |input: &str, path: &str| {
        let setup = format!("      - {{uses: actions/setup-go@v6, with: {{{input}}}}}\n");
        let files = [(path, "module a\n\nrequire b v1.0.0\n")];
        verdicts(format!("{checkout}{setup}      - run: go test ./...\n"), &files)
    };
    assert_eq!(go("go-version: stable", "go.mod"), ["present", "present"]);
    assert_eq!(go("go-version: stable", "src/a/go.mod"), ["missing", "n/a"]);
    assert_eq!(go("go-version: stable, cache-dependency-path: src/a/go.mod", "src/a/go.mod"), ["present", "present"]);

    let other = "      - {uses: actions/cache@v4, with: {path: /tmp/analysis, key: 'a-${{ github.run_id }}'}}\n";
    assert_eq!(verdicts(format!("{checkout}{cache}{other}{tests}"), &npm)[1], "present");
    let unkeyed = "      - {uses: actions/cache@v4, with: {path: ~/.npm, key: 'npm-${{ github.run_id }}'}}\n";
    assert_eq!(verdicts(format!("{checkout}{cache}{unkeyed}{tests}"), &npm)[1], "partial");

    let gradle = |cache: &str| {
        let setup = format!("      - {{uses: actions/setup-java@v4, with: {{cache: {cache}}}}}\n");
        verdicts(format!("{checkout}{setup}      - run: ./gradlew build\n"), &[("build.gradle", "")])[0].clone()
    };
    assert_eq!([gradle("gradle"), gradle("maven")], ["present", "missing"]);
}

#[test]
fn a_check_that_something_is_there_is_about_what_was_built() {
    for (scripts, expected) in [
        (&["cargo build", "test -f target/debug/a"][..], "present"),
        (&["cargo build", "if [ ! -f target/debug/a ]; then\n  echo no\n  exit 1\nfi"], "present"),
        (&["cargo build", "[ -f target/debug/a ] || exit 1"], "present"),
        (&["cargo build\nprogram=$(ls target/debug/a*)\ntest -f \"$program\""], "present"),
        (&["docker build --output=. .", "if [ ! -f a.apk ]; then exit 1; fi"], "present"),
        (&["test -f target/debug/a"], "n/a"),
        (&["test -f target/debug/a", "cargo build"], "n/a"),
        (&["cargo build", "test -x \"$PLUGINS/a\""], "n/a"),
        (&["cargo build", "test -f /etc/hosts"], "n/a"),
        (&["cargo build", "if [[ -f a.txt ]]; then\n  a=1\nelse\n  a=2\nfi\nif [[ -z $a ]]; then exit 1; fi"], "n/a"),
        (&["cargo build", "[ -f target/a ] && echo found\necho done"], "n/a"),
    ] {
        assert_eq!(with(&steps(scripts), &[], "artifact-verified"), expected, "{scripts:?}");
    }
}

#[test]
fn a_download_by_the_name_that_a_called_workflow_hands_out_is_handed_on() {
    let score = |uses: &str, name: &str| {
        let ci = format!(
            "on: push\njobs:\n  build:\n    steps:\n      - run: cargo build\n  made:\n    needs: build\n    uses: {uses}\n  use:\n    needs: [build, made]\n    steps:\n      - {{uses: actions/download-artifact@v4, with: {{name: '{name}'}}}}\n"
        );
        of(&[(".github/workflows/ci.yml", &ci)], "artifact-handoff")
    };
    let outside = "octo/other/.github/workflows/a.yml@v1";
    assert_eq!(score(outside, "${{ needs.made.outputs.name }}"), "present");
    assert_eq!(score(outside, "${{ needs.build.outputs.name }}"), "missing");
    assert_eq!(score(outside, "a"), "missing");
}

#[test]
fn reports_and_annotations_show_test_results() {
    let upload = |name: &str| {
        with(
            &format!("      - {{uses: actions/upload-artifact@v4, with: {{name: {name}, path: x}}}}\n"),
            &[],
            "test-reports",
        )
    };
    assert_eq!(
        [upload("playwright-report"), upload("allure-results"), upload("TestResults"), upload("report")],
        ["partial", "partial", "partial", "missing"]
    );
    let config = |text: &'static str| ("vitest.config.ts", text);
    let silent = config("export default {\n  test: {\n    reporters: 'dot',\n  },\n}\n");
    let manifest =
        ("package.json", "{\"scripts\": {\"unit\": \"vitest run\"}, \"devDependencies\": {\"vitest\": \"^1.2.0\"}}\n");
    for (command, files, expected) in [
        ("npx vitest run", &[][..], "present"),
        ("npx vitest run", &[config("export default {}\n")], "present"),
        ("npx vitest run", &[silent], "missing"),
        ("npx vitest run -c other.config.ts", &[silent], "missing"),
        ("npx vitest run --reporter=dot", &[], "missing"),
        ("npx vitest run --reporter=github-actions", &[silent], "present"),
        ("npm run unit", &[manifest], "missing"),
        ("docker run node npx vitest run", &[], "missing"),
        ("npx jest", &[], "missing"),
    ] {
        assert_eq!(with(&steps(&[command]), files, "test-reports"), expected, "{command} {files:?}");
    }
}

#[test]
fn only_what_new_commits_start_can_be_outdated() {
    let ci = "on: pull_request\nconcurrency: {group: a, cancel-in-progress: true}\njobs: {a: {steps: [{run: make}]}}\n";
    let closed = |types: &str| {
        let other =
            format!("on: {{pull_request_target: {{types: {types}}}}}\njobs: {{a: {{steps: [{{run: make}}]}}}}\n");
        of(&[(".github/workflows/ci.yml", ci), (".github/workflows/a.yml", &other)], "concurrency-control")
    };
    assert_eq!([closed("closed"), closed("[closed, opened]")], ["present", "partial"]);
}

#[test]
fn workflows_for_different_files_do_not_run_side_by_side() {
    let score = |one: &str, two: &str| {
        let text = |paths: &str| {
            format!("on: {{pull_request: {{paths: ['{paths}']}}}}\njobs: {{a: {{steps: [{{run: cargo test}}]}}}}\n")
        };
        of(&[(".github/workflows/a.yml", &text(one)), (".github/workflows/b.yml", &text(two))], "parallel-jobs")
    };
    assert_eq!([score("src/**", "**"), score("src/**", "docs/**")], ["present", "missing"]);
}

#[test]
fn images_are_tested_by_what_they_answer() {
    let image = ("Dockerfile", "FROM scratch\nCOPY a /a\n");
    let start = "docker build -t a .\ndocker run -d -p 80:80 a\n";
    let fail = "if [ \"$answer\" != ok ]; then\n  echo no\n  exit 1\nfi";
    for (script, expected) in [
        (format!("{start}answer=$(curl -s localhost || true)\n{fail}"), "present"),
        (format!("{start}answer=$(curl -s localhost || true)\n{}", fail.replace("exit 1", "exit 0")), "partial"),
        (format!("{start}answer=$(date)\n{fail}"), "partial"),
        (format!("answer=$(curl -s localhost)\n{fail}\n{start}"), "partial"),
    ] {
        assert_eq!(with(&steps(&[&script]), &[image], "image-tested"), expected, "{script}");
    }
    let deployed = |behind: &str| {
        let script = format!("skaffold run --default-repo=x\n{behind}");
        with(&steps(&[&script]), &[image], "image-tested")
    };
    let asks = format!("answer=$(kubectl logs -l app=a | grep ok)\n{fail}");
    assert_eq!(
        [deployed(&asks), deployed("npx playwright test"), deployed("echo ok")],
        ["present", "present", "missing"]
    );
}

#[test]
fn generated_descriptions_are_checked_too() {
    let check = |command: &str| with(&steps(&[command]), &[], "contract-tests");
    assert_eq!(check("python manage.py spectacular --fail-on-warn > /dev/null"), "present");
    assert_eq!(check("python manage.py spectacular --file schema.yml"), "n/a");
    assert_eq!(check("npx openapi-generator-cli validate -i openapi.json"), "present");
    assert_eq!(check("npx openapi-generator-cli generate -i openapi.json"), "n/a");
}
