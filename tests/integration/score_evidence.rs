//! Verdicts of `plimsoll score` on what real repositories do, each with the trap beside it: what looks alike and must
//! not count.

use serde_json::Value;

use crate::score::{card_of, json, status};
use crate::support::program::Program;

/// Scores files as a program's, and returns a criterion's status and reason.
fn of(files: &[(&str, &str)], id: &str) -> (String, String) {
    status(&card_of("cli", files), id)
}

/// Scores files as a service's, and returns a criterion's status and reason.
fn of_service(files: &[(&str, &str)], id: &str) -> (String, String) {
    status(&card_of("service", files), id)
}

/// Makes a workflow of one job.
fn workflow(on: &str, steps: &[&str]) -> String {
    let steps: Vec<String> = steps.iter().map(|step| format!("      - {step}\n")).collect();
    format!("on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{}", steps.concat())
}

const TAGS: &str = "{push: {tags: ['v*']}}";

/// Returns the places that a criterion shows, as `path:line`.
fn places(card: &Value, id: &str) -> Vec<String> {
    let categories = card["categories"].as_array().unwrap();
    let mut criteria = categories.iter().flat_map(|category| category["criteria"].as_array().unwrap());
    let found = criteria.find(|criterion| criterion["id"] == id).unwrap();
    let evidence = found["evidence"].as_array().unwrap().iter();
    evidence.map(|place| format!("{}:{}", place["path"].as_str().unwrap(), place["line"])).collect()
}

#[test]
fn what_goreleaser_is_configured_to_do_counts_where_ci_releases_with_it() {
    let config = "version: 2\nbuilds:\n  - binary: x\n    flags: ['{{- if .IsSnapshot }}-x{{ end }}']\nsigns:\n  - cmd: cosign\nsboms:\n  - artifacts: archive\ndocker_signs:\n  - cmd: cosign\ndockers_v2:\n  - images: [ghcr.io/o/x]\n    tags: ['{{ .Version }}']\n    platforms: [linux/amd64, linux/arm64]\nrelease:\n  header: hello\n";
    let configured = (".goreleaser.yaml", config);
    let with = |step: &str| workflow(TAGS, &[step]);
    let released = with("{uses: goreleaser/goreleaser-action@v6, with: {args: release --clean}}");
    let files = [configured, (".github/workflows/release.yml", released.as_str())];
    let card = card_of("service", &files);
    for id in ["changelog-generated", "release-notes", "artifact-signing", "sbom", "container-publish", "multi-arch"] {
        assert_eq!(status(&card, id).0, "present", "{id}");
    }
    assert_eq!(places(&card, "sbom"), [".goreleaser.yaml:7"]);
    for step in [
        "{uses: goreleaser/goreleaser-action@v6, with: {args: build --snapshot}}",
        "{uses: goreleaser/goreleaser-action@v6, with: {install-only: true}}",
        "run: goreleaser check",
        "run: goreleaser release --snapshot",
    ] {
        let card = card_of("service", &[configured, (".github/workflows/release.yml", &with(step))]);
        for id in ["changelog-generated", "release-notes", "artifact-signing", "sbom", "release-workflow"] {
            assert_eq!(status(&card, id).0, "missing", "{id} {step}");
        }
    }
    let skipped = with("run: goreleaser release --skip=sign,sbom");
    let card = card_of("service", &[configured, (".github/workflows/release.yml", &skipped)]);
    assert_eq!((status(&card, "sbom").0.as_str(), status(&card, "release-notes").0.as_str()), ("missing", "present"));
    let silent = ("goreleaser.yml", "changelog: {disable: true}\nsigns: []\n");
    let card = card_of("service", &[silent, (".github/workflows/release.yml", &released)]);
    assert_eq!(
        (status(&card, "release-notes").0.as_str(), status(&card, "artifact-signing").0.as_str()),
        ("missing", "missing")
    );
}

