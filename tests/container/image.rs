//! The image: what is in it, how large it is, and how soon it starts.

use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;

use crate::engine;

/// The most the image may take as it is pulled, and on disk.
const COMPRESSED: usize = 10_000_000;
const UNPACKED: u64 = 25_000_000;

/// Starts are compared in pairs, since a machine's speed drifts.
const PAIRS: usize = 20;

/// The aim is 50 ms more than a container that does nothing; a busy machine may double that, and
/// only another order of magnitude is a defect.
const SLOW: f64 = 500.0;

#[test]
fn the_image_runs_as_root_from_an_absolute_path() {
    let inspected = engine::output(&["image", "inspect", &engine::image()]).stdout;
    let inspected: Value = serde_json::from_slice(&inspected).unwrap();
    let config = &inspected[0]["Config"];
    assert_eq!(config["Entrypoint"], serde_json::json!(["/plimsoll"]));
    assert_eq!(config["User"].as_str().unwrap_or_default(), "");
    assert_eq!(config["Labels"]["org.opencontainers.image.licenses"], "MIT OR Apache-2.0");
    let size = inspected[0]["Size"].as_u64().unwrap();
    println!("image: {size} bytes unpacked");
    assert!(size <= UNPACKED, "{size} bytes");
}

#[test]
fn the_image_holds_the_program_and_nothing_else() {
    let container = String::from_utf8(engine::output(&["create", &engine::image()]).stdout).unwrap();
    let mut export = engine::docker(&["export", container.trim()]).stdout(Stdio::piped()).spawn().unwrap();
    let archive = export.stdout.take().unwrap();
    let listed = std::process::Command::new("tar").arg("-t").stdin(archive).output().unwrap();
    assert!(export.wait().unwrap().success() && listed.status.success());
    engine::output(&["rm", container.trim()]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    // The engine makes these in every container.
    let made = [".dockerenv", "dev/", "etc/", "proc/", "sys/"];
    let ours: Vec<&str> = listed.lines().filter(|path| !made.iter().any(|made| path.starts_with(made))).collect();
    assert_eq!(ours, ["plimsoll"]);
}

#[test]
fn the_image_is_small_to_pull() {
    let mut save = engine::docker(&["save", &engine::image()]).stdout(Stdio::piped()).spawn().unwrap();
    let archive = save.stdout.take().unwrap();
    let zipped = std::process::Command::new("gzip").arg("-c").stdin(archive).output().unwrap();
    assert!(save.wait().unwrap().success() && zipped.status.success());
    println!("image: {} bytes compressed", zipped.stdout.len());
    assert!(zipped.stdout.len() <= COMPRESSED, "{} bytes", zipped.stdout.len());
}

#[test]
fn the_program_starts_at_once() {
    let (ours, empty) = (engine::image(), engine::empty_image());
    let mut pairs = Vec::new();
    for _ in 0..PAIRS {
        pairs.push((start(&["run", "--rm", &ours, "--version"]), start(&["run", "--rm", &empty])));
    }
    let ours = median(pairs.iter().map(|(ours, _)| *ours).collect());
    let empty = median(pairs.iter().map(|(_, empty)| *empty).collect());
    let more = median(pairs.iter().map(|(ours, empty)| ours - empty).collect());
    println!("start: {ours:.0} ms, an empty container {empty:.0} ms, median difference {more:.1} ms of {PAIRS} pairs");
    assert!(more < SLOW, "{more:.0} ms more than an empty container");
}

/// Returns how many milliseconds a container takes from the client's start to its end.
fn start(arguments: &[&str]) -> f64 {
    let started = Instant::now();
    engine::output(arguments);
    started.elapsed().as_secs_f64() * 1000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    f64::midpoint(values[middle - 1], values[middle])
}
