//! Probes endpoints: each once, or again and again in its own step, all in one thread.

use std::io;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::crypto::ring;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::exchange::{self, Seen, Way};
use super::lookup::Lookups;
use super::settings::Endpoint;
use super::trouble::Trouble;
use super::verdict::verdict;
use crate::model::clock::Clock;
use crate::model::health::Probe;
use crate::system;

/// The most threads that look names up; the others wait, and their probes time out.
const LOOKUPS: usize = 64;

/// The most probes under way at a time, so that files and memory are bounded whatever is probed.
const AT_ONCE: usize = 512;

/// A prober that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ProberError {
    /// The system grants no way to wait.
    #[error("cannot wait for the network")]
    Runtime(#[source] io::Error),
    /// The roots of trust cannot be used.
    #[error("cannot set TLS up")]
    Tls(#[source] rustls::Error),
}

/// Probes endpoints.
pub struct Prober {
    runtime: Runtime,
    means: Means,
}

/// What every probe needs.
#[derive(Clone)]
struct Means {
    way: Way,
    clock: Arc<dyn Clock>,
    room: Arc<Semaphore>,
}

/// What comes after a probe.
#[derive(Debug, Default)]
pub struct Next {
    /// What is requested as well.
    pub more: Vec<Arc<Endpoint>>,
    /// How long is watched in all, where that changes.
    pub length: Option<Duration>,
}

/// Why watching ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched<B> {
    /// The time was over.
    Over,
    /// A probe broke it off.
    Broken(B),
    /// A signal asked for the end.
    Asked,
}

impl Prober {
    /// Makes a prober; `localhost` is where that name leads instead, if anywhere.
    ///
    /// # Errors
    /// The system's certificates cannot be used, or it grants no way to wait.
    pub fn new(clock: Arc<dyn Clock>, localhost: Option<IpAddr>) -> Result<Self, ProberError> {
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(LOOKUPS).build();
        let runtime = runtime.map_err(ProberError::Runtime)?;
        let way = Way { lookups: Lookups::of_system(), tls: tls().map_err(ProberError::Tls)?, localhost };
        Ok(Self { runtime, means: Means { way, clock, room: Arc::new(Semaphore::new(AT_ONCE)) } })
    }

    /// Probes every endpoint once, all at the same time, and hands each probe over as it ends. What
    /// comes back is requested as well, and its probes are handed over too.
    pub fn once(&self, endpoints: &[Arc<Endpoint>], mut each: impl FnMut(Probe) -> Vec<Arc<Endpoint>>) {
        self.runtime.block_on(async {
            let (tell, mut told) = mpsc::channel(AT_ONCE);
            let mut under_way = self.start(endpoints, &tell);
            while under_way > 0
                && let Some(probe) = told.recv().await
            {
                under_way = under_way - 1 + self.start(&each(probe), &tell);
            }
        });
    }

    /// Probes every endpoint in steps of its interval, for a time or until a signal asks for the
    /// end. First probes are spread over the interval, so that they do not come in bursts.
    ///
    /// # Errors
    /// The system refuses to hand signals over.
    pub fn watch(
        &self,
        endpoints: &[Arc<Endpoint>],
        length: Duration,
        mut each: impl FnMut(Probe) -> Vec<Arc<Endpoint>>,
    ) -> io::Result<()> {
        let each = |probe| ControlFlow::<(), Next>::Continue(Next { more: each(probe), length: None });
        self.watch_until(endpoints, length, each).map(drop)
    }

    /// Probes as [`watch`](Self::watch) does, until `each` breaks as well; it may change the time,
    /// which counts from the start.
    ///
    /// # Errors
    /// The system refuses to hand signals over.
    pub fn watch_until<B>(
        &self,
        endpoints: &[Arc<Endpoint>],
        length: Duration,
        mut each: impl FnMut(Probe) -> ControlFlow<B, Next>,
    ) -> io::Result<Watched<B>> {
        self.runtime.block_on(async {
            let (tell, mut told) = mpsc::channel(AT_ONCE);
            let start = Instant::now();
            let count = u32::try_from(endpoints.len()).unwrap_or(u32::MAX).max(1);
            let mut tasks = JoinSet::new();
            for (endpoint, place) in endpoints.iter().zip(0_u32..) {
                let first = start + endpoint.interval / count * place;
                tasks.spawn(repeat(endpoint.clone(), first, self.means.clone(), tell.clone()));
            }
            let mut over = Box::pin(tokio::time::sleep_until(start + length));
            let asked = system::asked_to_end();
            tokio::pin!(asked);
            loop {
                tokio::select! {
                    Some(probe) = told.recv() => match each(probe) {
                        ControlFlow::Break(why) => return Ok(Watched::Broken(why)),
                        ControlFlow::Continue(next) => {
                            self.start(&next.more, &tell);
                            if let Some(length) = next.length {
                                over.as_mut().reset(start + length);
                            }
                        }
                    },
                    asked = &mut asked => return asked.map(|_| Watched::Asked),
                    () = &mut over => return Ok(Watched::Over),
                }
            }
        })
    }

    /// Starts single probes, and counts them.
    fn start(&self, endpoints: &[Arc<Endpoint>], tell: &mpsc::Sender<Probe>) -> usize {
        for endpoint in endpoints {
            let (means, tell, endpoint) = (self.means.clone(), tell.clone(), endpoint.clone());
            drop(tokio::spawn(async move {
                // Nobody listens any more when the program ends.
                drop(tell.send(means.probe(&endpoint).await).await);
            }));
        }
        endpoints.len()
    }

    /// Ends at once: a lookup that does not end must not hold the program up.
    pub fn end(self) {
        self.runtime.shutdown_background();
    }
}

async fn repeat(endpoint: Arc<Endpoint>, first: Instant, means: Means, tell: mpsc::Sender<Probe>) {
    let mut steps = interval_at(first, endpoint.interval);
    steps.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        steps.tick().await;
        if tell.send(means.probe(&endpoint).await).await.is_err() {
            return;
        }
    }
}

impl Means {
    async fn probe(&self, endpoint: &Endpoint) -> Probe {
        // It is never closed; waiting for room is no fault of the endpoint's.
        let _permit = self.room.acquire().await.ok();
        let (at, start) = (self.clock.now(), Instant::now());
        let mut seen = Seen::default();
        let ended = timeout(endpoint.timeout, exchange::probe(endpoint, &self.way, &mut seen)).await;
        let total = start.elapsed();
        let ended = ended.unwrap_or(Err(Trouble::TooLong(endpoint.timeout, seen.phase)));
        verdict(endpoint, at, ended, &seen, total)
    }
}

/// Makes the TLS settings: the system's roots, or those of `SSL_CERT_FILE`, and the built-in ones;
/// no session is resumed, so that each probe sees the certificate and the whole handshake.
fn tls() -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider.clone())?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}