#[test]
fn a_signature_is_on_what_its_workflow_publishes() {
    let images = workflow(TAGS, &["run: docker push ghcr.io/o/x:$TAG", "run: cosign sign ghcr.io/o/x:$TAG"]);
    let files = workflow(TAGS, &["run: gh release create $TAG x.tar.gz --notes x"]);
    let signed = workflow(TAGS, &["run: gh release create $TAG x.tar.gz --notes x", "run: cosign sign-blob x.tar.gz"]);
    let of = |files: &[(&str, &str)]| of_service(files, "artifact-signing").0;
    assert_eq!(of(&[(".github/workflows/image.yml", &images)]), "present");
    assert_eq!(of(&[(".github/workflows/image.yml", &images), (".github/workflows/release.yml", &files)]), "partial");
    assert_eq!(of(&[(".github/workflows/image.yml", &images), (".github/workflows/release.yml", &signed)]), "present");
    assert_eq!(of(&[(".github/workflows/release.yml", &files)]), "missing");
    // A version that is decided, a tag and a package's registry are no file that could be signed.
    let package =
        workflow(TAGS, &["run: cargo publish", "run: git push --tags", "uses: googleapis/release-please-action@v4"]);
    assert_eq!(of(&[(".github/workflows/image.yml", &images), (".github/workflows/release.yml", &package)]), "present");
    // Signed by a workflow of its own.
    let later = workflow("{release: {types: [published]}}", &["run: gpg --detach-sign x.tar.gz"]);
    assert_eq!(of(&[(".github/workflows/release.yml", &files), (".github/workflows/sign.yml", &later)]), "present");
}

#[test]
fn pushed_images_are_published_like_everything_else() {
    let push = workflow("push", &["run: docker push ghcr.io/o/x:$GITHUB_SHA"]);
    let (status, why) = of(&[(".github/workflows/image.yml", &push)], "approval");
    assert!(status == "missing" && why.starts_with("0 of 1 publishing steps"), "{status} {why}");
    assert_eq!(
        of(&[(".github/workflows/image.yml", &push)], "artifact-signing").1,
        "nothing shows that what is released is signed"
    );
    let local = workflow("push", &["run: docker push localhost:5000/x"]);
    assert_eq!(of(&[(".github/workflows/image.yml", &local)], "approval").1, "CI publishes nothing");
    let by_hand = workflow("workflow_dispatch", &["run: docker push ghcr.io/o/x:$TAG"]);
    assert_eq!(of(&[(".github/workflows/image.yml", &by_hand)], "approval").0, "present");
    // One place that two workflows call is one step, and open where one of them is.
    let called = "on: workflow_call\njobs: {a: {runs-on: x, steps: [{uses: docker/build-push-action@v6, with: {push: true}}]}}\n";
    let calling = |on: &str| format!("on: {on}\njobs: {{a: {{uses: ./.github/workflows/build.yml}}}}\n");
    let (release, nightly) = (calling("{release: {types: [published]}}"), calling("{schedule: [{cron: 1 1 * * *}]}"));
    let build = (".github/workflows/build.yml", called);
    let both = [build, (".github/workflows/a.yml", release.as_str()), (".github/workflows/b.yml", nightly.as_str())];
    assert!(of(&both, "approval").1.starts_with("0 of 1 "), "{:?}", of(&both, "approval"));
    assert!(of(&both[..2], "approval").1.starts_with("1 of 1 "));
}

#[test]
fn files_that_are_added_to_a_release_are_no_release() {
    let on = "{release: {types: [published]}}";
    let assets = workflow(on, &["uses: svenstaro/upload-release-action@v2"]);
    let (status, why) = of(&[(".github/workflows/a.yml", &assets)], "release-workflow");
    assert_eq!(
        (status.as_str(), why.as_str()),
        ("partial", "CI publishes or adds files once somebody has made a release by hand")
    );
    let package = workflow(on, &["run: cargo publish"]);
    assert_eq!(of(&[(".github/workflows/a.yml", &package)], "release-workflow").0, "present");
}

#[test]
fn changelogs_are_found_by_their_names_and_compared_with_any_version() {
    let chart = ("helm/x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 2.18.5\nappVersion: 0.36.6\n");
    let notes = ("RELEASE-NOTES.md", "# Notes\n\n## v0.36.6\n");
    assert_eq!(of(&[chart, notes], "changelog").0, "present");
    assert_eq!(of(&[chart, ("RELEASE-NOTES.md", "## v0.35.0\n")], "changelog").0, "partial");
    assert_eq!(of(&[chart, ("src/history.rs", "")], "changelog").0, "missing");
    assert_eq!(of(&[chart], "semver-tags").0, "present");
    assert_eq!(of(&[("apps/a/package.json", "{\n\"version\": \"1.0\"\n}\n")], "semver-tags").0, "missing");
    let branch = workflow("{push: {branches: ['release/v[0-9]+.[0-9]+.[0-9]+']}}", &["run: make"]);
    assert_eq!(of(&[(".github/workflows/a.yml", &branch)], "semver-tags").0, "present");
    let plain = workflow("{push: {branches: ['release/*']}}", &["run: make"]);
    assert_eq!(of(&[(".github/workflows/a.yml", &plain)], "semver-tags").0, "n/a");
}

