//! The criteria, a file a category.

mod alerting;
mod cache_keys;
mod caches;
mod changelogs;
mod ci_pipeline;
mod ci_practices;
mod cloud;
mod coverage;
mod deployment;
mod deployment_practices;
mod existence;
mod formatting;
mod health;
mod image_tests;
mod images;
mod infrastructure;
mod integration;
mod manifest_lints;
mod migrations;
mod objectives;
mod observability;
mod own_changelog;
mod parallel;
mod performance;
mod quality;
mod recovery;
mod release;
mod release_practices;
mod secrets;
mod security;
mod supply_chain;
mod test_reports;
mod unsafe_code;
mod version_tags;
mod warnings;

use super::Criterion;

/// All criteria, in the order they are shown.
pub(super) static TABLE: &[&[Criterion]] = &[
    ci_pipeline::CRITERIA,
    quality::CRITERIA,
    security::CRITERIA,
    deployment::CRITERIA,
    infrastructure::CRITERIA,
    observability::CRITERIA,
    release::CRITERIA,
    recovery::CRITERIA,
];
