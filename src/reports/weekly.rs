//! How long each job takes, week by week, over a history of any size.
//!
//! What counts is what counts in the report: first attempts that succeeded or failed, the legs of a
//! matrix as one job. Of each only its duration is kept, in milliseconds where that says all.

#[expect(clippy::disallowed_types, reason = "jobs are sorted before they are shown")]
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::Scope;
use super::group::distribution;
use crate::model::report::WeeklyJob;
use crate::stats::Sample;

/// The fields of a job's row that count, as the table holds them.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobFields<'row> {
    /// The workflow's name.
    pub workflow: &'row [u8],
    /// The job's name without its matrix values.
    pub family: &'row [u8],
    /// The job's full name.
    pub job: &'row [u8],
    /// The branch.
    pub branch: &'row [u8],
    /// Which attempt of the run.
    pub attempt: &'row [u8],
    /// When it started.
    pub started_at: &'row [u8],
    /// How it ended.
    pub conclusion: &'row [u8],
    /// How long it took, in seconds.
    pub duration: &'row [u8],
}

/// Jobs by workflow, name and week.
#[derive(Debug, Default)]
#[expect(clippy::disallowed_types, reason = "as above")]
pub struct Weekly {
    /// Where a job stands among the weeks, by workflow and the job's name, divided by a byte that neither holds.
    jobs: HashMap<Vec<u8>, usize>,
    weeks: Vec<Weeks>,
    key: Vec<u8>,
    /// The last day that was seen, and its week: rows are sorted, so the next one is often of it too.
    day: Vec<u8>,
    week: Option<i64>,
}

/// What was seen of a job in each week, which is counted from that of 1970-01-01.
type Weeks = Vec<(i64, Tally)>;

#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    failed: usize,
    milliseconds: Vec<u32>,
    /// Durations that are no whole number of milliseconds, or very long.
    others: Vec<f64>,
}

impl Tally {
    fn append(&mut self, other: Self) {
        self.runs += other.runs;
        self.failed += other.failed;
        self.milliseconds.extend_from_slice(&other.milliseconds);
        self.others.extend(other.others);
    }

    fn sample(&self) -> Sample {
        // The quotient is the number that the decimal text is read as: both are the nearest one.
        let exact = self.milliseconds.iter().map(|milliseconds| f64::from(*milliseconds) / 1000.0);
        Sample::new(exact.chain(self.others.iter().copied()))
    }
}

impl Weekly {
    /// Takes a job in, if it counts.
    pub fn take(&mut self, job: &JobFields<'_>, scope: &Scope) {
        let is_failed = match job.conclusion {
            b"success" => false,
            b"failure" | b"timed_out" | b"startup_failure" => true,
            _ => return,
        };
        let is_of_branch = scope.branch.as_ref().is_none_or(|branch| branch.as_bytes() == job.branch);
        if !is_of_branch || !matches!(job.attempt, b"1" | b"") {
            return;
        }
        let Some(week) = self.week_of(job.started_at) else { return };
        self.key.clear();
        self.key.extend_from_slice(job.workflow);
        self.key.push(0);
        self.key.extend_from_slice(if job.family.is_empty() { job.job } else { job.family });
        let at = match self.jobs.get(&self.key) {
            Some(at) => *at,
            None => self.add(self.key.clone()),
        };
        let Some(tally) = self.weeks.get_mut(at).and_then(|weeks| tally_of(weeks, week)) else { return };
        tally.runs += 1;
        tally.failed += usize::from(is_failed);
        match milliseconds(job.duration) {
            Some(milliseconds) => tally.milliseconds.push(milliseconds),
            None => tally.others.extend(number(job.duration)),
        }
    }

    /// Takes over what was gathered elsewhere.
    pub fn append(&mut self, other: Self) {
        let mut gathered = other.weeks;
        #[expect(clippy::iter_over_hash_type, reason = "each job is one by itself")]
        for (key, place) in other.jobs {
            let at = self.jobs.get(&key).copied().unwrap_or_else(|| self.add(key));
            let weeks = gathered.get_mut(place).map(std::mem::take).unwrap_or_default();
            let Some(present) = self.weeks.get_mut(at) else { continue };
            for (week, tally) in weeks {
                append(present, week, tally);
            }
        }
    }

    /// Makes room for a job, and returns where.
    fn add(&mut self, key: Vec<u8>) -> usize {
        self.jobs.insert(key, self.weeks.len());
        self.weeks.push(Weeks::new());
        self.weeks.len() - 1
    }

    /// Returns the last weeks of a scope, by workflow, job and week.
    pub fn finish(self, scope: &Scope) -> Vec<WeeklyJob> {
        let newest = self.weeks.iter().flatten().map(|(week, _)| *week).max().unwrap_or_default();
        let first = newest.saturating_sub(i64::try_from(scope.weeks).unwrap_or(i64::MAX)).saturating_add(1);
        let mut weeks = self.weeks;
        let mut weeks_of = |at: usize| weeks.get_mut(at).map(std::mem::take).unwrap_or_default();
        let mut groups: Vec<(Vec<u8>, Weeks)> = self.jobs.into_iter().map(|(key, at)| (key, weeks_of(at))).collect();
        groups.sort_unstable_by(|(one, _), (two, _)| one.cmp(two));
        let jobs: Vec<Vec<WeeklyJob>> = groups.into_par_iter().map(|(key, weeks)| jobs(&key, weeks, first)).collect();
        jobs.into_iter().flatten().collect()
    }

