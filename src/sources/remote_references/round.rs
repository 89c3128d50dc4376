//! Requests side by side, until a limit or the budget is reached.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::github::{Client, NamedCommit, RateLimit, RequestError, Route};
use crate::model::remote::{RemoteReference, Resolution};

/// Which part of the requests that GitHub grants in an hour is left for others: the jobs of a
/// repository share one token's limit.
const SHARE_OF_OTHERS: u64 = 10;

/// What is to be asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The reference.
    pub(super) reference: RemoteReference,
    /// The mark of the answer that is known from before.
    pub(super) etag: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// The commit.
    Commit(NamedCommit),
    /// The commit that is known from before.
    Unchanged,
    /// No commit, and why.
    Nothing(Resolution),
}

/// What may still be spent.
#[derive(Debug)]
pub(super) struct Round {
    /// The number of questions.
    pub(super) budget: usize,
    /// Why no more is asked.
    pub(super) closed: Option<String>,
}

/// What the clients share while they ask.
struct Shared {
    waiting: VecDeque<Question>,
    answers: Vec<(RemoteReference, Found)>,
    closed: Option<String>,
    failed: Option<RequestError>,
}

impl Round {
    /// Asks the questions in their order, as many at once as there are clients. Those that are not
    /// asked are answered with the reason. A request that failed for good ends it all.
    pub(super) fn ask(
        &mut self,
        clients: &mut [Client],
        mut questions: Vec<Question>,
    ) -> (Vec<(RemoteReference, Found)>, Option<RequestError>) {
        let affordable = if self.closed.is_none() { self.budget.min(questions.len()) } else { 0 };
        let beyond = questions.split_off(affordable);
        let waiting = VecDeque::from(questions);
        let shared = Mutex::new(Shared { waiting, answers: Vec::new(), closed: None, failed: None });
        std::thread::scope(|scope| {
            let shared = &shared;
            for client in clients.iter_mut().take(affordable) {
                drop(scope.spawn(move || work(client, shared)));
            }
        });
        let Shared { waiting, mut answers, closed, failed } =
            shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.budget -= answers.len().min(self.budget);
        self.closed = self.closed.take().or(closed);
        let spent = "as many requests were made as the budget allows";
        let why = self.closed.clone().unwrap_or_else(|| spent.to_owned());
        let left = waiting.into_iter().chain(beyond).map(|question| question.reference);
        answers.extend(left.map(|reference| (reference, Found::Nothing(Resolution::NotChecked(why.clone())))));
        (answers, failed)
    }
}

/// Takes question after question, until there is none or a reason to stop.
fn work(client: &mut Client, shared: &Mutex<Shared>) {
    loop {
        let question = {
            let mut shared = lock(shared);
            let stopped = shared.closed.is_some() || shared.failed.is_some();
            if stopped { None } else { shared.waiting.pop_front() }
        };
        let Some(question) = question else { return };
        let answer = ask(client, &question);
        let mut shared = lock(shared);
        match answer {
            Ok(found) => {
                shared.answers.push((question.reference, found));
                if let Some(why) = client.usage().limit.and_then(near_its_end) {
                    shared.closed.get_or_insert(why);
                }
            }
            Err(Trouble::Limited(why)) => {
                shared.closed.get_or_insert(why);
                shared.waiting.push_front(question);
            }
            Err(Trouble::Failed(error)) => drop(shared.failed.get_or_insert(error)),
        }
    }
}

/// Another thread that panicked has not left half of an answer behind.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says that few requests are left of those that GitHub grants.
fn near_its_end(limit: RateLimit) -> Option<String> {
    let RateLimit { limit: granted, remaining, reset } = limit;
    let is_near = remaining <= granted / SHARE_OF_OTHERS;
    is_near.then(|| format!("only {remaining} of {granted} requests an hour are left until {reset}"))
}

enum Trouble {
    Limited(String),
    Failed(RequestError),
}

fn ask(client: &Client, question: &Question) -> Result<Found, Trouble> {
    let RemoteReference { repository, reference } = &question.reference;
    let Ok(route) = Route::repository(repository).part("commits").text(reference) else {
        return Ok(Found::Nothing(Resolution::NoReference));
    };
    match client.commit(&route, question.etag.as_deref()) {
        Ok(Some(named)) => Ok(Found::Commit(named)),
        Ok(None) => Ok(Found::Unchanged),
        Err(error) => meaning(error).map(Found::Nothing),
    }
}

/// Tells what an error says about the reference, and what about the connection.
fn meaning(error: RequestError) -> Result<Resolution, Trouble> {
    match error {
        RequestError::Refused { status: 404, .. } => Ok(Resolution::NoRepository),
        // The repository is empty.
        RequestError::Refused { status: 409, .. } => Ok(Resolution::NoReference),
        RequestError::Refused { status: 422, message, .. } if message.starts_with("No commit found") => {
            Ok(Resolution::NoReference)
        }
        // Of this one thing nothing can be known: it is blocked, or behind an organization's sign-on.
        RequestError::Refused { status: status @ (402..=499), message, .. } => {
            Ok(Resolution::NotChecked(format!("GitHub answered {status}: {message}")))
        }
        RequestError::RateLimited { kind, until, .. } => {
            let until = until.map(|until| format!(", more at {until}")).unwrap_or_default();
            Err(Trouble::Limited(format!("{kind}{until}")))
        }
        RequestError::Refused { .. }
        | RequestError::Denied { .. }
        | RequestError::Address(_)
        | RequestError::Setup(_)
        | RequestError::TokenShape
        | RequestError::Unreachable { .. }
        | RequestError::Unreadable { .. }
        | RequestError::ForeignPage { .. } => Err(Trouble::Failed(error)),
    }
}
