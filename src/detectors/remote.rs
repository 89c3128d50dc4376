//! The actions and workflows of other repositories that a file uses, and the versions that the
//! comments behind them name.

use std::ops::Range;

use crate::knowledge::action_commits::{Identity, identify};
use crate::model::finding::Confidence;
use crate::model::place::Span;
use crate::model::remote::RemoteReference;
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Action, ActionReference, RepositoryReference};
use crate::model::yaml::{Comment, Text};

use super::pinning::{all_uses, uses_of};

/// A `uses` that names code of another repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteUse<'file> {
    /// The value of `uses`.
    pub uses: &'file Text,
    /// The repository, and the branch, tag or commit in it.
    pub remote: RemoteReference,
    /// The version that a comment behind a pin says it is.
    pub claim: Option<Claim>,
}

/// A version that a comment names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The same repository at that version.
    pub remote: RemoteReference,
    /// Where the version is written.
    pub span: Span,
    /// Whether the version is one that is released once.
    pub exactness: Exactness,
}

/// How a version behaves when newer ones come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exactness {
    /// It stays: `v4.2.2`.
    Exact,
    /// It moves on, as `v4` and `v4.2` usually do.
    Moving,
}

impl RemoteUse<'_> {
    /// Returns where `owner/repo` stands in the value.
    pub fn repository(&self) -> Range<usize> {
        let start = self.uses.value.len() - self.uses.value.trim_start().len();
        start..start + self.remote.repository.to_string().len()
    }

    /// Tells whether it is pinned to a commit.
    pub fn is_pinned(&self) -> bool {
        self.remote.pinned().is_some()
    }

    /// Tells whether the pinned commit is known to be a release.
    pub fn is_known_release(&self) -> bool {
        match ActionReference::parse(&self.uses.value) {
            ActionReference::Repository(reference) => matches!(identify(&reference, None), Identity::Release(_)),
            ActionReference::Local(_)
            | ActionReference::SelfRepository(_)
            | ActionReference::Docker(_)
            | ActionReference::Unknown => false,
        }
    }

    /// Returns where the branch, tag or commit stands in the value.
    pub fn reference(&self) -> Range<usize> {
        let end = self.uses.value.trim_end().len();
        end - self.remote.reference.len()..end
    }
}

/// Returns every `uses` of a file that names a reference of another repository, in source order.
/// What holds an expression, or is nothing that GitHub could resolve, is left to other rules.
pub fn remote_uses(file: &SourceFile) -> Vec<RemoteUse<'_>> {
    let mut uses = file.workflow().map(all_uses).unwrap_or_default();
    uses.extend(file.action().map(Action::steps).map(uses_of).unwrap_or_default());
    uses.into_iter().filter_map(|uses| remote_use(file, uses)).collect()
}

fn remote_use<'file>(file: &'file SourceFile, uses: &'file Text) -> Option<RemoteUse<'file>> {
    let ActionReference::Repository(written) = ActionReference::parse(&uses.value) else { return None };
    let reference = written.reference.filter(|reference| is_reference(reference))?;
    let repository = format!("{}/{}", written.owner, written.repository).parse().ok()?;
    let remote = RemoteReference { repository, reference: reference.to_owned() };
    let claim = if written.is_pinned() { claim(file, uses, &remote) } else { None };
    Some(RemoteUse { uses, remote, claim })
}

/// Tells whether git allows a name for a branch or a tag, as far as addresses and outputs care.
fn is_reference(name: &str) -> bool {
    let forbidden = |letter: char| letter.is_whitespace() || letter.is_control() || "~^:?*[\\".contains(letter);
    let parts_stand = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    parts_stand && !name.contains("..") && !name.contains("${{") && !name.contains(forbidden)
}

