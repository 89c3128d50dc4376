//! What counts as a deployment, as a failure and as a level.

use std::fmt;
use std::str::FromStr;

use crate::model::finding::{UnknownWord, words};

use super::levels::Levels;

/// What is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Patterns of the environments that users see, whatever their case.
    pub environments: Vec<String>,
    /// Patterns of workflows whose runs on the default branch are deployments, where
    /// `deployments.csv` has none to these environments.
    pub workflows: Vec<String>,
    /// How many days are looked at, back from the newest row.
    pub days: u32,
    /// Patterns of branches and tags that mend what was deployed.
    pub hotfixes: Vec<String>,
    /// Within how many hours a hotfix or a revert is about the deployment before it.
    pub mended_within_hours: u32,
    /// What tells failures; `None` takes what the tables have.
    pub marks: Option<Vec<Mark>>,
    /// The levels.
    pub levels: Levels,
}

/// What tells that a deployment failed, or that it mends another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Its last state is a failure.
    States,
    /// A later deployment takes it back.
    Rollbacks,
    /// It caused an incident, or ends one.
    Incidents,
    /// A later deployment comes from a hotfix branch or brings a revert.
    Hotfixes,
}

words!(Mark {
    "states" => Self::States,
    "rollbacks" => Self::Rollbacks,
    "incidents" => Self::Incidents,
    "hotfixes" => Self::Hotfixes,
});

impl Default for Settings {
    fn default() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            environments: texts(&["production", "prod", "live"]),
            workflows: Vec::new(),
            days: 30,
            hotfixes: texts(&["hotfix*"]),
            mended_within_hours: 24,
            marks: None,
            levels: Levels::default(),
        }
    }
}
