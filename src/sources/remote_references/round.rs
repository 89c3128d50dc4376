//! Requests side by side, until a limit or the budget is reached.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::question::{Found, Question, ask};
use crate::github::{Client, RateLimit, RequestError};
use crate::model::remote::Resolution;

/// Which part of the requests that GitHub grants in an hour is left for others: the jobs of a
/// repository share one token's limit.
const SHARE_OF_OTHERS: u64 = 10;

/// What may still be spent.
#[derive(Debug)]
pub(super) struct Round {
    /// The number of questions, each a request.
    budget: usize,
    /// Why no more is asked.
    closed: Option<String>,
    /// What failed for good, and ended it all.
    failed: Option<RequestError>,
}

/// Why a question has no answer.
pub(super) enum Trouble {
    /// Nothing more may be asked for now.
    Limited(String),
    /// The request failed for good.
    Failed(RequestError),
}

/// What the clients share while they ask.
struct Shared {
    waiting: VecDeque<Question>,
    answers: Vec<(Question, Found)>,
    closed: Option<String>,
    failed: Option<RequestError>,
}

impl Round {
    pub(super) fn new(budget: usize) -> Self {
        Self { budget, closed: None, failed: None }
    }

    /// Returns what failed for good, if something did.
    pub(super) fn end(self) -> Result<(), RequestError> {
        self.failed.map_or(Ok(()), Err)
    }

    /// Asks the questions in their order, as many at once as there are clients. Those that are not
    /// asked are answered with the reason. A request that failed for good ends it all.
    pub(super) fn ask(&mut self, clients: &mut [Client], mut questions: Vec<Question>) -> Vec<(Question, Found)> {
        let is_open = self.closed.is_none() && self.failed.is_none();
        let affordable = if is_open { self.budget.min(questions.len()) } else { 0 };
        let beyond = questions.split_off(affordable);
        let waiting = VecDeque::from(questions);
        let shared = Shared { waiting, answers: Vec::new(), closed: self.closed.take(), failed: self.failed.take() };
        let shared = Mutex::new(shared);
        std::thread::scope(|scope| {
            let shared = &shared;
            for client in clients.iter_mut().take(affordable) {
                drop(scope.spawn(move || work(client, shared)));
            }
        });
        let Shared { waiting, mut answers, closed, failed } =
            shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.budget -= answers.len().min(self.budget);
        (self.closed, self.failed) = (closed, failed);
        let spent = "as many requests were made as the budget allows";
        let why = self.closed.clone().unwrap_or_else(|| spent.to_owned());
        let left = waiting.into_iter().chain(beyond);
        answers.extend(left.map(|question| (question, Found::Nothing(Resolution::NotChecked(why.clone())))));
        answers
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
                shared.answers.push((question, found));
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
