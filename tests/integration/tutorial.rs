//! What the tutorial and the README tell people to type is run, and says what they say it says.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::program::{Program, measuring};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A fenced block.
struct Block {
    info: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let text = std::fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
    let fenced = text.split("\n```").skip(1).step_by(2);
    fenced
        .map(|block| {
            let (info, text) = block.split_once('\n').unwrap_or((block, ""));
            Block { info: info.to_owned(), text: text.to_owned() }
        })
        .collect()
}

/// Returns the folder of the program as the first of the path.
fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_plimsoll")).parent().unwrap();
    format!("{}:{}", program.display(), std::env::var("PATH").unwrap())
}

/// Checks that the lines are said in their order; `…` stands for lines or for the rest of one.
fn is_said(expected: &str, said: &str) {
    let mut rest = said.lines();
    for line in expected.lines().filter(|line| *line != "…") {
        let (start, is_whole) = line.strip_suffix('…').map_or((line, true), |start| (start, false));
        let found = rest.find(|said| if is_whole { *said == start } else { said.starts_with(start) });
        assert!(found.is_some(), "`{line}` is not said, in this order:\n{said}");
    }
}

#[test]
fn the_tutorial_ends_with_a_green_pull_request() {
    let blocks = blocks("docs/tutorial.md");
    let mark = "@@@@ block";
    let mut script = String::from("set -eu\n");
    for block in blocks.iter().filter(|block| block.info.starts_with("console tutorial")) {
        let end = if block.info.ends_with("fails") { " && exit 99 || [ $? = 1 ]" } else { "" };
        let text = if end.is_empty() { block.text.clone() } else { block.text.trim_end().to_owned() };
        script = format!("{script}echo '{mark}'\n{text}{end}\n");
    }
    let folder = TempDir::new().unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-c", &script]).current_dir(folder.path()).env_clear().env("PATH", path()).env("HOME", folder.path());
    for who in ["AUTHOR", "COMMITTER"] {
        bash.env(format!("GIT_{who}_NAME"), "Ann").env(format!("GIT_{who}_EMAIL"), "ann@example.org");
    }
    let ran = bash.output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    let marked = format!("{mark}\n");
    let mut parts = said.split(&marked).skip(1);
    let mut part = "";
    let mut compared = 0;
    for block in &blocks {
        if block.info.starts_with("console tutorial") {
            part = parts.next().unwrap();
        } else if block.info == "text" {
            is_said(&block.text, part);
            compared += 1;
        }
    }
    assert!(compared > 4, "only {compared} outputs were compared");
}

/// Each command of the README but the one that tests, which `.ci/run` itself runs.
#[test]
fn the_commands_of_the_readme_work() {
    let mut ran = 0;
    for block in blocks("README.md").iter().filter(|block| block.info == "console") {
        for line in block.text.lines().filter(|line| !line.starts_with("cargo test")) {
            let words = line.strip_prefix("cargo run --locked -- ").unwrap_or_else(|| panic!("`{line}` is not run"));
            let mut program = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
            let output = program
                .args(words.split(' '))
                .current_dir(ROOT)
                .env_clear()
                .envs(measuring())
                .env("PATH", path())
                .output()
                .unwrap();
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stdout));
            ran += 1;
        }
    }
    assert!(ran > 0);
}

#[test]
fn the_workflows_of_the_readme_are_clean() {
    let workflows: Vec<Block> =
        blocks("README.md").into_iter().filter(|block| block.info == "yaml" && block.text.starts_with("on:")).collect();
    assert!(workflows.len() > 1);
    for block in &workflows {
        let program = Program::new().file(".github/workflows/example.yml", &block.text);
        // The tag that users follow is what the page is about.
        let ran = program.run(&["lint", "--fail-on", "warning", "--ignore", "unpinned-action"]);
        assert_eq!(ran.code, 0, "{}{}", block.text, ran.stdout);
    }
}

/// The hooks find the files that they are for, with commands that the program knows.
#[test]
fn the_hooks_of_pre_commit_can_be_run() {
    let hooks: serde_json::Value =
        serde_yaml::from_str(&std::fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).unwrap())
            .unwrap();
    let program = Program::new().file(".github/workflows/ci.yml", "on: push\npermissions: {}\njobs: {}\n");
    for hook in hooks.as_array().unwrap() {
        assert!(hook["files"].as_str().unwrap().starts_with("^(\\.github/(workflows/"), "{hook}");
        let words = hook["entry"].as_str().unwrap().split(' ').skip(1);
        let words: Vec<&str> = words.chain([".github/workflows/ci.yml"]).collect();
        let ran = program.run(&words);
        assert!(ran.code < 2, "{hook}: {}", ran.stderr);
    }
}
