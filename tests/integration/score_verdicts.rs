//! `plimsoll score`: verdicts that somebody who looks at the evidence would agree with, each beside
//! what only looks like it.

use crate::score::{card, of, status, with, workflow};

const CHART: (&str, &str) = ("helm/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.2.3\n");

#[test]
fn templates_of_charts_are_read() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          securityContext:\n            {{- toYaml .Values.security | nindent 12 }}\n          resources:\n            {{- toYaml .Values.resources | nindent 12 }}\n          {{- if .Values.probes }}\n          livenessProbe: {httpGet: {port: 1}}\n          readinessProbe: {httpGet: {port: 1}}\n          {{- end }}\n";
    let template = ("helm/templates/deployment.yaml", deployment);
    let values = |text: &'static str| ("helm/values.yaml", text);
    let full =
        values("probes: true\nresources: {limits: {cpu: 1}, requests: {cpu: 1}}\nsecurity: {runAsNonRoot: true}\n");
    assert_eq!(of(&[CHART, template, full], "k8s-manifests"), "present");
    assert_eq!(of(&[CHART, template, full], "k8s-policies"), "partial");
    let empty = values("probes: true\nresources: {limits: {}, requests: {}}\nsecurity: {}\n");
    assert_eq!(of(&[CHART, template, empty], "k8s-manifests"), "partial");
    assert_eq!(of(&[CHART, template, empty], "k8s-policies"), "missing");
    let off = values("probes: false\nresources: {}\n");
    assert_eq!(of(&[CHART, template, off], "k8s-manifests"), "missing");
    let policy = "{{- if .Values.policy.enabled }}\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n{{- end }}\n";
    let comment = "{{- /*\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n*/ -}}\n";
    assert_eq!(of(&[CHART, template, full, ("helm/templates/policy.yaml", policy)], "k8s-policies"), "present");
    assert_eq!(of(&[CHART, template, full, ("helm/templates/policy.yaml", comment)], "k8s-policies"), "partial");
    let unknown = deployment.replace("toYaml .Values.resources", "include \"other.resources\" .");
    let (judged, because) =
        status(&card(&[CHART, ("helm/templates/deployment.yaml", &unknown), full]), "k8s-manifests");
    assert!(judged == "n/a" && because.contains("only the values"), "{judged} {because}");
    let monitor =
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: {{ .Release.Name }}\n";
    assert_eq!(of(&[CHART, ("helm/templates/monitor.yaml", monitor)], "metrics-endpoint"), "present");
}

#[test]
fn tests_of_another_repository_say_nothing_about_this() {
    let checkout = |with: &str| format!("      - uses: actions/checkout@v4\n        with: {{{with}}}\n");
    let test = "      - run: pytest --cov\n";
    for (with_inputs, expected) in [
        ("repository: octo/other", "missing"),
        ("repository: octo/own", "present"),
        ("repository: '${{ github.repository }}'", "present"),
        ("repository: octo/other, path: other", "present"),
        ("fetch-depth: 0", "present"),
    ] {
        let manifest = ("pyproject.toml", "[project.urls]\nSource = 'https://github.com/octo/own'\n");
        for id in ["unit-tests", "coverage-measured"] {
            assert_eq!(with(&format!("{}{test}", checkout(with_inputs)), &[manifest], id), expected, "{with_inputs}");
        }
    }
    let inside = format!(
        "{}      - {{run: pytest, working-directory: other}}\n",
        checkout("repository: octo/other, path: other")
    );
    assert_eq!(with(&inside, &[], "unit-tests"), "missing");
    let make = ("Makefile", "test:\n\tpytest --cov\n");
    for (script, expected) in [("cd other && make test", "missing"), ("(cd other && true); make test", "present")] {
        assert_eq!(with(&format!("      - run: {script}\n"), &[make], "coverage-measured"), expected, "{script}");
    }
    let runs = |command: &str| {
        with(
            &format!("      - run: {command}\n"),
            &[("Makefile", "GO = go\ntest:\n\t$(GO) test ./...\n")],
            "unit-tests",
        )
    };
    assert_eq!([runs("make test"), runs("make test GO=true")], ["present", "missing"]);
}

