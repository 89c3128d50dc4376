//! What a job's minutes are billed and cost.

use std::collections::BTreeMap;

use super::runners::{self, Host};
use crate::knowledge::prices;
use crate::model::run::Job;

/// Prices that somebody set for runners' labels; they go before GitHub's list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices(BTreeMap<String, Price>);

/// What a minute costs.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// So many US dollars; nothing for runners of one's own.
    Dollars(f64),
    /// As much as the runner that GitHub bills by this name.
    Listed(&'static str),
}

/// A price that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither US dollars a minute, such as 0.022, nor a name GitHub bills by, such as linux_8_core")]
pub struct PriceError(String);

/// What a job comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bill {
    /// Minutes, rounded up; nothing where it is not known whether they are billed.
    pub minutes: Option<f64>,
    /// US dollars at list price; nothing where the price is not known.
    pub dollars: Option<f64>,
}

impl std::str::FromStr for Price {
    type Err = PriceError;

    fn from_str(text: &str) -> Result<Self, PriceError> {
        if let Some(sku) = prices::skus().find(|sku| *sku == text) {
            return Ok(Self::Listed(sku));
        }
        let dollars = text.parse().ok().filter(|dollars: &f64| dollars.is_finite() && *dollars >= 0.0);
        dollars.map(Self::Dollars).ok_or_else(|| PriceError(text.to_owned()))
    }
}

impl Prices {
    /// Sets the price of a label; case makes no difference.
    pub fn set(&mut self, label: &str, price: Price) {
        self.0.insert(label.to_lowercase(), price);
    }

    /// Tells whether no price was set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, job: &Job) -> Option<&Price> {
        job.labels.iter().find_map(|label| self.0.get(&label.to_lowercase()))
    }

    /// Returns what a job comes to that ran for so many seconds, as far as they are known: GitHub rounds every job up to a
    /// whole minute, and bills nothing for runners of one's own.
    pub fn bill(&self, job: &Job, seconds: Option<f64>) -> Bill {
        let minutes = seconds.map(|seconds| (seconds / 60.0).ceil());
        let billed = |price: Option<f64>| Bill { minutes, dollars: minutes.zip(price).map(|(one, two)| one * two) };
        let listed = |sku: &str| job.started_at.and_then(|at| prices::per_minute(sku, at));
        match (self.of(job), runners::host(job)) {
            (Some(Price::Dollars(dollars)), _) if *dollars > 0.0 => billed(Some(*dollars)),
            (Some(Price::Listed(sku)), _) => billed(listed(sku)),
            (Some(Price::Dollars(_)), _) | (None, Host::Own) => Bill::nothing(),
            (None, Host::GitHub) => billed(job.labels.iter().find_map(|label| prices::sku_of(label)).and_then(listed)),
            (None, Host::Unknown) => Bill::default(),
        }
    }
}

impl Bill {
    /// Returns what is known to cost nothing.
    pub fn nothing() -> Self {
        Self { minutes: Some(0.0), dollars: Some(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prices: &Prices, labels: &[&str], group: &str, expected: (Option<f64>, Option<f64>)) {
        let job = Job {
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            runner_group: Some(group.to_owned()),
            started_at: Some("2026-03-01T00:00:00Z".parse().unwrap()),
            ..Job::default()
        };
        let bill = prices.bill(&job, Some(61.0));
        assert_eq!((bill.minutes, bill.dollars), expected, "{labels:?}");
    }

    #[test]
    fn minutes_have_a_price_where_the_runner_is_known() {
        let list = Prices::default();
        check(&list, &["ubuntu-latest"], "GitHub Actions", (Some(2.0), Some(0.012)));
        check(&list, &["macos-15"], "GitHub Actions", (Some(2.0), Some(0.124)));
        check(&list, &["self-hosted", "linux"], "default", (Some(0.0), Some(0.0)));
        check(&list, &["big-one"], "larger", (None, None));
        check(&list, &["big-one"], "GitHub Actions", (Some(2.0), None));
    }

    #[test]
    fn prices_of_ones_own_go_first() {
        let mut prices = Prices::default();
        prices.set("Big-One", "linux_8_core".parse().unwrap());
        prices.set("depot", "0.004".parse().unwrap());
        prices.set("lab", "0".parse().unwrap());
        check(&prices, &["big-one"], "larger", (Some(2.0), Some(0.044)));
        check(&prices, &["depot"], "default", (Some(2.0), Some(0.008)));
        check(&prices, &["lab"], "default", (Some(0.0), Some(0.0)));
        check(&prices, &["self-hosted", "depot"], "default", (Some(2.0), Some(0.008)));
    }

    #[test]
    fn prices_that_are_none_are_refused() {
        for text in ["", "free", "-1", "inf", "linux_7_core"] {
            let error = text.parse::<Price>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is neither")), "{error}");
        }
    }
}
