//! Files that deploy in a certain way, for `plimsoll deploy` or anything else that runs a command.
//!
//! `benches/deploy.py` puts them under load, deploys bad versions with them, and kills the deployments.

use std::borrow::Cow;

use super::{Template, USUAL_PORT};
use crate::model::outline::Outline;

/// A way to deploy, or what belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct Strategy {
    /// What it is called.
    name: &'static str,
    /// What the files are for, in a few words.
    purpose: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const SIDES: (&str, &str) = ("deploy/sides.sh", include_str!("sides.sh"));
const SERVICE: (&str, &str) = ("deploy/service.sh", include_str!("service.sh"));
const NGINX: (&str, &str) = ("deploy/nginx.conf", include_str!("nginx.conf"));

/// All of them, by name.
pub static STRATEGIES: &[Strategy] = &[
    Strategy {
        name: "backup",
        purpose: "backs PostgreSQL and Redis up every night, and restores each backup",
        files: &[
            ("deploy/backup.sh", include_str!("backup.sh")),
            ("deploy/backup.service", include_str!("backup.service")),
            ("deploy/backup.timer", include_str!("backup.timer")),
        ],
    },
    Strategy {
        name: "blue-green",
        purpose: "moves traffic to a new side behind nginx once it answers, and keeps the old one",
        files: &[("deploy/blue-green.sh", include_str!("blue-green.sh")), SIDES, SERVICE, NGINX],
    },
    Strategy {
        name: "canary",
        purpose: "gives a new version more and more of the traffic behind nginx while it answers",
        files: &[("deploy/canary.sh", include_str!("canary.sh")), SIDES, SERVICE, NGINX],
    },
    Strategy {
        name: "kubernetes",
        purpose: "rolls out in Kubernetes, and waits for it",
        files: &[
            ("deploy/kubernetes.sh", include_str!("kubernetes.sh")),
            ("deploy/kubernetes.yaml", include_str!("kubernetes.yaml")),
        ],
    },
    Strategy {
        name: "migration",
        purpose: "applies migrations to PostgreSQL, with checks before and after",
        files: &[("deploy/migrate.sh", include_str!("migrate.sh"))],
    },
    Strategy {
        name: "systemd",
        purpose: "makes a release current on a host with systemd, and goes back to one that is there",
        files: &[
            ("deploy/systemd.sh", include_str!("systemd.sh")),
            ("deploy/service.service", include_str!("service.service")),
        ],
    },
];

impl Strategy {
    /// Returns what it is called.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Finds a strategy by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        STRATEGIES.iter().find(|strategy| strategy.name == name)
    }

    /// Returns the files for a repository.
    pub fn files(&self, outline: &Outline) -> Vec<Template> {
        let port = outline.port.unwrap_or(USUAL_PORT).to_string();
        let template = |(path, text): &(&'static str, &str)| Template {
            path: Cow::Borrowed(path),
            purpose: self.purpose,
            content: text.replace("{port}", &port),
        };
        self.files.iter().map(template).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_files_lie_in_one_folder() {
        assert!(STRATEGIES.is_sorted_by(|one, other| one.name < other.name));
        for (path, text) in STRATEGIES.iter().flat_map(|strategy| strategy.files) {
            assert!(path.starts_with("deploy/"), "{path}");
            let is_script = std::path::Path::new(path).extension().is_some_and(|ending| ending == "sh");
            assert_eq!(is_script, text.starts_with("#!") || *path == SIDES.0, "{path}");
        }
    }
}
