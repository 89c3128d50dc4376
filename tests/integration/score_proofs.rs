//! Verdicts of `plimsoll score` about lints, caches, publishing and measurements: what proves them, and what only looks
//! as if it did.

use serde_json::Value;

use crate::score::{card, card_of, json, status, with, workflow};
use crate::support::program::Program;

const CI: &str = ".github/workflows/ci.yml";

/// Scores one workflow beside files, and returns a criterion's status and reason.
fn judged(ci: &str, files: &[(&str, &str)], id: &str) -> (String, String) {
    status(&card_of("cli", &[&[(CI, ci)], files].concat()), id)
}

/// Returns what a criterion shows, as `path:line seen`.
fn shown(card: &Value, id: &str) -> Vec<String> {
    let categories = card["categories"].as_array().unwrap();
    let mut criteria = categories.iter().flat_map(|category| category["criteria"].as_array().unwrap());
    let found = criteria.find(|criterion| criterion["id"] == id).unwrap();
    let place = |place: &Value| {
        format!("{}:{} {}", place["path"].as_str().unwrap(), place["line"], place["seen"].as_str().unwrap())
    };
    found["evidence"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn clippy_is_strict_by_variables_and_by_levels_of_lints() {
    let clippy = "      - run: cargo clippy\n";
    let variable = |value: &str| format!("      - run: cargo clippy\n        env: {{RUSTFLAGS: {value}}}\n");
    for (value, expected) in [
        ("--deny warnings", "present"),
        ("--deny=warnings", "present"),
        ("-D warnings", "present"),
        ("-Dwarnings", "present"),
        ("--warn warnings", "partial"),
    ] {
        assert_eq!(with(&variable(value), &[], "lint-strict"), expected, "{value}");
    }
    let manifest = |text: &'static str| ("Cargo.toml", text);
    let member = ("a/Cargo.toml", "[package]\nname = \"a\"\n[lints]\nworkspace = true\n");
    for (files, expected) in [
        (vec![manifest("[lints.clippy]\nall = { level = \"deny\", priority = -1 }\n")], "present"),
        (vec![manifest("[lints.rust]\nwarnings = \"deny\"\n")], "present"),
        (vec![manifest("[lints.clippy]\nall = \"warn\"\n")], "partial"),
        (vec![manifest("[lints.clippy]\nenum_glob_use = \"deny\"\n")], "partial"),
        (vec![manifest("[workspace.lints.clippy]\nall = \"deny\"\n")], "partial"),
        (vec![manifest("[workspace.lints.clippy]\nall = \"deny\"\n"), member], "present"),
        (vec![("src/lib.rs", "#![deny(warnings)]\n")], "present"),
        (vec![("src/lib.rs", "#![deny(missing_docs)]\n")], "partial"),
    ] {
        assert_eq!(with(clippy, &files, "lint-strict"), expected, "{files:?}");
    }
}

#[test]
fn a_linter_of_a_script_is_not_the_linter_of_the_code() {
    let code = [("src/a.rs", ""), ("src/main.rs", "")];
    let shellcheck = "      - run: shellcheck install.sh\n";
    assert_eq!(with(shellcheck, &code, "lint-strict"), "partial");
    assert_eq!(with(shellcheck, &[("a.sh", ""), ("b.sh", ""), ("src/a.rs", "")], "lint-strict"), "present");
    let both = "      - run: shellcheck install.sh\n      - run: cargo clippy\n";
    assert_eq!(with(both, &code, "lint-strict"), "partial");
}

#[test]
fn unsafe_code_that_has_to_be_explained_is_audited_where_clippy_looks() {
    let manifest = ("Cargo.toml", "[package]\n[lints.clippy]\nundocumented-unsafe-blocks = \"deny\"\n");
    assert_eq!(with("      - run: cargo clippy\n", &[manifest], "unsafe-audit"), "present");
    assert_eq!(with("      - run: cargo build\n", &[manifest], "unsafe-audit"), "missing");
    let forbidden = ("Cargo.toml", "[lints.rust]\nunsafe_code = { level = \"forbid\" }\n");
    assert_eq!(with("      - run: cargo build\n", &[forbidden], "unsafe-audit"), "present");
}

#[test]
fn sentences_name_the_command_at_hand() {
    let because = |step: &str| judged(&workflow("pull_request", step), &[], "ci-on-pull-request").1;
    assert!(because("      - run: cargo check\n").ends_with(": cargo check"));
    assert!(because("      - run: cargo test --all\n").ends_with(": cargo test"));
    assert!(because("      - run: yarn test\n").ends_with(": yarn test"));
}

#[test]
fn one_place_is_shown_once() {
    let ci = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    strategy: {matrix: {php: ['8.1', '8.2']}}\n    steps:\n      - run: php${{ matrix.php }} vendor/bin/phpunit\n";
    assert_eq!(shown(&card(&[(CI, ci)]), "unit-tests").len(), 1);
    // Two commands that one line leads to are two.
    let make = ("Makefile", "test:\n\tpytest a\n\tgo test ./...\n");
    let both = workflow("pull_request", "      - run: make test\n");
    assert_eq!(shown(&card(&[(CI, &both), make]), "unit-tests").len(), 2);
}

#[test]
fn a_changelog_shows_the_entry_for_the_newest_version() {
    let manifest = ("Cargo.toml", "[package]\nversion = \"1.5.0\"\n");
    let with_log = |text: &'static str| card_of("cli", &[manifest, ("CHANGELOG.md", text)]);
    let kept = with_log("# Changelog\n\nSee 1.5.0.\n\n## [1.5.0]\n");
    assert_eq!(shown(&kept, "changelog"), ["CHANGELOG.md:5 ## [1.5.0]"]);
    assert_eq!(status(&with_log("# Changelog\n\n## 11.5.0\n## 1.5.01\n"), "changelog").0, "partial");
}

#[test]
fn a_deploy_of_what_is_ready_is_no_check_beside_a_build() {
    let deploy = "      - uses: peaceiris/actions-gh-pages@v4\n";
    let ci = workflow("push", &format!("      - run: mdbook build\n{deploy}"));
    assert_eq!(shown(&card(&[(CI, &ci)]), "docs-check"), [".github/workflows/ci.yml:6 mdbook build"]);
}

#[test]
fn a_script_that_is_called_as_a_tool_is_what_it_starts() {
    let script =
        "#!/usr/bin/env python3\nfrom subprocess import call\ncall(['mike'] + args)\ncall(['git', 'status'])\n";
    let silent = "#!/usr/bin/env python3\n# mike and mkdocs\nprint('mkdocs')\n";
    let step = "      - run: $GITHUB_WORKSPACE/support/mkdocs deploy dev\n        working-directory: ${{ runner.workspace }}/build\n";
    assert_eq!(with(step, &[("support/mkdocs", script)], "docs-check"), "present");
    assert_eq!(with(step, &[("support/mkdocs", script)], "docs-published"), "partial");
    assert_eq!(with(step, &[("support/mkdocs", silent)], "docs-check"), "missing");
}

#[test]
fn pushing_a_built_site_publishes_documentation() {
    let push = |name: &str, command: &str| format!("      - name: {name}\n        run: {command}\n");
    for (name, command, expected) in [
        ("Deploy docs", "git push https://x@github.com/o/site.git", "present"),
        ("Deploy", "git push https://x@github.com/o/site.git", "missing"),
        ("Deploy docs", "git push origin main", "missing"),
        ("Deploy", "git push origin gh-pages", "present"),
    ] {
        assert_eq!(with(&push(name, command), &[], "docs-published"), expected, "{name}: {command}");
    }
    assert_eq!(with("      - run: mike deploy 1.0\n", &[], "docs-published"), "partial");
    assert_eq!(with("      - run: mike deploy --push 1.0\n", &[], "docs-published"), "present");
}

#[test]
fn caches_without_a_lock_file_are_counted_where_they_go_on() {
    let checkout = "      - uses: actions/checkout@v5\n";
    let cache = "      - uses: actions/cache@v4\n        with: {path: ~/.npm, key: \"npm-${{ hashFiles('package-lock.json') }}\"}\n";
    let lock = ("package-lock.json", "{}");
    assert_eq!(with(&format!("{checkout}{cache}"), &[lock], "cache-key-lockfile"), "present");
    assert_eq!(with(&format!("{cache}{checkout}"), &[lock], "cache-key-lockfile"), "missing");
    let setup = "      - uses: actions/setup-node@v4\n        with: {cache: npm}\n";
    assert_eq!(with(&format!("{setup}{checkout}"), &[lock], "cache-key-lockfile"), "n/a");
    let rust = format!("{checkout}      - uses: Swatinem/rust-cache@v2\n");
    assert_eq!(with(&rust, &[("core/Cargo.toml", ""), ("core/Cargo.lock", "")], "cache-key-lockfile"), "missing");
    let layers =
        "      - uses: actions/cache@v4\n        with: {path: /tmp/.buildx-cache, key: 'ubuntu-${{ github.sha }}'}\n";
    assert_eq!(with(layers, &[], "cache-key-lockfile"), "n/a");
}

#[test]
fn a_benchmark_is_no_test() {
    assert_eq!(with("      - run: pytest tests/benchmarks\n", &[], "unit-tests"), "missing");
    assert_eq!(with("      - run: pytest tests/unit tests/benchmarks\n", &[], "unit-tests"), "present");
}

#[test]
fn measurements_that_are_committed_are_compared() {
    let measure = "      - run: python3 scripts/update_performance_counts.py\n";
    let check = "      - run: |\n          if ! git diff --quiet tests/test_performance.py; then\n            exit 1\n          fi\n";
    assert_eq!(with(&format!("{measure}{check}"), &[], "perf-regression"), "present");
    let ci = workflow("{push: {branches: [main]}}", &format!("{measure}{check}"));
    assert_eq!(judged(&ci, &[], "perf-regression").0, "partial");
    let shrugs = check.replace("exit 1", "echo stale");
    assert_eq!(with(&format!("{measure}{shrugs}"), &[], "perf-regression"), "missing");
    let format = "      - run: cargo fmt\n      - run: git diff --exit-code\n";
    assert_eq!(with(format, &[], "perf-regression"), "missing");
    assert_eq!(with(check, &[], "perf-regression"), "missing");
}

#[test]
fn what_starts_for_a_release_decides_no_version() {
    let dispatch = "      - uses: peter-evans/repository-dispatch@v3\n";
    let ci = |on: &str| {
        let job = workflow(on, dispatch).replace("  a:\n", "  release:\n");
        judged(&job, &[], "versioning").0
    };
    assert_eq!(ci("{release: {types: [published]}}"), "missing");
    assert_eq!(ci("{push: {tags: ['v*']}}"), "missing");
    assert_eq!(ci("{push: {branches: [main]}}"), "n/a");
}

#[test]
fn called_workflows_are_known_by_what_they_are_handed() {
    let call = |name: &str, secrets: &str| {
        format!("on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/{name}@v1\n{secrets}")
    };
    let manifest = ("Cargo.toml", "[dependencies]\na = \"1\"\n");
    let of = |name: &str, secrets: &str, id: &str| judged(&call(name, secrets), &[manifest], id).0;
    let fossa = "    secrets:\n      fossa-token: ${{ secrets.X }}\n";
    assert_eq!(of("code-scan.yaml", fossa, "license-policy"), "n/a");
    assert_eq!(of("code-scan.yaml", "", "license-policy"), "missing");
    let token = "    secrets:\n      test-token: ${{ secrets.X }}\n";
    assert_eq!(of("image.yaml", token, "unit-tests"), "missing");
    assert_eq!(of("code-scan.yaml", "", "sast"), "n/a");
    for name in ["image-scan.yaml", "license-scan.yaml"] {
        assert_eq!(of(name, "", "sast"), "missing", "{name}");
    }
}

#[test]
fn packages_are_published_by_uploads_too() {
    let release = "      - uses: softprops/action-gh-release@v2\n        with: {draft: true}\n";
    let of = |step: &str| {
        let ci = workflow("{push: {tags: ['v*']}}", &format!("{release}{step}"));
        judged(&ci, &[], "approval").0
    };
    assert_eq!(of(""), "present");
    assert_eq!(of("      - run: cloudsmith push deb o/r/any/any x.deb\n"), "partial");
    assert_eq!(of("      - run: curl -F package=@x.deb https://t@push.fury.io/o/\n"), "partial");
    assert_eq!(of("      - run: curl https://push.fury.io/status\n"), "present");
}

#[test]
fn signatures_without_a_key_are_short_lived_credentials() {
    let ci = "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    runs-on: x\n    permissions: {id-token: write}\n    steps:\n      - uses: goreleaser/goreleaser-action@v6\n        env: {TOKEN: '${{ secrets.PAT }}'}\n";
    for (config, expected) in [
        ("signs:\n  - cmd: cosign\n    args: [sign-blob, --yes]\n", "partial"),
        ("signs:\n  - cmd: cosign\n    args: [sign-blob, --key=env://K]\n", "missing"),
        ("signs:\n  - artifacts: all\n", "missing"),
        ("docker_signs:\n  - artifacts: all\n", "missing"),
    ] {
        assert_eq!(judged(ci, &[(".goreleaser.yml", config)], "secrets-rotation").0, expected, "{config}");
    }
}

#[test]
fn scripts_below_commands_are_read() {
    let step = |command: &str| {
        format!(
            "      - continue-on-error: true\n        run: |\n          {command} <<EOF\n          go test ./...\n          EOF\n"
        )
    };
    for (command, expected) in [("ssh -t host bash", "partial"), ("bash", "partial"), ("cat", "missing")] {
        assert_eq!(with(&step(command), &[], "unit-tests"), expected, "{command}");
    }
    let ci =
        workflow("pull_request", "      - run: |\n          ssh host <<EOF\n          go test ./...\n          EOF\n");
    let read = shown(&card(&[(CI, &ci)]), "unit-tests");
    assert_eq!(read, [".github/workflows/ci.yml:8 ssh host → go test ./..."]);
}

#[test]
fn uploads_are_checked_by_lists_and_by_starting_what_was_built() {
    let upload = |path: &str| format!("      - uses: actions/upload-artifact@v4\n        with: {{path: {path}}}\n");
    let of = |before: &str, path: &str| with(&format!("{before}{}", upload(path)), &[], "artifact-verified");
    let build = "      - run: go build -o app\n";
    assert_eq!(of("      - run: twine check dist/*\n", "dist"), "present");
    let chosen = "      - run: ${{ (matrix.os == 'windows' && 'dir') || 'ls -lh' }} dist/\n";
    assert_eq!(of(chosen, "dist"), "present");
    assert_eq!(of(&format!("{build}      - run: ./app --help\n"), "app"), "present");
    assert_eq!(of(&format!("{build}      - run: ./other --help\n"), "app"), "missing");
    assert_eq!(of("      - run: ./app --help\n", "app"), "missing");
}

#[test]
fn a_program_that_only_helps_makes_no_program_of_a_library() {
    let detected = |files: &[(&str, &str)]| {
        let program = files.iter().fold(Program::new(), |program, (path, text)| program.file(path, *text));
        let card = json(&program.run(&["score", "--format=json"]));
        let profile = &card["profile"];
        format!("{} {}", profile["name"].as_str().unwrap(), profile["why"].as_str().unwrap())
    };
    let root = ("Cargo.toml", "[package]\nname = \"a\"\n");
    let internal = ("tools/a/Cargo.toml", "[package]\nname = \"b\"\npublish = false\n");
    let helper = ("tools/a/src/main.rs", "");
    assert!(detected(&[root, ("src/lib.rs", ""), internal, helper]).starts_with("library "));
    assert!(detected(&[root, internal, helper, ("src/main.rs", "")]).starts_with("cli `src/main.rs`"));
    assert!(detected(&[root, internal, helper]).starts_with("cli `tools/a/src/main.rs`"));
}

#[test]
fn versions_of_sites_say_nothing_of_the_product() {
    let theme = ("docs/package.json", "{\n  \"version\": \"1.8.0\"\n}\n");
    let chart = ("helm/a/Chart.yaml", "version: 3.2.0\n");
    assert_eq!(shown(&card(&[theme, chart]), "semver-tags"), ["helm/a/Chart.yaml:1 version 3.2.0"]);
    assert_eq!(status(&card(&[theme]), "semver-tags").0, "n/a");
}

#[test]
fn the_workflow_that_does_most_is_the_main_one() {
    let push = "pull_request: {branches: [main]}\n  push: {branches: [main]}\n  workflow_dispatch:\n";
    let small = format!("on:\n  {push}jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: go test ./a\n");
    let full = small.replace("- run: go test ./a", "- run: go build\n      - run: go test ./...");
    let narrow = full.replace("push: {", "push: {paths: [x/**], ");
    let card = card(&[(CI, &full), (".github/workflows/a.yml", &small), (".github/workflows/b.yml", &narrow)]);
    assert_eq!(shown(&card, "manual-dispatch"), [".github/workflows/ci.yml:4 workflow_dispatch"]);
}

#[test]
fn a_changelog_among_the_files_of_a_release_is_half_its_notes() {
    let release = |files: &str| {
        let step = format!("      - uses: softprops/action-gh-release@v2\n        with: {{files: {files}}}\n");
        judged(&workflow("{push: {tags: ['v*']}}", &step), &[], "release-notes").0
    };
    assert_eq!(release("CHANGELOG.md"), "partial");
    assert_eq!(release("a.zip"), "missing");
}
