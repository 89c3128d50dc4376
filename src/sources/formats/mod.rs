//! Adapters: one file a format that other programs write.
//!
//! A file's format is told from what it holds, never from its name: reports are called anything.

pub mod baseline;
mod benchmarks;
mod builds;
mod coverage;
pub mod csv;
mod head;
mod input;
pub mod levels;
mod separators;
mod tests;
mod xml;

pub use input::{FormatError, Input};

use crate::model::tool_output::ToolOutput;
use head::Head;

/// A format that is read.
#[derive(Debug)]
pub struct Format {
    /// What it is called where somebody names it.
    name: &'static str,
    /// What it is, and which tools write it.
    summary: &'static str,
    /// Whether a file that begins so is of the format.
    knows: fn(&Head) -> bool,
    read: fn(&Input<'_>) -> Result<ToolOutput, FormatError>,
}

impl Format {
    /// Returns what it is called where somebody names it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Says what it is, and which tools write it.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Reads a file of the format.
    ///
    /// # Errors
    /// The file is not what it should be, with the place.
    pub fn read(&self, input: &Input<'_>) -> Result<ToolOutput, FormatError> {
        (self.read)(input)
    }

    /// Finds a format by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Tells the format of a file.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or of no format that is known.
    pub fn of(input: &Input<'_>) -> Result<&'static Self, FormatError> {
        let head = Head::new(input.head()?);
        if head.is_empty() {
            return Err(FormatError::at(1, 1, "the file is empty"));
        }
        FORMATS.iter().find(|format| (format.knows)(&head)).ok_or_else(|| {
            let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
            FormatError::at(1, 1, format!("the file is of no format that is known: {}", names.join(", ")))
        })
    }
}

macro_rules! formats {
    ($($name:literal, $summary:literal, $read:path, $knows:expr;)+) => {
        /// All formats, in the order in which a file is tried.
        pub static FORMATS: &[Format] = &[$(Format { name: $name, summary: $summary, read: $read, knows: $knows }),+];
    };
}

formats! {
    "junit", "JUnit XML of any dialect: pytest, Maven, Gradle, nextest, Jest, go-junit-report, Node.js, libtest",
        tests::junit::read, |head| head.has_root(&["testsuites", "testsuite"]);
    "trx", "`dotnet test --logger trx`", tests::trx::read, |head| head.has_root(&["TestRun"]);
    "clover", "coverage as Clover's XML: PHPUnit, Istanbul", coverage::clover::read,
        |head| head.has_root(&["coverage"]) && head.text.contains("<project");
    "cobertura", "coverage as Cobertura's XML: coverage.py, gcovr, coverlet", coverage::cobertura::read,
        |head| head.has_root(&["coverage"]);
    "jacoco", "coverage as JaCoCo's XML", coverage::jacoco::read, |head| head.has_root(&["report"]);
    "cargo-timings", "`cargo build --timings`", builds::cargo_timings::read,
        |head| head.text.contains("Cargo Build Timings") || head.text.contains(builds::cargo_timings::DATA);
    "go-test", "`go test -json`, with benchmarks and coverage", tests::go::read,
        |head| head.has_line_with(&["Action"]);
    "libtest-json", "JSON lines of Rust's test runner and of nextest", tests::libtest_json::read,
        |head| head.has_line_with(&["type", "event"]);
    "llvm-cov", "coverage as `llvm-cov export` and `cargo llvm-cov --json` write it", coverage::llvm::read,
        |head| head.has(&["data"]) && ["llvm.coverage.json.export", "\"filename\"", "\"totals\""].iter().any(|word| head.text.contains(word));
    "sccache", "`sccache --show-stats --stats-format=json`", builds::sccache::read,
        |head| head.has(&["stats"]) && head.text.contains("\"compile_requests\"");
    "ccache-json", "`ccache --print-stats --format=json`", builds::ccache::read_json,
        |head| head.has(&["direct_cache_hit", "cache_miss"]);
    "turbo", "`turbo run --summarize`", builds::turbo::read, |head| head.has(&["turboVersion"]);
    "bazel", "Bazel's `--build_event_json_file`", builds::bazel::read, |head| head.has_line_with(&["id", "started"]);
    "gradle", "build results of gradle/actions", builds::gradle::read,
        |head| head.has(&["rootProjectName", "configCacheHit"]);
    "hyperfine", "`hyperfine --export-json`", benchmarks::hyperfine::read,
        |head| head.has(&["results"]) && head.text.contains("\"command\"");
    "pytest-benchmark", "`pytest --benchmark-json`", benchmarks::pytest::read, |head| head.has(&["machine_info"]);
    "google-benchmark", "Google Benchmark's JSON", benchmarks::google::read, |head| head.has(&["context"]) && head.text.contains("\"benchmarks\"");
    "k6", "k6's summary", benchmarks::k6::read,
        |head| head.has(&["metrics"]) && ["\"root_group\"", "\"http_req", "\"iterations\"", "\"vus"].iter().any(|word| head.text.contains(word));
    "criterion", "criterion's `estimates.json`", benchmarks::criterion::read, |head| head.has(&["mean", "std_dev"]);
    "jmh", "`jmh -rf json`", benchmarks::jmh::read, |head| head.has_items(&["primaryMetric"]);
    "next", "Next.js' `route-bundle-stats.json`", builds::next::read,
        |head| head.has_items(&["firstLoadUncompressedJsBytes"]);
    "own-json", "measurements of your own: `[{\"name\": …, \"value\": …, \"unit\": …}]`", builds::own::read,
        |head| head.has_items(&["name", "value"]);
    "size-limit", "`size-limit --json`", builds::size_limit::read,
        |head| head.has_items(&["name", "size"]) || head.has_items(&["name", "passed"]);
    "go-cover", "Go's cover profiles", coverage::go::read, |head| head.text.starts_with("mode: ");
    "lcov", "lcov's tracefiles: cargo llvm-cov, c8, Istanbul, coverage.py", coverage::lcov::read,
        |head| head.lines().take(20).any(|line| line.starts_with("SF:") || line.starts_with("TN:"));
    "ccache", "`ccache --print-stats`", builds::ccache::read,
        |head| head.lines().any(|line| line.starts_with("direct_cache_hit\t"));
    "libtest", "what `cargo test` and `cargo bench` print", tests::libtest::read,
        |head| head.lines().any(tests::libtest::is_start);
    "nextest", "what `cargo nextest run` prints", tests::nextest::read,
        |head| head.lines().any(tests::nextest::is_result);
    "next-build", "what `next build` printed before version 16", builds::next::read_table,
        |head| head.lines().any(builds::next::is_header);
    "go-bench", "what `go test -bench` prints", benchmarks::go::read,
        |head| head.lines().any(benchmarks::go::is_result);
    "benchmark.js", "what benchmark.js prints", benchmarks::benchmarkjs::read,
        |head| head.lines().any(benchmarks::benchmarkjs::is_result);
    "tap", "the Test Anything Protocol: `node --test`, prove, bats", tests::tap::read,
        |head| head.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).is_some_and(tests::tap::is_start);
    "own", "measurements of your own: lines such as `boot_s=1.5 s`", builds::own::read_lines,
        |head| head.lines().any(builds::own::is_value)
            && head.lines().all(|line| builds::own::is_comment(line) || builds::own::is_value(line));
}

#[cfg(test)]
mod format_tests {
    use super::*;

