//! What workflows and actions of other repositories may do, which nobody can read here.

use super::evidence::{not_applicable, of};
use super::facts::Facts;
use crate::detectors::activity::Activity;
use crate::detectors::runs::JobRun;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Status, Verdict};
use crate::model::workflow::{ActionReference, Grant, Step};
use crate::model::yaml::Node;

impl<'model> Facts<'model> {
    /// Returns the calls of workflows that stand in other repositories, and starts of workflows
    /// elsewhere: what they do is not known.
    pub(super) fn opaque(&self) -> Vec<&Activity<'model>> {
        let all = self.activities.all.iter();
        all.filter(|activity| {
            activity.is(Kind::Dispatch)
                || (activity.tools.is_empty() && activity.step.is_none() && activity.words.is_empty())
        })
        .collect()
    }

    /// Makes a missing verdict wait where a workflow of another repository is called whose name, or the name of a
    /// secret that it is handed, says that it may do the work: nothing is proved by a name, but nothing is disproved either.
    pub(super) fn or_elsewhere(&self, verdict: Verdict, words: &[&str]) -> Verdict {
        self.or_elsewhere_by(verdict, words, |_| true)
    }

    /// Does so where the call can do the work by when it runs.
    pub(super) fn or_elsewhere_by(
        &self,
        verdict: Verdict,
        words: &[&str],
        can_do_it: impl Fn(&Activity<'_>) -> bool,
    ) -> Verdict {
        if verdict.status != Status::Missing {
            return verdict;
        }
        let mut opaque = self.opaque();
        opaque.retain(|call| can_do_it(call));
        // The first word fits best.
        let fits = |word: &str| {
            let is_for = |call: &&&Activity<'_>| {
                let names = self.names_of_call(call, word);
                // What is named for a product does the work of that product.
                let is_other = |name: &String| PRODUCTS.iter().any(|other| *other != word && is_named(name, other));
                names.iter().any(|name| is_named(name, word) && !is_other(name))
            };
            opaque.iter().find(is_for).copied()
        };
        match words.iter().find_map(|word| fits(word)) {
            Some(call) => Verdict {
                status: Status::NotApplicable,
                because: "a workflow of another repository may do it, which is not read".to_owned(),
                evidence: vec![of(call)],
                looked_for: Vec::new(),
            },
            None => verdict,
        }
    }

    /// Finds a step that may make a release or publish something, by an action of another repository that is not known: its
    /// name says so, and its job may write contents or packages.
    pub(super) fn unknown_publisher(&self) -> Option<&Activity<'model>> {
        let mut words = ["release", "publish", "upload"].into_iter();
        words.find_map(|word| {
            self.activities.all.iter().find(|activity| {
                let is_for_others = activity.when.iter().any(|when| *when != When::PullRequest);
                let may_write = || ["contents", "packages"].iter().any(|scope| self.may_write(activity, scope));
                is_for_others && is_called(activity, &[word]) && may_write()
            })
        })
    }

    /// Finds a step that may make a release of a tag, by an action that is not known.
    pub(super) fn unknown_release(&self) -> Option<&Activity<'model>> {
        let of_tag = |activity: &&Activity<'_>| activity.when.contains(&When::Tag) && is_called(activity, &["release"]);
        self.activities.all.iter().filter(of_tag).find(|activity| self.may_write(activity, "contents"))
    }

    /// Tells whether an activity's job is given the right to write something, by what the workflow says.
    fn may_write(&self, activity: &Activity<'_>, scope: &str) -> bool {
        let permissions = self.run(activity).and_then(JobRun::permissions);
        permissions.is_some_and(|permissions| permissions.grant(scope) == Grant::Write)
    }

    /// Makes a verdict that nothing is published wait where an action that is not known may publish it.
    pub(super) fn or_unknown_publisher(&self, verdict: Verdict) -> Verdict {
        match self.unknown_publisher() {
            Some(publisher) => Verdict {
                evidence: vec![of(publisher)],
                ..not_applicable("an action that is not known may do it, and is not read")
            },
            None => verdict,
        }
    }

    /// Returns the names that say what a call is for: the workflow's and the job's, and, where a word is a product's name,
    /// those of the secrets that are handed over.
    fn names_of_call(&self, call: &Activity<'_>, word: &str) -> Vec<String> {
        let called = call.seen.rsplit_once('/').map_or("", |(_, name)| name);
        let mut names = vec![called.split('@').next().unwrap_or_default()];
        if let Some(run) = self.run(call) {
            names.push(&run.job.id.value);
            names.extend(run.job.name.iter().map(|name| name.value.as_str()));
            let secrets = run.job.secrets.iter().filter(|_| PRODUCTS.contains(&word)).flat_map(Node::entries);
            names.extend(secrets.map(|entry| entry.key.value.as_str()));
        }
        names.into_iter().map(plain).collect()
    }
}

/// Names of products that only do one kind of work.
const PRODUCTS: &[&str] = &["fossa", "gitleaks", "trufflehog", "semgrep", "codeql"];

/// Tells whether a step uses an action of another repository that is not known, and whose name has one of the words.
fn is_called(activity: &Activity<'_>, words: &[&str]) -> bool {
    let uses = activity.step.and_then(Step::uses).filter(|_| activity.tools.is_empty() && activity.words.is_empty());
    let Some(ActionReference::Repository(reference)) = uses.map(|uses| ActionReference::parse(&uses.value)) else {
        return false;
    };
    let name = plain(&format!("{}/{}", reference.repository, reference.path));
    let has = |words: &[&str]| words.iter().any(|word| is_named(&name, word));
    has(words) && !has(BESIDE)
}

/// Words in the names of actions that publish what no release is made of.
const BESIDE: &[&str] = &[
    "test",
    "result",
    "coverage",
    "sarif",
    "report",
    "check",
    "page",
    "doc",
    "note",
    "changelog",
    "lock",
    "cache",
    "log",
    "badge",
    "scan",
    "sbom",
    "drafter",
];

/// Returns a name's words, in lower case, with one `-` before each.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let file = ["yml", "yaml"].iter().find_map(|end| lower.strip_suffix(end)?.strip_suffix('.'));
    let words = file.unwrap_or(&lower).split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).flat_map(|word| ["-", word]).collect()
}

/// Tells whether one of a name's words begins with a word, or, where that has a `=` in front, whether it is all there is:
/// `scan` alone says little, and `image-scan` something else.
fn is_named(name: &str, word: &str) -> bool {
    match word.strip_prefix('=') {
        Some(word) => name.strip_prefix('-') == Some(word),
        None => name.contains(&format!("-{word}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_calls_are_read_word_by_word() {
        for (name, word, expected) in [
            ("code-scan.yaml", "code-scan", true),
            ("code_scan.yml", "=scan", false),
            ("scan.yml", "=scan", true),
            ("Image Scan", "=scan", false),
            ("fossa-token", "fossa", true),
            ("licenses", "licens", true),
            ("relicense", "licens", false),
        ] {
            assert_eq!(is_named(&plain(name), word), expected, "{name}");
        }
    }
}
