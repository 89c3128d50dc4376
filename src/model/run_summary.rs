//! What `plimsoll run` came to, part by part.

/// The parts of a run, what they came to, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// The parts, in the order they were done.
    pub parts: Vec<Part>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
}

/// What one part came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The verb: `lint`, `score`, `collect`, `gate`, `report` or `commit`; `lint --online` where only
    /// the part that asks GitHub could not be done.
    pub name: &'static str,
    /// The verdict.
    pub verdict: PartVerdict,
    /// What it came to, in one line.
    pub says: String,
}

/// The verdict of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartVerdict {
    /// All is well.
    Pass,
    /// There is something to look at.
    Warn,
    /// It fails the run.
    Fail,
    /// It could not be told.
    Unknown,
}

impl PartVerdict {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

/// Something that was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What.
    pub what: String,
    /// Why, and how to have it.
    pub why: String,
}

impl RunSummary {
    /// Adds a part.
    pub fn part(&mut self, name: &'static str, verdict: PartVerdict, says: impl Into<String>) {
        self.parts.push(Part { name, verdict, says: says.into() });
    }

    /// Adds something that was not done.
    pub fn left_out(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.push(LeftOut { what: what.into(), why: why.into() });
    }

    /// Returns the verdict over all parts, which is the worst one.
    pub fn verdict(&self) -> PartVerdict {
        self.parts.iter().map(|part| part.verdict).max().unwrap_or(PartVerdict::Pass)
    }
}
