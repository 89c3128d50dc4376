//! The section `report`.

use super::section::Value;

/// What the report is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The title; the repository's name, where it is not given.
    pub title: Option<String>,
    /// How many weeks it looks back.
    pub weeks: usize,
}

impl Default for Report {
    fn default() -> Self {
        Self { title: None, weeks: 12 }
    }
}

pub(super) fn read(value: Value<'_>) -> Report {
    let section = value.section(&["title", "weeks"]);
    let mut report = Report::default();
    section.set("title", &mut report.title, |value| value.text().map(Some));
    section.set("weeks", &mut report.weeks, |value| value.whole(1, 520));
    report
}