#[test]
fn local_hooks_run_what_they_say() {
    let hooks = |text: &str| {
        let config = format!(
            "repos:\n  - repo: local\n    hooks:\n      - {{id: format, name: Format, language: system, {text}}}\n"
        );
        with(
            "      - uses: pre-commit/action@v3\n",
            &[(".pre-commit-config.yaml", &config), ("Makefile", "fmt:\n\truff format --check .\n")],
            "format-check",
        )
    };
    for (text, expected) in [
        ("entry: ruff format --check .", "present"),
        ("entry: ruff, args: [format, --check, .]", "present"),
        ("entry: make fmt", "present"),
        ("entry: make fmt, stages: [manual]", "missing"),
        ("entry: echo ruff format --check .", "missing"),
    ] {
        assert_eq!(hooks(text), expected, "{text}");
    }
    let zizmor = "repos:\n  - repo: https://github.com/zizmorcore/zizmor-pre-commit\n    hooks: [{id: zizmor}]\n";
    assert_eq!(
        with("      - run: pre-commit run --all-files\n", &[(".pre-commit-config.yaml", zizmor)], "sast"),
        "present"
    );
}

#[test]
fn warnings_are_errors_where_a_build_says_so() {
    for (step, expected) in [
        ("cmake -B build -DFMT_WERROR=ON && cmake --build build", "present"),
        ("cmake -B build -DCMAKE_COMPILE_WARNING_AS_ERROR=ON && cmake --build build", "present"),
        ("CXXFLAGS=-Werror cmake -B build", "present"),
        ("cmake -B build -DFMT_WERROR=OFF && cmake --build build", "missing"),
        ("cmake -B build # -Werror", "missing"),
        ("echo -DFMT_WERROR=ON", "missing"),
    ] {
        assert_eq!(with(&format!("      - run: '{step}'\n"), &[], "lint-strict"), expected, "{step}");
    }
}

#[test]
fn runs_are_cancelled_by_an_action_too() {
    let cancel = "      - {uses: styfle/cancel-workflow-action@0.12.1, with: {access_token: x}}\n";
    assert_eq!(with(cancel, &[], "concurrency-control"), "present");
    assert_eq!(
        with("      - {if: false, uses: styfle/cancel-workflow-action@0.12.1}\n", &[], "concurrency-control"),
        "missing"
    );
    let ci = format!("name: CI\n{}", workflow("pull_request", "      - run: make\n"));
    let other =
        |name: &str| workflow(&format!("{{workflow_run: {{workflows: [{name}], types: [requested]}}}}"), cancel);
    let by = |name: &str| {
        of(&[(".github/workflows/ci.yml", &ci), (".github/workflows/cancel.yml", &other(name))], "concurrency-control")
    };
    assert_eq!([by("CI"), by("Docs")], ["present", "missing"]);
}

#[test]
fn secrets_of_other_systems_are_credentials_whatever_their_names() {
    for (step, expected) in [
        ("{uses: a/b@v1, with: {token: '${{ secrets.WINGET }}'}}", "missing"),
        ("{run: helm registry login -p \"$P\" x, env: {P: '${{ secrets.OCI_PASSWORD }}'}}", "missing"),
        ("{uses: a/b@v1, with: {token: '${{ secrets.GITHUB_TOKEN }}', user: '${{ secrets.DOCKER_USERNAME }}'}}", "n/a"),
        ("{run: 'true'} # secrets.DEPLOY_KEY", "n/a"),
        ("{uses: pypa/gh-action-pypi-publish@release/v1}", "present"),
        ("{run: uv publish --trusted-publishing always}", "present"),
    ] {
        let release = workflow("push\npermissions: {id-token: write}", &format!("      - {step}\n"));
        assert_eq!(of(&[(".github/workflows/release.yml", &release)], "secrets-rotation"), expected, "{step}");
    }
    let login = |arguments: &str| {
        with(
            &format!(
                "      - run: echo \"$P\" | docker login {arguments}\n        env: {{P: '${{{{ secrets.P }}}}', U: '${{{{ secrets.U }}}}'}}\n"
            ),
            &[],
            "secrets-management",
        )
    };
    assert_eq!(
        [login("-u '${{ secrets.U }}' --password-stdin"), login("-u a -p '${{ secrets.P }}'")],
        ["present", "partial"]
    );
}

