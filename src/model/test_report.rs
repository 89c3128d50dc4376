//! What a test runner reported.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::Timestamp;

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
    /// The test cases, each once.
    pub cases: Vec<TestCase>,
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
        suites.iter_mut().for_each(TestSuite::join_tries);
        Self { suites }
    }
}

impl TestSuite {
    fn append(&mut self, other: Self) {
        self.started_at = self.started_at.into_iter().chain(other.started_at).min();
        self.seconds = self.duration().into_iter().chain(other.duration()).reduce(|sum, time| sum + time);
        self.source = format!("{}, {}", self.source, other.source);
        self.cases.extend(other.cases);
    }

    /// Returns how long the suite took: as the report says, or else its cases' times added up.
    pub fn duration(&self) -> Option<f64> {
        let times = self.cases.iter().filter_map(|case| case.seconds);
        let total = times.fold(None, |sum: Option<f64>, time| Some(sum.unwrap_or(0.0) + time));
        self.seconds.or(total)
    }

    /// Counts the cases with a status.
    pub fn count(&self, status: Status) -> usize {
        self.cases.iter().filter(|case| case.status == status).count()
    }

    /// Makes one case of repeated tries: of cases of one class and name that failed and passed,
    /// one remains, which is flaky.
    pub fn join_tries(&mut self) {
        let mut order: Vec<usize> = (0..self.cases.len()).collect();
        let name = |at: &usize| self.cases.get(*at).map(|case| (&case.class, &case.name));
        order.sort_by(|one, two| name(one).cmp(&name(two)));
        let mut superseded = vec![false; self.cases.len()];
        let mut flaky = vec![None; self.cases.len()];
        for tries in order.chunk_by(|one, two| name(one) == name(two)) {
            let cases = || tries.iter().filter_map(|at| self.cases.get(*at).map(|case| (*at, case)));
            let passed = cases().find(|(_, case)| case.status == Status::Passed).map(|(at, _)| at);
            let failed: Vec<usize> = cases().filter(|(_, case)| case.status.is_failure()).map(|(at, _)| at).collect();
            let Some(passed) = passed.filter(|_| !failed.is_empty()) else { continue };
            let message = failed.iter().find_map(|at| self.cases.get(*at).and_then(|case| case.message.clone()));
            let time: f64 = cases().filter_map(|(_, case)| case.seconds).sum();
            let other = tries.iter().filter(|at| **at != passed);
            other.for_each(|at| superseded.get_mut(*at).into_iter().for_each(|gone| *gone = true));
            flaky.get_mut(passed).into_iter().for_each(|slot| *slot = Some((message.clone(), time)));
        }
        let cases = std::mem::take(&mut self.cases).into_iter().zip(superseded).zip(flaky);
        let kept = cases.filter(|((_, superseded), _)| !superseded).map(|((case, _), tries)| match tries {
            Some((message, time)) => TestCase { flaky: true, message, seconds: Some(time), ..case },
            None => case,
        });
        self.cases = kept.collect();
    }
}
