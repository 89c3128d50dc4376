//! What `plimsoll.yml` may change about a scorecard, and what is refused.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Profile, criteria};
use crate::model::scorecard::Category;

/// The most points or weight that anything may have.
const MOST: u8 = 100;

/// What the configuration changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What the repository is; `None` to find out.
    pub profile: Option<Profile>,
    /// Categories' weights.
    pub weights: BTreeMap<Category, u8>,
    /// Criteria's points, by id.
    pub points: BTreeMap<String, u8>,
    /// Criteria that are not asked, by id, each with the reason.
    pub not_applicable: BTreeMap<String, String>,
    /// Criteria that a person vouches for, by id.
    pub attestations: BTreeMap<String, Attestation>,
}

/// A person's word that a criterion is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Who says so.
    pub by: String,
    /// Since when.
    pub on: Date,
    /// The last day it holds.
    pub until: Date,
}

/// A setting that cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A criterion that does not exist.
    #[error("there is no criterion `{0}`")]
    UnknownCriterion(String),
    /// More points or weight than can be.
    #[error("`{name}` is {value}, but at most {MOST} is possible")]
    TooLarge {
        /// The criterion or category.
        name: String,
        /// What was asked for.
        value: u8,
    },
    /// An attestation that ends before it begins.
    #[error("the attestation of `{0}` ends before it begins")]
    ReversedAttestation(String),
}

impl Settings {
    /// Returns everything that cannot hold, in order; none means that the settings can be used.
    pub fn problems(&self) -> Vec<SettingsError> {
        let known = |id: &&String| !criteria().any(|criterion| criterion.id == id.as_str());
        let named = self.points.keys().chain(self.not_applicable.keys()).chain(self.attestations.keys());
        let mut problems: Vec<SettingsError> =
            named.filter(known).map(|id| SettingsError::UnknownCriterion(id.clone())).collect();
        let points = self.points.iter().map(|(id, points)| (id.clone(), *points));
        let weights = self.weights.iter().map(|(category, weight)| (category.id().to_owned(), *weight));
        let too_large = points.chain(weights).filter(|(_, value)| *value > MOST);
        problems.extend(too_large.map(|(name, value)| SettingsError::TooLarge { name, value }));
        let reversed = self.attestations.iter().filter(|(_, attestation)| attestation.until < attestation.on);
        problems.extend(reversed.map(|(id, _)| SettingsError::ReversedAttestation(id.clone())));
        problems
    }

    /// Returns a category's weight.
    pub fn weight(&self, category: Category) -> u8 {
        self.weights.get(&category).copied().unwrap_or(category.weight()).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_told_at_once() {
        let day = |day| Date::new(2026, 1, day).unwrap();
        let settings = Settings {
            points: BTreeMap::from([("nope".to_owned(), 101)]),
            attestations: BTreeMap::from([(
                "runbook".to_owned(),
                Attestation { by: "a".to_owned(), on: day(2), until: day(1) },
            )]),
            ..Settings::default()
        };
        let told: Vec<String> = settings.problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "there is no criterion `nope`",
                "`nope` is 101, but at most 100 is possible",
                "the attestation of `runbook` ends before it begins"
            ]
        );
    }
}