/// Returns the version that a reference names, or the release that its commit is or is said to be, and how sure
/// that is.
pub fn known_version<'file>(
    file: &'file SourceFile,
    uses: &'file Text,
    reference: &RepositoryReference<'file>,
) -> Option<(&'file str, Confidence)> {
    if !reference.is_pinned() {
        return Some((reference.reference?, Confidence::High));
    }
    let claimed = claimed_version(file, uses);
    match identify(reference, claimed) {
        Identity::Release(release) => Some((release, Confidence::High)),
        Identity::Unknown => Some((claimed?, Confidence::Medium)),
        Identity::Other => None,
    }
}

/// Returns the version that a comment behind a `uses` says it is.
pub fn claimed_version<'file>(file: &'file SourceFile, uses: &Text) -> Option<&'file str> {
    let comment = comment(file, uses)?;
    comment.text.get(version(comment)?)
}

fn claim(file: &SourceFile, uses: &Text, pin: &RemoteReference) -> Option<Claim> {
    let comment = comment(file, uses)?;
    let version = version(comment)?;
    let name = comment.text.get(version.clone())?;
    let remote = RemoteReference { repository: pin.repository.clone(), reference: name.to_owned() };
    // The comment's text begins behind its `#`.
    let start = comment.span.start + 1;
    let span = Span::new(start + version.start, start + version.end);
    Some(Claim { remote, span, exactness: exactness(name) })
}

/// Finds the comment right behind a `uses` on its line.
fn comment<'file>(file: &'file SourceFile, uses: &Text) -> Option<&'file Comment> {
    let comments = &file.document.comments;
    let at = comments.partition_point(|comment| comment.span.start < uses.span.end);
    let comment = comments.get(at)?;
    let between = file.text.get(uses.span.end..comment.span.start)?;
    let closes = |letter: char| matches!(letter, ' ' | '\t' | '}' | ']' | ',' | '"' | '\'');
    between.chars().all(closes).then_some(comment)
}

/// Finds the version that a comment, or one behind it on the same line, begins with.
fn version(comment: &Comment) -> Option<Range<usize>> {
    let text = comment.text.as_str();
    let name = text.split('#').find_map(first_version)?;
    // It is a part of the text, so its place in it can be told.
    let start = name.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    Some(start..start + name.len())
}

/// Reads the version that a text begins with, in the ways that people and their tools write it:
/// `v4.2.2`, `tag=v4.2.2`, `version: 4.2.2`, `pin@v4.2.2`, `ratchet:owner/repo@v4`.
fn first_version(text: &str) -> Option<&str> {
    let mut words = text.split([' ', '\t', '(', ',', ';']).filter(|word| !word.is_empty());
    let first = words.next()?;
    let bare = first.trim_end_matches([':', '=']);
    let word = if bare.len() < first.len() && is_label(bare) { words.next()? } else { first };
    let unlabelled = word.split_once(['=', ':']).filter(|(label, _)| is_label(label)).map_or(word, |(_, rest)| rest);
    let name = unlabelled.rsplit_once('@').map_or(unlabelled, |(_, version)| version);
    is_version(name).then_some(name)
}

fn is_label(word: &str) -> bool {
    ["tag", "version", "ver", "ratchet", "pin"].iter().any(|label| word.eq_ignore_ascii_case(label))
}

/// Tells whether a word is a version: digits behind an optional `v`, in the last part of a path. A
/// lone number could count anything.
pub fn is_version(word: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '+' | '/');
    let is_number = word.chars().all(|letter| letter.is_ascii_digit());
    let begins = core(word).starts_with(|first: char| first.is_ascii_digit());
    is_reference(word) && word.chars().all(letters) && begins && !is_number
}

/// Returns a version without the path and the `v` before its digits.
fn core(version: &str) -> &str {
    let name = version.rsplit_once('/').map_or(version, |(_, name)| name);
    name.strip_prefix(['v', 'V']).unwrap_or(name)
}

fn exactness(version: &str) -> Exactness {
    let numbers = core(version).split('.').take_while(|part| part.starts_with(|first: char| first.is_ascii_digit()));
    if numbers.count() >= 3 { Exactness::Exact } else { Exactness::Moving }
}

#[cfg(test)]
mod tests {
    use super::super::testing::file;
    use super::*;

