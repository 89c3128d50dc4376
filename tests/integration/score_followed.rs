//! `plimsoll score`: what is called is followed to what it does, and no further.

use crate::score::{card, json, status};
use crate::support::program::Program;

fn program(files: &[(&str, &str)]) -> Program {
    files.iter().fold(Program::new(), |program, (path, text)| program.file(path, *text))
}

/// Scores a workflow of one job beside files, and returns a criterion's status and why.
fn with(steps: &str, files: &[(&str, &str)], id: &str) -> (String, String) {
    let workflow = format!("on: [push, pull_request]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}");
    status(&card(&[&[(".github/workflows/ci.yml", workflow.as_str())], files].concat()), id)
}

/// Returns what is shown of a criterion's places.
fn evidence(card: &serde_json::Value, id: &str) -> String {
    let criteria = card["categories"].as_array().unwrap().iter().flat_map(|it| it["criteria"].as_array().unwrap());
    criteria.into_iter().find(|criterion| criterion["id"] == id).unwrap()["evidence"].to_string()
}

#[test]
fn findings_count_from_the_repository_that_is_scored() {
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n";
    for marker in ["other/.git/HEAD", "other/README.md"] {
        let program = program(&[("other/.github/workflows/ci.yml", workflow), (marker, "x")]);
        let card = json(&program.run(&["score", "--format=json", "other"]));
        let criteria = card["categories"].as_array().unwrap().iter().flat_map(|it| it["criteria"].as_array().unwrap());
        let judged = criteria.into_iter().find(|it| it["id"] == "no-injection").unwrap();
        assert_eq!(judged["evidence"][0]["path"], ".github/workflows/ci.yml", "{marker}: {judged}");
    }
}

