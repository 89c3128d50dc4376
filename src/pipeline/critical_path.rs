//! The longest chain of jobs that waited for each other.
//!
//! The API does not say which jobs need which, but it says when a job was queued, and GitHub
//! queues a job when the last of those it needs has ended. So what ended just before a job was
//! queued is what it waited for; jobs that were queued before any other ended needed none.

use jiff::{SignedDuration, Timestamp};

/// How much later than its queuing the end of a needed job may be recorded: times are cut to seconds.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(1);

/// How much earlier than the last one another needed job may have ended and still be taken for a
/// need. The longest chain through any of them counts.
const TOGETHER: SignedDuration = SignedDuration::from_secs(2);

/// When a job was queued, started and ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it was queued.
    pub queued: Timestamp,
    /// When it started.
    pub started: Timestamp,
    /// When it ended, not before it started.
    pub ended: Timestamp,
}

/// Returns the seconds that the jobs of the longest chain ran, waiting left out; 0 for no job.
pub fn seconds(spans: &[Span]) -> f64 {
    let mut spans = spans.to_vec();
    spans.sort_by_key(|span| (span.ended, span.started));
    let mut chains: Vec<(Timestamp, f64)> = Vec::new();
    let mut longest = 0.0_f64;
    for span in &spans {
        let latest = plus(span.queued, TOLERANCE);
        let before = chains.partition_point(|(ended, _)| *ended <= latest);
        let needs = chains.get(..before).unwrap_or_default();
        let together = needs.last().map(|(ended, _)| plus(*ended, -TOGETHER));
        let needed = needs.iter().rev().take_while(|(ended, _)| together.is_some_and(|earliest| *ended >= earliest));
        let waited_for = needed.map(|(_, chain)| *chain).fold(0.0, f64::max);
        let chain = waited_for + span.ended.duration_since(span.started).as_secs_f64();
        longest = longest.max(chain);
        chains.push((span.ended, chain));
    }
    longest
}

fn plus(time: Timestamp, duration: SignedDuration) -> Timestamp {
    time.checked_add(duration).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn check(spans: &[(i64, i64, i64)], expected: f64) {
        let of = |(queued, started, ended): &(i64, i64, i64)| Span {
            queued: at(*queued),
            started: at(*started),
            ended: at(*ended),
        };
        let spans: Vec<Span> = spans.iter().map(of).collect();
        assert!((seconds(&spans) - expected).abs() < 1e-9, "{spans:?}: {}", seconds(&spans));
    }

    #[test]
    fn chains_are_found_by_what_ended_when_a_job_was_queued() {
        check(&[], 0.0);
        check(&[(0, 5, 65)], 60.0);
        // Side by side: the longer one.
        check(&[(0, 5, 65), (0, 10, 50)], 60.0);
        // One after the other; waiting is left out.
        check(&[(0, 5, 65), (66, 90, 120)], 90.0);
        // A diamond: lint (20 s) and build (60 s), tests after build, deployment after all.
        check(&[(0, 5, 25), (0, 5, 65), (66, 70, 100), (101, 103, 113)], 100.0);
        // The short branch's own follower does not lengthen the long one.
        check(&[(0, 5, 25), (0, 5, 200), (26, 30, 60)], 195.0);
        // Queued a second before the need's end was recorded.
        check(&[(0, 5, 65), (64, 70, 80)], 70.0);
        // Two ended together: the longer chain counts.
        check(&[(0, 5, 65), (0, 55, 66), (67, 70, 80)], 70.0);
    }

    proptest! {
        #[test]
        fn no_chain_is_longer_than_all_jobs_nor_shorter_than_any(
            jobs in prop::collection::vec((0_i64..100, 0_i64..50, 0_i64..100), 0..12),
        ) {
            let spans: Vec<Span> = jobs
                .iter()
                .map(|(queued, waited, ran)| Span {
                    queued: at(*queued),
                    started: at(queued + waited),
                    ended: at(queued + waited + ran),
                })
                .collect();
            let ran = |span: &Span| span.ended.duration_since(span.started).as_secs_f64();
            let chain = seconds(&spans);
            prop_assert!(chain <= spans.iter().map(ran).sum::<f64>() + 1e-9);
            prop_assert!(spans.iter().all(|span| chain >= ran(span)));
            let mut turned = spans.clone();
            turned.reverse();
            prop_assert!((seconds(&turned) - chain).abs() < 1e-9);
        }
    }
}
