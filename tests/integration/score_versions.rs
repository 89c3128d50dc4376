//! `plimsoll score`: versions, changelogs and releases, each beside what only looks like it.

use crate::score::{card, card_of, of, status, with, workflow};

#[test]
fn a_version_may_stand_in_a_module() {
    let ci = workflow("{push: {tags: ['v*']}}", "      - run: python -m build\n");
    let manifest = "[project]\nname = \"a\"\ndynamic = [\"version\"]\n[tool.setuptools.dynamic]\nversion = {attr = \"a.about.__version__\"}\n";
    let of_module = |path: &str, text: &str| {
        let files = [(".github/workflows/ci.yml", ci.as_str()), ("pyproject.toml", manifest), (path, text)];
        status(&card(&files), "semver-tags")
    };
    let follows = "the version follows semantic versioning";
    assert_eq!(of_module("src/a/about.py", "__version__ = \"1.2.3b1\"\n"), ("present".to_owned(), follows.to_owned()));
    assert_eq!(of_module("src/a/about.py", "__version__ = \"2026.1\"\n").0, "missing");
    assert_ne!(of_module("src/b/about.py", "__version__ = \"1.2.3\"\n").1, follows, "another module's");
}

#[test]
fn a_tag_is_taken_by_what_uses_it() {
    let env = "on: {release: {types: [published]}}\nenv:\n  RELEASE_VERSION: ${{ github.event.release.tag_name }}\n";
    let of = |run: &str| {
        let ci = format!("{env}jobs: {{a: {{runs-on: x, steps: [{run}]}}}}\n");
        status(&card(&[(".github/workflows/release.yml", &ci)]), "semver-tags")
    };
    assert_eq!(of("{run: make}").0, "n/a");
    assert_eq!(of("{run: \"make VERSION=$RELEASE_VERSION\"}").0, "present");
    let metadata = of("{uses: docker/metadata-action@v5, with: {images: a}}");
    assert!(metadata.0 == "n/a" && metadata.1.contains("versions are tags"), "{metadata:?}");
    let sha = of("{uses: docker/metadata-action@v5, with: {images: a, tags: type=sha}}");
    assert!(sha.1.contains("no workflow looks at tags"), "{sha:?}");
}

#[test]
fn changelogs_may_be_ahead_of_versions_in_development() {
    let of = |version: &str, log: &str| {
        let manifest = format!("[package]\nname = \"a\"\nversion = \"{version}\"\n");
        of(&[("Cargo.toml", &manifest), ("CHANGELOG.md", log)], "changelog")
    };
    assert_eq!(of("1.9.0-dev", "# Changelog for v1.9\n- a\n"), "present");
    assert_eq!(of("1.9.0", "# Changelog for v1.9\n- a\n"), "present");
    assert_eq!(of("1.9.0", "# Changelog\n## 1.8.0\nSee 1.9\n"), "partial");
    assert_eq!(of("1.9.0-dev", "# Changelog\n## 1.8.4\n- a\n"), "present", "the newest that was released");
    assert_eq!(of("1.9.0-dev", "# Changelog\n## Unreleased\n- a\n"), "present");
    assert_eq!(of("1.9.0-dev", "# Changelog\n## 1.2.0\n- a\n"), "partial");
    assert_eq!(of("1.9.0", "# Changelog\n## Unreleased\n- a\n## 1.8.0\n"), "partial");
}

#[test]
fn what_a_later_job_takes_on_is_no_release() {
    let of = |second: &str| {
        let ci = format!(
            "on: {{push: {{tags: ['v*']}}}}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {{uses: actions/upload-artifact@v4, with: {{name: digest-a}}}}\n  b:\n    needs: a\n    runs-on: x\n    steps:\n      - {second}\n"
        );
        status(&card(&[(".github/workflows/release.yml", &ci)]), "release-workflow").0
    };
    let download = |with: &str| format!("{{uses: actions/download-artifact@v4, with: {{{with}}}}}");
    assert_eq!(of(&download("pattern: digest-*")), "missing");
    assert_eq!(of(&download("path: x")), "missing");
    assert_eq!(of(&download("name: other")), "partial");
    assert_eq!(of("{run: make}"), "partial");
}

