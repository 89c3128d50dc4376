//! What makes a release: the tool in `tools/release`, run on trees of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const IMAGE: &str =
    "ghcr.io/plimsoll-ci/plimsoll@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A tree that says it is version 1.2.3, with the repository's own actions.
fn tree() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("Cargo.toml", "[package]\nname = \"plimsoll\"\nversion = \"1.2.3\"\n");
    let changelog = "# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-11-26\n\n- now\n\n## [1.2.2] - 2026-01-01\n\n- before\n";
    write("CHANGELOG.md", changelog);
    for path in actions() {
        write(&path.to_string_lossy(), &std::fs::read_to_string(root().join(&path)).unwrap());
    }
    folder
}

/// Returns the manifests of all actions, below the root.
fn actions() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("actions")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut paths: Vec<PathBuf> = folders.map(|folder| Path::new("actions").join(folder).join("action.yml")).collect();
    paths.push(PathBuf::from("action.yml"));
    paths
}

fn release(tree: &Path, arguments: &[&str]) -> Output {
    let mut python = Command::new("python3");
    python.arg(root().join("tools/release/release.py")).arg("--root").arg(tree).args(arguments);
    python.output().unwrap()
}

fn said(output: &Output) -> (bool, String) {
    let text = if output.status.success() { &output.stdout } else { &output.stderr };
    (output.status.success(), String::from_utf8(text.clone()).unwrap().trim_end().to_owned())
}

#[test]
fn a_release_is_what_the_files_say() {
    let tree = tree();
    let check = |version: &str| said(&release(tree.path(), &["check", version]));
    assert_eq!(check("1.2.3"), (true, String::new()));
    assert_eq!(check("1.2.4"), (false, "error: Cargo.toml says 1.2.3, not 1.2.4".to_owned()));
    assert_eq!(check("v1.2.3"), (false, "error: `v1.2.3` is no version: three numbers, without `v`".to_owned()));
    assert_eq!(said(&release(tree.path(), &["notes", "1.2.3"])), (true, "- now".to_owned()));
    std::fs::write(tree.path().join("CHANGELOG.md"), "## [1.2.3] - 2026-11-26\n\n## [1.2.2] - 2026-01-01\n\n- x\n")
        .unwrap();
    let empty = "error: the section of 1.2.3 in CHANGELOG.md is empty".to_owned();
    assert_eq!(check("1.2.3"), (false, empty));
}

#[test]
fn only_a_release_moves_the_tag_that_users_follow() {
    let moving = |version: &str| said(&release(root(), &["moving", version]));
    assert_eq!(moving("1.2.3"), (true, "v1".to_owned()));
    assert_eq!(moving("2.0.0-rc.1"), (true, String::new()));
}

#[test]
fn every_container_action_uses_the_pushed_image() {
    let tree = tree();
    let (done, changed) = said(&release(tree.path(), &["pin", IMAGE]));
    assert!(done, "{changed}");
    for path in actions() {
        let text = std::fs::read_to_string(tree.path().join(&path)).unwrap();
        let before = std::fs::read_to_string(root().join(&path)).unwrap();
        if before.contains("using: docker") {
            assert!(text.contains(&format!("\n  image: docker://{IMAGE}\n")), "{}: {text}", path.display());
            let plain = before.replace("image: ../../Dockerfile", "image: X").replace("image: Dockerfile", "image: X");
            assert_eq!(text.replace(&format!("docker://{IMAGE}"), "X"), plain, "{}", path.display());
        } else {
            assert_eq!(text, before, "{}", path.display());
        }
    }
    // What is pinned already is not on a branch that is released from.
    assert!(!said(&release(tree.path(), &["pin", IMAGE])).0);
}

#[test]
fn what_is_no_digest_pins_nothing() {
    let tree = tree();
    let before = std::fs::read_to_string(tree.path().join("action.yml")).unwrap();
    for image in ["ghcr.io/plimsoll-ci/plimsoll:1.2.3", "plimsoll", &IMAGE[..IMAGE.len() - 1]] {
        assert!(!said(&release(tree.path(), &["pin", image])).0, "{image}");
    }
    // One action that cannot be pinned keeps all others as they are.
    std::fs::write(tree.path().join("actions/lint/action.yml"), "runs:\n  using: docker\n  image: Other\n").unwrap();
    assert!(!said(&release(tree.path(), &["pin", IMAGE])).0);
    assert_eq!(std::fs::read_to_string(tree.path().join("action.yml")).unwrap(), before);
}

