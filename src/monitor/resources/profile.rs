//! Samples become a profile, and a profile a row.

use std::collections::BTreeMap;

use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::model::resources::{Pressure, Profile, Sample};
use crate::stats::{self, Percent};

/// Sums samples of one subject up; `None` where there is none.
///
/// Means are weighted by the seconds between looks, so that a look that came late counts for as
/// long as it stands for. The 95th percentile is over samples, of type 7.
pub fn profile(samples: &[&Sample]) -> Option<Profile> {
    let (first, last) = (samples.first()?, samples.last()?);
    let before = jiff::SignedDuration::try_from_secs_f64(first.seconds).unwrap_or_default();
    let shares = stats::Sample::new(samples.iter().filter_map(|sample| sample.cpu));
    let memory = |sample: &&Sample| sample.memory;
    Some(Profile {
        started_at: first.at.checked_sub(before).unwrap_or(first.at),
        ended_at: last.at,
        samples: samples.len(),
        interval: seconds(samples) / stats::count(samples.len()),
        cpu_mean: mean(samples, |sample| sample.cpu),
        cpu_p95: Percent::new(95).and_then(|percent| shares.quantile(percent)),
        cpu_max: shares.max(),
        memory_mean: mean(samples, |sample| sample.memory.map(number)).map(whole),
        memory_max: samples.iter().filter_map(memory).max(),
        memory_total: samples.iter().rev().find_map(|sample| sample.memory_total),
        disk_read: sum(samples, |sample| sample.disk_read),
        disk_write: sum(samples, |sample| sample.disk_write),
        disk_used: samples.iter().rev().find_map(|sample| sample.disk_used),
        net_rx: sum(samples, |sample| sample.net_rx),
        net_tx: sum(samples, |sample| sample.net_tx),
        pressure: Pressure {
            cpu: mean(samples, |sample| sample.pressure.cpu),
            io: mean(samples, |sample| sample.pressure.io),
            memory: mean(samples, |sample| sample.pressure.memory),
        },
        top_process: top_process(samples),
    })
}

/// Makes the row of `resource_usage.csv`. `input` tells two observations of a scope apart where
/// the job's id is not known.
pub fn row(profile: &Profile, scope: &str, origin: &Origin, input: &str) -> Row {
    let share = |share: Option<f64>| Cell::from_option(share, Cell::rounded);
    let bytes = |bytes: Option<u64>| Cell::from_option(bytes, Cell::integer);
    let pressure = &profile.pressure;
    origin
        .row(TableId::ResourceUsage, format!("resources\0{scope}\0{input}").as_bytes())
        .with("started_at", Cell::time(profile.started_at))
        .with("scope", Cell::text(scope))
        .with("samples", Cell::integer(profile.samples))
        .with("interval_s", Cell::rounded(profile.interval))
        .with("cpu_mean", share(profile.cpu_mean))
        .with("cpu_p95", share(profile.cpu_p95))
        .with("cpu_max", share(profile.cpu_max))
        .with("memory_mean_bytes", bytes(profile.memory_mean))
        .with("memory_max_bytes", bytes(profile.memory_max))
        .with("memory_total_bytes", bytes(profile.memory_total))
        .with("disk_read_bytes", bytes(profile.disk_read))
        .with("disk_write_bytes", bytes(profile.disk_write))
        .with("disk_used_ratio", share(profile.disk_used))
        .with("net_rx_bytes", bytes(profile.net_rx))
        .with("net_tx_bytes", bytes(profile.net_tx))
        .with("pressure_cpu", share(pressure.cpu))
        .with("pressure_io", share(pressure.io))
        .with("pressure_memory", share(pressure.memory))
        .with("top_process", Cell::from_option(profile.top_process.clone(), Cell::text))
}

fn seconds(samples: &[&Sample]) -> f64 {
    samples.iter().map(|sample| sample.seconds).sum()
}

/// Returns the mean weighted by time of what is known; `None` where nothing is.
fn mean(samples: &[&Sample], value: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
    let known = samples.iter().filter_map(|sample| Some((value(sample)?, sample.seconds)));
    let (sum, weight) =
        known.fold((0.0, 0.0), |(sum, weight), (value, seconds)| (sum + value * seconds, weight + seconds));
    (weight > 0.0).then_some(sum / weight)
}

fn sum(samples: &[&Sample], value: impl Fn(&Sample) -> Option<u64>) -> Option<u64> {
    samples.iter().filter_map(|sample| value(sample)).reduce(u64::saturating_add)
}

/// Returns the name with most processor time over all samples.
fn top_process(samples: &[&Sample]) -> Option<String> {
    let mut spent: BTreeMap<&str, f64> = BTreeMap::new();
    for (busy, seconds) in samples.iter().flat_map(|sample| sample.top.iter().map(|busy| (busy, sample.seconds))) {
        *spent.entry(&busy.name).or_default() += busy.cpus * seconds;
    }
    spent.into_iter().max_by(|one, other| one.1.total_cmp(&other.1)).map(|(name, _)| name.to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "no machine has 2^53 bytes of memory")]
fn number(bytes: u64) -> f64 {
    bytes as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of sizes is one")]
fn whole(bytes: f64) -> u64 {
    bytes.round() as u64
}

#[cfg(test)]
mod tests {
    use super::super::log::tests::known;
    use super::*;

    #[test]
    fn samples_are_summed_up_by_the_time_they_stand_for() {
        let samples = [known(10, 0.2), Sample { seconds: 3.0, memory: Some(3000), ..known(13, 1.0) }];
        let samples: Vec<&Sample> = samples.iter().collect();
        let profile = profile(&samples).unwrap();
        assert_eq!((profile.started_at.as_second(), profile.ended_at.as_second()), (9, 13));
        assert_eq!((profile.cpu_mean, profile.cpu_max), (Some(0.8), Some(1.0)));
        assert_eq!((profile.memory_mean, profile.memory_max), (Some(2500), Some(3000)));
        assert_eq!((profile.disk_write, profile.net_tx, profile.pressure.io), (Some(40), Some(80), None));
        assert_eq!(profile.top_process.as_deref(), Some("rustc"));
        let row = row(&profile, "build", &Origin::default(), "");
        assert_eq!(
            (row.number("interval_s"), row.text("scope"), row.cell("pressure_io")),
            (Some(2.0), "build", &Cell::Empty)
        );
    }

    #[test]
    fn no_sample_is_no_profile() {
        assert_eq!(profile(&[]), None);
    }
}