#[test]
fn an_action_that_is_not_known_may_publish() {
    let judge = |uses: &str, permissions: &str| {
        let ci = format!(
            "on: {{push: {{tags: ['v*']}}}}\njobs:\n  a:\n    runs-on: x\n    permissions: {permissions}\n    steps:\n      - uses: {uses}\n"
        );
        let card = card_of("cli", &[("Cargo.toml", "[package]\nname = \"a\"\n"), (".github/workflows/ci.yml", &ci)]);
        let statuses: Vec<String> = ["release-workflow", "artifact-signing", "release-notes", "approval"]
            .map(|id| status(&card, id).0)
            .to_vec();
        statuses.join(" ")
    };
    let nothing = "missing missing missing n/a";
    assert_eq!(judge("octo/ci/publish_release@v1", "{contents: write}"), "n/a n/a n/a n/a");
    assert_eq!(judge("octo/ci/publish_release@v1", "{contents: read}"), nothing);
    assert_eq!(judge("octo/publish-test-results@v1", "{contents: write}"), nothing);
    assert_eq!(judge("octo/release-notes-check@v1", "{contents: write}"), nothing);
    assert_eq!(judge("octo/build@v1", "{contents: write}"), nothing);
}

#[test]
fn settings_hold_for_the_builds_of_their_folder() {
    let strict =
        "<Project><PropertyGroup>\n<TreatWarningsAsErrors>true</TreatWarningsAsErrors>\n</PropertyGroup></Project>\n";
    let manifests = [("package.json", "{}\n"), ("go.mod", "module x\n"), ("a/a.csproj", "<Project/>\n")];
    let judge = |folders: &[&str], run: &str| {
        let ci = workflow("pull_request", &format!("      - run: {run}\n"));
        let paths: Vec<String> = folders.iter().map(|folder| format!("{folder}Directory.Build.props")).collect();
        let mut files = manifests.to_vec();
        files.extend(paths.iter().map(|path| (path.as_str(), strict)));
        files.push((".github/workflows/ci.yml", &ci));
        status(&card(&files), "lint-strict")
    };
    let one = judge(&["a/", "b/"], "dotnet build a/a.csproj");
    assert!(one.0 == "partial" && one.1.ends_with("in a part of the code: a"), "{one:?}");
    let two = judge(&["a/", "b/"], "dotnet build a/a.csproj && dotnet build b/b.csproj");
    assert!(two.0 == "partial" && two.1.ends_with("in parts of the code: a, b"), "{two:?}");
    assert_eq!(judge(&["b/"], "dotnet build a/a.csproj").0, "missing");
    assert_eq!(judge(&[""], "dotnet build a/a.csproj").0, "present");
}

#[test]
fn tests_of_xcode_run_with_the_sanitizers_of_their_plan() {
    let package = ("Package.swift", "let package = Package(name: \"a\")\n");
    let plan = |switch: &'static str| ("Tests/macOS.xctestplan", switch);
    let judge = |run: &str, plan| with(&format!("      - run: {run}\n"), &[package, plan], "unsafe-audit");
    let on = plan("{\n\"options\" : {\n  \"threadSanitizerEnabled\" : true\n}\n");
    let off = plan("{\n\"options\" : {\n  \"threadSanitizerEnabled\" : false\n}\n");
    let address = plan("{\n\"addressSanitizer\" : {\n  \"enabled\" : true\n}\n");
    let test = "xcodebuild -scheme a -testPlan macOS test";
    assert_eq!([judge(test, on), judge(test, off), judge(test, address)], ["present", "n/a", "present"]);
    assert_eq!(judge("xcodebuild -scheme a -testPlan iOS test", on), "n/a", "another plan");
    assert_eq!(judge("swift test --sanitize=thread", off), "present");
    assert_eq!(judge("xcodebuild test -enableThreadSanitizer YES", off), "present");
    assert_eq!(judge("xcodebuild test -enableThreadSanitizer NO", off), "n/a");
}
