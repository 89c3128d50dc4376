//! The nouns of the house: plain values without input, output or knowledge of GitHub.

pub mod branch_name;
pub mod branch_rules;
pub mod clock;
pub mod collected;
pub mod color;
pub mod committed;
pub mod excerpt;
pub mod finding;
pub mod history;
pub mod origin;
pub mod place;
pub mod report;
pub mod repository;
pub mod repository_name;
pub mod run;
pub mod run_summary;
pub mod score;
pub mod scorecard;
pub mod secret;
pub mod source_file;
pub mod suggest;
pub mod test_report;
pub mod unit;
pub mod verdict;
pub mod workflow;
pub mod yaml;
