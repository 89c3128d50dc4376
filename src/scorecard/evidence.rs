//! How verdicts are put together.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::{Kind, Tool, tools};
use crate::model::place::Position;
use crate::model::scorecard::{Evidence, Status, Verdict};

/// The places that a verdict shows at most.
const MOST_EVIDENCE: usize = 6;

pub(super) fn present(because: impl Into<String>, evidence: Vec<Evidence>) -> Verdict {
    verdict(Status::Present, because.into(), evidence)
}

pub(super) fn partial(because: impl Into<String>, evidence: Vec<Evidence>) -> Verdict {
    verdict(Status::Partial, because.into(), evidence)
}

pub(super) fn missing(because: impl Into<String>, looked_for: &[&str]) -> Verdict {
    let looked_for = looked_for.iter().map(|item| (*item).to_owned()).collect();
    Verdict { looked_for, ..verdict(Status::Missing, because.into(), Vec::new()) }
}

pub(super) fn not_applicable(because: impl Into<String>) -> Verdict {
    verdict(Status::NotApplicable, because.into(), Vec::new())
}

fn verdict(status: Status, because: String, evidence: Vec<Evidence>) -> Verdict {
    Verdict { status, because, evidence: shown(evidence), looked_for: Vec::new() }
}

/// Returns what a verdict shows: each place once, and not too many.
pub(super) fn shown(evidence: Vec<Evidence>) -> Vec<Evidence> {
    let mut kept: Vec<Evidence> = Vec::new();
    for next in evidence {
        if !kept.iter().any(|other| shows_the_same(other, &next)) {
            kept.push(next);
        }
    }
    kept.truncate(MOST_EVIDENCE);
    kept
}

/// Tells whether two pieces of evidence are one command at one place: reached in two ways, or as it is written and with a
/// variable filled in.
fn shows_the_same(left: &Evidence, right: &Evidence) -> bool {
    let written = |evidence: &Evidence| evidence.seen.split(" → ").next().map(str::to_owned);
    let runs = |evidence: &Evidence| evidence.seen.rsplit(" → ").next().map(str::to_owned);
    let is_filled_in = left.seen.contains('$') && written(left) == written(right);
    left.path == right.path && left.position == right.position && (runs(left) == runs(right) || is_filled_in)
}

/// Present, partial or missing by how many of all there are are good.
pub(super) fn share(good: &[Evidence], bad: &[Evidence], what: &str) -> Verdict {
    let all = good.len() + bad.len();
    let because = format!("{} of {all} {what}", good.len());
    match (good.is_empty(), bad.is_empty()) {
        (false, true) => present(because, good.to_vec()),
        (false, false) => partial(because, bad.to_vec()),
        (true, _) => Verdict { evidence: shown(bad.to_vec()), ..missing(because, &[]) },
    }
}

/// The start of a file.
pub(super) fn file(path: &str, seen: impl Into<String>) -> Evidence {
    at(path, Position { line: 1, column: 1 }, seen)
}

pub(super) fn at(path: &str, position: Position, seen: impl Into<String>) -> Evidence {
    Evidence { path: path.to_owned(), position, seen: seen.into() }
}

/// A line of a file by its number, from 0, at where its text begins.
pub(super) fn line_at(path: &str, index: usize, line: &str) -> Evidence {
    let column = 1 + line.chars().take_while(|character| character.is_whitespace()).count();
    at(path, Position { line: index + 1, column }, line.trim().chars().take(120).collect::<String>())
}

pub(super) fn of(activity: &Activity<'_>) -> Evidence {
    at(activity.path, activity.position, activity.seen.clone())
}

pub(super) fn all(activities: &[&Activity<'_>]) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = Vec::new();
    for activity in activities {
        let next = of(activity);
        if !evidence.contains(&next) {
            evidence.push(next);
        }
    }
    evidence
}

/// Parts the places that activities stand at into good and bad. One that several workflows call stands at one place,
/// which is good when it always is.
pub(super) fn by_place<'model>(
    activities: &[&Activity<'model>],
    is_good: impl Fn(&Activity<'model>) -> bool,
) -> (Vec<Evidence>, Vec<Evidence>) {
    let (mut good, bad): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) =
        activities.iter().copied().partition(|activity| is_good(activity));
    let bad = all(&bad);
    good.retain(|activity| !bad.contains(&of(activity)));
    (all(&good), bad)
}

/// Present when something fails loudly, partial when all of it can fail in silence.
pub(super) fn ran(activities: &[&Activity<'_>], what: &str, kinds: &[Kind]) -> Verdict {
    let loud: Vec<&Activity<'_>> = activities.iter().copied().filter(|activity| activity.silence.is_none()).collect();
    match (loud.first(), activities.first()) {
        (Some(first), _) => present(format!("{what}: {}", names(first, kinds)), all(&loud)),
        (None, Some(first)) => {
            let reason = first.silence.map_or("", crate::detectors::activity::Silence::reason);
            partial(format!("{what}, but a failure goes unnoticed: {reason}"), all(activities))
        }
        (None, None) => Verdict { looked_for: looked_for(kinds), ..missing(format!("nothing shows that {what}"), &[]) },
    }
}

/// Returns what a tool is called. One that goes by a command of its goes by the command at hand, as does what is no known
/// tool: `cargo check` is no `cargo build`, though both build.
fn names(activity: &Activity<'_>, kinds: &[Kind]) -> String {
    let is_meant = |tool: &&&Tool| kinds.iter().any(|kind| tool.kinds.contains(kind));
    let tool = activity.tools.iter().find(is_meant).or(activity.tools.first());
    let name = tool.map_or("", |tool| tool.name);
    let is_command = name.contains(' ') && name.chars().all(|it| it.is_ascii_lowercase() || it == ' ');
    let is_at_hand = name.split(' ').all(|word| activity.words.iter().any(|other| other == word));
    let is_plain =
        |word: &&str| word.chars().all(|it| it.is_ascii_alphanumeric() || it == '-') && !word.starts_with('-');
    let words: Vec<&str> = activity.words.iter().map(String::as_str).take_while(is_plain).take(3).collect();
    match name {
        "" if words.is_empty() => activity.seen.clone(),
        "" => words.join(" "),
        _ if is_command && !is_at_hand && !words.is_empty() => words.join(" "),
        _ => name.to_owned(),
    }
}

/// Says where and for which tools was looked.
pub(super) fn looked_for(kinds: &[Kind]) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in kinds.iter().flat_map(|kind| tools().names_of(*kind)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(8);
    names.truncate(8);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    vec![format!("commands, actions and images in the jobs that run: {}{more}", names.join(", "))]
}
