//! HTTP itself: connections, bodies, faults, credentials, limits and `ETags`.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::reply::{Asked, Reply};
use super::{Fault, Seen, Shared, TOKEN, lock, permissions};

/// Starts the thread and returns where it listens.
pub(super) fn start(shared: Arc<Shared>, stopped: oneshot::Receiver<()>) -> (SocketAddr, JoinHandle<()>) {
    let (tell, told) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            tokio::select! {
                () = listen(listener, shared) => {}
                _ = stopped => {}
            }
        });
    });
    (told.recv().unwrap(), thread)
}

#[expect(clippy::infinite_loop, reason = "the caller drops this future when the server is to stop")]
async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let shared = Arc::clone(&shared);
        drop(tokio::task::spawn(async move {
            let serve = service_fn(move |request| serve(request, Arc::clone(&shared)));
            // A client may go away whenever it likes.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), serve).await);
        }));
    }
}

async fn serve(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Response<Payload>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let seen = Seen {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        question: head.uri.path().ends_with("/graphql").then(|| String::from_utf8_lossy(&body).into_owned()),
    };
    if note(&shared, &seen) {
        std::future::pending::<()>().await;
    }
    let fault = planned(&shared, &format!("{} {}", seen.method, seen.path));
    if let Some(Fault::Slow(time)) = fault {
        tokio::time::sleep(time).await;
    }
    let cut = matches!(fault, Some(Fault::Truncated));
    let reply = answer(&shared, &seen, &body, fault);
    Ok(respond(reply, cut))
}

/// Notes a request, and tells whether it is to get no answer.
fn note(shared: &Shared, request: &Seen) -> bool {
    let mut seen = lock(&shared.seen);
    seen.push(request.clone());
    let held = lock(&shared.held);
    let held = held.as_ref().filter(|held| held.number <= seen.len());
    // Whoever listened may have gone.
    held.is_some_and(|held| held.tell.send(()).is_ok() || held.number <= seen.len())
}

fn planned(shared: &Shared, path: &str) -> Option<Fault> {
    let mut faults = lock(&shared.faults);
    if let Some(planned) = faults.iter_mut().find(|planned| planned.times > 0 && path.contains(&planned.path)) {
        planned.times -= 1;
        return Some(planned.fault.clone());
    }
    let mut storm = lock(&shared.storm);
    let storm = storm.as_mut()?;
    let strikes = storm.chance.percent(storm.percent);
    let which = usize::try_from(storm.chance.below(storm.faults.len() as u64)).unwrap();
    strikes.then(|| storm.faults[which].clone())
}

fn answer(shared: &Shared, seen: &Seen, body: &[u8], fault: Option<Fault>) -> Reply {
    let host = seen.header("host");
    let mut state = lock(&shared.state);
    let base = state.public_address.clone().unwrap_or_else(|| format!("http://{host}"));
    let asked = Asked::new(seen, body, base);
    if seen.path.starts_with("/storage/") {
        return state.storage(&asked);
    }
    let reply = match fault {
        Some(Fault::Status(status)) => Reply::error(status, "Server Error"),
        Some(Fault::TooMany(wait)) => Reply::error(429, "Too many requests").retry_after(wait),
        Some(Fault::Secondary(wait)) => Reply::error(
            403,
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        )
        .retry_after(wait),
        Some(Fault::Primary(reset)) => return Reply::exceeded(5000, reset),
        Some(Fault::NotJson) => Reply::page("<!DOCTYPE html><title>Sign in to the proxy</title>"),
        Some(Fault::Redirect(status, address)) => Reply::error(status, "Moved").header("location", &address),
        Some(Fault::Echo) => Reply::error(401, &format!("Bad credentials: {}", seen.header("authorization"))),
        Some(Fault::NextPage(address)) => state.answer(&asked).header("link", &format!("<{address}>; rel=\"next\"")),
        Some(Fault::Refused(status, words)) => Reply::error(status, words),
        Some(Fault::Overtaken(repository, branch, path, content)) => {
            state.repository_mut(repository).unwrap().put(branch, &path, &content);
            guard(&mut state, &asked)
        }
        Some(Fault::Denied(kind, words)) => super::graphql::denied(kind, words),
        Some(Fault::Empty) => Reply::raw(Vec::new()),
        Some(Fault::Follows(repository, branch, path, content)) => {
            let repository = state.repository_mut(repository).unwrap();
            if repository.branches[branch].files.values().all(|file| file.content.as_slice() != content.as_bytes())
                && repository.objects.commits[&repository.branches[branch].head].parents.len() == 1
            {
                repository.put(branch, path, content.as_bytes());
            }
            guard(&mut state, &asked)
        }
        Some(Fault::Lost) => {
            guard(&mut state, &asked);
            Reply::error(502, "Bad Gateway")
        }
        Some(Fault::Truncated | Fault::Slow(_)) | None => guard(&mut state, &asked),
    };
    let reply = reply.with_etag(seen.header("if-none-match"));
    state.count(&reply);
    let headers = state.headers.clone();
    headers.iter().fold(reply.limited(state.limit), |reply, (name, value)| reply.header(name, value))
}

/// Lets a request in with the right token, or without one where the repository is public.
fn guard(state: &mut super::state::State, asked: &Asked<'_>) -> Reply {
    let authorization = asked.seen.header("authorization");
    if !authorization.is_empty() && authorization != format!("Bearer {TOKEN}") {
        return Reply::error(401, "Bad credentials");
    }
    if state.limit.remaining == 0 && asked.seen.path != "/rate_limit" {
        return Reply::exceeded(state.limit.granted, state.limit.reset);
    }
    let refused = state.granted.as_ref().and_then(|granted| permissions::refused(granted, asked));
    refused.unwrap_or_else(|| state.answer(asked))
}

fn respond(reply: Reply, cut: bool) -> Response<Payload> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    let whole = reply.body.len();
    let sent = if cut { whole / 2 } else { whole };
    let bytes = Bytes::from(reply.body).slice(..sent);
    response.body(Payload { bytes: Some(bytes), left: whole as u64, cut }).unwrap()
}

/// A body that announces its whole length and may break off in the middle.
struct Payload {
    bytes: Option<Bytes>,
    left: u64,
    cut: bool,
}

impl Body for Payload {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => {
                self.left -= bytes.len() as u64;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Some(_) | None if self.cut => Poll::Ready(Some(Err(std::io::Error::other("cut on command")))),
            Some(_) | None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