#[test]
fn archives_are_the_same_each_time_and_summed() {
    let program = env!("CARGO_BIN_EXE_plimsoll");
    let folder = TempDir::new().unwrap();
    // The real program is large while it is not optimized, and packing it slow; its words are what counts.
    let stand_in = folder.path().join("plimsoll");
    std::fs::write(&stand_in, format!("#!/bin/sh\nexec '{program}' \"$@\"\n")).unwrap();
    assert!(Command::new("chmod").arg("755").arg(&stand_in).status().unwrap().success());
    let pack = |system: &str, into: &str| {
        let into = folder.path().join(into);
        let output = release(root(), &["archive", system, "amd64", stand_in.to_str().unwrap(), into.to_str().unwrap()]);
        let (done, path) = said(&output);
        assert!(done, "{path}");
        std::fs::read(path).unwrap()
    };
    assert_eq!(pack("linux", "one"), pack("linux", "two"));
    assert_eq!(pack("macos", "one"), pack("macos", "two"));
    assert_eq!(pack("windows", "one"), pack("windows", "two"));
    let one = folder.path().join("one");
    assert!(said(&release(root(), &["sums", one.to_str().unwrap()])).0);
    let checked = Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&one).output();
    let checked = checked.unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let name = format!("plimsoll-{}-linux-amd64", env!("CARGO_PKG_VERSION"));
    let listed = Command::new("tar").args(["-tzvf", &format!("{name}.tar.gz")]).current_dir(&one).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for file in ["plimsoll", "LICENSE-MIT", "completions/plimsoll.fish", "man/plimsoll.1"] {
        assert!(listed.contains(&format!("{name}/{file}\n")), "{file}: {listed}");
    }
    assert!(listed.lines().all(|line| line.starts_with("-rw-r--r--") || line.ends_with("/plimsoll")), "{listed}");
    let name = format!("plimsoll-{}-windows-amd64", env!("CARGO_PKG_VERSION"));
    let listed = Command::new("unzip").args(["-t", &format!("{name}.zip")]).current_dir(&one).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for file in ["plimsoll.exe", "LICENSE-MIT", "completions/plimsoll.powershell", "man/plimsoll.1"] {
        assert!(listed.contains(&format!("{name}/{file}")), "{file}: {listed}");
    }
}

/// The same is run on every system that a release is for.
#[test]
fn what_a_release_is_tried_with_holds_here() {
    let script = root().join("tests/systems/try.sh");
    let tried = Command::new("bash").arg(script).arg(env!("CARGO_BIN_EXE_plimsoll")).output().unwrap();
    assert!(tried.status.success(), "{}", String::from_utf8_lossy(&tried.stderr));
}

#[test]
fn a_program_that_does_not_run_here_needs_one_that_speaks_for_it() {
    let folder = TempDir::new().unwrap();
    let foreign = folder.path().join("plimsoll.exe");
    std::fs::write(&foreign, "MZ of another system").unwrap();
    let archive = |system: &str, more: &[&str]| {
        let arguments = ["archive", system, "amd64", foreign.to_str().unwrap(), folder.path().to_str().unwrap()];
        said(&release(root(), &[&arguments, more].concat()))
    };
    let (done, why) = archive("windows", &[]);
    assert!(!done && why.starts_with("error: "), "{why}");
    let (done, path) = archive("windows", &["--speaker", env!("CARGO_BIN_EXE_plimsoll")]);
    assert!(done, "{path}");
    let packed = Command::new("unzip").args(["-p", &path, "*/plimsoll.exe"]).output().unwrap();
    assert_eq!(packed.stdout, b"MZ of another system");
    let known = "linux-amd64, linux-arm64, macos-amd64, macos-arm64, windows-amd64";
    assert_eq!(archive("plan9", &[]), (false, format!("error: plan9-amd64 is no platform: {known}")));
}

#[test]
fn the_formula_of_homebrew_names_every_archive_with_its_sum() {
    let folder = TempDir::new().unwrap();
    let sums = folder.path().join("SHA256SUMS");
    let platforms = ["linux-amd64", "linux-arm64", "macos-amd64", "macos-arm64"];
    let sum = |at: usize| format!("{at}").repeat(64);
    let line = |(at, platform): (usize, &&str)| format!("{}  plimsoll-1.2.3-{platform}.tar.gz\n", sum(at));
    let text: Vec<String> = platforms.iter().enumerate().map(line).collect();
    std::fs::write(&sums, text.concat()).unwrap();
    let (done, formula) = said(&release(root(), &["formula", "1.2.3", sums.to_str().unwrap()]));
    assert!(done, "{formula}");
    for (at, platform) in platforms.iter().enumerate() {
        let (_, after) = formula.split_once(&format!("/v1.2.3/plimsoll-1.2.3-{platform}.tar.gz\"")).unwrap();
        assert!(after.trim_start().starts_with(&format!("sha256 \"{}\"", sum(at))), "{platform}: {formula}");
    }
    // Homebrew refuses a longer one.
    let described = formula.lines().find_map(|line| line.trim().strip_prefix("desc ")).unwrap();
    assert!(described.trim_matches('"').len() <= 80, "{described}");
    std::fs::write(&sums, text[1..].concat()).unwrap();
    let (done, why) = said(&release(root(), &["formula", "1.2.3", sums.to_str().unwrap()]));
    assert!(!done && why.contains("has no sum for plimsoll-1.2.3-linux-amd64.tar.gz"), "{why}");
}
