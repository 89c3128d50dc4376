//! A scorecard as JSON, version 1.

use serde::Serialize;

use crate::model::scorecard::{CategoryScore, Evidence, Fraction, Judged, Score, Scorecard, Source, Standing};

/// Renders a scorecard. Scores have two decimals, with the exact fraction beside them; numbers
/// above and below its line are texts, since they can be larger than a program's integers.
pub fn render(scorecard: &Scorecard) -> String {
    super::document(&document(scorecard))
}

/// Renders several scorecards, each with the name that its repository was given by.
pub fn render_all(standings: &[Standing]) -> String {
    super::document(&All { version: 1, repositories: standings.iter().map(One::from).collect() })
}

fn document(scorecard: &Scorecard) -> Document<'_> {
    let phase = |(at, phase): (usize, &crate::model::scorecard::Phase)| Phase {
        number: at + 1,
        title: phase.title,
        criteria: phase.criteria.clone(),
        score_after: number(phase.score_after),
    };
    Document {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        profile: Profile { name: scorecard.profile.name, why: &scorecard.profile.why },
        overall: number(scorecard.overall),
        fraction: Exact::from(scorecard.overall.0),
        percent: scorecard.overall.tenths(),
        grade: scorecard.overall.grade(),
        verdict: scorecard.readiness.word(),
        previous: scorecard.previous.map(hundredths),
        categories: scorecard.categories.iter().map(Category::from).collect(),
        gaps: scorecard.gaps.clone(),
        plan: scorecard.plan.iter().enumerate().map(phase).collect(),
        notes: scorecard.notes.iter().map(|note| note.0.as_str()).collect(),
        problems: scorecard
            .problems
            .iter()
            .map(|problem| Problem { path: &problem.path, message: &problem.message })
            .collect(),
    }
}

#[derive(Serialize)]
struct All<'card> {
    version: u8,
    repositories: Vec<One<'card>>,
}

#[derive(Serialize)]
struct One<'card> {
    repository: &'card str,
    scorecard: Document<'card>,
}

impl<'card> From<&'card Standing> for One<'card> {
    fn from(Standing { name, scorecard }: &'card Standing) -> Self {
        Self { repository: name, scorecard: document(scorecard) }
    }
}

fn number(score: Score) -> f64 {
    // A score has at most 1000 hundredths.
    hundredths(u32::try_from(score.hundredths()).unwrap_or(u32::MAX))
}

fn hundredths(value: u32) -> f64 {
    f64::from(value) / 100.0
}

#[derive(Serialize)]
struct Document<'card> {
    version: u8,
    tool: Tool,
    profile: Profile<'card>,
    overall: f64,
    fraction: Exact,
    percent: u128,
    grade: &'static str,
    verdict: &'static str,
    previous: Option<f64>,
    categories: Vec<Category<'card>>,
    gaps: Vec<&'static str>,
    plan: Vec<Phase>,
    notes: Vec<&'card str>,
    problems: Vec<Problem<'card>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Profile<'card> {
    name: &'static str,
    why: &'card str,
}

#[derive(Serialize)]
struct Exact {
    numerator: String,
    denominator: String,
}

impl From<Fraction> for Exact {
    fn from(fraction: Fraction) -> Self {
        Self { numerator: fraction.numerator().to_string(), denominator: fraction.denominator().to_string() }
    }
}

#[derive(Serialize)]
struct Category<'card> {
    id: &'static str,
    weight: u8,
    score: Option<f64>,
    fraction: Option<Exact>,
    criteria: Vec<Criterion<'card>>,
}

impl<'card> From<&'card CategoryScore> for Category<'card> {
    fn from(category: &'card CategoryScore) -> Self {
        Self {
            id: category.category.id(),
            weight: category.weight,
            score: category.score.map(number),
            fraction: category.score.map(|score| Exact::from(score.0)),
            criteria: category.criteria.iter().map(Criterion::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct Criterion<'card> {
    id: &'static str,
    title: &'static str,
    status: &'static str,
    priority: &'static str,
    points: u8,
    effort: &'static str,
    because: &'card str,
    source: &'static str,
    evidence: Vec<Place<'card>>,
    looked_for: &'card [String],
    impact: &'static str,
    closes_with: &'static str,
    writes: Option<&'card str>,
}

impl<'card> From<&'card Judged> for Criterion<'card> {
    fn from(judged: &'card Judged) -> Self {
        Self {
            id: judged.id,
            title: judged.title,
            status: judged.verdict.status.word(),
            priority: judged.priority.word(),
            points: judged.points,
            effort: judged.effort.word(),
            because: &judged.verdict.because,
            source: match judged.source {
                Source::Evidence => "evidence",
                Source::Attestation => "attestation",
                Source::Configuration => "configuration",
            },
            evidence: judged.verdict.evidence.iter().map(Place::from).collect(),
            looked_for: &judged.verdict.looked_for,
            impact: judged.impact,
            closes_with: judged.closes_with,
            writes: judged.writes.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Place<'card> {
    path: &'card str,
    line: usize,
    column: usize,
    seen: &'card str,
}

impl<'card> From<&'card Evidence> for Place<'card> {
    fn from(evidence: &'card Evidence) -> Self {
        Self {
            path: &evidence.path,
            line: evidence.position.line,
            column: evidence.position.column,
            seen: &evidence.seen,
        }
    }
}

#[derive(Serialize)]
struct Phase {
    #[serde(rename = "phase")]
    number: usize,
    title: &'static str,
    criteria: Vec<&'static str>,
    score_after: f64,
}

#[derive(Serialize)]
struct Problem<'card> {
    path: &'card str,
    message: &'card str,
}
