//! Many writers at once, and writers that are killed: small here, and in full size with
//! `PLIMSOLL_DRILL=full`, which `benches/README.md` tells about.

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::api::{NAME, TABLE, file, log, paths, program, server};
use super::{HEADER, commit, committed, deployments};
use crate::support::fake_github::{FakeGitHub, Limit, commit_id};
use crate::support::git::{Remote, git, script};
use crate::support::in_process;
use crate::support::outside::{FakeTime, NOW};
use crate::support::program::{Program, Ran};

/// How much is drilled.
#[derive(Clone, Copy)]
struct Size {
    writers: usize,
    batches: usize,
    kills: u32,
    /// Whether the real program runs, and really waits.
    real: bool,
}

fn size() -> Size {
    match std::env::var("PLIMSOLL_DRILL").as_deref() {
        Ok("full") => Size { writers: 50, batches: 20, kills: 50, real: true },
        _ => Size { writers: 3, batches: 2, kills: 2, real: false },
    }
}

/// The branch that is written to.
enum Place {
    Api(FakeGitHub, &'static str),
    Git(Remote),
}

impl Place {
    /// Makes a branch with a file of somebody else's.
    fn new(way: &'static str) -> Self {
        if way == "git" {
            let remote = Remote::new();
            remote.save(&remote.clone().file("other.txt", "not ours"), "metrics");
            return Self::Git(remote);
        }
        let server = server();
        // No token is granted so many requests an hour, which is not what is drilled.
        server.limit(Limit { granted: 1_000_000, remaining: 1_000_000, reset: NOW });
        server.branch(NAME, "metrics");
        server.put(NAME, "metrics", "other.txt", b"not ours");
        Self::Api(server, way)
    }

    fn writer(&self, rows: String) -> Program {
        match self {
            Self::Api(server, _) => program(server, rows),
            Self::Git(remote) => remote.shallow_clone().file(TABLE, rows),
        }
    }

    fn way(&self) -> &'static str {
        match self {
            Self::Api(_, way) => way,
            Self::Git(_) => "git",
        }
    }

    /// The table and the file of somebody else's, as they are on the branch.
    fn stored(&self) -> (String, String) {
        match self {
            Self::Api(server, _) => (file(server, "metrics", TABLE), file(server, "metrics", "other.txt")),
            Self::Git(remote) => (remote.read("metrics", TABLE), remote.read("metrics", "other.txt")),
        }
    }

    fn commits(&self) -> usize {
        match self {
            Self::Api(server, _) => log(server, "metrics").len(),
            Self::Git(remote) => remote.log("metrics").len(),
        }
    }

    fn files(&self) -> Vec<String> {
        match self {
            Self::Api(server, _) => paths(server, "metrics"),
            Self::Git(remote) => remote.files("metrics"),
        }
    }
}

fn run(writer: &Program, size: Size, arguments: &[&str]) -> Ran {
    if size.real { writer.run(arguments) } else { in_process::run(writer, &FakeTime::default(), arguments) }
}

fn id(writer: usize, batch: usize) -> u64 {
    1000 * writer as u64 + batch as u64 + 1
}

/// All rows in the order of the table.
fn all(size: Size) -> String {
    let ids = (0..size.writers).flat_map(|writer| (0..size.batches).map(move |batch| id(writer, batch)));
    sorted(ids)
}

fn sorted(ids: impl Iterator<Item = u64>) -> String {
    let mut ids: Vec<u64> = ids.collect();
    ids.sort_by_key(|id| (id % 28, *id));
    deployments(ids)
}