#[test]
fn a_check_of_the_changelog_counts_where_it_can_fail() {
    let of = |on: &str, script: &str| {
        let step = format!("run: |\n          {}\n", script.replace('\n', "\n          "));
        of(&[("CHANGELOG.md", "x"), (".github/workflows/a.yml", &workflow(on, &[&step]))], "changelog-generated").0
    };
    let added = "ADDED=$(git diff -U0 origin/main HEAD -- CHANGELOG.md | grep '^+')\ngrep \"#$NUMBER\" <<< \"$ADDED\"";
    assert_eq!(of("pull_request", added), "present");
    assert_eq!(of("push", added), "missing");
    assert_eq!(of("pull_request", "git diff --name-only | grep CHANGELOG.md || echo please add an entry"), "missing");
    assert_eq!(of("pull_request", "if ! git diff --name-only | grep -q CHANGELOG.md; then\n  exit 1\nfi"), "present");
    assert_eq!(of("pull_request", "git add CHANGELOG.md\ntest -f x"), "missing");
    let action = workflow("pull_request", &["uses: dangoslen/changelog-enforcer@v3"]);
    assert_eq!(super::score_evidence::of(&[(".github/workflows/a.yml", &action)], "changelog-generated").0, "present");
}

#[test]
fn stored_credentials_are_known_by_their_use() {
    let of = |step: &str| of(&[(".github/workflows/a.yml", &workflow("push", &[step]))], "secrets-rotation");
    let (status, why) = of("{uses: vedantmgoyal9/winget-releaser@v2, with: {token: '${{ secrets.WINGET }}'}}");
    assert_eq!((status.as_str(), why.as_str()), ("missing", "nothing rotates 1 stored credential"));
    assert_eq!(of("{uses: docker/login-action@v3, with: {username: '${{ secrets.DOCKER_PASSWORD_USER }}'}}").0, "n/a");
    assert_eq!(of("{uses: x/y@v1, with: {token: '${{ secrets.GITHUB_TOKEN }}'}}").0, "n/a");
    let renewed =
        workflow("{schedule: [{cron: 1 1 * * *}]}", &["{run: gh secret set A, env: {GH_TOKEN: '${{ secrets.PAT }}'}}"]);
    assert_eq!(super::score_evidence::of(&[(".github/workflows/a.yml", &renewed)], "secrets-rotation").0, "present");
    let keyless = "on: push\npermissions: {id-token: write}\njobs: {a: {runs-on: x, steps: [{run: cosign sign x}, {run: x, env: {A: '${{ secrets.B }}'}}]}}\n";
    assert_eq!(super::score_evidence::of(&[(".github/workflows/a.yml", keyless)], "secrets-rotation").0, "partial");
}

#[test]
fn the_name_of_a_user_on_a_command_line_is_no_secret() {
    let of = |script: &str| {
        of(&[(".github/workflows/a.yml", &workflow("push", &[&format!("run: {script}")]))], "secrets-management").0
    };
    assert_eq!(of("echo $P | helm registry login -u ${{ secrets.OCI_USER }} --password-stdin x"), "present");
    assert_eq!(of("docker login --username=${{ secrets.USER }} --password-stdin"), "present");
    assert_eq!(of("docker login -u ${{ secrets.USER }} -p ${{ secrets.PASSWORD }}"), "partial");
    assert_eq!(of("curl -u ${{ secrets.USER }}:${{ secrets.PASSWORD }} x"), "partial");
}

#[test]
fn what_only_reports_its_findings_fails_nothing() {
    let manifest = ("go.mod", "module x\n");
    let of =
        |steps: &[&str], id: &str| of(&[manifest, (".github/workflows/a.yml", &workflow("pull_request", steps))], id);
    assert_eq!(of(&["uses: fossas/fossa-action@v1"], "dependency-audit").0, "partial");
    assert_eq!(of(&["{uses: fossas/fossa-action@v1, with: {run-tests: true}}"], "dependency-audit").0, "present");
    assert_eq!(of(&["uses: fossas/fossa-action@v1", "run: govulncheck ./..."], "dependency-audit").0, "present");
    assert_eq!(of(&["run: trivy fs ."], "dependency-audit").0, "partial");
    assert_eq!(of(&["run: trivy fs --exit-code 1 ."], "dependency-audit").0, "present");
    // An analyzer that reports is an analyzer, but no check that would have failed.
    let zizmor = "uses: zizmorcore/zizmor-action@v0";
    assert_eq!(
        (of(&[zizmor], "sast").0.as_str(), of(&[zizmor], "strict-failures").1.as_str()),
        ("present", "no check runs")
    );
}

