//! Which caches a repository has.

use std::ops::ControlFlow;

use serde::Deserialize;

use crate::github::{Client, RequestError, Route};
use crate::model::cache::{CacheStorage, StoredCache};
use crate::model::repository_name::RepositoryName;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    active_caches_size_in_bytes: Option<u64>,
    active_caches_count: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CachesPage {
    actions_caches: Vec<Record>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    key: Option<String>,
    size_in_bytes: Option<u64>,
}

/// Reads what the caches take together, and each of them. GitHub counts about every five minutes, so
/// that the sum and the list may differ.
///
/// # Errors
/// See [`RequestError`].
pub fn read(client: &Client, repository: &RepositoryName) -> Result<CacheStorage, RequestError> {
    let below = |part| Route::repository(repository).part(part);
    let usage: Usage = client.get(&below("actions/cache/usage"))?;
    let mut caches = Vec::new();
    client.pages(&below("actions/caches").query("per_page", "100"), |page: CachesPage| {
        let known = |record: Record| Some(StoredCache { key: record.key?, bytes: record.size_in_bytes? });
        caches.extend(page.actions_caches.into_iter().filter_map(known));
        ControlFlow::Continue(())
    })?;
    Ok(CacheStorage { bytes: usage.active_caches_size_in_bytes, count: usage.active_caches_count, caches })
}
