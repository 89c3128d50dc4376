//! A GitHub on loopback: it keeps state, answers in GitHub's shapes, and fails on command.
//!
//! [`FakeGitHub::start`] serves in a thread of its own until it is dropped. Tests fill
//! [`Repository`] values by hand or with [`seed`], tell the server [how to fail](Fault), and look
//! at the [requests it saw](Seen). That neither its answers nor our requests drift from GitHub's
//! own description is the contract test's to say.

mod actions;
mod checks;
mod commits;
mod contents;
pub(crate) mod conversation;
mod deployments;
mod git_data;
mod graphql;
mod listing;
mod logs;
pub(crate) mod objects;
pub(crate) mod permissions;
mod pulls;
mod refs;
mod reply;
pub(crate) mod seed;
mod server;
mod shapes;
mod state;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

pub(crate) use pulls::{Merge, Pull};
pub(crate) use state::{Archive, Artifact, Job, Limit, Repository, Run, commit_id};

/// The token the server knows.
pub(crate) const TOKEN: &str = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

/// A running server.
pub(crate) struct FakeGitHub {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the server and the test both see.
#[derive(Default)]
struct Shared {
    state: Mutex<state::State>,
    faults: Mutex<Vec<Planned>>,
    storm: Mutex<Option<Storm>>,
    held: Mutex<Option<Held>>,
    seen: Mutex<Vec<Seen>>,
}

/// Requests that fail by chance.
struct Storm {
    chance: seed::Chance,
    percent: u64,
    faults: Vec<Fault>,
}

/// A request that gets no answer.
struct Held {
    /// Which, counted from 1.
    number: usize,
    /// Tells that it has come.
    tell: mpsc::Sender<()>,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The method.
    pub(crate) method: String,
    /// The path, still encoded.
    pub(crate) path: String,
    /// The query without the question mark, still encoded.
    pub(crate) query: String,
    /// The headers, names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The question, where it was one of GraphQL's.
    pub(crate) question: Option<String>,
}

impl Seen {
    /// Returns a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// How a request fails.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The status with GitHub's error object.
    Status(u16),
    /// 429, with `retry-after` or without.
    TooMany(Option<u64>),
    /// 403 for the secondary limit, with `retry-after` or without.
    Secondary(Option<u64>),
    /// 403 for the primary limit, with the second of its reset.
    Primary(i64),
    /// The first half of the right answer, then the connection is cut.
    Truncated,
    /// The right answer, late.
    Slow(Duration),
    /// A web page with status 200.
    NotJson,
    /// Another place.
    Redirect(u16, String),
    /// 401 with the token repeated in the message.
    Echo,
    /// A list whose next page is elsewhere.
    NextPage(String),
    /// The status with words of GitHub's.
    Refused(u16, &'static str),
    /// Somebody else's file lands on a branch first: repository, branch, path and content.
    Overtaken(&'static str, &'static str, String, Vec<u8>),
    /// The right thing is done, but 502 is the answer.
    Lost,
    /// A success without anything in it.
    Empty,
    /// As soon as a branch holds more than its first commit, somebody adds a file to it, once:
    /// repository, branch, path and content.
    Follows(&'static str, &'static str, &'static str, &'static str),
    /// GraphQL understood, and will not: the word for why, and the words.
    Denied(&'static str, &'static str),
}

/// A fault waiting for its requests.
struct Planned {
    /// What must be in the path.
    path: String,
    /// How often it still happens.
    times: usize,
    fault: Fault,
}

impl FakeGitHub {
    /// Starts a server that knows these repositories and [`TOKEN`].
    pub(crate) fn start(repositories: Vec<Repository>) -> Self {
        let shared = Arc::new(Shared::default());
        for repository in repositories {
            lock(&shared.state).add(repository);
        }
        let (stop, stopped) = oneshot::channel();
        let (address, thread) = server::start(Arc::clone(&shared), stopped);
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// Returns the API's address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes the next requests fail.
    pub(crate) fn fail(&self, times: usize, fault: Fault) {
        self.fail_at("", times, fault);
    }

    /// Makes the next requests fail whose method, a blank and path contain a text.
    pub(crate) fn fail_at(&self, path: &str, times: usize, fault: Fault) {
        lock(&self.shared.faults).push(Planned { path: path.to_owned(), times, fault });
    }

    /// Makes so many of a hundred requests fail, each in one of some ways.
    pub(crate) fn storm(&self, percent: u64, seed: u64, faults: Vec<Fault>) {
        *lock(&self.shared.storm) = Some(Storm { chance: seed::Chance(seed), percent, faults });
    }

    /// Answers everything as it should from now on.
    pub(crate) fn calm(&self) {
        *lock(&self.shared.storm) = None;
        lock(&self.shared.faults).clear();
        *lock(&self.shared.held) = None;
    }

    /// Never answers a request, counted from 1; what is returned hears when it has come.
    pub(crate) fn hold(&self, number: usize) -> mpsc::Receiver<()> {
        let (tell, told) = mpsc::channel();
        *lock(&self.shared.held) = Some(Held { number, tell });
        told
    }

    /// Changes a repository's state.
    pub(crate) fn change(&self, name: &str, change: impl FnOnce(&mut Repository)) {
        change(lock(&self.shared.state).repository_mut(name).unwrap());
    }

    /// Grants the known token these permissions and no others.
    pub(crate) fn grant(&self, permissions: &[(&str, &str)]) {
        let owned = permissions.iter().map(|(scope, level)| ((*scope).to_owned(), (*level).to_owned()));
        lock(&self.shared.state).granted = Some(owned.collect());
    }

    /// Adds a header to every answer.
    pub(crate) fn says(&self, name: &'static str, value: &str) {
        lock(&self.shared.state).headers.push((name, value.to_owned()));
    }

    /// Forgets the requests so far.
    pub(crate) fn forget(&self) {
        lock(&self.shared.seen).clear();
    }

    /// States how many requests are left, and when the count starts anew.
    pub(crate) fn limit(&self, limit: Limit) {
        lock(&self.shared.state).limit = limit;
    }

    /// Shows no more than so many runs of a search, where GitHub shows 1,000.
    pub(crate) fn show(&self, runs: usize) {
        lock(&self.shared.state).shown = runs;
    }

    /// Links lead to this address instead of the server's own: there is a proxy before it.
    pub(crate) fn behind(&self, address: &str) {
        lock(&self.shared.state).public_address = Some(address.to_owned());
    }

    /// Returns the requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }

    /// Puts a file on a branch as somebody else would.
    pub(crate) fn put(&self, name: &str, branch: &str, path: &str, content: &[u8]) {
        let mut state = lock(&self.shared.state);
        state.repository_mut(name).unwrap().put(branch, path, content);
    }

    /// Makes a branch at the head of `main`, with a commit more.
    pub(crate) fn branch(&self, name: &str, branch: &str) {
        let mut state = lock(&self.shared.state);
        let repository = state.repository_mut(name).unwrap();
        let head = repository.branches["main"].head.clone();
        repository.point(branch, &head);
        repository.put(branch, "new", b"");
    }

    /// Moves a tag, as its owner would, or makes it.
    pub(crate) fn tag(&self, name: &str, tag: &str, commit: &str) {
        let mut state = lock(&self.shared.state);
        state.repository_mut(name).unwrap().tag(tag, commit);
    }

    /// Looks at a repository's state.
    pub(crate) fn look<T>(&self, name: &str, look: impl FnOnce(&Repository) -> T) -> T {
        look(lock(&self.shared.state).repository(name).unwrap())
    }
}

impl Drop for FakeGitHub {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            assert!(stop.send(()).is_ok() || std::thread::panicking(), "the server ended by itself");
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A test that panicked elsewhere leaves the state as good as it was.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
