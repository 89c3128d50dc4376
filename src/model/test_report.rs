//! What a test runner reported.
//!
//! A report may tell of millions of test cases. Of those that passed little is kept: enough to see
//! that one failed on another try, and the slowest by name.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;

/// How many of a suite's slowest test cases that passed are kept by name.
pub const SLOWEST: usize = 10;

/// How many of a suite's test cases that did not pass are kept by name; others are counted.
const MOST_NAMED: usize = 10_000;

/// How many of a suite's test cases that passed are remembered, to be told from other tries.
const MOST_REMEMBERED: usize = 1 << 21;

/// The suites of one report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestReport {
    /// The suites that hold test cases, by name.
    pub suites: Vec<TestSuite>,
}

/// One suite with the test cases that stand directly in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestSuite {
    /// Its name; that of a nested suite begins with the outer one's.
    pub name: String,
    /// When it started, where the report says so without doubt.
    pub started_at: Option<Timestamp>,
    /// The files that tell of it.
    pub source: String,
    /// How long it took as a whole, where the report says so.
    pub seconds: Option<f64>,
    /// Its test cases.
    pub cases: Cases,
}

/// Test cases, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cases {
    /// How long they took together.
    seconds: Option<f64>,
    /// Test cases that failed, broke, or were flaky.
    notable: Vec<TestCase>,
    /// The slowest that passed, slowest first.
    slowest: Vec<TestCase>,
    passed: Vec<Passed>,
    counts: Counts,
}

/// How many test cases there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    skipped: usize,
    failed: usize,
    errors: usize,
    flaky: usize,
}

/// A test case that passed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Passed {
    identity: u64,
    seconds: Option<f64>,
}

/// One test case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestCase {
    /// The class or module it is in.
    pub class: String,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub status: Status,
    /// Whether it failed and passed on another try.
    pub flaky: bool,
    /// How long it took.
    pub seconds: Option<f64>,
    /// What it failed with.
    pub message: Option<String>,
}

/// How a test case ended; the worse is the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It did what it should.
    #[default]
    Passed,
    /// It was not run, or its failure is expected.
    Skipped,
    /// It failed.
    Failed,
    /// Something broke outside the test itself.
    Error,
}

impl Status {
    /// Returns the word for the status.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Error => "error",
        }
    }

    /// Tells whether the test case did not pass.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Error)
    }
}

impl TestReport {
    /// Makes a report of suites, those without test cases left out.
    pub fn of_suites(suites: impl IntoIterator<Item = TestSuite>) -> Self {
        Self::joined([Self { suites: suites.into_iter().filter(|suite| suite.tests() > 0).collect() }])
    }

    /// Makes one report of several that one job wrote: suites of one name become one, and tries
    /// of one test case in several of them count as one case.
    pub fn joined(reports: impl IntoIterator<Item = Self>) -> Self {
        let mut suites: BTreeMap<String, TestSuite> = BTreeMap::new();
        for suite in reports.into_iter().flat_map(|report| report.suites) {
            match suites.entry(suite.name.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(suite);
                }
                Entry::Occupied(mut entry) => entry.get_mut().append(suite),
            }
        }
        let mut suites: Vec<TestSuite> = suites.into_values().collect();
        for suite in &mut suites {
            suite.cases.join_tries();
        }
        Self { suites }
    }

    /// Tells whether it holds no suite.
    pub fn is_empty(&self) -> bool {
        self.suites.is_empty()
    }
}

impl TestCase {
    /// Returns a number that is the same for all tries of a test case.
    fn identity(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.class, &self.name).hash(&mut hasher);
        hasher.finish()
    }
}

impl TestSuite {
    /// Makes a suite without test cases.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Takes a test case in.
    pub fn add(&mut self, case: TestCase) {
        self.cases.add(case);
    }

    fn append(&mut self, other: Self) {
        self.started_at = self.started_at.into_iter().chain(other.started_at).min();
        self.seconds = sum(self.duration(), other.duration());
        if !other.source.is_empty() && self.source != other.source {
            self.source = format!("{}, {}", self.source, other.source);
        }
        self.cases.append(other.cases);
    }

