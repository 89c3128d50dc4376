//! `plimsoll lint` over what Dependabot and pre-commit are told.

use crate::support::program::Program;

const DEPENDABOT: &str = "version: 2
updates:
  - package-ecosystem: cargo
    directory: /
    schedule: {interval: daily} # each day
  - package-ecosystem: npm
    directory: /
    cooldown:
      # fewer days
      default-days: 2
    insecure-external-code-execution: allow
  - package-ecosystem: pip
    directory: /
    open-pull-requests-limit: 0
  - package-ecosystem: gomod
    directory: /
    cooldown: {default-days: 30}
  - &other
    package-ecosystem: docker
    directory: /
    <<: {cooldown: {default-days: 30}}
";

const HOOKS: &str = "repos:
  - repo: http://example.org/hooks
    rev: v1
  - repo: https://github.com/pre-commit/mirrors-isort.git
    rev: v1
  - repo: local
    hooks: []
";

/// Lints and returns path, line, severity and rule.
fn found(program: &Program, arguments: &[&str]) -> Vec<String> {
    let ran = program.run(&[&["lint", "--format", "json", "--no-config"], arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let shown = |finding: &serde_json::Value| {
        let word = |key: &str| finding[key].as_str().unwrap().to_owned();
        format!("{}:{} {} {}", word("path"), finding["start"]["line"], word("severity"), word("rule"))
    };
    report["findings"].as_array().unwrap().iter().map(shown).collect()
}

#[test]
fn only_what_is_said_to_dependabot_and_pre_commit_is_judged_there() {
    let program = Program::new()
        .file(".github/dependabot.yml", DEPENDABOT)
        .file("tools/dependabot.yml", DEPENDABOT)
        .file("packages/a/.pre-commit-config.yaml", HOOKS)
        .file(".pre-commit-config.yaml", "repos: [\n");
    let expected = [
        ".github/dependabot.yml:3 info dependabot-cooldown",
        ".github/dependabot.yml:10 info dependabot-cooldown",
        ".github/dependabot.yml:11 warning dependabot-execution",
        ".pre-commit-config.yaml:1 error yaml-syntax",
        "packages/a/.pre-commit-config.yaml:2 warning insecure-url-scheme",
        "packages/a/.pre-commit-config.yaml:4 warning archived-action",
    ];
    assert_eq!(found(&program, &["--persona", "auditor"]), expected);
    // One that is named is judged wherever it lies, and so is one that shows what it is.
    assert_eq!(found(&program, &["tools/dependabot.yml"]).len(), 3);
    let program = program.file("other.yml", HOOKS);
    assert_eq!(found(&program, &["other.yml"]).len(), 2);
}

#[test]
fn dependabot_is_told_to_wait() {
    let path = ".github/dependabot.yml";
    let program = Program::new().file(path, DEPENDABOT);
    program.run(&["lint", "--fix", "--no-config"]);
    let mended = DEPENDABOT.replace("# each day\n", "# each day\n    cooldown:\n      default-days: 7\n");
    assert_eq!(program.read(path), mended);
    // What somebody wrote is only changed where that is asked for.
    program.run(&["lint", "--fix=all", "--no-config"]);
    let mended = mended.replace("default-days: 2\n", "default-days: 7\n");
    assert_eq!(program.read(path), mended.replace("execution: allow", "execution: deny"));
}