#[test]
fn headers_are_no_policy_and_a_search_for_licenses_is_half_of_one() {
    let manifest = ("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\n");
    let workflow = workflow("pull_request", &["run: ci/licenses.sh"]);
    let of = |script: &str| {
        of(&[manifest, (".github/workflows/a.yml", &workflow), ("ci/licenses.sh", script)], "license-policy").0
    };
    assert_eq!(of("addlicense -check .\n"), "missing");
    assert_eq!(
        of("found=$(git grep x)\nif git grep -q 'General Public License' -- deps; then\n  exit 1\nfi\n"),
        "partial"
    );
    assert_eq!(of("git grep 'General Public License' || true\n"), "missing");
    assert_eq!(of("found=$(git grep \"$gpl\" || true)\n[ -z \"$found\" ] || exit 1\n"), "partial");
    assert_eq!(of("echo 'grep for GPL'\nexit 1\n"), "missing");
    assert_eq!(of("if grep -L 'Licensed under the Apache License' src/*; then exit 1; fi\n"), "missing");
    assert_eq!(of("cargo deny check licenses\n"), "present");
}

#[test]
fn a_permission_that_no_step_can_use_is_wide() {
    let of = |step: &str| {
        let text = format!(
            "on: push\npermissions: {{contents: write, issues: write}}\njobs: {{a: {{runs-on: x, steps: [{step}]}}}}\n"
        );
        of(&[(".github/workflows/a.yml", &text)], "least-privilege").0
    };
    assert_eq!(of("{uses: actions/stale@v9}"), "partial");
    assert_eq!(of("{uses: actions/stale@v9, with: {delete-branch: true}}"), "present");
    assert_eq!(of("{uses: actions/stale@v9}, {run: git push}"), "partial");
    assert_eq!(of("{uses: actions/checkout@v6}, {uses: actions/stale@v9}, {run: git push}"), "present");
}

#[test]
fn a_matrix_covers_platforms_only_by_what_differs() {
    let matrix = |rows: &str| {
        format!(
            "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{matrix: {rows}}}\n    steps:\n      - run: go test ./...\n"
        )
    };
    let of = |rows: &str, id: &str| of(&[(".github/workflows/a.yml", &matrix(rows))], id).0;
    for (rows, platforms, parallel) in [
        ("{os: [ubuntu-latest, macos-latest]}", "present", "present"),
        ("{os: [ubuntu-latest]}", "missing", "missing"),
        ("{shard: [1, 2, 3]}", "missing", "present"),
        ("{language: [go, python]}", "missing", "present"),
    ] {
        assert_eq!(
            (of(rows, "multi-platform").as_str(), of(rows, "parallel-jobs").as_str()),
            (platforms, parallel),
            "{rows}"
        );
    }
}

#[test]
fn a_cache_without_its_lock_file_is_none() {
    let manifest = ("go.mod", "module x\n");
    let of = |steps: &[&str], id: &str| {
        let steps: Vec<&str> = steps.iter().copied().chain(["run: go build ./..."]).collect();
        of(&[manifest, (".github/workflows/a.yml", &workflow("pull_request", &steps))], id)
    };
    let (checkout, setup) = ("uses: actions/checkout@v4", "uses: actions/setup-go@v5");
    assert_eq!(of(&[checkout, setup], "dependency-cache").0, "present");
    assert_eq!(of(&[setup, checkout], "dependency-cache").0, "missing");
    assert_eq!(of(&[setup, checkout], "cache-key-lockfile").0, "n/a");
    let cache = |key: &str| format!("{{uses: actions/cache@v4, with: {{path: x, key: \"{key}\"}}}}");
    let of_key = |key: &str| of(&[checkout, &cache(key)], "cache-key-lockfile").0;
    assert_eq!(of_key("a-${{ hashFiles('**/go.sum') }}"), "present");
    assert_eq!(of_key("a-${{ hashFiles('.lychee.toml') }}"), "n/a");
    assert_eq!(of_key("gomod-${{ github.sha }}"), "missing");
    // One place that two workflows call is one cache.
    let called = format!("on: workflow_call\njobs: {{a: {{runs-on: x, steps: [{{{checkout}}}, {{{setup}}}]}}}}\n");
    let calling = "on: pull_request\njobs: {a: {uses: ./.github/workflows/build.yml}}\n";
    let files = [
        manifest,
        (".github/workflows/a.yml", calling),
        (".github/workflows/b.yml", calling),
        (".github/workflows/build.yml", called.as_str()),
    ];
    assert_eq!(
        super::score_evidence::of(&files, "cache-key-lockfile").1,
        "1 of 1 caches are keyed by lock files or manifests"
    );
}