    #[test]
    fn formats_are_told_from_what_a_file_holds() {
        for (name, text) in [
            ("junit", "\u{FEFF}<?xml version='1.0'?>\n<!-- <report> -->\n<ns:testsuite xmlns:ns='x'/>"),
            ("trx", "<TestRun id='1'/>"),
            ("clover", "<?xml version='1.0'?><coverage generated='1'><project/></coverage>"),
            ("cobertura", "<!DOCTYPE coverage SYSTEM 'x' [<!ELEMENT a>]><coverage/>"),
            ("jacoco", "<report name='x'/>"),
            ("cargo-timings", "\n<html>\n<head>\n  <title>Cargo Build Timings — demo</title>"),
            ("go-test", "go: downloading\n{\"Time\":\"x\",\"Action\":\"start\"}"),
            ("libtest-json", "   Compiling x\n{ \"type\": \"suite\", \"event\": \"started\", \"test_count\": 1 }"),
            ("llvm-cov", "{\"data\":[{\"files\":[{\"filename\":\"a\"}]}],\"type\":\"llvm.coverage.json.export\"}"),
            ("sccache", "{\"stats\":{\"compile_requests\":1}}"),
            ("ccache-json", "{\"cache_miss\":1,\"direct_cache_hit\":2}"),
            ("turbo", "{\"id\":\"{\\\"\",\"turboVersion\":\"2\"}"),
            ("bazel", "{\"id\":{\"started\":{}},\"children\":[],\"started\":{\"uuid\":\"x\"}}\n{\"id\":{}}"),
            ("gradle", "{\"rootProjectName\":\"x\",\"configCacheHit\":true}"),
            ("hyperfine", "{\"results\":[{\"command\":\"x\"}]}"),
            ("pytest-benchmark", "{\"machine_info\":{},\"benchmarks\":[]}"),
            ("google-benchmark", "{\"context\":{},\"benchmarks\":[]}"),
            ("k6", "{\"metrics\":{},\"root_group\":{}}"),
            ("criterion", "{\"mean\":{},\"median\":{},\"std_dev\":{}}"),
            ("jmh", "[{\"benchmark\":\"x\",\"primaryMetric\":{}}]"),
            ("next", "[ {\"route\":\"/\",\"firstLoadUncompressedJsBytes\":1}"),
            ("own-json", "[{\"name\":\"x\",\"value\":1}]"),
            ("size-limit", "[{\"name\":\"x\",\"passed\":true,\"size\":1}]"),
            ("go-cover", "mode: set\n"),
            ("lcov", "TN:\nSF:a"),
            ("ccache", "cache_miss\t1\ndirect_cache_hit\t0\n"),
            ("libtest", "   Compiling x\n\nrunning 1 test\n"),
            ("nextest", "        PASS [   0.006s] demo a::b\n"),
            ("next-build", "Route (app)    Size  First Load JS\n"),
            ("go-bench", "goos: linux\nBenchmarkX-8  10  12 ns/op\n"),
            ("benchmark.js", "x x 1,000 ops/sec ±1% (90 runs sampled)\n"),
            ("tap", "TAP version 13\n1..0\n"),
            ("tap", "# comment\nok 1 - a\n"),
            ("own", "# mine\na=1\nb=2 s\n"),
        ] {
            let format = Format::of(&Input::of_bytes("x", text.as_bytes())).map(|format| format.name);
            assert_eq!(format, Ok(name), "{text}");
        }
    }

