//! The boxes that must be ticked before a deployment: proven by what was seen, or attested by a
//! person.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::settings::Environment;
use crate::model::deployment::{CheckedBox, Standing};

/// A box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// The commit's tests passed.
    Tests,
    /// Somebody else has read the change.
    Review,
    /// It was scanned for vulnerabilities.
    Scan,
    /// Its benchmarks ran.
    Benchmarks,
    /// Migrations were tried, or there are none.
    Migrations,
    /// There is a way back.
    RollbackPlan,
    /// People were told.
    Announced,
}

/// Who vouches for a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Who.
    pub by: String,
    /// Since when.
    pub on: Option<Date>,
    /// The last day that it counts.
    pub until: Option<Date>,
}

/// A job or a check of the commit that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSeen {
    /// Its name.
    pub name: String,
    /// The kind of stage, such as `test-unit`, where the tables tell; empty elsewhere.
    pub stage: String,
    /// How it ended.
    pub conclusion: String,
    /// Where that was seen: `stage_metrics.csv` or `check run`.
    pub source: &'static str,
}

/// What was seen of the commit that is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The commit, in short.
    pub commit: String,
    /// Its jobs and checks.
    pub jobs: Vec<JobSeen>,
    /// Who approved its pull requests; `None` where nobody was asked.
    pub approvals: Option<Vec<String>>,
    /// The test command that runs before anything is changed.
    pub test_command: Option<String>,
    /// A folder of migrations in the repository; `Some(None)` where there is none.
    pub migrations: Option<Option<String>>,
    /// How many webhooks were told that a deployment begins; `None` where none was asked.
    pub told: Option<usize>,
}

impl Item {
    /// All boxes, in the order they are shown in.
    pub const ALL: [Self; 7] = [
        Self::Tests,
        Self::Review,
        Self::Scan,
        Self::Benchmarks,
        Self::Migrations,
        Self::RollbackPlan,
        Self::Announced,
    ];

    /// The words of the configuration.
    pub const WORDS: &[&str] = &["tests", "review", "scan", "benchmarks", "migrations", "rollback-plan", "announced"];

    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Review => "review",
            Self::Scan => "scan",
            Self::Benchmarks => "benchmarks",
            Self::Migrations => "migrations",
            Self::RollbackPlan => "rollback-plan",
            Self::Announced => "announced",
        }
    }

    /// Tells whether a job is about it: by its stage where that is known, else by its name.
    fn is_of(self, job: &JobSeen) -> bool {
        let (stages, words): (&[&str], &[&str]) = match self {
            Self::Tests => (&["test-unit", "test-integration", "test-e2e"], &["test"]),
            Self::Scan => (&["security"], &["security", "scan", "codeql", "trivy", "audit", "semgrep", "vulnerab"]),
            Self::Benchmarks => (&["bench"], &["bench", "load", "performance"]),
            Self::Migrations => (&[], &["migrat"]),
            Self::Review | Self::RollbackPlan | Self::Announced => (&[], &[]),
        };
        let name = job.name.to_lowercase();
        stages.contains(&job.stage.as_str())
            || (job.stage.is_empty() || self == Self::Migrations) && words.iter().any(|word| name.contains(word))
    }
}

impl std::str::FromStr for Item {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|known| known.word() == word).ok_or(())
    }
}

/// Judges boxes: what is proven needs nobody's word.
pub fn judge(
    boxes: &[Item],
    environment: &Environment,
    attested: &BTreeMap<Item, Attestation>,
    evidence: &Evidence,
    today: Date,
) -> Vec<CheckedBox> {
    let ticked = |of: &Item| {
        let standing = match proof(*of, environment, evidence) {
            Ok(seen) => Standing::Proven(seen),
            Err(missing) => vouched(*of, environment, attested, today, &missing),
        };
        CheckedBox { name: of.word(), standing }
    };
    boxes.iter().map(ticked).collect()
}

fn vouched(
    of: Item,
    environment: &Environment,
    attested: &BTreeMap<Item, Attestation>,
    today: Date,
    missing: &str,
) -> Standing {
    let Some(attestation) = attested.get(&of).or_else(|| environment.attestations.get(&of)) else {
        return Standing::Open(missing.to_owned());
    };
    match attestation.until {
        Some(until) if until < today => {
            Standing::Open(format!("{missing}; {} vouched for it until {until}", attestation.by))
        }
        Some(until) => Standing::Attested(format!("{} vouches for it until {until}", attestation.by)),
        None => Standing::Attested(format!("{} vouches for it", attestation.by)),
    }
}

/// Returns what proves a box, or what is missing.
fn proof(of: Item, environment: &Environment, evidence: &Evidence) -> Result<String, String> {
    match of {
        Item::Tests | Item::Scan | Item::Benchmarks => by_jobs(of, evidence),
        Item::Migrations => match (&evidence.migrations, by_jobs(of, evidence)) {
            (_, Ok(seen)) => Ok(seen),
            (Some(None), Err(_)) => Ok("the repository has no folder of migrations".to_owned()),
            (Some(Some(folder)), Err(missing)) => Err(format!("there are migrations in {folder}, and {missing}")),
            (None, Err(missing)) => Err(missing),
        },
        Item::Review => match evidence.approvals.as_deref() {
            None => Err("GitHub was not asked who approved the change".to_owned()),
            Some([]) => Err(format!("no pull request with {} was approved", evidence.commit)),
            Some(names) => Ok(format!("approved by {}", names.join(", "))),
        },
        Item::RollbackPlan => {
            let rollback = environment.rollback.as_ref().ok_or("`rollback` is not set for the environment")?;
            Ok(match rollback {
                super::Rollback::Command(_) => "a rollback command is set".to_owned(),
                super::Rollback::Workflow { file, .. } => format!("the workflow {file} rolls back"),
            })
        }
        Item::Announced => match evidence.told {
            Some(count) if count > 0 => Ok(format!("{count} of `deploy.webhooks` took the message")),
            Some(_) => Err("none of `deploy.webhooks` took the message".to_owned()),
            None => Err("no `deploy.webhooks` are set, which would tell people".to_owned()),
        },
    }
}

