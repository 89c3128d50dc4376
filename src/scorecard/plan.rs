//! What to close first.

use crate::model::scorecard::{CategoryScore, Effort, Fraction, Judged, Phase, Priority, Score, Scorecard, Status};

use super::arithmetic::{category_score, overall};

/// Returns the gaps, worst first: by priority, missing before partial, then by points.
pub(super) fn gaps(judged: &[Judged]) -> Vec<&'static str> {
    let mut gaps: Vec<&Judged> = judged.iter().filter(|judged| judged.verdict.status.is_gap()).collect();
    gaps.sort_by_key(|gap| (std::cmp::Reverse(gap.priority), gap.verdict.status, std::cmp::Reverse(gap.points)));
    gaps.into_iter().map(|gap| gap.id).collect()
}

/// A gap and what closing it is worth.
struct Step<'judged> {
    judged: &'judged Judged,
    worth: Fraction,
}

/// Tells whether a gap belongs to a phase.
type Belongs = fn(&Judged) -> bool;

/// Returns the action plan: what blocks, then what is quickly done, then the rest by priority;
/// inside a phase the most rewarding first.
pub(super) fn phases(categories: &[CategoryScore]) -> Vec<Phase> {
    let mut steps: Vec<Step<'_>> = categories.iter().flat_map(steps_of).collect();
    steps.sort_by(|left, right| right.worth.cmp(&left.worth).then(left.judged.id.cmp(right.judged.id)));
    let mut closed: Vec<&'static str> = Vec::new();
    let mut phases = Vec::new();
    let rest: [(&str, Belongs); 4] = [
        ("Unblock production", Judged::blocks),
        ("Quick wins", |judged| judged.effort == Effort::Small),
        ("Close what is critical or high", |judged| judged.priority >= Priority::High),
        ("Round it off", |_| true),
    ];
    for (title, belongs) in rest {
        let (now, later): (Vec<Step<'_>>, Vec<Step<'_>>) = steps.into_iter().partition(|step| belongs(step.judged));
        steps = later;
        let criteria: Vec<&'static str> = now.iter().map(|step| step.judged.id).collect();
        if criteria.is_empty() {
            continue;
        }
        closed.extend(&criteria);
        phases.push(Phase { title, criteria, score_after: score_with(categories, &closed) });
    }
    phases
}

/// A gap's worth is the points it adds to the overall score × its priority ÷ its effort. The sum
/// of all weights is the same for every gap and is left out.
fn steps_of(category: &CategoryScore) -> Vec<Step<'_>> {
    let applicable = category.criteria.iter().filter(|judged| judged.verdict.status.halves().is_some());
    let possible: u128 = applicable.map(|judged| u128::from(judged.points)).sum();
    let gaps = category.criteria.iter().filter(|judged| judged.verdict.status.is_gap());
    gaps.map(|judged| {
        let lost = u128::from(2 - judged.verdict.status.halves().unwrap_or(2));
        let gain = Fraction::new(u128::from(category.weight) * u128::from(judged.points) * lost, 2 * possible);
        Step { judged, worth: gain.times(priority_factor(judged.priority)).over(effort_divisor(judged.effort)) }
    })
    .collect()
}

fn priority_factor(priority: Priority) -> u128 {
    match priority {
        Priority::Low => 1,
        Priority::Medium => 2,
        Priority::High => 3,
        Priority::Critical => 4,
    }
}

/// A file, a day, a week: of an hour, of eight, of forty.
fn effort_divisor(effort: Effort) -> u128 {
    match effort {
        Effort::Small => 1,
        Effort::Medium => 8,
        Effort::Large => 40,
    }
}

/// Returns the overall score that a scorecard would have with more criteria met.
pub fn promised(scorecard: &Scorecard, closed: &[&str]) -> Score {
    score_with(&scorecard.categories, closed)
}

fn score_with(categories: &[CategoryScore], closed: &[&str]) -> Score {
    overall(categories.iter().map(|category| {
        let criteria = category.criteria.iter().map(|judged| {
            let status = if closed.contains(&judged.id) { Status::Present } else { judged.verdict.status };
            (judged.points, status)
        });
        (category.weight, category_score(criteria))
    }))
}