    /// Returns how long the suite took: as the report says, or else its cases' times added up.
    pub fn duration(&self) -> Option<f64> {
        self.seconds.or(self.cases.seconds)
    }

    /// Counts the cases.
    pub fn tests(&self) -> usize {
        self.cases.len()
    }

    /// Counts the cases with a status.
    pub fn count(&self, status: Status) -> usize {
        self.cases.count(status)
    }
}

impl Cases {
    fn add(&mut self, case: TestCase) {
        self.seconds = sum(self.seconds, case.seconds);
        match case.status {
            Status::Passed => self.counts.passed += 1,
            Status::Skipped => self.counts.skipped += 1,
            Status::Failed => self.counts.failed += 1,
            Status::Error => self.counts.errors += 1,
        }
        self.counts.flaky += usize::from(case.flaky);
        if case.status.is_failure() || case.flaky {
            if self.notable.len() < MOST_NAMED {
                self.notable.push(case);
            }
        } else if case.status == Status::Passed {
            self.remember(case);
        }
    }

    fn remember(&mut self, case: TestCase) {
        if self.passed.len() < MOST_REMEMBERED {
            self.passed.push(Passed { identity: case.identity(), seconds: case.seconds });
        }
        let Some(seconds) = case.seconds.filter(|seconds| *seconds > 0.0) else { return };
        let place = self.slowest.partition_point(|other| other.seconds.unwrap_or_default() >= seconds);
        if place < SLOWEST {
            self.slowest.insert(place, case);
            self.slowest.truncate(SLOWEST);
        }
    }

    fn append(&mut self, other: Self) {
        self.seconds = sum(self.seconds, other.seconds);
        self.notable.extend(other.notable);
        self.slowest.extend(other.slowest);
        self.slowest.sort_by(|one, two| two.seconds.unwrap_or_default().total_cmp(&one.seconds.unwrap_or_default()));
        self.slowest.truncate(SLOWEST);
        self.passed.extend(other.passed);
        self.counts.passed += other.counts.passed;
        self.counts.skipped += other.counts.skipped;
        self.counts.failed += other.counts.failed;
        self.counts.errors += other.counts.errors;
        self.counts.flaky += other.counts.flaky;
    }

    /// Counts the cases with a status.
    pub fn count(&self, status: Status) -> usize {
        match status {
            Status::Passed => self.counts.passed,
            Status::Skipped => self.counts.skipped,
            Status::Failed => self.counts.failed,
            Status::Error => self.counts.errors,
        }
    }

    /// Counts the cases that failed and passed on another try.
    pub fn flaky(&self) -> usize {
        self.counts.flaky
    }

    /// Counts all cases.
    pub fn len(&self) -> usize {
        self.counts.passed + self.counts.skipped + self.counts.failed + self.counts.errors
    }

    /// Tells whether there is no case.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the cases that failed, broke, or were flaky, in the order of the report.
    pub fn notable(&self) -> &[TestCase] {
        &self.notable
    }

    /// Returns the slowest cases that passed at once, slowest first.
    pub fn slowest(&self) -> &[TestCase] {
        &self.slowest
    }

