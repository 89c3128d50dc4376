//! What documents tell about, without that anything automates it.

use super::facts::Facts;
use crate::model::place::Position;
use crate::model::repository::{folder_of, has_ending, name_of};
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::scorecard::evidence::at;

impl Facts<'_> {
    /// Finds out whether a document tells about something that nothing automates: a heading with
    /// one of the words.
    pub(super) fn documented(&self, words: &[&str]) -> Option<Evidence> {
        let heading = |word: &str| {
            let documents = self.repository.texts.iter().filter(|(path, _)| is_about_operation(path));
            documents.into_iter().find_map(|(path, text)| {
                let mut lines = headings(&text.text);
                let (index, line) = lines.find(|(_, line)| begins_word(&line.to_lowercase(), word))?;
                Some(at(path, Position { line: index + 1, column: 1 }, line.trim()))
            })
        };
        words.iter().find_map(|word| heading(word))
    }

    /// Makes a missing verdict say where a document tells about what is not automated.
    pub(super) fn or_documented(&self, verdict: Verdict, words: &[&str]) -> Verdict {
        match self.documented(words).filter(|_| verdict.status == Status::Missing) {
            Some(evidence) => {
                Verdict { because: "documented, not automated".to_owned(), evidence: vec![evidence], ..verdict }
            }
            None => verdict,
        }
    }
}

/// Returns the headings of a document, with the numbers of their lines from 0: those of examples are none.
fn headings(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_example = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = ["```", "~~~"].iter().any(|fence| line.trim_start().starts_with(fence));
        in_example ^= is_fence;
        !in_example && line.starts_with('#')
    })
}

/// Tells whether a text holds a word, or one that begins so: `log` is in `logging`, but not in `catalog`.
fn begins_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|character| !character.is_alphanumeric())
    })
}

/// Tells whether a document's name, or that of its folder, says that it is about running the software; other documents
/// tell what the software does, and how it is used.
fn is_about_operation(path: &str) -> bool {
    let lower = path.to_lowercase();
    let stem = name_of(&lower).split('.').next().unwrap_or_default();
    let words = [
        "monitor",
        "observab",
        "operat",
        "deploy",
        "runbook",
        "infra",
        "production",
        "architect",
        "backup",
        "recover",
        "rollback",
        "incident",
        "disaster",
    ];
    let folders = [
        "ops",
        "operations",
        "operating",
        "runbook",
        "runbooks",
        "deploy",
        "deployment",
        "infra",
        "infrastructure",
        "monitoring",
        "observability",
        "sre",
    ];
    has_ending(&lower, &["md", "rst", "adoc"])
        && !lower.starts_with(".github/")
        && (stem == "readme"
            || words.iter().any(|word| stem.contains(word))
            || folder_of(&lower).split('/').any(|folder| folders.contains(&folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_where_words_begin() {
        for (text, word, expected) in [
            ("# logging", "log", true),
            ("# product catalog", "log", false),
            ("## the log", "log", true),
            ("# backups", "backup", true),
        ] {
            assert_eq!(begins_word(text, word), expected, "{text}");
        }
    }

    #[test]
    fn headings_of_examples_are_none() {
        let found: Vec<(usize, &str)> = headings("# A\n```yaml\n# B\n```\ntext\n## C\n").collect();
        assert_eq!(found, [(0, "# A"), (5, "## C")]);
    }

    #[test]
    fn documents_about_the_product_are_not_about_its_operation() {
        for path in ["README.md", "docs/runbooks/restore.md", "docs/running-in-production.md", "deploy/notes.adoc"] {
            assert!(is_about_operation(path), "{path}");
        }
        for path in [
            "docs/releases/upgrading/3.0.md",
            "docs/admin/notifications/about_notifications.md",
            "readme-docs/DOCKER.md",
            "docs/user_management/audit_logging.md",
            "docs/install.md",
            ".github/readme.md",
        ] {
            assert!(!is_about_operation(path), "{path}");
        }
    }
}
