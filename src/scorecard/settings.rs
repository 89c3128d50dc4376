//! What `plimsoll.yml` may change about a scorecard, and what is refused.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Profile;
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

impl Settings {
    /// Returns a category's weight.
    pub fn weight(&self, category: Category) -> u8 {
        self.weights.get(&category).copied().unwrap_or(category.weight()).min(MOST)
    }
}
