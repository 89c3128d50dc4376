//! What a commit says about itself: the message's places filled, and the lines that follow it.

use jiff::Timestamp;

use super::ground::date;
use super::{Ci, Saying, SignOff};
use crate::error::{Failure, FailureKind};
use crate::model::branch_name::BranchName;
use crate::model::committed::CommittedTable;
use crate::model::identity::Identity;
use crate::model::suggest::did_you_mean;
use crate::world::Environment;

/// What can stand in braces in a message.
const PLACES: [&str; 12] = [
    "rows", "added", "updated", "tables", "branch", "date", "time", "workflow", "event", "run_id", "run_url", "commit",
];

/// What a message can tell.
pub(super) struct Facts<'facts> {
    pub(super) tables: &'facts [CommittedTable],
    pub(super) branch: &'facts BranchName,
    pub(super) now: Timestamp,
    pub(super) environment: &'facts Environment,
}

/// Refuses a message with places that nothing fills.
pub(super) fn check(message: &str) -> Result<(), Failure> {
    let wrong = pieces(message).into_iter().find_map(|piece| match piece {
        Piece::Place(name) if !PLACES.contains(&name) => Some(name),
        Piece::Place(_) | Piece::Text(_) => None,
    });
    let Some(wrong) = wrong else { return Ok(()) };
    let meant = did_you_mean(wrong, PLACES);
    let listed = format!("; known are {}", PLACES.join(", "));
    let more = if meant.is_empty() { listed } else { meant };
    Err(Failure::message(FailureKind::Usage, format!("nothing fills `{{{wrong}}}` in the commit's message{more}")))
}

/// Writes the message.
pub(super) fn write(saying: &Saying, signer: Option<&Identity>, facts: &Facts<'_>, is_daily: bool) -> String {
    let template = saying.message.as_deref().unwrap_or("Update CI metrics");
    let text: String = pieces(template)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Place(name) => facts.value(name),
        })
        .collect();
    let text = text.trim();
    let (headline, body) = text.split_once('\n').unwrap_or((text, ""));
    let skip = if saying.ci == Ci::Skipped { " [skip ci]" } else { "" };
    let mut message = format!("{}{skip}", headline.trim_end());
    if !body.trim().is_empty() {
        message.push_str("\n\n");
        message.push_str(body.trim());
    }
    let mut trailers: Vec<String> =
        saying.co_authors.iter().map(|author| format!("Co-authored-by: {author}")).collect();
    trailers.extend(signer.filter(|_| saying.sign_off == SignOff::Yes).map(|who| format!("Signed-off-by: {who}")));
    trailers.extend(is_daily.then(|| day(facts.now)));
    if !trailers.is_empty() {
        message.push_str("\n\n");
        message.push_str(&trailers.join("\n"));
    }
    message
}

/// Returns the line by which a commit of the day is known, so that a later one can replace it.
pub(super) fn day(now: Timestamp) -> String {
    format!("Plimsoll-Day: {}", date(now))
}

impl Facts<'_> {
    fn value(&self, name: &str) -> String {
        let sum = |count: fn(&CommittedTable) -> usize| self.tables.iter().map(count).sum::<usize>();
        let (added, updated) = (sum(|table| table.change.added), sum(|table| table.change.updated));
        let said = |name: &str| self.environment.get(name).unwrap_or_default().replace(['\n', '\r'], " ");
        match name {
            "rows" => (added + updated).to_string(),
            "added" => added.to_string(),
            "updated" => updated.to_string(),
            "tables" => {
                let changed = self.tables.iter().filter(|table| table.change.is_change());
                changed.map(|table| table.table.as_str()).collect::<Vec<_>>().join(", ")
            }
            "branch" => self.branch.to_string(),
            "date" => date(self.now),
            "time" => jiff::fmt::temporal::DateTimePrinter::new().precision(Some(0)).timestamp_to_string(&self.now),
            "workflow" => said("GITHUB_WORKFLOW"),
            "event" => said("GITHUB_EVENT_NAME"),
            "run_id" => said("GITHUB_RUN_ID"),
            "commit" => said("GITHUB_SHA"),
            "run_url" => match (said("GITHUB_SERVER_URL"), said("GITHUB_REPOSITORY"), said("GITHUB_RUN_ID")) {
                (server, repository, run) if !run.is_empty() => format!("{server}/{repository}/actions/runs/{run}"),
                _ => String::new(),
            },
            _ => format!("{{{name}}}"),
        }
    }
}

enum Piece<'text> {
    Text(&'text str),
    Place(&'text str),
}

/// Takes a message apart. Braces around anything but a word in lower case are text.
fn pieces(message: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        let place = after
            .split_once('}')
            .filter(|(name, _)| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        let (piece, behind) = place.map_or((Piece::Text("{"), after), |(name, behind)| (Piece::Place(name), behind));
        pieces.extend([Piece::Text(before), piece]);
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::history::Change;

    fn written(saying: &Saying, is_daily: bool) -> String {
        let variables = [
            ("GITHUB_RUN_ID", "7"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "o/n"),
            ("GITHUB_WORKFLOW", "CI\nSigned-off-by: Eve <e@f>"),
        ];
        let variables: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let tables = [
            CommittedTable { table: "a".to_owned(), change: Change { added: 2, updated: 1, unchanged: 4 } },
            CommittedTable { table: "b".to_owned(), change: Change::default() },
        ];
        let facts = Facts {
            tables: &tables,
            branch: &"metrics".parse().unwrap(),
            now: "2026-03-01T23:59:59.5Z".parse().unwrap(),
            environment: &Environment::new(variables),
        };
        write(saying, Some(&Identity::of_jobs()), &facts, is_daily)
    }

    fn saying(message: &str) -> Saying {
        Saying { message: Some(message.to_owned()), ..Saying::default() }
    }

    #[test]
    fn places_are_filled_and_other_braces_kept() {
        let message = "{rows} of {tables} ({added}+{updated}) to {branch}\n{date} {time} {run_url} {event}. {A} {} {x";
        assert_eq!(
            written(&saying(message), false),
            "3 of a (2+1) to metrics\n\n2026-03-01 2026-03-01T23:59:59Z https://github.com/o/n/actions/runs/7 . {A} {} {x"
        );
        assert_eq!(written(&saying("{workflow}"), false), "CI Signed-off-by: Eve <e@f>");
        assert!(check("{rows} {A} {}").is_ok());
        assert_eq!(
            check("{row} new").unwrap_err().to_string(),
            "nothing fills `{row}` in the commit's message, did you mean `rows`?"
        );
    }

    #[test]
    fn lines_about_people_and_days_stand_at_the_end() {
        let mut saying = saying("Add\n\nbody\n");
        saying.co_authors = vec!["Ann <a@b>".parse().unwrap(), "Bob <c@d>".parse().unwrap()];
        (saying.sign_off, saying.ci) = (SignOff::Yes, Ci::Skipped);
        assert_eq!(
            written(&saying, true),
            "Add [skip ci]\n\nbody\n\nCo-authored-by: Ann <a@b>\nCo-authored-by: Bob <c@d>\n\
             Signed-off-by: github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>\n\
             Plimsoll-Day: 2026-03-01"
        );
    }
}