#[test]
fn what_is_installed_is_asked_for_a_cache() {
    let npm = ("package.json", "{\"name\": \"x\"}\n");
    let go = ("go.mod", "module x\n");
    let steps = ["uses: actions/checkout@v4", "uses: actions/setup-go@v5", "run: go build ./..."];
    let of = |install: &str| {
        let steps: Vec<&str> = steps.iter().copied().chain([install]).collect();
        of(&[npm, go, (".github/workflows/a.yml", &workflow("pull_request", &steps))], "dependency-cache").0
    };
    assert_eq!(of("run: npm ci"), "partial");
    assert_eq!(of("run: npm install -g yarn"), "present");
}

#[test]
fn an_artifact_is_handed_on_by_its_name() {
    let of = |name: &str, needs: &str| {
        let text = format!(
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {{uses: actions/upload-artifact@v4, with: {{name: image}}}}\n  b:\n    {needs}\n    runs-on: x\n    steps:\n      - {{uses: actions/download-artifact@v4, with: {{name: {name}}}}}\n"
        );
        of(&[(".github/workflows/a.yml", &text)], "artifact-handoff").0
    };
    assert_eq!(of("image", "needs: a"), "present");
    assert_eq!(of("other", "needs: a"), "n/a");
    assert_eq!(of("image", "name: b"), "n/a");
}

#[test]
fn a_size_is_shown_where_it_is_measured() {
    let script = "run: |\n          if [ ! -f app.apk ]; then\n            exit 1\n          fi\n          # du -h would do\n          echo \"$(du -h app.apk)\"\n";
    let upload = "uses: actions/upload-artifact@v4";
    let text = workflow("push", &["run: gradle build", script]);
    let card = card_of("cli", &[(".github/workflows/a.yml", &text)]);
    assert_eq!(places(&card, "size-budget"), [".github/workflows/a.yml:12"]);
    // Elsewhere an upload is not checked.
    let other = workflow("push", &[upload]);
    let (status, why) =
        of(&[(".github/workflows/a.yml", &text), (".github/workflows/b.yml", &other)], "artifact-verified");
    assert!(status == "partial" && why.starts_with("0 of 1 uploads"), "{status} {why}");
}

#[test]
fn another_repositorys_tests_say_nothing_about_this_one() {
    let of = |inputs: &str, more: &[(&str, &str)]| {
        let checkout = format!("{{uses: actions/checkout@v4, with: {{{inputs}}}}}");
        let text = workflow("pull_request", &[&checkout, "run: pytest --cov"]);
        let files: Vec<(&str, &str)> =
            more.iter().copied().chain([(".github/workflows/a.yml", text.as_str())]).collect();
        let card = card_of("library", &files);
        (status(&card, "unit-tests").0, status(&card, "coverage-measured").0)
    };
    let missing = ("missing".to_owned(), "missing".to_owned());
    let present = ("present".to_owned(), "present".to_owned());
    assert_eq!(of("repository: someone/else", &[]), missing);
    assert_eq!(of("repository: someone/else, path: else", &[]), present);
    assert_eq!(of("repository: '${{ github.repository }}'", &[]), present);
    let own = ("go.mod", "module github.com/someone/else/v2\n");
    assert_eq!(of("repository: someone/else", &[own]), present);
    let near = ("go.mod", "module github.com/someone/elsewhere\n");
    assert_eq!(of("repository: someone/else", &[near]), missing);
}

#[test]
fn another_repositorys_tests_of_a_service_test_the_service() {
    let of = |services: &str| {
        let text = format!(
            "on: push\njobs: {{a: {{runs-on: x, {services} steps: [{{uses: actions/checkout@v4, with: {{repository: someone/else}}}}, {{run: pytest}}]}}}}\n"
        );
        let card = card_of("library", &[(".github/workflows/a.yml", &text)]);
        (status(&card, "integration-tests").0, status(&card, "unit-tests").0)
    };
    assert_eq!(of("services: {x: {image: getx/x}},"), ("present".to_owned(), "missing".to_owned()));
    assert_eq!(of(""), ("missing".to_owned(), "missing".to_owned()));
}

#[test]
fn what_is_committed_is_no_output() {
    let of = |path: &str| {
        let step = format!("run: test -f {path}");
        let upload = "uses: actions/upload-artifact@v4";
        of(&[(".env", "A=1\n"), (".github/workflows/a.yml", &workflow("push", &[&step, upload]))], "artifact-verified")
            .0
    };
    assert_eq!((of("dist/app").as_str(), of(".env").as_str()), ("present", "missing"));
}

