//! `plimsoll score`: for which dependencies a cache is asked, and what its key follows.

use crate::score::{card, of, status, with, workflow};

const CHECKOUT: &str = "      - uses: actions/checkout@v4\n";

#[test]
fn a_cache_is_asked_for_what_jobs_work_with() {
    let gems = ("Gemfile", "gem 'jazzy'\n");
    let swift = |text: &'static str| ("Package.swift", text);
    let bare = swift("let package = Package(name: \"a\")\n");
    let test = |run: &str| format!("{CHECKOUT}      - run: {run}\n");
    assert_eq!(with(&test("swift test"), &[gems, bare], "dependency-cache"), "n/a", "nothing is depended on");
    assert_eq!(with(&test("xcodebuild test"), &[gems, bare], "dependency-cache"), "n/a");
    let depends = swift("dependencies: [.package(url: \"https://example.com/b\", from: \"1.0.0\")]\n");
    assert_eq!(with(&test("swift test"), &[depends], "dependency-cache"), "missing");
    let kept =
        "      - {uses: actions/cache@v4, with: {path: .build, key: \"a-${{ hashFiles('Package.resolved') }}\"}}\n";
    assert_eq!(with(&format!("{kept}{}", test("swift test")), &[depends], "dependency-cache"), "missing", "too early");
    assert_eq!(with(&format!("{}{kept}", test("swift test")), &[depends], "dependency-cache"), "present");
    // What a runner of targets starts is not seen everywhere.
    assert_eq!(with(&test("make test"), &[gems], "dependency-cache"), "missing");
}

#[test]
fn two_ecosystems_need_two_caches() {
    let files = [("mix.exs", "version: \"1.0.0\"\n"), ("package.json", "{\"name\": \"a\"}\n")];
    let steps =
        format!("{CHECKOUT}      - {{uses: actions/setup-node@v4, with: {{cache: npm}}}}\n      - run: npm ci\n");
    let lock = ("package-lock.json", "{}\n");
    let files = [files[0], files[1], lock];
    let mix = "      - run: mix test\n";
    let cache =
        "      - {uses: actions/cache@v4, with: {path: \"deps\\n_build\", key: \"a-${{ hashFiles('mix.lock') }}\"}}\n";
    assert_eq!(with(&steps, &files, "dependency-cache"), "present");
    assert_eq!(with(&format!("{steps}{mix}"), &files, "dependency-cache"), "partial");
    assert_eq!(with(&format!("{steps}{cache}{mix}"), &files, "dependency-cache"), "present");
}

#[test]
fn a_tool_that_is_installed_by_name_needs_no_dependencies() {
    let files = [("requirements.txt", "django\n"), ("go.mod", "module a\n"), ("go.sum", "")];
    let go = format!("{CHECKOUT}      - uses: actions/setup-go@v5\n      - run: go test ./...\n");
    let of = |run: &str| with(&format!("{go}      - run: {run}\n"), &files, "dependency-cache");
    assert_eq!(of("pip install -U ruff~=0.5 && ruff check"), "present");
    assert_eq!(of("pip install -r requirements.txt && ruff check"), "partial");
    assert_eq!(of("pip install ruff && pytest"), "partial", "tests need what they test");
    let docker = ("Dockerfile", "FROM python\nRUN pip install -r requirements.txt\nCMD [\"pytest\"]\n");
    let image = format!("{go}      - run: docker build -t a . && docker run a\n");
    assert_eq!(with(&image, &[&files[..], &[docker]].concat(), "dependency-cache"), "present", "kept in layers");
}

#[test]
fn the_place_is_what_works_with_an_ecosystem() {
    let ci = workflow("pull_request", "      - run: cargo fmt --check\n      - run: cargo test\n");
    let card = card(&[("Cargo.toml", "[package]\nname = \"a\"\n"), (".github/workflows/ci.yml", &ci)]);
    let criteria = card["categories"].as_array().unwrap().iter().flat_map(|it| it["criteria"].as_array().unwrap());
    let found = criteria.into_iter().find(|it| it["id"] == "dependency-cache").unwrap();
    assert_eq!(
        (found["evidence"][0]["path"].as_str(), found["evidence"][0]["line"].as_u64()),
        (Some(".github/workflows/ci.yml"), Some(7))
    );
}

#[test]
fn caches_before_most_checkouts_are_no_rule() {
    let job = |name: &str, steps: [&str; 2]| {
        format!("  {name}:\n    runs-on: x\n    steps:\n{}{}      - run: go test ./...\n", steps[0], steps[1])
    };
    let setup = "      - uses: actions/setup-go@v5\n";
    let of = |late: [&str; 3]| {
        let order = |name| if late.contains(&name) { [CHECKOUT, setup] } else { [setup, CHECKOUT] };
        let jobs: String = ["a", "b", "c"].into_iter().map(|name| job(name, order(name))).collect();
        let ci = format!("on: pull_request\njobs:\n{jobs}");
        status(
            &card(&[("go.mod", "module a\n"), ("go.sum", ""), (".github/workflows/ci.yml", &ci)]),
            "dependency-cache",
        )
        .0
    };
    assert_eq!([of(["a", "b", "c"]), of(["a", "b", ""]), of(["a", "", ""])], ["present", "present", "partial"]);
}

#[test]
fn a_key_follows_what_its_job_installs() {
    let setup = "      - {uses: actions/setup-python@v5, with: {cache: pip}}\n";
    let key = |install: &str, files: &[(&str, &str)]| {
        with(&format!("{CHECKOUT}{setup}      - run: pip install {install}\n"), files, "cache-key-lockfile")
    };
    let docs = ("docs/requirements.txt", "sphinx==7\n");
    let files = [docs, ("requirements-dev.txt", "pytest\n")];
    assert_eq!(key("-r requirements-dev.txt", &files), "partial");
    assert_eq!(key("-r docs/requirements.txt", &files), "present");
    assert_eq!(key("-e .[dev]", &[("pyproject.toml", "[project]\n")]), "present");
    assert_eq!(key("-r requirements-dev.txt", &[("pyproject.toml", "[project]\n"), files[1]]), "partial");
    let told = setup.replace("cache: pip", "cache: pip, cache-dependency-path: requirements-dev.txt");
    let steps = format!("{CHECKOUT}{told}      - run: pip install -r requirements-dev.txt\n");
    assert_eq!(with(&steps, &files, "cache-key-lockfile"), "present");
}

#[test]
fn an_action_that_runs_itself_works_with_no_packages() {
    let action = ("action.yml", "runs: {using: node24, main: dist/index.js}\n");
    let package = ("package.json", "{\"name\": \"a\"}\n");
    let own = format!("{CHECKOUT}      - uses: ./\n");
    assert_eq!(with(&own, &[action, package], "dependency-cache"), "n/a");
    assert_eq!(of(&[package], "dependency-cache"), "missing");
}
