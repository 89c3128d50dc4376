//! How verdicts are put together.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::{Kind, tools};
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

fn verdict(status: Status, because: String, mut evidence: Vec<Evidence>) -> Verdict {
    evidence.truncate(MOST_EVIDENCE);
    Verdict { status, because, evidence, looked_for: Vec::new() }
}

/// Present, partial or missing by how many of all there are are good.
pub(super) fn share(good: &[Evidence], bad: &[Evidence], what: &str) -> Verdict {
    let all = good.len() + bad.len();
    let because = format!("{} of {all} {what}", good.len());
    match (good.is_empty(), bad.is_empty()) {
        (false, true) => present(because, good.to_vec()),
        (false, false) => partial(because, bad.to_vec()),
        (true, _) => Verdict { evidence: bad.iter().take(MOST_EVIDENCE).cloned().collect(), ..missing(because, &[]) },
    }
}

/// The start of a file.
pub(super) fn file(path: &str, seen: impl Into<String>) -> Evidence {
    at(path, Position { line: 1, column: 1 }, seen)
}

pub(super) fn at(path: &str, position: Position, seen: impl Into<String>) -> Evidence {
    Evidence { path: path.to_owned(), position, seen: seen.into() }
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
        (Some(first), _) => present(format!("{what}: {}", names(first)), all(&loud)),
        (None, Some(first)) => {
            let reason = first.silence.map_or("", crate::detectors::activity::Silence::reason);
            partial(format!("{what}, but a failure goes unnoticed: {reason}"), all(activities))
        }
        (None, None) => Verdict { looked_for: looked_for(kinds), ..missing(format!("nothing shows that {what}"), &[]) },
    }
}

fn names(activity: &Activity<'_>) -> String {
    activity.tools.first().map_or_else(|| activity.seen.clone(), |tool| tool.name.to_owned())
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