#[test]
fn formatters_of_a_linter_check_the_format() {
    let of = |config: &str, run: &str| {
        of(&[(".golangci.yml", config), (".github/workflows/a.yml", &workflow("push", &[run]))], "format-check").0
    };
    assert_eq!(of("formatters: {enable: [gofumpt]}\n", "run: golangci-lint run"), "present");
    assert_eq!(of("linters: {enable: [goimports]}\n", "uses: golangci/golangci-lint-action@v8"), "present");
    assert_eq!(of("linters: {enable: [errcheck]}\n", "run: golangci-lint run --enable gosec,goimports"), "present");
    assert_eq!(of("linters: {enable: [errcheck]}\n", "run: golangci-lint run"), "missing");
    assert_eq!(of("formatters: {enable: [gofumpt]}\n", "run: golangci-lint run || true"), "missing");
    assert_eq!(of("formatters: {enable: [gofumpt]}\n", "run: echo golangci-lint run"), "missing");
}

#[test]
fn gosec_audits_unsafe_code_unless_it_is_told_not_to() {
    let of = |run: &str| {
        of(&[("go.mod", "module x\n"), (".github/workflows/a.yml", &workflow("push", &[run]))], "unsafe-audit").0
    };
    assert_eq!(of("run: gosec -severity low ./..."), "present");
    assert_eq!(of("run: gosec -severity high ./..."), "missing");
    assert_eq!(of("run: gosec -exclude=G103 ./..."), "missing");
}

#[test]
fn mixins_and_provisioning_are_monitoring_as_files() {
    let mixin = "{\n  prometheusAlerts+:: { groups+: [{ rules: [\n    // alert: 'Old'\n    {\n      alert: 'High',\n      labels: { severity: 'warning' },\n      annotations: { runbook_url: 'x' },\n    },\n  ] }] },\n}\n";
    let card = card_of("service", &[("mixin/alerts.libsonnet", mixin)]);
    assert_eq!(
        (status(&card, "alert-rules").0.as_str(), places(&card, "alert-rules")),
        ("present", vec!["mixin/alerts.libsonnet:5".to_owned()])
    );
    assert_eq!(of_service(&[("mixin/a.libsonnet", "{ x: 'alert: never' }\n")], "alert-rules").0, "missing");
    assert_eq!(of_service(&[("mixin/a.libsonnet", "    alert: 'High',\n")], "alert-rules").0, "partial");
    assert_eq!(of_service(&[("monitor.jsonnet", "{\n  kind: 'PodMonitor',\n}\n")], "metrics-endpoint").0, "present");
    assert_eq!(of_service(&[("monitor.jsonnet", "{\n  // kind: 'PodMonitor',\n}\n")], "metrics-endpoint").0, "missing");
    let dashboards = "local d = (import 'm').grafanaDashboards;\n{\n  grafanaDashboards+:: { 'a.json': x },\n}\n";
    assert_eq!(of_service(&[("mixin/a.libsonnet", dashboards)], "dashboards").0, "present");
    let imports = "local d = (import 'm').grafanaDashboards;\n";
    assert_eq!(of_service(&[("mixin/a.libsonnet", imports)], "dashboards").0, "missing");
    let needs = |module: &str| {
        of_service(&[("go.mod", &format!("module x\n\nrequire {module} v1.0.0\n"))], "metrics-endpoint").0
    };
    assert_eq!(needs("github.com/prometheus/client_golang"), "partial");
    assert_eq!(needs("github.com/prometheus-community/go-runit"), "missing");
    let contact = "apiVersion: 1\ncontactPoints:\n  - name: mail\n";
    assert_eq!(of_service(&[("grafana/alerting/contact.yaml", contact)], "oncall").0, "present");
    assert_eq!(of_service(&[("grafana/alerting/contact.yaml", "contactPoints: []\n")], "oncall").0, "missing");
    assert_eq!(of_service(&[("policies.yaml", "policies:\n  - name: x\n")], "oncall").0, "missing");
    for (way, expected) in [
        ("email_configs: [{to: admin@example.com}]", "partial"),
        ("webhook_configs: [{url: 'https://hooks.example.org:8080/x'}]", "partial"),
        ("email_configs: [{to: admin@octo.dev}, {to: a@example.com}]", "present"),
        ("webhook_configs: [{url: 'https://example.octo.dev/x'}]", "present"),
        ("pagerduty_configs: [{routing_key: '${KEY}'}]\n    email_configs: [{to: a@example.com}]", "present"),
        ("slack_configs: [{channel: '#ops'}]", "present"),
    ] {
        let routes = format!("route: {{receiver: a}}\nreceivers:\n  - name: a\n    {way}\n");
        assert_eq!(of_service(&[("alertmanager.yml", &routes)], "oncall").0, expected, "{way}");
    }
}

