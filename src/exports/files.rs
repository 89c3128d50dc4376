//! The files of an export, with their places below the folder that was asked for.

use super::dashboards::DASHBOARDS;
use super::settings::Settings;
use super::{grafana, routing, rules, runbooks, unit_tests};

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path below the export's folder.
    pub path: String,
    /// The content.
    pub content: String,
}

impl File {
    fn new(path: impl Into<String>, content: String) -> Self {
        Self { path: path.into(), content }
    }
}

/// Returns the rules, their unit tests, an example of routing, and the runbook with a page for each alert.
pub fn alert_files(settings: &Settings) -> Vec<File> {
    let mut files = vec![
        File::new("rules.yml", rules::render(settings)),
        File::new("rules.test.yml", unit_tests::render(settings)),
        File::new("alertmanager.yml", routing::render()),
        File::new("runbooks/README.md", runbooks::index(settings)),
    ];
    let pages = settings
        .alerts()
        .map(|alert| File::new(format!("runbooks/{}.md", alert.name), runbooks::page(alert, settings)));
    files.extend(pages);
    files
}

/// Returns the dashboards, one file each.
pub fn dashboard_files(settings: &Settings) -> Vec<File> {
    DASHBOARDS
        .iter()
        .map(|dashboard| File::new(format!("{}.json", dashboard.uid), grafana::render(dashboard, settings)))
        .collect()
}
