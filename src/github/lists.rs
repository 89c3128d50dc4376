//! Lists: page by page, and many of them at once.

use std::ops::ControlFlow;

use futures_util::stream::{self, StreamExt as _};
use http::header::ETAG;
use http::{HeaderValue, StatusCode, Uri};
use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::client::{Call, Client};
use super::error::RequestError;
use super::pages;
use super::route::Route;

/// How many requests are under way at once. GitHub asks for one after the other and cuts off at a
/// hundred; with so many, reading is as fast as its limit of points a minute lets it be.
const AT_ONCE: usize = 4;

/// A page of a list.
#[derive(Debug)]
pub struct Page<P> {
    /// What stands on it.
    pub content: P,
    /// The mark by which GitHub can tell whether the page is still the same.
    pub etag: Option<String>,
    /// Where the list goes on.
    pub next: Option<NextPage>,
}

/// Where a list goes on.
#[derive(Clone, Debug)]
pub struct NextPage {
    /// The request for the page before.
    before: Call,
    /// The address as it was said.
    said: String,
}

impl Client {
    /// Reads a list page by page, until it ends or `each` breaks.
    ///
    /// # Errors
    /// See [`RequestError`]; pages before the one that failed have been handed over.
    pub fn pages<P: DeserializeOwned>(
        &self,
        route: &Route,
        mut each: impl FnMut(P) -> ControlFlow<()>,
    ) -> Result<(), RequestError> {
        let mut page = self.page(route, None)?;
        while let Some(Page { content, next, .. }) = page {
            if each(content).is_break() {
                return Ok(());
            }
            page = next.map(|next| self.next_page(&next)).transpose()?;
        }
        Ok(())
    }

    /// Reads the first page of a list. Given the mark of an earlier answer, nothing comes back where
    /// the page is still the same, and GitHub does not count the question against a token's limit.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn page<P: DeserializeOwned>(
        &self,
        route: &Route,
        known: Option<&str>,
    ) -> Result<Option<Page<P>>, RequestError> {
        let mut call = self.call(http::Method::GET, route, None)?;
        call.known = known.and_then(|etag| HeaderValue::from_str(etag).ok());
        let answer = self.exchange(&call)?;
        if answer.status == StatusCode::NOT_MODIFIED && call.known.is_some() {
            return Ok(None);
        }
        read_page(&call, &answer).map(Some)
    }

    /// Reads a later page of a list.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn next_page<P: DeserializeOwned>(&self, next: &NextPage) -> Result<Page<P>, RequestError> {
        let call = self.follow(next)?;
        read_page(&call, &self.exchange(&call)?)
    }

    /// Reads several lists whole, a few at once. What fails for a moment is tried again alone, so
    /// that trouble slows everything down; once a limit is used up, nothing is tried again.
    pub fn lists<P: DeserializeOwned>(&self, routes: &[Route]) -> Vec<Result<Vec<P>, RequestError>> {
        let calls: Result<Vec<Call>, _> =
            routes.iter().map(|route| self.call(http::Method::GET, route, None)).collect();
        let calls = match calls {
            Ok(calls) => calls,
            Err(error) => return vec![Err(error)],
        };
        let answers = self.wait_for(stream::iter(&calls).map(|call| self.attempt(call)).buffered(AT_ONCE).collect());
        let answers: Vec<Result<Answer, RequestError>> = answers;
        let mut used_up = false;
        let mut lists = Vec::new();
        for (call, first) in calls.iter().zip(answers) {
            let again = |error| if used_up { Err(error) } else { self.again(call, error) };
            let list = first.or_else(again).and_then(|answer| self.rest_of_list(call, &answer));
            used_up |= matches!(list, Err(RequestError::RateLimited { .. }));
            lists.push(list);
        }
        lists
    }

    fn rest_of_list<P: DeserializeOwned>(&self, call: &Call, answer: &Answer) -> Result<Vec<P>, RequestError> {
        let mut page = read_page(call, answer)?;
        let mut contents = Vec::new();
        while let Some(next) = page.next {
            contents.push(page.content);
            page = self.next_page(&next)?;
        }
        contents.push(page.content);
        Ok(contents)
    }

    /// Follows a list only within the API that was asked, and not in circles.
    fn follow(&self, next: &NextPage) -> Result<Call, RequestError> {
        let NextPage { before, said } = next;
        let address: Option<Uri> = said.parse().ok();
        let inside = address.filter(|address| self.covers(address) && *address != before.address);
        let foreign = || RequestError::ForeignPage { endpoint: before.endpoint.clone(), address: said.clone() };
        Ok(Call { address: inside.ok_or_else(foreign)?, known: None, ..before.clone() })
    }
}

fn read_page<P: DeserializeOwned>(call: &Call, answer: &Answer) -> Result<Page<P>, RequestError> {
    let content = answer.read()?;
    let etag = answer.headers.get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    let next = pages::next(&answer.headers).map(|said| NextPage { before: call.clone(), said });
    Ok(Page { content, etag, next })
}