fn median(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// Lets every writer commit its batches, one after the other, and all writers at once.
fn write(place: &Place, size: Size) -> (Vec<u64>, Duration) {
    let start = Instant::now();
    let tries = std::thread::scope(|scope| {
        let writers: Vec<_> =
            (0..size.writers).map(|writer| scope.spawn(move || batches(place, size, writer))).collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    (tries, start.elapsed())
}

fn batches(place: &Place, size: Size, writer: usize) -> Vec<u64> {
    let mut clone = place.writer(String::new());
    let mut tries = Vec::new();
    for batch in 0..size.batches {
        clone = clone.file(TABLE, sorted((0..=batch).map(|batch| id(writer, batch))));
        let typed = ["commit", "--via", place.way(), "--tries", "1000", "--timeout", "60", "--format", "json"];
        let ran = run(&clone, size, &typed);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let said: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        tries.push(said["tries"].as_u64().unwrap());
    }
    tries
}

/// Drills a way, and returns its figures.
fn drill(way: &'static str) -> String {
    let size = size();
    let place = Place::new(way);
    if let Place::Git(remote) = &place {
        // One push in ten is turned away for no reason.
        let hook = "[ \"$(od -An -N1 -tu1 /dev/urandom)\" -ge 26 ] || { echo 'out of luck' >&2; exit 1; }";
        script(&remote.folder().join("hooks/pre-receive"), hook);
    }
    let (before, files) = (place.commits(), place.files());
    let (tries, time) = write(&place, size);
    assert_eq!(place.stored(), (all(size), "not ours".to_owned()), "{way}");
    assert_eq!(place.commits() - before, size.writers * size.batches);
    let expected: BTreeSet<String> = files.into_iter().chain([TABLE.to_owned()]).collect();
    assert_eq!(place.files().into_iter().collect::<BTreeSet<_>>(), expected);
    let most = tries.iter().max().copied().unwrap_or_default();
    format!(
        "{way}: {0} of {0} batches of {1} writers in {2:.1} s, tries: median {3}, most {most}",
        tries.len(),
        size.writers,
        time.as_secs_f64(),
        median(tries.clone()),
    )
}

#[test]
fn many_writers_by_graphql_store_every_row_once() {
    println!("{}", drill("graphql"));
}

#[test]
fn many_writers_by_the_git_data_api_store_every_row_once() {
    println!("{}", drill("git-data"));
}

#[test]
fn many_writers_by_git_store_every_row_once() {
    println!("{}", drill("git"));
}

/// Starts the program, kills it and all it has started after a while, and commits again.
fn kill(place: &Place, after: Duration, table: &str) {
    let writer = place.writer(table.to_owned());
    if let Place::Git(_) = place {
        // The other side is another machine, which is not killed.
        git(writer.folder(), &["config", "remote.origin.receivepack", "setsid git-receive-pack"]);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.args(["commit", "--via", place.way()]).current_dir(writer.folder());
    command.env_clear().envs(writer.environment()).env("PATH", std::env::var_os("PATH").unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn().unwrap();
    std::thread::sleep(after);
    // It may have ended, which is one of the points.
    let group = format!("-{}", child.id());
    Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status().unwrap();
    child.wait().unwrap();
    committed(&writer, &["--via", place.way()]);
    committed(&writer, &["--via", place.way()]);
}

/// Kills a way at many points, and says so.
fn killed(way: &'static str) -> String {
    let size = size();
    let place = Place::new(way);
    // How long it takes undisturbed is where the points are spread over, and a little beyond.
    let start = Instant::now();
    assert_eq!(place.writer(deployments([1])).run(&["commit", "--via", way]).code, 0);
    let whole = start.elapsed().mul_f64(1.2);
    let mut ids = BTreeSet::from([1]);
    for at in 0..size.kills {
        ids.insert(u64::from(at) + 2);
        let after = whole.mul_f64(f64::from(at) / f64::from(size.kills));
        kill(&place, after, &deployments([u64::from(at) + 2]));
        assert_eq!(place.stored(), (sorted(ids.iter().copied()), "not ours".to_owned()), "{way} at {after:?}");
    }
    format!("{way}: killed at {} points within {:.0} ms, always the same end", size.kills, whole.as_secs_f64() * 1e3)
}

#[test]
fn killed_by_graphql_it_ends_the_same() {
    println!("{}", killed("graphql"));
}

#[test]
fn killed_by_the_git_data_api_it_ends_the_same() {
    println!("{}", killed("git-data"));
}

#[test]
fn killed_by_git_it_ends_the_same() {
    println!("{}", killed("git"));
}

/// The usual recipe beside it, for its figures: rows appended, `git pull --rebase && git push`, tried ten times.
#[test]
fn the_usual_recipe_loses_rows_or_time() {
    let size = size();
    if !size.real {
        return;
    }
    let remote = Remote::new();
    remote.save(&remote.clone().file(TABLE, format!("{HEADER}\n")), "metrics");
    let (stored, start) = (AtomicUsize::new(0), Instant::now());
    let recipe = "set -e
git commit --quiet -am row
for try in 1 2 3 4 5 6 7 8 9 10; do
  if git pull --quiet --rebase origin metrics && git push --quiet origin HEAD:metrics; then exit 0; fi
  git rebase --abort || true
done
git fetch --quiet origin metrics
git reset --quiet --hard FETCH_HEAD
exit 1";
    std::thread::scope(|scope| {
        for writer in 0..size.writers {
            let (remote, stored) = (&remote, &stored);
            scope.spawn(move || {
                let kept = by_the_recipe(remote, size, writer, recipe);
                stored.fetch_add(kept, Ordering::Relaxed);
            });
        }
    });
    let rows = remote.read("metrics", TABLE).lines().count() - 1;
    let (all, seconds) = (size.writers * size.batches, start.elapsed().as_secs_f64());
    let stored = stored.into_inner();
    println!(
        "git pull --rebase && git push: {rows} of {all} rows on the branch, {stored} said to be, in {seconds:.1} s"
    );
}

/// Appends a writer's rows by the recipe, and returns how many it says are stored.
fn by_the_recipe(remote: &Remote, size: Size, writer: usize, recipe: &str) -> usize {
    let clone = remote.clone();
    git(clone.folder(), &["fetch", "--quiet", "origin", "metrics"]);
    git(clone.folder(), &["checkout", "--quiet", "-B", "metrics", "FETCH_HEAD"]);
    let mut stored = 0;
    for batch in 0..size.batches {
        let table = clone.read(TABLE) + &super::row(id(writer, batch), "success") + "\n";
        std::fs::write(clone.path(TABLE), table).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", recipe]).current_dir(clone.folder()).stdout(Stdio::null()).stderr(Stdio::null());
        stored += usize::from(shell.status().unwrap().success());
    }
    stored
}

/// A million rows are more than GraphQL takes: they go another way, whole.
#[test]
fn a_million_rows_go_another_way_whole() {
    if !size().real {
        return;
    }
    let server = server();
    server.branch(NAME, "metrics");
    let table = deployments(1..=1_000_000);
    let start = Instant::now();
    let said = committed(&program(&server, table), &[]);
    assert!(said.contains("MB are more than it takes"), "{said}");
    let stored: Vec<String> =
        paths(&server, "metrics").into_iter().filter(|path| path.contains("deployments")).collect();
    let lines: usize = stored.iter().map(|path| file(&server, "metrics", path).lines().count() - 1).sum();
    assert_eq!(lines, 1_000_000, "{stored:?}");
    let ran = commit(&program(&server, deployments([1_000_001])), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    println!("1,000,000 rows: {said}\n{stored:?} in {:.1} s", start.elapsed().as_secs_f64());
}

/// A year of nights with a hundred rows each, by git: what the branch takes with all its commits, and what
/// it takes compacted.
#[test]
fn a_year_of_nights_stays_small() {
    if !size().real {
        return;
    }
    let (remote, time) = (Remote::new(), FakeTime::default());
    let mut rows = Vec::new();
    let mut clone = remote.clone();
    for night in 0..365_u64 {
        let second = NOW + i64::try_from(night).unwrap() * 86_400;
        let at = jiff::Timestamp::from_second(second).unwrap();
        rows.extend((0..100).map(|row| {
            let (id, commit) = (night * 100 + row, commit_id(&format!("{night} {row}")));
            format!("octo/hello,{id},production,main,{commit},{at},{at},success,{}.{row},,,deployments", id % 977)
        }));
        clone = clone.file(TABLE, super::table(&rows));
        let ran = super::commit_at(&clone, &time, &["--via", "git"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        time.pass(86_400);
    }
    let taken = |remote: &Remote| {
        remote.git(&["gc", "--quiet", "--prune=now"]);
        let counted = remote.git(&["count-objects", "-v"]);
        let packed = counted.lines().find_map(|line| line.strip_prefix("size-pack: ")).unwrap();
        packed.parse::<u64>().unwrap()
    };
    let before = taken(&remote);
    let ran = super::commit_at(&clone, &time, &["--via", "git", "--compact"]);
    assert_eq!((ran.code, remote.log("metrics").len()), (0, 1), "{}", ran.stderr);
    let after = taken(&remote);
    let stored =
        remote.files("metrics").iter().map(|path| remote.read("metrics", path).lines().count() - 1).sum::<usize>();
    assert_eq!(stored, rows.len());
    println!("a year of nights: {before} KiB packed, {after} KiB compacted, {} rows", rows.len());
}