    /// Makes one case of repeated tries: of cases of one class and name that failed and passed,
    /// one remains, which is flaky.
    fn join_tries(&mut self) {
        let mut tries: BTreeMap<u64, Vec<Option<f64>>> = BTreeMap::new();
        let failed = self.notable.iter().filter(|case| case.status.is_failure());
        for case in failed {
            tries.entry(case.identity()).or_default();
        }
        if tries.is_empty() {
            return;
        }
        self.passed.retain(|case| {
            let tries = tries.get_mut(&case.identity);
            let is_try = tries.is_some();
            if let Some(tries) = tries {
                tries.push(case.seconds);
            }
            !is_try
        });
        tries.retain(|_, passes| !passes.is_empty());
        self.slowest.retain(|case| !tries.contains_key(&case.identity()));
        let mut notable: Vec<TestCase> = Vec::new();
        let mut places: BTreeMap<u64, usize> = BTreeMap::new();
        for case in std::mem::take(&mut self.notable) {
            let identity = case.identity();
            let Some(passes) = tries.get(&identity).filter(|_| case.status.is_failure()) else {
                notable.push(case);
                continue;
            };
            match case.status {
                Status::Error => self.counts.errors -= 1,
                Status::Failed | Status::Passed | Status::Skipped => self.counts.failed -= 1,
            }
            if let Some(present) = places.get(&identity).and_then(|place| notable.get_mut(*place)) {
                present.seconds = sum(present.seconds, case.seconds);
                present.message = present.message.take().or(case.message);
                continue;
            }
            // All the passes count as one, that of the flaky case.
            self.counts.passed = self.counts.passed + 1 - passes.len();
            self.counts.flaky += 1;
            places.insert(identity, notable.len());
            let seconds = passes.iter().fold(case.seconds, |total, seconds| sum(total, *seconds));
            notable.push(TestCase { status: Status::Passed, flaky: true, seconds, ..case });
        }
        self.notable = notable;
    }
}

fn sum(one: Option<f64>, two: Option<f64>) -> Option<f64> {
    one.into_iter().chain(two).reduce(|one, two| one + two)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, status: Status, seconds: f64) -> TestCase {
        TestCase { name: name.to_owned(), status, seconds: Some(seconds), ..TestCase::default() }
    }

    fn suite(cases: &[(&str, Status, f64)]) -> TestSuite {
        let mut suite = TestSuite::new("s");
        for (name, status, seconds) in cases {
            suite.add(case(name, *status, *seconds));
        }
        suite
    }

    fn counts(suite: &TestSuite) -> [usize; 5] {
        let Counts { passed, skipped, failed, errors, flaky } = suite.cases.counts;
        [passed, skipped, failed, errors, flaky]
    }

    #[test]
    fn a_case_that_failed_and_passed_is_one_flaky_case() {
        use Status::{Error, Failed, Passed, Skipped};
        let mut suite = suite(&[
            ("a", Failed, 1.0),
            ("a", Error, 1.0),
            ("a", Passed, 2.0),
            ("b", Passed, 9.0),
            ("b", Passed, 9.0),
            ("c", Failed, 1.0),
            ("c", Failed, 1.0),
            ("d", Skipped, 0.0),
        ]);
        suite.cases.join_tries();
        assert_eq!(counts(&suite), [3, 1, 2, 0, 1]);
        assert_eq!(suite.tests(), 6);
        let flaky = suite.cases.notable().iter().find(|case| case.flaky).unwrap();
        assert_eq!((flaky.name.as_str(), flaky.seconds), ("a", Some(4.0)));
        assert_eq!(suite.cases.slowest().iter().map(|case| case.name.as_str()).collect::<Vec<_>>(), ["b", "b"]);
    }

    #[test]
    fn tries_in_two_reports_are_joined() {
        let report = |suite| TestReport::of_suites([suite]);
        let first = report(suite(&[("a", Status::Failed, 1.0), ("b", Status::Passed, 1.0)]));
        let second = report(suite(&[("a", Status::Passed, 1.0)]));
        let joined = TestReport::joined([first, second]);
        assert_eq!((joined.suites.len(), counts(&joined.suites[0])), (1, [2, 0, 0, 0, 1]));
        assert_eq!(joined.suites[0].duration(), Some(3.0));
    }

    #[test]
    fn of_many_cases_little_is_kept() {
        let mut suite = TestSuite::new("s");
        for at in 0..30_000_u32 {
            let status = if at % 2 == 0 { Status::Failed } else { Status::Passed };
            suite.add(case(&format!("t{at}"), status, f64::from(at)));
        }
        assert_eq!((suite.cases.notable().len(), suite.cases.slowest().len()), (MOST_NAMED, SLOWEST));
        assert_eq!((counts(&suite), suite.cases.slowest()[0].name.as_str()), ([15_000, 0, 15_000, 0, 0], "t29999"));
    }
}