    #[test]
    fn what_is_of_no_format_is_refused_with_the_list() {
        for text in ["hello", "<html/>", "{}", "[]", "{\"a\":", "a=b", "ok", "[1]"] {
            let Err(error) = Format::of(&Input::of_bytes("x", text.as_bytes())) else { continue };
            assert!(
                error.reason.starts_with("the file is of no format that is known: junit, trx, "),
                "{text}: {error}"
            );
        }
        assert_eq!(Format::of(&Input::of_bytes("x", b" \n")).unwrap_err().reason, "the file is empty");
    }

    #[test]
    fn names_are_unique_and_every_format_refuses_what_is_broken() {
        let names: std::collections::BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
        assert_eq!(names.len(), FORMATS.len());
        for format in FORMATS {
            assert!(Format::named(format.name).is_some_and(|found| std::ptr::eq(found, format)));
            let page = include_str!("../../../docs/metrics.md");
            assert!(page.contains(&format!("`{}`", format.name)), "docs/metrics.md does not name {}", format.name);
            // Nothing panics on what is of another format, on half a file, or on noise.
            for text in [
                "",
                "<a>",
                "<testsuite><testcase",
                "{\"results\": [",
                "[{}]",
                "\u{0}\u{1}",
                "SF:\nDA:",
                "1..9\nok",
                "TRY 1 [",
                "{\"type\":1}",
            ] {
                drop(format.read(&Input::of_bytes("x", text.as_bytes())));
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_reader_panics(text in "(\\{|\\}|\\[|\\]|\"[a-z_A-Z]{1,9}\":|,|[0-9.e-]{1,4}|<[a-z]{1,9}|/>|>|ok |not |1\\.\\.|test |running |\\.\\.\\. |SF:|DA:|Benchmark|\n|\t| |=|é){0,40}") {
            let input = Input::of_bytes("x", text.as_bytes());
            drop(Format::of(&input).map(|format| format.read(&input)));
            for format in FORMATS {
                drop(format.read(&input));
            }
        }
    }
}
