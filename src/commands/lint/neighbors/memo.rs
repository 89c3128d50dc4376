//! Answers that are worked out once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What was worked out, by what it was asked for.
#[derive(Debug)]
pub(super) struct Memo<K, V>(Mutex<BTreeMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord, V: Clone> Memo<K, V> {
    /// Returns the answer. It is worked out without the lock, since that may ask for others: twice at worst.
    pub(super) fn get(&self, key: K, work_out: impl FnOnce(&K) -> V) -> V {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&key).cloned();
        found.unwrap_or_else(|| {
            let answer = work_out(&key);
            known().insert(key, answer.clone());
            answer
        })
    }
}
