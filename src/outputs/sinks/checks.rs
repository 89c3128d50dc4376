//! What stands beside a commit: check runs with annotations, and statuses.

use serde::{Deserialize, Serialize};

use super::deployments::TellError;
use crate::github::{Client, Method, RequestError, Route};
use crate::model::notice::{Annotation, AnnotationLevel};
use crate::model::repository_name::RepositoryName;

/// So many annotations GitHub takes with one request.
const BATCH: usize = 50;

/// So many annotations are sent in all: behind them nobody reads on, and each fifty are a request.
pub const MOST_ANNOTATIONS: usize = 500;

/// The most characters of an annotation's title and of a status' description that GitHub takes.
const TITLE: usize = 255;
const DESCRIPTION: usize = 140;

/// The most bytes of an annotation's message.
const MESSAGE: usize = 64 * 1024;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// It passes.
    Success,
    /// It passes, and there is something to look at.
    Neutral,
    /// It fails.
    Failure,
}

/// A check that has ended.
#[derive(Clone, Copy, Debug)]
pub struct CheckRun<'text> {
    /// Its name, by which branch protection knows it.
    pub name: &'text str,
    /// The commit.
    pub commit: &'text str,
    /// How it ended.
    pub conclusion: Conclusion,
    /// The heading of its page.
    pub title: &'text str,
    /// The page, as Markdown.
    pub summary: &'text str,
    /// The run's address.
    pub details_url: Option<&'text str>,
    /// What it says at lines of files.
    pub annotations: &'text [Annotation],
}

#[derive(Serialize)]
struct Fields<'text> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'text str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head_sha: Option<&'text str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details_url: Option<&'text str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conclusion: Option<Conclusion>,
    output: Output<'text>,
}

#[derive(Serialize)]
struct Output<'text> {
    title: &'text str,
    summary: &'text str,
    annotations: Vec<Noted<'text>>,
}

#[derive(Serialize)]
struct Noted<'text> {
    path: &'text str,
    start_line: usize,
    end_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    annotation_level: &'static str,
    title: String,
    message: String,
}

#[derive(Deserialize)]
struct Made {
    id: u64,
    #[serde(default)]
    html_url: Option<String>,
}

/// Makes a check run with all its annotations, and returns its address. It is under way until the last of
/// them have come. What is made and not finished is finished without the rest, so that it does not wait for
/// ever.
///
/// # Errors
/// See [`RequestError`].
pub fn check_run(client: &Client, repository: &RepositoryName, check: &CheckRun<'_>) -> Result<String, RequestError> {
    let route = Route::repository(repository).part("check-runs");
    let kept = check.annotations.get(..MOST_ANNOTATIONS).unwrap_or(check.annotations);
    let mut batches = kept.chunks(BATCH);
    let first = batches.next().unwrap_or_default();
    let mut left = batches.len();
    let new = Fields {
        name: Some(check.name),
        head_sha: Some(check.commit),
        details_url: check.details_url,
        ..fields(check, first, left == 0)
    };
    let made: Made = client.send(Method::Post, &route, &new)?;
    let one = route.number(made.id);
    for batch in batches {
        left -= 1;
        if let Err(error) = client.tell(Method::Patch, &one, &fields(check, batch, left == 0)) {
            // Whether this one is refused as well, the first refusal says why.
            drop(client.tell(Method::Patch, &one, &fields(check, &[], true)));
            return Err(error);
        }
    }
    Ok(made.html_url.unwrap_or_default())
}

fn fields<'text>(check: &CheckRun<'text>, annotations: &'text [Annotation], is_last: bool) -> Fields<'text> {
    Fields {
        name: None,
        head_sha: None,
        details_url: None,
        status: if is_last { "completed" } else { "in_progress" },
        conclusion: is_last.then_some(check.conclusion),
        output: Output {
            title: check.title,
            summary: check.summary,
            annotations: annotations.iter().map(noted).collect(),
        },
    }
}

fn noted(annotation: &Annotation) -> Noted<'_> {
    let (start_line, end_line) = annotation.lines;
    // GitHub refuses columns where the lines differ.
    let columns = annotation.columns.filter(|_| start_line == end_line);
    Noted {
        path: &annotation.path,
        start_line,
        end_line,
        start_column: columns.map(|(start, _)| start),
        end_column: columns.map(|(start, end)| end.max(start)),
        annotation_level: match annotation.level {
            AnnotationLevel::Notice => "notice",
            AnnotationLevel::Warning => "warning",
            AnnotationLevel::Failure => "failure",
        },
        title: shortened(&annotation.title, TITLE),
        message: cut(&annotation.message),
    }
}

/// A status of a commit.
#[derive(Clone, Copy, Debug)]
pub struct Status<'text> {
    /// Its name, by which branch protection knows it.
    pub context: &'text str,
    /// `success`, `failure` or `error`.
    pub state: &'static str,
    /// Why, in a line; what is too long is cut.
    pub description: &'text str,
    /// The run's address.
    pub target_url: Option<&'text str>,
}

#[derive(Serialize)]
struct StatusFields<'text> {
    context: &'text str,
    state: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_url: Option<&'text str>,
}

/// Gives a commit a status, in the place of the one with the same name.
///
/// # Errors
/// See [`TellError`].
pub fn status(client: &Client, repository: &RepositoryName, commit: &str, status: Status<'_>) -> Result<(), TellError> {
    let Status { context, state, description, target_url } = status;
    let fields = StatusFields { context, state, description: shortened(description, DESCRIPTION), target_url };
    let route = Route::repository(repository).part("statuses").text(commit)?;
    Ok(client.tell(Method::Post, &route, &fields)?)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// Cuts a message to the bytes that it may have.
fn cut(message: &str) -> String {
    let mut end = message.len().min(MESSAGE);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message.get(..end).unwrap_or_default().to_owned()
}
