//! Names become addresses, by the system's own resolver.
//!
//! That resolver blocks and cannot be stopped, so each name is looked up by one thread at most:
//! who asks while it is under way waits for the same answer. A name server that does not answer
//! costs one thread a name, and no more.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// The addresses of a name, or why there are none.
type Answer = Result<Vec<IpAddr>, String>;

/// Looks a name up, and blocks meanwhile.
type Resolve = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// Looks names up.
#[derive(Clone)]
pub(super) struct Lookups {
    resolve: Resolve,
    pending: Arc<Mutex<BTreeMap<String, watch::Receiver<Option<Answer>>>>>,
}

impl Lookups {
    /// Asks the system.
    pub(super) fn of_system() -> Self {
        Self::with(Arc::new(|name: &str| {
            let addresses = (name, 0).to_socket_addrs()?;
            Ok(addresses.map(|address| address.ip()).collect())
        }))
    }

    /// Asks somebody else.
    pub(super) fn with(resolve: Resolve) -> Self {
        Self { resolve, pending: Arc::default() }
    }

    /// Looks a name up.
    pub(super) async fn addresses(&self, name: &str) -> Answer {
        let mut answer = self.pending(name);
        let answer = answer.wait_for(Option::is_some).await;
        let answer = answer.ok().and_then(|answer| answer.clone());
        answer.unwrap_or_else(|| Err("the lookup was given up".to_owned()))
    }

    /// Returns the lookup that is under way, or starts one.
    fn pending(&self, name: &str) -> watch::Receiver<Option<Answer>> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = pending.get(name) {
            return answer.clone();
        }
        let (tell, answer) = watch::channel(None);
        pending.insert(name.to_owned(), answer.clone());
        let (name, resolve, all) = (name.to_owned(), self.resolve.clone(), self.pending.clone());
        drop(tokio::task::spawn_blocking(move || {
            let found = resolve(&name).map_err(|error| error.to_string());
            let found =
                found.and_then(|found| if found.is_empty() { Err("it has no address".to_owned()) } else { Ok(found) });
            all.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            // Nobody waits any more where all probes have timed out.
            tell.send_replace(Some(found));
        }));
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_name_that_is_not_answered_costs_one_thread() {
        let (release, held) = mpsc::channel::<()>();
        let (held, asked) = (Mutex::new(held), Arc::new(AtomicUsize::new(0)));
        let counter = asked.clone();
        let lookups = Lookups::with(Arc::new(move |_: &str| {
            counter.fetch_add(1, Ordering::SeqCst);
            let _released = held.lock().unwrap().recv();
            Ok(vec![IpAddr::from([127, 0, 0, 1])])
        }));
        let mut waiting: Vec<_> = (0..50).map(|_| lookups.pending("slow.example")).collect();
        drop(release);
        for answer in &mut waiting {
            assert!(matches!(&*answer.wait_for(Option::is_some).await.unwrap(), Some(Ok(_))));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert_eq!(lookups.addresses("again.example").await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_name_without_address_is_an_error() {
        let lookups = Lookups::with(Arc::new(|_: &str| Ok(Vec::new())));
        assert_eq!(lookups.addresses("x").await, Err("it has no address".to_owned()));
    }
}
