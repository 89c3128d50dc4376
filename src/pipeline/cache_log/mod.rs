//! Reads from a job's log what its caches did.
//!
//! The wordings are those of the tools' sources, old versions included. A line counts only where
//! it can be the tool's own: what a script prints about a cache that is "not found" is no miss.
//! What a log does not say is not known, and never a miss.

mod restored;
mod statistics;

use jiff::Timestamp;

use crate::model::cache::CacheUse;
use restored::Restored;
pub(super) use restored::without_hashes;
use statistics::Statistics;

/// The log of one job while it is read, line by line, in the order of its steps.
#[derive(Debug, Default)]
pub struct CacheLog {
    step: StepContext,
    restored: Restored,
    statistics: Statistics,
}

/// The step a line is in.
#[derive(Clone, Debug, Default)]
struct StepContext {
    number: Option<u64>,
    /// When its first line was written.
    since: Option<Timestamp>,
    /// When the line at hand was written.
    at: Option<Timestamp>,
    /// The action it runs, without its version; nothing for a script.
    action: Option<String>,
    /// The primary key among the action's inputs; may hold `***` for what is masked.
    key: Option<String>,
    /// Whether the lines of its header are still coming.
    in_header: bool,
}

impl CacheLog {
    /// Takes a line of the log as it stands in the file; `step` is its step, where that is known.
    pub fn line(&mut self, line: &str, step: Option<u64>) {
        let (time, text) = split(line);
        self.step.at = time.or(self.step.at);
        let text = plain(text);
        if step.is_some() && step != self.step.number {
            let (at, since) = (self.step.at, time);
            self.step = StepContext { number: step, since, at, ..StepContext::default() };
        }
        self.step.since = self.step.since.or(time);
        if !self.is_header(&text) {
            self.restored.line(&text, &self.step);
            self.statistics.line(&text, &self.step);
        }
    }

    /// Returns what the caches did, in the order of the log.
    pub fn finish(self) -> Vec<CacheUse> {
        let mut uses = self.restored.finish();
        uses.extend(self.statistics.finish());
        uses
    }

    /// Takes a line of a step's header in: `##[group]Run OWNER/ACTION@REF`, then its inputs.
    fn is_header(&mut self, text: &str) -> bool {
        if let Some(run) = text.strip_prefix("##[group]Run ") {
            let action = run.split_once('@').map(|(action, _)| action);
            let action = action.filter(|action| action.contains('/') && !action.contains(' ')).map(str::to_owned);
            self.step = StepContext { since: self.step.at, action, key: None, in_header: true, ..self.step.clone() };
            return true;
        }
        if !self.step.in_header {
            return false;
        }
        if text.starts_with("##[endgroup]") {
            self.step.in_header = false;
        } else if let Some(key) = text.trim_start().strip_prefix("key: ") {
            self.step.key.get_or_insert_with(|| key.trim().to_owned());
        }
        true
    }
}

/// Splits the time off that the runner writes before a line; a line that continues another has none.
pub fn split(line: &str) -> (Option<Timestamp>, &str) {
    let line = line.trim_start_matches('\u{FEFF}').trim_end_matches(['\r', '\n']);
    let stamp = line.split_once(' ').unwrap_or((line, ""));
    match stamp.0.parse::<Timestamp>() {
        Ok(time) if stamp.0.ends_with('Z') => (Some(time), stamp.1),
        Ok(_) | Err(_) => (None, line),
    }
}

/// Leaves out colours.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|character: char| character.is_ascii_alphabetic());
        rest = end.and_then(|end| after.get(end + 1..)).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests;