    fn week_of(&mut self, time: &[u8]) -> Option<i64> {
        let day = time.get(..10).filter(|_| time.len() == 20 && time.ends_with(b"Z"));
        if day.is_some_and(|day| day == self.day) {
            return self.week;
        }
        let time: Timestamp = std::str::from_utf8(time).ok()?.parse().ok()?;
        // The first day of the count was a Thursday.
        let week = (time.as_second().div_euclid(86_400) + 3).div_euclid(7);
        if let Some(day) = day {
            self.day.clear();
            self.day.extend_from_slice(day);
            self.week = Some(week);
        }
        Some(week)
    }
}

fn tally_of(weeks: &mut Weeks, week: i64) -> Option<&mut Tally> {
    let place = weeks.iter().rposition(|(known, _)| *known == week);
    let place = place.unwrap_or_else(|| {
        weeks.push((week, Tally::default()));
        weeks.len() - 1
    });
    weeks.get_mut(place).map(|(_, tally)| tally)
}

fn append(weeks: &mut Weeks, week: i64, gathered: Tally) {
    if let Some(tally) = tally_of(weeks, week) {
        tally.append(gathered);
    }
}

fn jobs(key: &[u8], mut weeks: Weeks, first: i64) -> Vec<WeeklyJob> {
    weeks.retain(|(week, _)| *week >= first);
    weeks.sort_by_key(|(week, _)| *week);
    let mut names = key.splitn(2, |byte| *byte == 0).map(|name| String::from_utf8_lossy(name).into_owned());
    let (workflow, job) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    let one = |(week, tally): (i64, Tally)| {
        let monday = Timestamp::from_second((week * 7 - 3) * 86_400).ok()?;
        Some(WeeklyJob {
            workflow: workflow.clone(),
            job: job.clone(),
            week: monday.to_zoned(TimeZone::UTC).date(),
            runs: tally.runs,
            failed: tally.failed,
            duration: distribution(&tally.sample()),
        })
    };
    weeks.into_iter().filter_map(one).collect()
}

fn number(field: &[u8]) -> Option<f64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

/// Reads a duration that is a whole number of milliseconds, as the tables hold them.
fn milliseconds(field: &[u8]) -> Option<u32> {
    let point = memchr::memchr(b'.', field).unwrap_or(field.len());
    let (whole, decimals) = (field.get(..point)?, field.get((point + 1).min(field.len())..)?);
    if whole.is_empty() || decimals.len() > 3 {
        return None;
    }
    let mut value: u32 = 0;
    for byte in whole.iter().chain(decimals) {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value = value.checked_mul(10)?.checked_add(u32::from(digit))?;
    }
    (decimals.len()..3).try_fold(value, |value, _| value.checked_mul(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job<'row>(time: &'row str, attempt: &'row str, conclusion: &'row str, duration: &'row str) -> JobFields<'row> {
        JobFields {
            workflow: b"CI",
            family: b"build",
            job: b"build (1)",
            branch: b"main",
            attempt: attempt.as_bytes(),
            started_at: time.as_bytes(),
            conclusion: conclusion.as_bytes(),
            duration: duration.as_bytes(),
        }
    }

    fn told(jobs: &[JobFields<'_>], weeks: usize) -> Vec<(String, usize, usize, Option<f64>)> {
        let scope = Scope { branch: Some("main".to_owned()), weeks, ..Scope::default() };
        let (one, two) = jobs.split_at(jobs.len() / 2);
        let mut weekly = Weekly::default();
        for part in [one, two] {
            let mut gathered = Weekly::default();
            for job in part {
                gathered.take(job, &scope);
            }
            weekly.append(gathered);
        }
        let shown = |job: WeeklyJob| (job.week.to_string(), job.runs, job.failed, job.duration.p50);
        weekly.finish(&scope).into_iter().map(shown).collect()
    }

    #[test]
    fn weeks_begin_on_monday_and_reruns_do_not_count() {
        let jobs = [
            job("2026-03-01T23:59:59Z", "1", "success", "1"),
            job("2026-03-02T00:00:00Z", "1", "success", "10"),
            job("2026-03-08T23:59:59+00:00", "1", "failure", "20.5"),
            job("2026-03-08T00:00:00Z", "2", "success", "99"),
            job("2026-03-08T00:00:00Z", "1", "cancelled", "99"),
            JobFields { branch: b"topic", ..job("2026-03-08T00:00:00Z", "1", "success", "99") },
            job("", "1", "success", "99"),
            job("2026-03-09T00:00:00Z", "1", "success", ""),
        ];
        let week = |monday: &str, runs, failed, p50| (monday.to_owned(), runs, failed, p50);
        let all = [
            week("2026-02-23", 1, 0, Some(1.0)),
            week("2026-03-02", 2, 1, Some(15.25)),
            week("2026-03-09", 1, 0, None),
        ];
        assert_eq!(told(&jobs, 520), all);
        assert_eq!(told(&jobs, 2), all[1..]);
    }

    proptest::proptest! {
        #[test]
        fn milliseconds_are_the_number_that_is_written(whole in 0_u32..5_000_000, decimals in "|\\.[0-9]{1,4}") {
            let text = format!("{whole}{decimals}");
            if let Some(milliseconds) = milliseconds(text.as_bytes()) {
                assert_eq!((f64::from(milliseconds) / 1000.0).to_bits(), text.parse::<f64>().unwrap().to_bits());
            } else {
                assert!(decimals.len() > 4 || whole > 4_200_000, "{text}");
            }
        }
    }
}
