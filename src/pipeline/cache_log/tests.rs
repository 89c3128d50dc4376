use super::*;
use crate::model::cache::CacheResult;

/// Reads lines that are a second apart; `Sn` begins step n.
fn uses(lines: &[&str]) -> Vec<CacheUse> {
    let mut log = CacheLog::default();
    let mut step = None;
    for (line, second) in lines.iter().zip(0..) {
        if let Some(number) = line.strip_prefix('S').and_then(|number| number.parse().ok()) {
            step = Some(number);
            continue;
        }
        log.line(&format!("2026-01-31T12:00:{second:02}.1234567Z {line}\r\n"), step);
    }
    log.finish()
}

fn shown(lines: &[&str]) -> Vec<String> {
    let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    let one = |cache: CacheUse| {
        let result = cache.result.map_or("-", CacheResult::word);
        let saved = cache.saved.map_or("-".to_owned(), |saved| saved.to_string());
        let counts = format!("{}/{}", number(cache.hits), number(cache.misses));
        format!("{} {} [{}] {result} {counts} saved {saved}", number(cache.step), cache.tool, cache.cache)
    };
    uses(lines).into_iter().map(one).collect()
}

const HASH: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn actions_cache_tells_exact_from_partial_by_the_key_it_asked_for() {
    let header = ["S3", "##[group]Run actions/cache@v4", "with:", "  path: x", "  key: Linux-a1", "##[endgroup]"];
    let hit = |key: &str| {
        [header.as_slice(), &[&format!("Cache restored from key: {key}")]]
            .concat()
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    let of = |key: &str| {
        let lines = hit(key);
        shown(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(of("Linux-a1"), ["3 actions/cache [Linux-a1] exact -/- saved -"]);
    assert_eq!(of("Linux-b2"), ["3 actions/cache [Linux-b2] partial -/- saved -"]);
    // A masked word is broken in the header and in the message alike, or in one of them.
    let masked = [
        "S3",
        "##[group]Run actions/cache/restore@v4",
        "  key: Linux-***-1",
        "##[endgroup]",
        "Cache restored from key: Linux-x86-1",
    ];
    assert_eq!(shown(&masked), ["3 actions/cache [Linux-x86-1] exact -/- saved -"]);
}

#[test]
fn every_version_of_a_miss_is_one() {
    for line in [
        "Cache not found for input keys: [\"k-1\",\"k-\"].",
        "Cache not found for input keys: k-1, k-.",
        "Cache not found for input keys: k-1, k-",
        "##[error]Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: k-1",
    ] {
        let lines = ["S2", "##[group]Run actions/cache@v1", "##[endgroup]", line];
        assert_eq!(shown(&lines), ["2 actions/cache [k-1] miss -/- saved -"], "{line}");
    }
    let both = [
        "S2",
        "Cache not found for input keys: k-1",
        "##[error]Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: k-1",
    ];
    assert_eq!(shown(&both).len(), 1);
}

#[test]
fn what_is_said_at_the_end_settles_what_was_open() {
    let start = ["S2", "Cache restored from key: k-1"];
    let end = |line: &'static str| shown(&[start.as_slice(), &["S9", "Post job cleanup.", line]].concat());
    assert_eq!(
        end("Cache hit occurred on the primary key k-1, not saving cache."),
        ["2 actions/cache [k-1] exact -/- saved false"]
    );
    assert_eq!(end("nothing"), ["2 actions/cache [k-1] unknown -/- saved -"]);
    let missed = [
        "S2",
        "Cache not found for input keys: k-2, k-",
        "S9",
        "Cache Size: ~1 MB (1048576 B)",
        "Cache saved successfully",
        "Cache saved with key: k-2",
    ];
    assert_eq!(shown(&missed), ["2 actions/cache [k-2] miss -/- saved true"]);
    assert_eq!(uses(&missed)[0].size_bytes, Some(1_048_576));
    let raced = [
        "S2",
        "Cache not found for input keys: k-2",
        "S9",
        "##[warning]Failed to save: Unable to reserve cache with key k-2, another job may be creating this cache.",
    ];
    assert_eq!(shown(&raced), ["2 actions/cache [k-2] miss -/- saved false"]);
}

#[test]
fn the_toolkit_tells_kind_size_and_time() {
    let lines = [
        "S4",
        "##[group]Run actions/setup-python@v6",
        "##[endgroup]",
        "Cache hit for restore-key: pip-1",
        "Received 5 of 5 (100.0%), 1.0 MBs/sec",
        "Cache Size: ~5 MB (5242880 B)",
        "Cache restored successfully",
        "Cache restored from key: pip-1",
    ];
    let found = &uses(&lines)[0];
    assert_eq!(
        (found.result, found.size_bytes, found.restore_s),
        (Some(CacheResult::Partial), Some(5_242_880), Some(5.0))
    );
    assert_eq!(found.tool, "setup-python");
    let lookup = ["S4", "Cache hit for: k-1", "Lookup only - skipping download", "Cache restored from key: k-1"];
    assert_eq!(shown(&lookup), ["4 actions/cache [k-1] lookup -/- saved -"]);
    assert_eq!(shown(&["Cache found and can be restored from key: k-1"]), ["- actions/cache [k-1] lookup -/- saved -"]);
    assert_eq!(
        shown(&["##[warning]Failed to restore: Cache service responded with 503"]),
        ["- actions/cache [] unknown -/- saved -"]
    );
}

#[test]
fn setup_actions_have_their_own_words() {
    let of = |action: &str, line: &str| shown(&["S2", &format!("##[group]Run {action}@v5"), "##[endgroup]", line]);
    assert_eq!(of("actions/setup-node", "npm cache is not found"), ["2 setup-node [npm] miss -/- saved -"]);
    assert_eq!(of("actions/setup-go", "Cache is not found"), ["2 setup-go [actions/setup-go] miss -/- saved -"]);
    assert_eq!(of("actions/setup-java", "maven cache is not found"), ["2 setup-java [maven] miss -/- saved -"]);
    assert_eq!(
        of("actions/setup-node", &format!("Cache restored from key: node-cache-Linux-npm-{HASH}")),
        ["2 setup-node [node-cache-Linux-npm-#] exact -/- saved -"]
    );
    assert_eq!(
        of("actions/setup-java", "JDK cache restored from key: jdk-21"),
        ["2 setup-java [jdk-21] exact -/- saved -"]
    );
    let saved = [
        "S2",
        "##[group]Run actions/setup-node@v5",
        "##[endgroup]",
        "npm cache is not found",
        "S7",
        "Cache saved with the key: node-cache-1",
    ];
    assert_eq!(shown(&saved), ["2 setup-node [npm] miss -/- saved true"]);
    // A script that speaks of a cache is no tool.
    assert_eq!(
        shown(&["S2", "##[group]Run ./test.sh", "##[endgroup]", "the cache is not found"]),
        Vec::<String>::new()
    );
}

#[test]
fn rust_cache_and_gradle_are_read() {
    let rust = |lines: &[&str]| {
        shown(&[["S2", "##[group]Run Swatinem/rust-cache@v2", "##[endgroup]"].as_slice(), lines].concat())
    };
    assert_eq!(
        rust(&["Restored from cache key \"v0-rust-ci-0123456789abcdef\" full match: true.", "S8", "Cache up-to-date."]),
        ["2 rust-cache [v0-rust-ci-#] exact -/- saved false"]
    );
    assert_eq!(
        rust(&["Cache hit for restore-key: v0-rust-x", "Restored from cache key \"v0-rust-x\" full match: false."]),
        ["2 rust-cache [v0-rust-x] partial -/- saved -"]
    );
    assert_eq!(
        rust(&["Found cache key \"v0-rust-x\" full match: true."]),
        ["2 rust-cache [v0-rust-x] lookup -/- saved -"]
    );
    assert_eq!(
        rust(&["No cache found.", "S8", "... Saving cache ..."]),
        ["2 rust-cache [rust-cache] miss -/- saved true"]
    );
    let gradle = |line: &str| shown(&["S2", "##[group]Run gradle/actions/setup-gradle@v5", "##[endgroup]", line]);
    assert_eq!(gradle("Basic caching restored from cache key: gradle-1"), ["2 gradle [gradle-1] unknown -/- saved -"]);
    assert_eq!(
        gradle("Basic caching did not find an entry to restore. Will start with empty state."),
        ["2 gradle [gradle] miss -/- saved -"]
    );
}

/// Tells what the tools of a step count.
fn counted(lines: &[&str]) -> Vec<String> {
    let found = uses(&[&["S5"], lines].concat());
    assert!(found.iter().all(|one| one.result.is_none() && one.step == Some(5)));
    let shown =
        found.iter().map(|one| format!("{} {}/{}", one.tool, one.hits.unwrap_or(999), one.misses.unwrap_or(999)));
    shown.collect()
}

#[test]
fn steps_of_dockerfiles_are_counted_in_text_and_in_json() {
    for lines in [
        vec![
            "#1 [internal] load build definition",
            "#1 DONE 0.0s",
            "#5 [build 2/3] RUN make",
            "#5 CACHED",
            "#6 [build 3/3] COPY . .",
            "#6 DONE 1.2s",
            "#7 exporting to image",
            "#7 DONE 2.0s",
            "#8 [linux/amd64 stage-1 1/2] FROM x",
        ],
        vec!["#5 [1/1] RUN make", "#5 CACHED", "#5 [1/1] RUN other", "#5 ...", "#5 [1/1] RUN other", "#5 DONE 1s"],
        vec![
            r#"{"vertexes":[{"digest":"sha256:1","name":"[internal] load build definition","completed":"2026-03-01T12:00:00Z"},{"digest":"sha256:2","name":"[build 1/3] FROM x","started":"2026-03-01T12:00:00Z"}]}"#,
            r#"{"vertexes":[{"digest":"sha256:2","inputs":["sha256:1"],"name":"[build 1/3] FROM x","completed":"2026-03-01T12:00:01Z","cached":true}]}"#,
            r#"{"vertexes":[{"digest":"sha256:3","name":"[build 2/3] RUN make","started":"2026-03-01T12:00:01Z"}],"logs":[{"vertex":"sha256:3","data":"aGk=","timestamp":"2026-03-01T12:00:02Z"}]}"#,
            r#"{"vertexes":[{"digest":"sha256:3","name":"[build 2/3] RUN make","completed":"2026-03-01T12:00:03Z"}]}"#,
            r#"{"vertexes":[{"digest":"sha256:4","name":"[build 3/3] RUN false","completed":"2026-03-01T12:00:03Z","error":"exit code: 1"}]}"#,
            r#"{"vertexes":[{"digest":"sha256:5","name":"[build 3/3] cut in the mid"#,
        ],
    ] {
        assert_eq!(counted(&lines), ["buildx 1/1"], "{lines:?}");
    }
}

#[test]
fn tools_that_count_are_read() {
    let json = r#"{"stats":{"compile_requests":9,"cache_hits":{"counts":{"Rust":5,"C/C++":2},"adv_counts":{}},"cache_misses":{"counts":{"Rust":1}}},"version":"0.1"}"#;
    for (lines, expected) in [
        (vec!["##[notice]97% - 123 hits, 4 misses, 0 errors"], "sccache 123/4"),
        (vec![json], "sccache 7/1"),
        (
            vec![
                "Cache hits                            12",
                "Cache hits (Rust)                      12",
                "Cache misses                           3",
            ],
            "sccache 12/3",
        ),
        (
            vec![
                "Cacheable calls:   2 / 2 (100.0%)",
                "  Hits:            1 / 2 (50.00%)",
                "    Direct:        1 / 1 (100.0%)",
                "Local storage:",
                "  Hits:            9 / 9 (100.0%)",
            ],
            "ccache 1/1",
        ),
        (
            vec![
                "cache hit (direct)                    5",
                "cache hit (preprocessed)              2",
                "cache miss                            3",
            ],
            "ccache 7/3",
        ),
        (vec!["direct_cache_hit\t5", "preprocessed_cache_hit\t0", "cache_miss\t1"], "ccache 5/1"),
        (vec![" Tasks:    3 successful, 4 total", "\u{1b}[1m Cached:    \u{1b}[0m3 cached, 4 total"], "turbo 3/1"),
        (vec!["Nx read the output from the cache instead of running the command for 3 out of 4 tasks."], "nx 3/1"),
        (vec!["  Cache:        3/3 hit (100%)"], "nx 3/0"),
        (
            vec!["12 actionable tasks: 3 executed, 7 from cache, 2 up-to-date", "1 actionable task: 1 from cache"],
            "gradle 8/3",
        ),
        (vec!["INFO: 11 processes: 6 remote cache hit, 3 internal, 2 remote."], "bazel 6/2"),
    ] {
        assert_eq!(counted(&lines), [expected], "{lines:?}");
    }
    for line in [
        "12 actionable tasks: 12 executed",
        "#12 is fixed",
        "Hits: 3 / 4 (75%)",
        "INFO: 3 processes",
        "50% - nothing",
        "{\"stats\":{\"compile_requests\":",
    ] {
        assert_eq!(shown(&[line]), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn lines_are_freed_of_what_the_runner_adds() {
    let at = |text: &str| (split(text).0.map(|time| time.to_string()), split(text).1.to_owned());
    assert_eq!(
        at("\u{FEFF}2026-01-31T12:34:56.1234567Z ##[group]Run x\r"),
        (Some("2026-01-31T12:34:56.1234567Z".to_owned()), "##[group]Run x".to_owned())
    );
    assert_eq!(at("a line that goes on"), (None, "a line that goes on".to_owned()));
    assert_eq!(at("2026-01-31T12:34:56Z"), (Some("2026-01-31T12:34:56Z".to_owned()), String::new()));
    assert_eq!(plain("\u{1b}[36;1ma\u{1b}[0m b\u{1b}[K\u{1b}["), "a b");
}

proptest::proptest! {
    #[test]
    fn any_log_can_be_read(lines in proptest::collection::vec("(#[0-9] |Cache |ache restored from key: |##\\[group\\]Run |key: |\\*\\*\\*|[a-f0-9]{1,40}|\u{1b}\\[|[ -~ü]){0,8}", 0..20)) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        drop(uses(&lines));
    }
}