#[test]
fn retention_of_a_data_store_is_stated_by_its_flag() {
    let compose =
        "services:\n  prometheus:\n    image: prom/prometheus\n    command: [--storage.tsdb.retention.time=7d]\n";
    let (status, why) = of_service(&[("compose.yaml", compose)], "retention");
    assert_eq!((status.as_str(), why.as_str()), ("partial", "retention is stated for what a data store keeps only"));
    assert_eq!(of_service(&[("compose.yaml", "services: {a: {image: b}}\n")], "retention").0, "missing");
}

#[test]
fn one_stage_ships_what_is_run_in_it() {
    let of = |text: &str| of_service(&[("Dockerfile", text)], "image-hardening").0;
    assert_eq!(of("FROM gcr.io/distroless/static\nCOPY dist/x /x\n"), "present");
    assert_eq!(of("FROM golang\nCOPY . .\nRUN go build ./...\n"), "missing");
    assert_eq!(of("FROM python\nRUN pip install -r requirements.txt\n"), "missing");
    assert_eq!(of("FROM scratch\nENV API_TOKEN=abc\nCOPY x /x\n"), "missing");
}

#[test]
fn an_image_is_tested_where_it_is_a_service_of_tests() {
    let push = "on: {push: {tags: ['v*']}}\njobs: {a: {runs-on: x, steps: [{uses: docker/metadata-action@v5, with: {images: getx/x}}, {uses: docker/build-push-action@v6, with: {push: true}}]}}\n";
    let of = |image: &str, run: &str| {
        let tests = format!(
            "on: push\njobs: {{a: {{runs-on: x, services: {{x: {{image: '{image}'}}}}, steps: [{{run: {run}}}]}}}}\n"
        );
        of_service(&[(".github/workflows/a.yml", push), (".github/workflows/b.yml", &tests)], "image-tested").0
    };
    assert_eq!(of("docker.io/getx/x:nightly", "go test ./..."), "present");
    assert_eq!(of("getx/x:${{ inputs.tag }}", "go test ./..."), "present");
    assert_eq!(of("postgres:16", "go test ./..."), "missing");
    assert_eq!(of("getx/x:1", "echo go test"), "missing");
}

#[test]
fn a_port_makes_no_service_of_what_is_handed_out() {
    let docker = ("Dockerfile", "FROM scratch\nEXPOSE 80\n");
    let profile = |files: &[(&str, &str)]| {
        let program = files.iter().fold(Program::new(), |program, (path, text)| program.file(path, *text));
        json(&program.run(&["score", "--format=json"]))["profile"]["name"].as_str().unwrap().to_owned()
    };
    let release = |step: &str| workflow(TAGS, &[step]);
    let files = release("{uses: softprops/action-gh-release@v2, with: {files: target/x.tar.gz}}");
    assert_eq!(profile(&[docker, (".github/workflows/r.yml", &files)]), "cli");
    let notes = release("{uses: softprops/action-gh-release@v2, with: {files: openapi.json}}");
    assert_eq!(profile(&[docker, (".github/workflows/r.yml", &notes)]), "service");
    assert_eq!(profile(&[docker]), "service");
    for deployed in [
        ("k8s/a.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"),
        ("compose.yaml", "services: {a: {build: .}}\n"),
        ("infra/main.tf", "resource \"aws_instance\" \"a\" {}\n"),
    ] {
        assert_eq!(profile(&[docker, deployed, (".github/workflows/r.yml", &files)]), "service", "{deployed:?}");
    }
    let deploy = workflow("push", &["run: kubectl apply -f x"]);
    assert_eq!(
        profile(&[docker, (".github/workflows/r.yml", &files), (".github/workflows/d.yml", &deploy)]),
        "service"
    );
}

