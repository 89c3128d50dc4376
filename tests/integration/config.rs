//! Configuration end to end: where it is found, and what is said about a bad one.

use crate::support::program::{Program, Ran};

fn refused(program: &Program, arguments: &[&str]) -> Ran {
    let ran = program.run(&[&["gate"], arguments].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    ran
}

#[test]
fn a_repository_without_configuration_has_defaults() {
    let ran = Program::new().run(&["gate"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("preset standard") && ran.stdout.contains("no data for the preset's"),
        "{}",
        ran.stdout
    );
}

#[test]
fn both_places_are_looked_at_from_any_folder() {
    for place in ["plimsoll.yml", ".github/plimsoll.yml"] {
        let program = Program::new().file(place, "preset: saas\n").file("deep/down/file", "");
        let ran = program.run_in("deep/down", &["gate"]);
        assert!(ran.stdout.contains("preset saas"), "{place}: {}{}", ran.stdout, ran.stderr);
        assert!(program.run(&["gate", "--no-config"]).stdout.contains("preset standard"));
        assert!(program.run(&["gate", "--preset", "none"]).stdout.ends_with("no gates\n"));
    }
}

#[test]
fn a_configuration_that_was_named_must_exist() {
    let ran = refused(&Program::new(), &["--config", "other.yml"]);
    assert!(ran.stderr.contains("there is no configuration") && ran.stderr.contains("other.yml"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn files_that_nobody_would_read_are_named() {
    let twice = Program::new().file("plimsoll.yml", "").file(".github/plimsoll.yml", "");
    assert!(refused(&twice, &[]).stderr.contains("both plimsoll.yml and .github/plimsoll.yml exist"));
    let misnamed = Program::new().file("plimsoll.yaml", "preset: saas\n");
    assert!(refused(&misnamed, &[]).stderr.contains("rename it to plimsoll.yml"));
}

#[test]
fn a_wrong_unit_is_placed_before_anything_runs() {
    let text = "gates:\n  - metric: build.duration_s\n    warn: \"> 30 minuts\"\n    fail: \"> 80%\"\n";
    let damaged = Program::new().file("plimsoll.yml", text).file("metrics/build_metrics.csv", "no,table\n");
    let stderr = refused(&damaged, &[]).stderr;
    assert!(stderr.contains("plimsoll.yml:3:17: `minuts` is no unit, did you mean `minutes`?"), "{stderr}");
    assert!(stderr.contains("plimsoll.yml:4:11: a duration was expected"), "{stderr}");
    assert!(!stderr.contains("build_metrics.csv"), "{stderr}");
}

#[test]
fn hostile_files_have_a_clear_message() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb = format!("{bomb}a{level}: &a{level} [{below}]\n");
    }
    for (content, words) in [
        (bomb.into_bytes(), "plimsoll.yml:"),
        (b"a: \xff\xfe".to_vec(), "is not UTF-8 text (byte 3)"),
        (vec![b'a'; 3 << 20], "a configuration has at most"),
        (vec![b' '; 17 << 20], "is larger than 16 MiB"),
        (b"\0\0\0\0".to_vec(), "plimsoll.yml:1:1: "),
        (b"gates:\n\t- x\n".to_vec(), "plimsoll.yml:2:"),
    ] {
        let ran = refused(&Program::new().file("plimsoll.yml", content), &[]);
        assert!(ran.stderr.contains(words) && ran.stderr.len() < 1000, "{words}: {}", ran.stderr);
    }
}