#[test]
fn what_is_pushed_is_released() {
    let push = "      - {uses: docker/build-push-action@v6, with: {push: true, tags: 'a:${{ github.ref_name }}'}}\n";
    let release = |steps: &str, extra: &str| {
        workflow("{push: {tags: ['v*']}}", steps).replace("    runs-on:", &format!("    {extra}runs-on:"))
    };
    let judged = |steps: &str, extra: &str, id: &str| {
        of(&[(".github/workflows/release.yml", &release(steps, extra)), ("Dockerfile", "FROM a\n")], id)
    };
    assert_eq!(judged(push, "", "approval"), "missing");
    assert_eq!(judged(push, "environment: production\n    ", "approval"), "present");
    assert_eq!(judged(push, "", "artifact-signing"), "missing");
    let signed = format!("{push}      - run: cosign sign a\n");
    assert_eq!(judged(&signed, "", "artifact-signing"), "present");
    let packages = workflow("{push: {tags: ['v*']}}", "      - run: uv publish\n");
    let both = [(".github/workflows/images.yml", release(&signed, "")), (".github/workflows/packages.yml", packages)];
    let both: Vec<(&str, &str)> = both.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert_eq!(of(&both, "artifact-signing"), "partial", "the package is not signed");
    assert_eq!(of(&both[1..], "release-notes"), "n/a");
    let upload = workflow(
        "{release: {types: [published]}}",
        "      - {uses: svenstaro/upload-release-action@v2, with: {file: x}}\n",
    );
    assert_eq!(of(&[(".github/workflows/assets.yml", &upload)], "release-workflow"), "partial");
}

#[test]
fn the_main_workflow_is_the_one_that_checks_most() {
    let tests = "      - run: pytest\n      - run: tox\n      - run: make test\n      - run: go test ./...\n";
    let main = |on: &str| workflow(on, tests);
    let small = workflow("[push, pull_request, workflow_dispatch]", "      - run: cargo build\n");
    let judged = |on: &str| {
        of(&[(".github/workflows/ci.yml", &main(on)), (".github/workflows/small.yml", &small)], "manual-dispatch")
    };
    assert_eq!(
        [judged("[push, pull_request]"), judged("[push, pull_request, workflow_dispatch]")],
        ["missing", "present"]
    );
}

#[test]
fn copies_into_the_machine_are_no_release() {
    let copy = |to: &str| {
        let steps = format!("      - run: docker build -t app .\n      - run: skopeo copy docker://app {to}\n");
        of(
            &[
                (".github/workflows/release.yml", &workflow("{push: {tags: ['v*']}}", &steps)),
                ("Dockerfile", "FROM a\n"),
            ],
            "approval",
        )
    };
    assert_eq!([copy("docker-daemon:app"), copy("docker://ghcr.io/o/app")], ["n/a", "missing"]);
}

