//! From facts to a scorecard.

use super::arithmetic::{category_score, overall};
use super::evidence::{missing, not_applicable, present, shown};
use super::facts::Facts;
use super::files::Files;
use super::plan;
use super::profile::detect;
use super::{Criterion, Inputs, Profile, Settings, criteria};
use crate::model::scorecard::{
    Category, CategoryScore, Judged, Note, Priority, ProfileChoice, Readiness, Scorecard, Source, Status, Verdict,
};

/// Judges a repository.
pub fn judge(inputs: &Inputs<'_>, settings: &Settings) -> Scorecard {
    let mut facts = Facts::new(inputs, Files::new(inputs.repository), settings.profile.unwrap_or(Profile::Service));
    let (profile, choice) = match settings.profile {
        Some(profile) => (profile, ProfileChoice { name: profile.word(), why: "it was set".to_owned() }),
        None => detect(&facts),
    };
    facts.profile = profile;
    let judged: Vec<Judged> = criteria().map(|criterion| judge_one(criterion, &facts, inputs, settings)).collect();
    let categories = Category::ALL.map(|category| category_of(category, &judged, settings)).to_vec();
    let total = overall(categories.iter().map(|category| (category.weight, category.score)));
    let (gaps, phases) = (plan::gaps(&judged), plan::phases(&categories));
    Scorecard {
        profile: choice,
        overall: total,
        previous: None,
        previous_categories: Vec::new(),
        readiness: readiness(&judged),
        gaps,
        plan: phases,
        notes: notes(settings, inputs),
        problems: inputs.repository.problems.clone(),
        anchor: anchor(inputs),
        categories,
    }
}

fn judge_one(criterion: &'static Criterion, facts: &Facts<'_>, inputs: &Inputs<'_>, settings: &Settings) -> Judged {
    let (verdict, source) = verdict(criterion, facts, inputs, settings);
    Judged {
        id: criterion.id,
        category: criterion.category,
        title: criterion.title,
        points: settings.points.get(criterion.id).copied().unwrap_or(criterion.points),
        priority: criterion.priority,
        effort: criterion.effort,
        impact: criterion.impact,
        closes_with: criterion.closes_with,
        verdict,
        source,
        writes: None,
    }
}

/// Chooses the file that a gap is shown at which is nowhere: the first workflow, or else the readme.
fn anchor(inputs: &Inputs<'_>) -> String {
    let workflow = inputs.repository.workflows.first().map(|file| file.path.clone());
    let readme = || inputs.repository.find_name(|name| name.starts_with("readme")).map(str::to_owned);
    workflow
        .or_else(readme)
        .or_else(|| inputs.repository.paths.first().cloned())
        .unwrap_or_else(|| "README.md".to_owned())
}

fn verdict(criterion: &Criterion, facts: &Facts<'_>, inputs: &Inputs<'_>, settings: &Settings) -> (Verdict, Source) {
    if let Some(reason) = settings.not_applicable.get(criterion.id) {
        return (not_applicable(format!("the configuration leaves it out: {reason}")), Source::Configuration);
    }
    let profile: Profile = facts.profile;
    if !profile.asks(criterion.scope) {
        return (not_applicable(format!("not asked of the profile `{profile}`")), Source::Configuration);
    }
    if let Some(attestation) = settings.attestations.get(criterion.id) {
        let word = format!("{} said so on {}", attestation.by, attestation.on);
        if inputs.today > attestation.until {
            let expired = format!("{word}, but that ended on {}", attestation.until);
            return (missing(expired, &["an attestation that still holds"]), Source::Attestation);
        }
        return (present(format!("{word}, until {}", attestation.until), Vec::new()), Source::Attestation);
    }
    let found = (criterion.check.0)(facts);
    (Verdict { evidence: shown(found.evidence), ..found }, Source::Evidence)
}

fn category_of(category: Category, judged: &[Judged], settings: &Settings) -> CategoryScore {
    let criteria: Vec<Judged> = judged.iter().filter(|judged| judged.category == category).cloned().collect();
    let score = category_score(criteria.iter().map(|judged| (judged.points, judged.verdict.status)));
    CategoryScore { category, weight: settings.weight(category), score, criteria }
}

fn readiness(judged: &[Judged]) -> Readiness {
    let misses =
        |priority| judged.iter().any(|judged| judged.priority == priority && judged.verdict.status == Status::Missing);
    if misses(Priority::Critical) {
        Readiness::NotReady
    } else if misses(Priority::High) {
        Readiness::ReadyWithGaps
    } else {
        Readiness::Ready
    }
}

fn notes(settings: &Settings, inputs: &Inputs<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (category, weight) in &settings.weights {
        notes.push(format!("the configuration weighs `{}` {weight} instead of {}", category.id(), category.weight()));
    }
    for (id, points) in &settings.points {
        notes.push(format!("the configuration gives `{id}` {points} points"));
    }
    for (id, reason) in &settings.not_applicable {
        notes.push(format!("the configuration leaves `{id}` out: {reason}"));
    }
    for (id, attestation) in &settings.attestations {
        let state = if inputs.today > attestation.until { "expired" } else { "until" };
        notes.push(format!("`{id}` is attested by {}, {state} {}", attestation.by, attestation.until));
    }
    notes.into_iter().map(Note).collect()
}