#[test]
fn scripts_of_a_folder_are_those_of_its_package() {
    let root = ("package.json", r#"{"scripts": {"docs": "pnpm --filter=./docs run build"}}"#);
    let docs = ("docs/package.json", r#"{"scripts": {"build": "vitepress build"}}"#);
    assert_eq!(with("      - run: pnpm docs\n", &[root, docs], "docs-check").0, "present");
    let other = ("docs/package.json", r#"{"scripts": {"build": "tsc"}}"#);
    assert_eq!(with("      - run: pnpm docs\n", &[root, other], "docs-check").0, "missing");
}

#[test]
fn names_with_versions_and_what_gets_its_arguments_from_elsewhere() {
    for (command, id, expected) in [
        ("php8.3 vendor/bin/phpunit", "unit-tests", "present"),
        ("php${{ matrix.php }} ./vendor/bin/phpunit", "unit-tests", "present"),
        ("git ls-files | xargs clang-format-19 --dry-run --Werror", "format-check", "present"),
        ("echo xargs clang-format --dry-run", "format-check", "missing"),
        ("support/mkdocs build", "docs-check", "missing"),
        ("mkdocs build", "docs-check", "present"),
        ("bin/rubocop", "lint-strict", "present"),
    ] {
        let job = format!("      - run: {command}\n");
        let workflow = format!(
            "on: [push, pull_request]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{matrix: {{php: ['8.2', '8.3']}}}}\n    steps:\n{job}"
        );
        let files = [
            (".github/workflows/ci.yml", workflow.as_str()),
            ("support/mkdocs", "#!/usr/bin/env python3\n"),
            ("bin/rubocop", "#!/usr/bin/env ruby\n"),
        ];
        assert_eq!(status(&card(&files), id).0, expected, "{command}");
    }
}

#[test]
fn a_matrix_that_is_made_of_a_group_has_its_targets() {
    let bake = "group \"validate\" {\n  targets = [\"lint\"]\n}\ntarget \"lint\" {\n  dockerfile = \"dev.Dockerfile\"\n  target = \"lint\"\n}\n";
    let image = "FROM node AS lint\nRUN npx eslint --max-warnings=0 .\n";
    let workflow = |group: &str| {
        format!(
            "on: pull_request\njobs:\n  prepare:\n    runs-on: ubuntu-latest\n    outputs: {{matrix: '${{{{ steps.g.outputs.matrix }}}}'}}\n    steps:\n      - {{id: g, uses: docker/bake-action/subaction/matrix@v6, with: {{target: {group}}}}}\n  validate:\n    needs: prepare\n    runs-on: ubuntu-latest\n    strategy: {{matrix: {{include: '${{{{ fromJson(needs.prepare.outputs.matrix) }}}}'}}}}\n    steps:\n      - {{uses: docker/bake-action@v6, with: {{targets: '${{{{ matrix.target }}}}'}}}}\n"
        )
    };
    for (group, expected) in [("validate", "present"), ("other", "missing")] {
        let workflow = workflow(group);
        let files =
            [(".github/workflows/ci.yml", workflow.as_str()), ("docker-bake.hcl", bake), ("dev.Dockerfile", image)];
        assert_eq!(status(&card(&files), "lint-strict").0, expected, "{group}");
    }
}

#[test]
fn hooks_that_are_skipped_prove_nothing() {
    let hooks = (
        ".pre-commit-config.yaml",
        "repos:\n- repo: https://github.com/x/y\n  hooks: [{id: gofmt}, {id: shellcheck}]\n",
    );
    for (step, expected) in [
        ("{run: pre-commit run --all-files}", "present"),
        ("{run: 'SKIP=gofmt pre-commit run --all-files'}", "missing"),
        ("{run: pre-commit run -a, env: {SKIP: 'shellcheck,gofmt'}}", "missing"),
        ("{run: pre-commit run shellcheck -a}", "missing"),
        ("{uses: pre-commit/action@v3, with: {extra_args: gofmt -a}}", "present"),
        ("{uses: pre-commit/action@v3, with: {extra_args: shellcheck -a}}", "missing"),
    ] {
        assert_eq!(with(&format!("      - {step}\n"), &[hooks], "format-check").0, expected, "{step}");
    }
}

#[test]
fn tests_of_a_clone_are_not_ours() {
    let own = ("Makefile", "test:\n\tgo test ./...\n");
    for (script, expected) in [
        ("go test ./...", "present"),
        ("git clone https://github.com/octo/other . && go test ./...", "missing"),
        ("git clone https://github.com/octo/other && cd other && go test ./...", "missing"),
        ("git clone https://github.com/octo/other && make test", "present"),
        ("cd .. && make test", "missing"),
        ("cd $DIR && make x; cd .. && make test", "present"),
    ] {
        assert_eq!(with(&format!("      - run: {script}\n"), &[own], "unit-tests").0, expected, "{script}");
    }
}

#[test]
fn scripts_that_actions_run_are_followed() {
    for (step, expected) in [
        ("{uses: nick-fields/retry@v3, with: {max_attempts: 3, command: go test ./...}}", "present"),
        ("{uses: vmactions/freebsd-vm@v1, with: {prepare: go test, run: go test ./...}}", "present"),
        ("{uses: nick-fields/retry@v3, with: {command: echo go test ./...}}", "missing"),
        ("{uses: nick-fields/retry@v3, with: {on_retry_command: go test ./...}}", "missing"),
        ("{uses: octo/other@v3, with: {command: go test ./...}}", "missing"),
    ] {
        assert_eq!(with(&format!("      - {step}\n"), &[], "unit-tests").0, expected, "{step}");
    }
}

#[test]
fn a_script_is_known_by_its_name_where_it_tells_nothing() {
    let make = ("Makefile", "test-e2e: tools\n\t./e2e.sh -v\ntools:\n\tgo build ./tools\n");
    for (script, expected) in [
        ("curl -f localhost:9100/metrics > out\ndiff out expected\n", "present"),
        ("echo nothing to do\n", "missing"),
        ("npm install\n", "missing"),
    ] {
        let found = with("      - run: make test-e2e\n", &[make, ("e2e.sh", script)], "integration-tests");
        assert_eq!(found.0, expected, "{script}");
    }
}

#[test]
fn functions_of_a_script_are_no_tools() {
    for (script, expected) in [
        ("build() {\n  echo hi\n}\nbuild foo\n", "missing"),
        ("function pytest {\n  echo hi\n}\npytest\n", "missing"),
        ("build() {\n  go build ./...\n}\nbuild foo\n", "present"),
        ("build foo\n", "present"),
    ] {
        let found = with("      - run: ./b.sh\n", &[("b.sh", script)], "ci-on-pull-request");
        assert_eq!(found.0, expected, "{script}");
    }
}

#[test]
fn actions_are_what_they_are_told_to_do() {
    let trivy = |inputs: &str| format!("      - uses: aquasecurity/trivy-action@v1\n        with: {{{inputs}}}\n");
    let manifest = ("go.mod", "module x\n\nrequire github.com/a/b v1.0.0\n");
    for (inputs, audit, secrets) in [
        ("scan-type: fs, exit-code: '1'", "present", "present"),
        ("scan-type: fs, scanners: vuln, exit-code: '1'", "present", "missing"),
        ("image-ref: x, exit-code: '1'", "missing", "missing"),
        ("scan-type: fs", "partial", "present"),
    ] {
        assert_eq!(with(&trivy(inputs), &[manifest], "dependency-audit").0, audit, "{inputs}");
        assert_eq!(with(&trivy(inputs), &[manifest], "secret-scan").0, secrets, "{inputs}");
    }
    let plz = |command: &str| format!("      - uses: release-plz/action@v0.5\n        with: {{command: {command}}}\n");
    let by_hand = ("release-plz.toml", "[workspace]\nchangelog_update = false\n");
    assert_eq!(with(&plz("release"), &[], "changelog-generated").0, "present");
    assert_eq!(with(&plz("release"), &[by_hand], "changelog-generated").0, "missing");
    assert_eq!(with(&plz("release"), &[by_hand], "release-workflow").0, "present");
    assert_eq!(with(&plz("release-pr"), &[], "release-workflow").0, "missing");
}

#[test]
fn make_makes_its_default_goal_with_what_it_includes() {
    for (makefile, expected) in [
        ("all: check\ninclude common.mk\n", "present"),
        ("setup:\n\tpip install -r requirements.txt\n", "missing"),
        ("help:\n\t@echo check runs tests\ninclude common.mk\n", "missing"),
        (".DEFAULT_GOAL := check\nhelp:\n\t@echo no\ninclude common.mk\n", "present"),
        ("all:\n\t$(TOOL) go test\n", "missing"),
    ] {
        let files = [("Makefile", makefile), ("common.mk", "GO = go\ncheck:\n\t$(GO) test ./...\n")];
        assert_eq!(with("      - run: make\n", &files, "unit-tests").0, expected, "{makefile}");
    }
    let setup = ("Makefile", "setup:\n\tpip install -r requirements.txt\n");
    assert_eq!(with("      - run: make\n", &[setup], "ci-on-pull-request").0, "missing");
}

#[test]
fn what_an_image_builds_of_a_clone_is_not_ours() {
    for (line, expected) in [
        ("git clone https://github.com/octo/other && cd other && cmake . && make install", "missing"),
        ("cmake . && make install", "present"),
    ] {
        let image = format!("FROM debian:13\nRUN {line}\n");
        let build = "      - uses: docker/build-push-action@v6\n        with: {context: .}\n";
        assert_eq!(with(build, &[("Dockerfile", &image)], "ci-on-pull-request").0, expected, "{line}");
    }
}

#[test]
fn variables_that_a_step_leaves_show_in_evidence() {
    let steps = "      - run: echo RUN=cross >> $GITHUB_ENV\n        if: matrix.cross\n      - run: $RUN test --target=${{ matrix.target }}\n";
    let workflow = format!(
        "on: pull_request\nenv: {{RUN: cargo}}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    strategy:\n      matrix:\n        include:\n          \
         - {{target: arm, cross: true}}\n          - {{target: x86, cross: false}}\n    steps:\n{steps}"
    );
    let told = evidence(&card(&[(".github/workflows/ci.yml", &workflow), ("Cargo.toml", "")]), "unit-tests");
    assert!(told.contains("cross test --target=arm"), "{told}");
}

#[test]
fn secrets_in_variables_show_on_command_lines_too() {
    for (script, expected) in [
        ("curl -H \"Authorization: Bearer $KEY\" https://x.example", "partial"),
        ("docker login -u me -p ${KEY} ghcr.io", "partial"),
        ("echo \"$KEY\" | docker login -u me --password-stdin ghcr.io", "present"),
        ("curl https://x.example/$KEYRING", "present"),
        ("AUTH=$(printf 'x:%s' \"$KEY\" | base64)\n          git -c \"http.extraheader=basic $AUTH\" push", "partial"),
        ("docker build --build-arg HAS=$([ -n \"$KEY\" ] && echo yes) .", "present"),
        ("ID=$(lookup)\n          git push \"$ID\"", "present"),
    ] {
        let step = format!("      - env: {{KEY: '${{{{ secrets.KEY }}}}'}}\n        run: |\n          {script}\n");
        assert_eq!(with(&step, &[], "secrets-management").0, expected, "{script}");
    }
}

#[test]
fn a_scan_that_stands_elsewhere_is_neither_there_nor_missing() {
    let workflow = |job: &str| {
        format!("on: pull_request\njobs:\n  {job}:\n    uses: octo/shared/.github/workflows/{job}.yml@v1\n")
    };
    for (job, expected) in [("code-scan", "n/a"), ("codeql", "n/a"), ("labels", "missing")] {
        assert_eq!(status(&card(&[(".github/workflows/ci.yml", &workflow(job))]), "sast").0, expected, "{job}");
    }
}

#[test]
fn rules_about_security_make_a_linter_a_scanner() {
    let lint = "      - run: golangci-lint run\n";
    let golangci = |linters: &'static str| (".golangci.yml", linters);
    assert_eq!(with(lint, &[golangci("linters:\n  enable: [gosec, errcheck]\n")], "sast").0, "present");
    assert_eq!(with(lint, &[golangci("linters:\n  disable: [gosec]\n")], "sast").0, "missing");
    assert_eq!(with("      - run: make\n", &[golangci("linters:\n  enable: [gosec]\n")], "sast").0, "missing");
    let ruff = "      - run: ruff check .\n";
    assert_eq!(with(ruff, &[("ruff.toml", "select = [\"E\", \"S\"]\n")], "sast").0, "present");
    assert_eq!(with(ruff, &[("ruff.toml", "select = [\"E\"]\nignore = [\"S101\"]\n")], "sast").0, "missing");
}

#[test]
fn drafts_wait_for_somebody() {
    let release =
        |more: &str| format!("      - {{uses: softprops/action-gh-release@v2, with: {{files: a.zip{more}}}}}\n");
    assert_eq!(with(&release(", draft: true"), &[], "approval").0, "present");
    assert_eq!(with(&release(", draft: false"), &[], "approval").0, "missing");
    let goreleaser = "      - {uses: goreleaser/goreleaser-action@v6, with: {args: release}}\n";
    assert_eq!(with(goreleaser, &[(".goreleaser.yml", "release: {draft: true}\n")], "approval").0, "present");
    assert_eq!(with(goreleaser, &[(".goreleaser.yml", "release: {draft: false}\n")], "approval").0, "missing");
}

#[test]
fn what_is_built_can_be_handed_on_by_its_digest() {
    let workflow = |output: &str| {
        format!(
            "on: push\njobs:\n  build:\n    runs-on: x\n    outputs: {{{output}: '${{{{ steps.b.outputs.digest }}}}'}}\n    steps:\n      - {{id: b, uses: docker/build-push-action@v6, with: {{push: true, tags: ghcr.io/o/a}}}}\n  sign:\n    needs: build\n    runs-on: x\n    steps:\n      - {{run: ./verify, env: {{WHAT: '${{{{ needs.build.outputs.{output} }}}}'}}}}\n"
        )
    };
    let of = |output: &str| status(&card(&[(".github/workflows/ci.yml", &workflow(output))]), "artifact-handoff").0;
    assert_eq!((of("digest"), of("title")), ("present".to_owned(), "missing".to_owned()));
}

#[test]
fn what_a_service_is_sent_of_tests_is_no_coverage() {
    let upload = |more: &str| format!("      - {{uses: codecov/codecov-action@v5, with: {{files: a.xml{more}}}}}\n");
    let of = |more: &str, id: &str| with(&upload(more), &[], id).0;
    assert_eq!(of(", report_type: test_results", "coverage-measured"), "missing");
    assert_eq!(of(", report_type: test_results", "coverage-published"), "missing");
    assert_eq!(of(", report_type: test_results", "test-reports"), "present");
    assert_eq!((of("", "coverage-published"), of("", "test-reports")), ("present".to_owned(), "missing".to_owned()));
}

#[test]
fn budgets_of_a_build_hold_its_size() {
    let budgets = |limit: &str| format!("{{\"budgets\": [{{\n\"type\": \"initial\",\n{limit}}}]}}\n");
    let of = |step: &str, limit: &str| with(step, &[("angular.json", &budgets(limit))], "size-budget").0;
    let fails = "\"maximumError\": \"5mb\"";
    assert_eq!(of("      - run: npx ng build\n", fails), "present");
    assert_eq!(of("      - run: npx ng test\n", fails), "missing");
    assert_eq!(of("      - run: npx ng build\n", "\"maximumWarning\": \"5mb\""), "missing");
}

#[test]
fn a_threshold_may_let_everything_pass() {
    for (lost, expected) in [("1%", "present"), ("99%", "partial")] {
        let config = format!("coverage:\n  status:\n    project:\n      default: {{target: 99%, threshold: {lost}}}\n");
        let upload = "      - run: go test -coverprofile=c.out ./...\n      - uses: codecov/codecov-action@v5\n";
        assert_eq!(with(upload, &[("codecov.yml", config.as_str())], "coverage-threshold").0, expected, "{lost}");
    }
}

#[test]
fn bundlers_may_fail_above_a_size() {
    let plugin = "export default {plugins: [\n  bundleSizeLimit(55),\n]}\nfunction bundleSizeLimit(limit) {\n  return {closeBundle() { this.error('too large') }}\n}\n";
    let webpack =
        |hint: &str| format!("module.exports = {{performance: {{\n  maxAssetSize: 250000,\n  hints: '{hint}',\n}}}}\n");
    for (path, text, command, expected) in [
        ("rolldown.config.ts", plugin.to_owned(), "npx rolldown -c", "present"),
        ("rolldown.config.ts", plugin.replace("this.error", "this.warn"), "npx rolldown -c", "missing"),
        (
            "rolldown.config.ts",
            plugin.replace("  bundleSizeLimit(55)", "  // bundleSizeLimit(55)"),
            "npx rolldown -c",
            "missing",
        ),
        ("rolldown.config.ts", plugin.to_owned(), "npx tsc", "missing"),
        ("webpack.config.js", webpack("error"), "npx webpack", "present"),
        ("webpack.config.js", webpack("warning"), "npx webpack", "missing"),
    ] {
        let found = with(&format!("      - run: {command}\n"), &[(path, text.as_str())], "size-budget");
        assert_eq!(found.0, expected, "{path}: {command}\n{text}");
    }
}

#[test]
fn sanitizers_may_stand_in_flags() {
    let workflow = |flags: &str, run: &str| {
        format!(
            "on: push\njobs:\n  a:\n    name: with -fsanitize=address\n    runs-on: x\n    strategy:\n      matrix:\n        include:\n          - {{flags: '{flags}'}}\n    steps:\n      - {{run: '{run}', env: {{CXXFLAGS: '${{{{ matrix.flags }}}}'}}}}\n"
        )
    };
    for (flags, run, expected) in [
        ("-O2 -fsanitize=address", "ctest", "present"),
        ("-O2", "ctest", "missing"),
        ("-O2 -fsanitize=address", "make docs", "missing"),
    ] {
        let workflow = workflow(flags, run);
        let files = [(".github/workflows/ci.yml", workflow.as_str()), ("CMakeLists.txt", "project(x)\n")];
        assert_eq!(status(&card(&files), "unsafe-audit").0, expected, "{flags} {run}");
    }
}

#[test]
fn programs_in_javascript_do_what_they_start() {
    let library = (
        "tools/library.ts",
        "import { spawnSync, execSync } from 'node:child_process';\nexport const test = () => execSync('npx vitest run');\nexport function release(version: string): void {\n  const args = ['release', 'create', version, '--notes', 'x'];\n  const { status } = spawnSync('gh', args);\n  if (status) process.exit(status);\n}\n",
    );
    let package = ("package.json", r#"{"scripts": {"ship": "tsx tools/ship.ts"}}"#);
    for (program, id, expected) in [
        ("import { test } from './library';\ntest();\n", "unit-tests", "present"),
        ("import { release } from './library.js';\nrelease(process.env.TAG);\n", "release-notes", "present"),
        (
            "import { test, release } from './library';\n// test()\nconsole.log('npx vitest run', test);\n",
            "unit-tests",
            "missing",
        ),
        (
            "import { release } from './library';\nconsole.log('gh release create --notes x');\n",
            "release-notes",
            "missing",
        ),
        ("import { test } from 'library';\ntest();\n", "unit-tests", "missing"),
        ("import { test } from '../../tools/library';\ntest();\n", "unit-tests", "missing"),
    ] {
        let files = [library, package, ("tools/ship.ts", program)];
        for command in ["npm run ship", "node tools/ship.ts", "npx tsx ./tools/ship.ts"] {
            assert_eq!(with(&format!("      - run: {command}\n"), &files, id).0, expected, "{command}: {program}");
        }
    }
}

#[test]
fn what_a_program_starts_may_fail_in_silence() {
    for (program, expected) in [
        ("require('child_process').execSync('cargo clippy -- -D warnings');", "present"),
        ("require('child_process').spawnSync('cargo', ['clippy', '--', '-D', 'warnings']);", "missing"),
    ] {
        let files = [("ci/lint.js", program)];
        let (status, because) = with("      - run: node ci/lint.js\n", &files, "strict-failures");
        assert_eq!(status == "present", expected == "present", "{because}");
    }
}

#[test]
fn a_release_library_is_the_tool_where_a_program_calls_it() {
    let program =
        "import { publish, prepareRelease } from '@vitejs/release-scripts'\npublish({ packageManager: 'pnpm' })\n";
    let steps = "      - run: npx tsx scripts/publish.ts\n";
    let job = |permission: &str, steps: &str| {
        format!(
            "on: {{push: {{tags: ['v*']}}}}\npermissions: {{{permission}}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
        )
    };
    for (permission, program, id, expected) in [
        ("id-token: write", program, "provenance", "present"),
        ("contents: read", program, "provenance", "missing"),
        (
            "id-token: write",
            "import { publish } from '@vitejs/release-scripts'\n// publish()\n",
            "provenance",
            "missing",
        ),
        ("id-token: write", "import { publish } from './own'\npublish()\n", "provenance", "missing"),
        ("id-token: write", program, "versioning", "missing"),
        (
            "",
            "import { prepareRelease } from '@vitejs/release-scripts'\nawait prepareRelease({})\n",
            "versioning",
            "present",
        ),
    ] {
        let workflow = job(permission, steps);
        let files = [
            (".github/workflows/release.yml", workflow.as_str()),
            ("scripts/publish.ts", program),
            ("package.json", "{}"),
        ];
        assert_eq!(status(&card(&files), id).0, expected, "{permission} {program}");
    }
}