#[test]
fn images_are_tested_as_services_and_in_clusters() {
    let push = "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    runs-on: x\n    strategy: {matrix: {name: [o/app, o/other]}}\n    steps:\n      - {uses: docker/metadata-action@v5, with: {images: '${{ matrix.name }}'}}\n      - {uses: docker/build-push-action@v6, with: {push: true}}\n";
    let judged = |image: &str| {
        let tests = format!(
            "on: schedule\njobs:\n  a:\n    runs-on: x\n    services: {{app: {{image: '{image}'}}}}\n    steps: [{{run: pytest}}]\n"
        );
        let files = [
            (".github/workflows/push.yml", push),
            (".github/workflows/tests.yml", tests.as_str()),
            ("Dockerfile", "FROM a\n"),
        ];
        of(&files, "image-tested")
    };
    assert_eq!([judged("o/app:nightly"), judged("postgres:18")], ["present", "missing"]);
    let cluster = |test: &str| {
        let steps = format!(
            "      - run: docker build -t app .\n      - uses: helm/kind-action@v1\n      - run: kind load docker-image app\n      - run: kubectl apply -f k8s/\n      - run: {test}\n"
        );
        with(&steps, &[("Dockerfile", "FROM a\n")], "image-tested")
    };
    assert_eq!([cluster("pytest"), cluster("echo pytest")], ["present", "missing"]);
    let render = with("      - run: helm template helm/\n", &[CHART], "iac-plan-on-pr");
    assert_eq!(render, "present");
}

#[test]
fn goreleaser_does_what_its_configuration_says() {
    let release = workflow(
        "{push: {tags: ['v*']}}",
        "      - {uses: goreleaser/goreleaser-action@v6, with: {args: release --clean}}\n",
    );
    let judged = |config: &str, id: &str| {
        of(&[(".github/workflows/release.yml", &release), (".goreleaser.yaml", config), ("go.mod", "module a\n")], id)
    };
    let all = "sboms: [{artifacts: archive}]\nsigns: [{cmd: cosign}]\nchangelog: {sort: asc}\n";
    for id in ["sbom", "artifact-signing", "changelog-generated", "release-notes"] {
        assert_eq!(judged(all, id), "present", "{id}");
    }
    let none = "# sboms: x\nbuilds: []\nchangelog: {disable: true}\n";
    for id in ["sbom", "artifact-signing", "changelog-generated", "release-notes"] {
        assert_eq!(judged(none, id), "missing", "{id}");
    }
}

#[test]
fn rows_of_a_matrix_count_for_what_they_are_about() {
    let matrix = |rows: &str, runs_on: &str| {
        let text = format!(
            "on: pull_request\njobs:\n  a:\n    strategy: {{matrix: {rows}}}\n    runs-on: {runs_on}\n    steps: [{{run: cargo test}}]\n"
        );
        let card = card(&[(".github/workflows/ci.yml", &text)]);
        (status(&card, "multi-platform").0, status(&card, "parallel-jobs").0)
    };
    let pair = |left: &str, right: &str| (left.to_owned(), right.to_owned());
    assert_eq!(matrix("{os: [a, b]}", "'${{ matrix.os }}'"), pair("present", "present"));
    assert_eq!(matrix("{where: [a, b]}", "'${{ matrix.where }}'"), pair("present", "present"));
    assert_eq!(matrix("{shard: [1, 2]}", "a"), pair("missing", "present"));
    assert_eq!(matrix("{language: [go, python]}", "a"), pair("missing", "present"));
    assert_eq!(matrix("{os: [a]}", "'${{ matrix.os }}'"), pair("missing", "missing"));
    assert_eq!(matrix("{include: [{os: a, x: 1}, {os: b, x: 1}]}", "'${{ matrix.os }}'"), pair("present", "present"));
    assert_eq!(matrix("{include: [{os: a, x: 1}, {os: a, x: 2}]}", "'${{ matrix.os }}'"), pair("missing", "present"));
}

