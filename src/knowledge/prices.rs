//! What a minute of GitHub's runners costs.
//!
//! The prices are those of GitHub's reference on runner pricing, with the names it bills by; the
//! change of 2026-01-01 was announced in its changelog of 2025-12-16. Both were read on 2026-11-21.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Prices that hold from a day (UTC) on, in US dollars a minute.
struct Period {
    from: Date,
    prices: &'static [(&'static str, f64)],
}

/// All periods, newest first. The last one stands for everything before it too.
static PERIODS: [Period; 2] =
    [Period { from: Date::constant(2026, 1, 1), prices: SINCE_2026 }, Period { from: Date::MIN, prices: BEFORE_2026 }];

const SINCE_2026: &[(&str, f64)] = &[
    ("linux_slim", 0.002),
    ("linux", 0.006),
    ("windows", 0.010),
    ("macos", 0.062),
    ("macos_l", 0.077),
    ("macos_xl", 0.102),
    ("linux_2_core_advanced", 0.006),
    ("linux_4_core", 0.012),
    ("linux_8_core", 0.022),
    ("linux_16_core", 0.042),
    ("linux_32_core", 0.082),
    ("linux_64_core", 0.162),
    ("linux_96_core", 0.252),
    ("linux_2_core_arm", 0.005),
    ("linux_4_core_arm", 0.008),
    ("linux_8_core_arm", 0.014),
    ("linux_16_core_arm", 0.026),
    ("linux_32_core_arm", 0.050),
    ("linux_64_core_arm", 0.098),
    ("linux_4_core_gpu", 0.052),
    ("windows_4_core", 0.022),
    ("windows_8_core", 0.042),
    ("windows_16_core", 0.082),
    ("windows_32_core", 0.162),
    ("windows_64_core", 0.322),
    ("windows_96_core", 0.552),
    ("windows_2_core_arm", 0.008),
    ("windows_4_core_arm", 0.014),
    ("windows_8_core_arm", 0.026),
    ("windows_16_core_arm", 0.050),
    ("windows_32_core_arm", 0.098),
    ("windows_64_core_arm", 0.194),
    ("windows_4_core_gpu", 0.102),
];

const BEFORE_2026: &[(&str, f64)] = &[
    ("linux_slim", 0.002),
    ("linux", 0.008),
    ("windows", 0.016),
    ("macos", 0.080),
    ("macos_l", 0.120),
    ("macos_xl", 0.160),
    ("linux_2_core_advanced", 0.008),
    ("linux_4_core", 0.016),
    ("linux_8_core", 0.032),
    ("linux_16_core", 0.064),
    ("linux_32_core", 0.128),
    ("linux_64_core", 0.256),
    ("linux_96_core", 0.384),
    ("linux_2_core_arm", 0.005),
    ("linux_4_core_arm", 0.010),
    ("linux_8_core_arm", 0.020),
    ("linux_16_core_arm", 0.040),
    ("linux_32_core_arm", 0.080),
    ("linux_64_core_arm", 0.160),
    ("linux_4_core_gpu", 0.070),
    ("windows_4_core", 0.032),
    ("windows_8_core", 0.064),
    ("windows_16_core", 0.128),
    ("windows_32_core", 0.256),
    ("windows_64_core", 0.512),
    ("windows_96_core", 0.768),
    ("windows_2_core_arm", 0.010),
    ("windows_4_core_arm", 0.020),
    ("windows_8_core_arm", 0.040),
    ("windows_16_core_arm", 0.080),
    ("windows_32_core_arm", 0.160),
    ("windows_64_core_arm", 0.320),
    ("windows_4_core_gpu", 0.140),
];

/// Returns what a minute of a runner cost at a moment, in US dollars; `sku` is the name GitHub
/// bills it by, such as `linux_8_core`. A name that is not GitHub's has no price.
pub fn per_minute(sku: &str, at: Timestamp) -> Option<f64> {
    let day = at.to_zoned(TimeZone::UTC).date();
    let period = PERIODS.iter().find(|period| day >= period.from)?;
    period.prices.iter().find(|(name, _)| *name == sku).map(|(_, price)| *price)
}

/// Returns the names GitHub bills runners by.
pub fn skus() -> impl Iterator<Item = &'static str> {
    SINCE_2026.iter().map(|(name, _)| *name)
}

/// Returns the name that a label of GitHub's own is billed by. Larger runners for Linux and Windows
/// have names that their owners choose, so no label tells them.
pub fn sku_of(label: &str) -> Option<&'static str> {
    let label = label.to_ascii_lowercase();
    let parts: Vec<&str> = label.split('-').collect();
    let has = |part: &str| parts.contains(&part);
    let (first, second) = (parts.first().copied()?, parts.get(1)?);
    let is_version = |part: &str| part == "latest" || part.starts_with(|first: char| first.is_ascii_digit());
    let known = ["arm", "intel", "large", "xlarge", "vs2026"];
    if first == "ubuntu" && *second == "slim" && parts.len() == 2 {
        return Some("linux_slim");
    }
    if !is_version(second) || !parts.iter().skip(2).all(|part| known.contains(part)) {
        return None;
    }
    match first {
        "ubuntu" if has("arm") => Some("linux_2_core_arm"),
        "ubuntu" => Some("linux"),
        "windows" if has("arm") => Some("windows_2_core_arm"),
        "windows" => Some("windows"),
        "macos" | "xcode" if has("xlarge") => Some("macos_xl"),
        "macos" if has("large") => Some("macos_l"),
        "macos" | "xcode" => Some("macos"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::knowledge::runners::{HOSTED, REMOVED};

    #[test]
    fn prices_hold_from_their_day_on() {
        for (sku, at, price) in [
            ("linux", "2025-12-31T23:59:59Z", Some(0.008)),
            ("linux", "2026-01-01T00:00:00Z", Some(0.006)),
            ("macos_xl", "2031-05-01T00:00:00Z", Some(0.102)),
            ("windows_4_core", "2019-05-01T00:00:00Z", Some(0.032)),
            ("riscv", "2026-05-01T00:00:00Z", None),
        ] {
            assert_eq!(per_minute(sku, at.parse().unwrap()), price, "{sku} at {at}");
        }
    }

    #[test]
    fn every_period_names_every_runner_once() {
        let names: BTreeSet<&str> = skus().collect();
        for period in &PERIODS {
            assert_eq!(period.prices.len(), names.len());
            assert_eq!(period.prices.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), names);
        }
    }

    #[test]
    fn labels_of_githubs_own_have_a_price() {
        for label in HOSTED.iter().chain(REMOVED) {
            let sku = sku_of(label).unwrap_or_else(|| panic!("{label}"));
            assert!(skus().any(|known| known == sku), "{label}");
        }
        for (label, sku) in [
            ("ubuntu-latest", Some("linux")),
            ("ubuntu-slim", Some("linux_slim")),
            ("Ubuntu-24.04-ARM", Some("linux_2_core_arm")),
            ("windows-11-arm", Some("windows_2_core_arm")),
            ("macos-26-xlarge", Some("macos_xl")),
            ("macos-26-large", Some("macos_l")),
            ("ubuntu-24.04-8core", None),
            ("depot-ubuntu-24.04", None),
            ("ubuntu", None),
            ("", None),
        ] {
            assert_eq!(sku_of(label), sku, "{label}");
        }
    }
}