#[test]
fn one_configuration_for_all_environments_is_half() {
    let chart = ("deploy/x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    assert_eq!(of_service(&[chart, ("deploy/x/values.yaml", "a: 1\n")], "env-config").0, "partial");
    assert_eq!(of_service(&[chart, ("docs/values.yaml", "a: 1\n")], "env-config").0, "missing");
    let compose = ("compose.yaml", "services: {a: {image: b}}\n");
    assert_eq!(of_service(&[compose, (".env", "A=1\n")], "env-config").0, "partial");
    assert_eq!(of_service(&[compose, (".env.example", "A=1\n")], "env-config").0, "missing");
}

#[test]
fn gaps_of_every_priority_are_listed() {
    let program = Program::new().file(".github/workflows/a.yml", workflow("pull_request", &["run: cargo test"]));
    let card = json(&program.run(&["score", "--format=json"]));
    let human = program.run(&["score"]).stdout;
    let markdown = program.run(&["score", "--format=markdown"]).stdout;
    let matrix = |text: &str, end: &str| text.split(end).next().unwrap().to_owned();
    for gap in card["gaps"].as_array().unwrap() {
        let id = gap.as_str().unwrap();
        assert!(matrix(&human, "Critical gaps").contains(id), "{id}");
        assert!(matrix(&markdown, "### ").contains(id), "{id}");
    }
    assert!(human.matches("Workflow practices\n").count() <= 1, "{human}");
}

#[test]
fn a_store_inside_the_program_is_named() {
    let manifest = ("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nheed = \"0.22\"\n");
    let (status, why) = of_service(&[manifest], "db-migrations");
    assert!(status == "n/a" && why.starts_with("only a store inside the program"), "{status} {why}");
    assert_eq!(
        of_service(&[("Cargo.toml", "[package]\nname = \"heed\"\n")], "db-migrations").1,
        "no database was found"
    );
}

#[test]
fn warnings_of_the_linter_are_named() {
    let text = workflow("push", &["uses: actions/checkout@v4"]);
    let (status, why) = of(&[(".github/workflows/a.yml", &text)], "no-injection");
    assert!(status != "partial" || why.contains(" ("), "{status} {why}");
}

#[test]
fn tests_that_are_left_out_are_not_run() {
    let of = |run: &str| of(&[(".github/workflows/a.yml", &workflow("push", &[run]))], "integration-tests").0;
    assert_eq!(of("run: pytest -m integration"), "present");
    assert_eq!(of("run: pytest tests/integration"), "present");
    for run in
        ["run: pytest -m 'not integration'", "run: pytest --ignore=tests/integration", "run: pytest --ignore tests/e2e"]
    {
        assert_eq!(of(run), "missing", "{run}");
    }
}

#[test]
fn the_main_workflow_runs_on_pull_requests_and_the_default_branch() {
    let ci = workflow("[push, pull_request]", &["run: cargo test"]);
    let other = workflow("[pull_request, workflow_dispatch]", &["run: cargo test"]);
    let both = [(".github/workflows/ci.yml", ci.as_str()), (".github/workflows/other.yml", other.as_str())];
    assert_eq!(of(&both, "manual-dispatch").0, "missing");
    assert_eq!(of(&both[1..], "manual-dispatch").0, "present");
}

#[test]
fn a_status_of_coverage_counts_where_the_service_is_sent_it() {
    let settings = ("codecov.yml", "coverage: {status: {project: {default: {target: 80%}}}}\n");
    let sent = |step: &str| {
        let steps = ["run: pytest --cov", step];
        of(&[settings, (".github/workflows/a.yml", &workflow("pull_request", &steps))], "coverage-threshold").0
    };
    assert_eq!(sent("uses: codecov/codecov-action@v5"), "present");
    assert_eq!(sent("run: smokeshow upload htmlcov"), "missing");
    assert_eq!(sent("{run: smokeshow upload htmlcov, env: {SMOKESHOW_GITHUB_COVERAGE_THRESHOLD: '91'}}"), "present");
}

#[test]
fn packages_are_published_by_an_identity_and_with_attestations_or_not() {
    let job =
        |id: &str, step: &str| format!("  {id}: {{runs-on: x, permissions: {{id-token: write}}, steps: [{step}]}}\n");
    let head = "on: {push: {tags: ['v*']}}\njobs:\n";
    let (action, uv) =
        (job("a", "{uses: pypa/gh-action-pypi-publish@v1}"), job("b", "{run: uv publish --trusted-publishing always}"));
    let with = |jobs: &str| card_of("library", &[(".github/workflows/a.yml", &format!("{head}{jobs}"))]);
    let (one, two) = (with(&action), with(&format!("{action}{uv}")));
    assert_eq!(
        (status(&one, "artifact-signing").0.as_str(), status(&two, "artifact-signing").0.as_str()),
        ("present", "partial")
    );
    assert_eq!(status(&with(&uv), "secrets-rotation").0, "present");
    assert!(status(&two, "release-notes").1.starts_with("needs a token"));
}
