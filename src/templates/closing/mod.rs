//! Files that close gaps, fitted to the repository they are for.

use std::borrow::Cow;

use crate::model::outline::Outline;

use super::Template;

mod fitted;

/// Files with their paths.
type Written = Vec<(Cow<'static, str>, String)>;

/// Files that belong together, and the criteria that they meet.
#[derive(Clone, Copy, Debug)]
pub struct Closing {
    /// The criteria, by id.
    closes: &'static [&'static str],
    /// What the files are for, in a few words.
    purpose: &'static str,
    /// What a repository must have for them, in a few words.
    needs: &'static str,
    files: fn(&Outline) -> Written,
}

/// All of them, in the order they are written.
pub static CLOSINGS: &[Closing] = &[
    Closing {
        closes: &["secret-scan", "dependency-audit", "sast"],
        purpose: "looks for secrets, known vulnerabilities and dangerous patterns",
        needs: "",
        files: fitted::security,
    },
    Closing {
        closes: &["dependency-updates"],
        purpose: "keeps dependencies and actions up to date",
        needs: "",
        files: fitted::dependabot,
    },
    Closing {
        // By half: that the owners' review is required is a setting, which no file makes.
        closes: &["branch-protection"],
        purpose: "names whose review each change needs",
        needs: "a git remote `origin` that says who owns the repository",
        files: fitted::owners,
    },
    Closing {
        closes: &["security-policy"],
        purpose: "says how to report a vulnerability",
        needs: "",
        files: |_| vec![("SECURITY.md".into(), include_str!("security-policy.md").to_owned())],
    },
    Closing {
        closes: &[
            "release-workflow",
            "sbom",
            "artifact-signing",
            "provenance",
            "changelog-generated",
            "release-notes",
            "approval",
        ],
        purpose: "makes a signed release with notes and a bill of materials of each version tag",
        needs: "",
        files: fitted::release,
    },
    Closing {
        closes: &["coverage-measured", "coverage-threshold"],
        purpose: "measures coverage, and fails below 80 %",
        needs: "a Cargo.toml, package.json or Python manifest at the root",
        files: fitted::coverage,
    },
    Closing {
        closes: &["container-scan", "container-publish", "image-tested", "multi-arch"],
        purpose: "builds, scans, tests and pushes the image",
        needs: "a Dockerfile",
        files: fitted::container,
    },
    Closing {
        closes: &[
            "staging-deploy",
            "production-deploy",
            "environment-protection",
            "smoke-tests",
            "deploy-health-check",
            "deploy-concurrency",
        ],
        purpose: "deploys to staging, and to production once somebody agreed",
        needs: "a Compose file",
        files: fitted::deploy,
    },
    Closing {
        closes: &["preview-environments"],
        purpose: "starts the services for each pull request, and removes them when it is closed",
        needs: "a Compose file",
        files: fitted::preview,
    },
    Closing {
        closes: &["iac-plan-on-pr", "iac-apply-gated"],
        purpose: "shows the plan of the infrastructure on pull requests, and applies it behind an environment",
        needs: "Terraform code",
        files: fitted::terraform,
    },
    Closing {
        closes: &["docs-published", "docs-check"],
        purpose: "builds the documentation of every change, and publishes it on GitHub Pages",
        needs: "an mkdocs.yml, a book.toml, Sphinx's conf.py, or a Cargo.toml",
        files: fitted::docs,
    },
    Closing {
        closes: &["rollback", "rollback-tested", "chaos-or-drill"],
        purpose: "takes a deployment back, and practices it every month",
        needs: "a Compose file",
        files: fitted::rollback,
    },
    Closing {
        closes: &["backups-scheduled", "backups-verified"],
        purpose: "backs the database up every night, and restores the backup",
        needs: "PostgreSQL in a Compose file",
        files: fitted::backup,
    },
    Closing {
        closes: &["load-tests"],
        purpose: "puts load on staging every week",
        needs: "",
        files: |_| {
            vec![
                (".github/workflows/load.yml".into(), include_str!("load.yml").to_owned()),
                ("tests/load/steady.js".into(), include_str!("steady.js").to_owned()),
            ]
        },
    },
    Closing {
        closes: &["metrics-endpoint", "alert-rules", "dashboards", "monitoring-deploy", "log-aggregation", "oncall"],
        purpose: "watches the services: Prometheus, Grafana, Alertmanager, exporters and Loki",
        needs: "",
        files: fitted::monitoring,
    },
    Closing {
        closes: &["runbook", "rto-rpo", "slo"],
        purpose: "says what to do when something is wrong",
        needs: "",
        files: fitted::runbook,
    },
    Closing {
        closes: &["postmortem"],
        purpose: "is filled in after an outage",
        needs: "",
        files: |_| vec![("docs/postmortems/template.md".into(), include_str!("postmortem.md").to_owned())],
    },
];

impl Closing {
    /// Returns the criteria that the files meet, by id.
    pub fn closes(&self) -> &'static [&'static str] {
        self.closes
    }

    /// Returns what a repository must have for them, in a few words.
    pub fn needs(&self) -> &'static str {
        self.needs
    }

    /// Returns the files for a repository; none for one that lacks what they need.
    pub fn files(&self, outline: &Outline) -> Vec<Template> {
        let template = |(path, content)| Template { path, purpose: self.purpose, content };
        (self.files)(outline).into_iter().map(template).collect()
    }
}

/// Returns the first file that would be written to close a gap.
pub fn file_for(criterion: &str, outline: &Outline) -> Option<Cow<'static, str>> {
    let closing = CLOSINGS.iter().find(|closing| closing.closes.contains(&criterion))?;
    closing.files(outline).into_iter().next().map(|template| template.path)
}
