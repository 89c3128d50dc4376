//! What workflows of other repositories may do, which nobody can read here.

use super::evidence::of;
use super::facts::Facts;
use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Status, Verdict};
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
            let is_for = |call: &&&Activity<'_>| self.names_of_call(call, word).iter().any(|name| is_named(name, word));
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