    const PIN: &str = "0123456789012345678901234567890123456789";

    fn found(steps: &str) -> Vec<(String, Option<String>)> {
        let text = format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}");
        let file = file(".github/workflows/a.yml", &text);
        let named = |claim: Claim| {
            assert_eq!(text.get(claim.span.start..claim.span.end), Some(claim.remote.reference.as_str()));
            format!("{} {:?}", claim.remote.reference, claim.exactness)
        };
        let uses = remote_uses(&file).into_iter();
        uses.map(|found| (found.remote.to_string(), found.claim.map(named))).collect()
    }

    fn claimed(comment: &str) -> Option<String> {
        found(&format!("      - uses: o/r/p@{PIN} #{comment}\n")).pop().unwrap().1
    }

    #[test]
    fn references_of_other_repositories_are_found_everywhere() {
        let steps = "      - uses: o/r/sub@v1 # v9.9.9\n      - uses: ./x\n      - uses: docker://a:1\n      - uses: o/r\n      \
             - uses: o/r@${{ matrix.a }}\n      - uses: o/r@a b\n      - uses: o/..@v1\n  b:\n    \
             uses: O/r/.github/workflows/w.yml@feature/x\n";
        assert_eq!(found(steps), [("o/r@v1".to_owned(), None), ("O/r@feature/x".to_owned(), None)]);
        let action = "name: a\nruns:\n  using: composite\n  steps:\n    - parallel:\n        - uses: o/r@v2\n";
        let action = file("action.yml", action);
        assert_eq!(remote_uses(&action).len(), 1);
    }

    #[test]
    fn parts_of_the_value_have_their_places() {
        let text = format!("runs:\n  using: composite\n  steps:\n    - uses: ' Octo/r/sub@{PIN} '\n");
        let file = file("action.yml", &text);
        let uses = remote_uses(&file);
        let part = |range| uses[0].uses.value.get(range);
        assert_eq!((part(uses[0].repository()), part(uses[0].reference())), (Some("Octo/r"), Some(PIN)));
    }

    #[test]
    fn comments_name_versions_in_many_ways() {
        for exact in [
            " v4.2.2",
            "v4.2.2",
            "\tv4.2.2 ",
            " tag=v4.2.2",
            " version: v4.2.2",
            " Ver=v4.2.2",
            " pin@v4.2.2",
            " ratchet:o/r/p@v4.2.2",
            " v4.2.2 # zizmor: ignore[unpinned-uses]",
            " zizmor: ignore[unpinned-uses] # v4.2.2",
            " v4.2.2 (source v4)",
        ] {
            assert_eq!(claimed(exact).as_deref(), Some("v4.2.2 Exact"), "{exact}");
        }
        for (comment, version) in [
            (" 1.2.3-rc.1", "1.2.3-rc.1 Exact"),
            (" release/v1", "release/v1 Moving"),
            (" v4", "v4 Moving"),
            (" v6-beta", "v6-beta Moving"),
            (" v1.2", "v1.2 Moving"),
        ] {
            assert_eq!(claimed(comment).as_deref(), Some(version), "{comment}");
        }
    }

    #[test]
    fn other_comments_name_no_version() {
        for comment in
            ["", " ", " main", " some comment", " see v4", " tag:", " v", " plimsoll: x", " v1:2", " ü1", " 3 times"]
        {
            assert_eq!(claimed(comment), None, "{comment}");
        }
    }

    #[test]
    fn only_a_comment_right_behind_a_pin_counts() {
        let quoted = format!("      - {{uses: 'o/r@{PIN}'}} # v1.2.3\n");
        assert_eq!(found(&quoted)[0].1.as_deref(), Some("v1.2.3 Exact"));
        let below = format!("      - uses: o/r@{PIN}\n      # v1.2.3\n");
        assert_eq!(found(&below)[0].1, None);
        let other = format!("      - {{uses: o/r@{PIN}, name: x}} # v1.2.3\n");
        assert_eq!(found(&other)[0].1, None);
    }
}