#[test]
fn what_is_left_out_of_a_test_does_not_run() {
    for (command, expected) in [
        ("pytest -m integration", "present"),
        ("pytest tests/e2e", "present"),
        ("pytest -m \"not integration\"", "missing"),
        ("pytest -m \"not integration and not slow\"", "missing"),
        ("pytest --ignore=tests/integration", "missing"),
        ("pytest --ignore tests/e2e", "missing"),
    ] {
        assert_eq!(with(&format!("      - run: {command}\n"), &[], "integration-tests"), expected, "{command}");
    }
    let cargo = [("Cargo.toml", "[package]\nname = \"a\"\n"), ("tests/cli.rs", "")];
    for (command, expected) in [("cargo test", "present"), ("cargo test --lib", "missing"), ("cargo build", "missing")]
    {
        assert_eq!(with(&format!("      - run: {command}\n"), &cargo, "integration-tests"), expected, "{command}");
    }
    assert_eq!(with("      - run: cargo test\n", &cargo[..1], "integration-tests"), "missing");
    let among = [("tests/integration/test_a.py", "")];
    for (command, expected) in [
        ("pytest -q", "present"),
        ("pytest --ignore=tests/integration", "missing"),
        ("pytest -k 'not slow'", "missing"),
    ] {
        assert_eq!(with(&format!("      - run: {command}\n"), &among, "integration-tests"), expected, "{command}");
    }
    let named = |name: &str| {
        let ci = format!("name: {name}\n{}", workflow("pull_request", "      - run: pytest\n"));
        of(&[(".github/workflows/ci.yml", &ci)], "integration-tests")
    };
    assert_eq!([named("Continuous Integration - Main"), named("Integration")], ["missing", "present"]);
    let up = "      - run: docker compose up -d\n";
    assert_eq!(with(&format!("{up}      - run: pytest\n"), &[], "integration-tests"), "present");
    assert_eq!(with(&format!("      - run: pytest\n{up}"), &[], "integration-tests"), "missing");
}

#[test]
fn caches_work_behind_the_checkout_only() {
    let (setup, checkout) = ("      - {uses: actions/setup-go@v5}\n", "      - uses: actions/checkout@v4\n");
    let (test, module) = ("      - run: go test ./...\n", [("go.mod", "module a\n")]);
    let setup = &setup.replace("@v5", "@v5, with: {cache: true}");
    assert_eq!(with(&format!("{checkout}{setup}{test}"), &module, "dependency-cache"), "present");
    assert_eq!(with(&format!("{setup}{checkout}{test}"), &module, "dependency-cache"), "missing");
    assert_eq!(with(&format!("{setup}{checkout}{test}"), &module, "cache-key-lockfile"), "n/a", "nothing is cached");
    let docker = ("Dockerfile", "FROM a\nRUN cargo build\n");
    let both = [module[0], docker, ("Cargo.toml", "[package]\nname = \"a\"\n")];
    let build = "      - run: docker build .\n";
    assert_eq!(
        with(&format!("{checkout}{setup}{test}{build}"), &both, "dependency-cache"),
        "present",
        "an image's build has its own cache"
    );
}

#[test]
fn compose_files_beside_each_other_are_one() {
    let base = "services:\n  app: {image: \"${DB_IMAGE}\", build: .}\n";
    let over = "services:\n  app: {cap_drop: [ALL], security_opt: ['no-new-privileges:true'], mem_limit: 1g, healthcheck: {test: x}}\n";
    let files = [("compose.yaml", base), ("compose.extras.yaml", over), (".env", "DB_IMAGE=postgres:18\n")];
    let card = card(&files);
    assert_eq!(status(&card, "image-hardening"), ("present".into(), "1 of 1 images and services are hardened".into()));
    assert_eq!(status(&card, "health-probes").0, "present");
    assert_eq!(status(&card, "backups-scheduled").0, "missing", "`.env` says that it is a database");
    assert_eq!(status(&card, "env-config").0, "partial");
    let copied = [("Dockerfile", "FROM gcr.io/distroless/static\nCOPY a /a\n")];
    assert_eq!(of(&copied, "image-hardening"), "present", "nothing is built in it");
    assert_eq!(of(&[("Dockerfile", "FROM a\nRUN make\n")], "image-hardening"), "missing");
}

#[test]
fn a_changelog_has_an_entry_for_the_version_of_the_whole() {
    let notes = [("RELEASE-NOTES.md", "# 1\n")];
    assert_eq!(of(&notes, "changelog"), "present");
    let part = ("core/Cargo.toml", "[package]\nname = \"core\"\nversion = \"2.4.8\"\n");
    assert_eq!(of(&[notes[0], part], "changelog"), "present", "a part's version is its own");
    assert_eq!(of(&[notes[0], ("Cargo.toml", part.1)], "changelog"), "partial");
}