/// Looks for jobs and checks of the commit: one that failed is no proof, whatever others say.
fn by_jobs(of: Item, evidence: &Evidence) -> Result<String, String> {
    if let (Item::Tests, Some(command)) = (of, &evidence.test_command) {
        return Ok(format!("`{command}` runs before anything is changed"));
    }
    let jobs: Vec<&JobSeen> = evidence.jobs.iter().filter(|job| of.is_of(job)).collect();
    let skipped = ["skipped", "neutral"];
    if let Some(bad) =
        jobs.iter().find(|job| job.conclusion != "success" && !skipped.contains(&job.conclusion.as_str()))
    {
        let conclusion = if bad.conclusion.is_empty() { "not finished" } else { &bad.conclusion };
        return Err(format!("`{}` of {} is {conclusion} ({})", bad.name, evidence.commit, bad.source));
    }
    match jobs.iter().find(|job| job.conclusion == "success") {
        Some(good) => Ok(format!("`{}` of {} succeeded ({})", good.name, evidence.commit, good.source)),
        None => Err(format!("neither the tables nor GitHub's checks have {} of {}", jobs_of(of), evidence.commit)),
    }
}

fn jobs_of(of: Item) -> &'static str {
    match of {
        Item::Tests => "tests",
        Item::Scan => "a security scan",
        Item::Benchmarks => "benchmarks",
        Item::Migrations => "a job that tries migrations",
        Item::Review | Item::RollbackPlan | Item::Announced => "a job",
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rollback;
    use super::*;

    fn job(name: &str, stage: &str, conclusion: &str) -> JobSeen {
        JobSeen {
            name: name.to_owned(),
            stage: stage.to_owned(),
            conclusion: conclusion.to_owned(),
            source: "check run",
        }
    }

    fn standing(of: Item, evidence: &Evidence) -> Standing {
        let by = |by: &str, until: &str| Attestation { by: by.to_owned(), on: None, until: until.parse().ok() };
        let attestations = [(Item::Benchmarks, by("ana", "2026-03-02")), (Item::Scan, by("bo", "2026-02-28"))].into();
        let rollback = Some(Rollback::Command("./back".to_owned()));
        let environment = Environment { rollback, attestations, ..Environment::default() };
        let today = "2026-03-01".parse().unwrap();
        judge(&[of], &environment, &BTreeMap::new(), evidence, today).remove(0).standing
    }

    #[test]
    fn jobs_of_the_commit_prove_boxes() {
        let good = Evidence {
            commit: "abc".to_owned(),
            jobs: vec![job("CI / Unit tests", "", "success")],
            ..Evidence::default()
        };
        let seen = "`CI / Unit tests` of abc succeeded (check run)";
        assert_eq!(standing(Item::Tests, &good), Standing::Proven(seen.to_owned()));
        let bad =
            Evidence { jobs: vec![job("unit tests", "", "success"), job("test e2e", "", "failure")], ..good.clone() };
        assert_eq!(standing(Item::Tests, &bad), Standing::Open("`test e2e` of abc is failure (check run)".to_owned()));
        let staged = Evidence { jobs: vec![job("everything", "test-unit", "success")], ..good.clone() };
        assert!(matches!(standing(Item::Tests, &staged), Standing::Proven(_)));
        // What the tables call a lint is none, whatever its name says.
        let named = Evidence { jobs: vec![job("test lint", "lint", "success")], ..good.clone() };
        assert!(matches!(standing(Item::Tests, &named), Standing::Open(_)));
        let skipped = Evidence { jobs: vec![job("test", "", "skipped")], ..good };
        assert!(matches!(standing(Item::Tests, &skipped), Standing::Open(_)));
    }

    #[test]
    fn people_vouch_until_a_day() {
        let nothing = Evidence { commit: "abc".to_owned(), ..Evidence::default() };
        assert_eq!(
            standing(Item::Benchmarks, &nothing),
            Standing::Attested("ana vouches for it until 2026-03-02".to_owned())
        );
        assert_eq!(
            standing(Item::Scan, &nothing),
            Standing::Open(
                "neither the tables nor GitHub's checks have a security scan of abc; bo vouched for it until 2026-02-28"
                    .to_owned()
            )
        );
    }

    #[test]
    fn the_other_boxes_have_proofs_of_their_own() {
        let nothing = Evidence::default();
        assert!(matches!(standing(Item::RollbackPlan, &nothing), Standing::Proven(_)));
        assert!(matches!(standing(Item::Review, &nothing), Standing::Open(_)));
        let seen = Evidence {
            approvals: Some(vec!["ana".to_owned()]),
            migrations: Some(None),
            told: Some(2),
            ..Evidence::default()
        };
        for of in [Item::Review, Item::Migrations, Item::Announced] {
            assert!(matches!(standing(of, &seen), Standing::Proven(_)), "{of:?}");
        }
        let migrating = Evidence { migrations: Some(Some("db/migrate".to_owned())), told: Some(0), ..seen };
        for of in [Item::Migrations, Item::Announced] {
            assert!(matches!(standing(of, &migrating), Standing::Open(_)), "{of:?}");
        }
    }
}