#[test]
fn smaller_signs_are_seen() {
    assert_eq!(of(&[CHART], "semver-tags"), "present");
    let grafana = [("grafana/alerting.yml", "apiVersion: 1\ncontactPoints:\n  - {orgId: 1}\n")];
    assert_eq!(of(&grafana, "oncall"), "present");
    let mixin = "{ rules: [{\n  alert: 'Down',\n  expr: 'up == 0',\n  labels: {severity: 'critical'},\n  annotations: {runbook_url: 'x'},\n}] }\n";
    assert_eq!(of(&[("mixin/alerts.libsonnet", mixin)], "alert-rules"), "present");
    let host = "<Project Sdk=\"Microsoft.NET.Sdk\">\n  <Sdk Name=\"Aspire.AppHost.Sdk\" Version=\"9\" />\n</Project>\n";
    assert_eq!(of(&[("src/App.AppHost/App.AppHost.csproj", host)], "iac-present"), "present");
    let golangci = [(".golangci.yml", "linters:\n  enable: [gofumpt]\n"), ("go.mod", "module a\n")];
    assert_eq!(with("      - run: golangci-lint run\n", &golangci, "format-check"), "present");
    assert_eq!(with("      - run: golangci-lint run\n", &golangci[1..], "format-check"), "missing");
    assert_eq!(with("      - run: helm lint --strict\n", &[], "lint-strict"), "partial", "no code is linted");
    let fossa = |inputs: &str| {
        with(
            &format!("      - {{uses: fossas/fossa-action@v1, with: {{api-key: x{inputs}}}}}\n"),
            &golangci[1..],
            "dependency-audit",
        )
    };
    assert_eq!([fossa(""), fossa(", run-tests: true")], ["partial", "present"]);
    assert_eq!(with("      - run: addlicense -check .\n", &golangci[1..], "license-policy"), "missing");
    let handed = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps: [{uses: actions/upload-artifact@v4, with: {name: x, path: y}}]\n  b:\n    needs: a\n    runs-on: x\n    steps: [{uses: actions/download-artifact@v4, with: {name: x}}]\n";
    assert_eq!(of(&[(".github/workflows/ci.yml", handed)], "artifact-handoff"), "present");
    assert_eq!(
        of(
            &[(".github/workflows/ci.yml", &handed.replace("with: {name: x}}", "with: {name: z}}"))],
            "artifact-handoff"
        ),
        "n/a"
    );
    assert_eq!(with("      - run: go test ./... || kubectl describe pod\n", &[], "unit-tests"), "partial");
    assert_eq!(with("      - run: 'go test ./... || { cat log; exit 1; }'\n", &[], "unit-tests"), "present");
}

#[test]
fn formatters_that_write_are_checks_where_autofix_fails() {
    let workflow = |first: &str, second: &str| {
        format!(
            "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - {first}\n      - {second}\n"
        )
    };
    let (format, autofix) = ("run: npx prettier --write .", "uses: autofix-ci/action@v1");
    for (first, second, expected) in [
        (format, autofix, "present"),
        (autofix, format, "missing"),
        (format, "{uses: autofix-ci/action@v1, continue-on-error: true}", "missing"),
        (format, "run: git commit -am x", "missing"),
    ] {
        let workflow = workflow(first, second);
        assert_eq!(
            status(&card(&[(".github/workflows/ci.yml", &workflow)]), "format-check").0,
            expected,
            "{first} {second}"
        );
    }
}

#[test]
fn a_scheduled_job_that_opens_pull_requests_updates_dependencies() {
    let workflow = |event: &str, update: &str, offer: &str| {
        format!(
            "on: {event}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {update}\n      - {offer}\n"
        )
    };
    let (schedule, offer) = ("{schedule: [{cron: '0 0 * * *'}]}", "run: gh pr create --fill");
    for (event, update, offer, expected) in [
        (schedule, "npm install --package-lock-only", offer, "partial"),
        (schedule, "npm update", "uses: peter-evans/create-pull-request@v7", "partial"),
        ("push", "npm update", offer, "missing"),
        (schedule, "npm update", "run: git push", "missing"),
        (schedule, "npm install", offer, "missing"),
        (schedule, "echo npm update", offer, "missing"),
    ] {
        let workflow = workflow(event, update, offer);
        let files =
            [(".github/workflows/update.yml", workflow.as_str()), ("package.json", "{}"), ("package-lock.json", "{}")];
        assert_eq!(status(&card(&files), "dependency-updates").0, expected, "{event} {update} {offer}");
    }
}

#[test]
fn a_changelog_may_be_written_by_a_program_of_the_repository() {
    let workflow = "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: node release.mjs\n";
    let program = |list: &str, notes: &str| {
        format!(
            "import {{ execSync }} from 'child_process';\nconst found = execSync({list});\nexecSync(`gh release create v1 --notes {notes}`);\n"
        )
    };
    for (list, notes, expected) in [
        ("'gh pr list --state merged --json title'", "\"${found}\"", "present"),
        ("'git log --oneline v0..'", "\"${found}\"", "present"),
        ("'git log -1'", "\"${found}\"", "missing"),
        ("'gh pr list'", "\"${found}\"", "missing"),
        ("'git log --oneline v0..'", "fixed", "missing"),
    ] {
        let program = program(list, notes);
        let files = [(".github/workflows/release.yml", workflow), ("release.mjs", program.as_str())];
        assert_eq!(status(&card(&files), "changelog-generated").0, expected, "{list} {notes}");
    }
}

#[test]
fn a_version_that_somebody_types_is_decided_by_no_tool() {
    for (command, expected) in [
        ("npm version patch", "present"),
        ("npm version ${{ inputs.bump }}", "present"),
        ("npm version 1.2.3", "missing"),
        ("npm --no-git-tag-version version $VERSION", "missing"),
    ] {
        let workflow = format!(
            "on: workflow_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {command}\n"
        );
        let files = [(".github/workflows/release.yml", workflow.as_str()), ("package.json", "{}")];
        assert_eq!(status(&card(&files), "versioning").0, expected, "{command}");
    }
}

#[test]
fn release_drafter_writes_where_it_may() {
    for (permission, expected) in [("contents: write", "present"), ("contents: read, pull-requests: write", "missing")]
    {
        let workflow = format!(
            "on: [push, pull_request_target]\npermissions: {{{permission}}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: release-drafter/release-drafter@v6\n"
        );
        assert_eq!(status(&card(&[(".github/workflows/draft.yml", &workflow)]), "changelog-generated").0, expected);
    }
}

#[test]
fn what_a_foreign_workflow_may_do_is_not_denied() {
    for (called, expected) in [("basic-validation", "n/a"), ("deploy", "missing")] {
        let workflow = format!("on: pull_request\njobs:\n  a:\n    uses: octo/x/.github/workflows/{called}.yml@main\n");
        let card = card(&[(".github/workflows/ci.yml", &workflow), ("package.json", "{}")]);
        for id in ["format-check", "multi-platform"] {
            assert_eq!(status(&card, id).0, expected, "{called} {id}");
        }
    }
}

#[test]
fn the_condition_of_a_loop_is_no_smoke_test() {
    let workflow = "on: {push: {branches: [main]}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl apply -f k8s\n      - name: Smoke test\n        run: |\n          COUNT=0\n          while [[ \"$COUNT\" -lt 50 ]]; do\n            sleep 5\n          done\n          if [[ \"$ERRORS\" -gt 0 ]]; then\n            exit 1\n          fi\n";
    let (found, because) = status(&card(&[(".github/workflows/ci.yml", workflow)]), "smoke-tests");
    assert!(found == "present" && because.contains("ERRORS"), "{because}");
}
