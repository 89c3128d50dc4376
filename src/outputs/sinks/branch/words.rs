//! What the other side's words mean. Neither git's protocol nor the API has numbers for it.

/// Tells whether a branch is protected, by classic protection or by a ruleset: GitHub's words
/// are the same for a push (`GH006`, `GH013`) and in the API's answers.
pub(super) fn is_protection(words: &str) -> bool {
    holds(
        words,
        &[
            "gh006",
            "gh013",
            "protected branch",
            "rule violation",
            "changes must be made through a pull request",
            "commits must have verified signatures",
            "cannot update this protected ref",
            "cannot force-push to this branch",
            "required status check",
        ],
    )
}

/// A rule that keeps commits from a branch, as far as the way out depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Changes come by pull request.
    PullRequest,
    /// Commits are signed.
    Signatures,
    /// Checks have passed before.
    Checks,
    /// History is not replaced.
    NoRewriting,
    /// Another one.
    Other,
}

impl Rule {
    /// Finds out which rule the other side's words tell of.
    pub fn told_by(told: &str) -> Self {
        if holds(told, &["verified signatures", "signed commits", "commits must be signed"]) {
            Self::Signatures
        } else if holds(told, &["through a pull request", "approving review", "pull request is required"]) {
            Self::PullRequest
        } else if holds(told, &["status check"]) {
            Self::Checks
        } else if holds(told, &["force-push", "force push"]) {
            Self::NoRewriting
        } else {
            Self::Other
        }
    }
}

/// Tells whether a remote does not know or not trust who pushes.
pub(super) fn is_permission(words: &str) -> bool {
    holds(
        words,
        &[
            "authentication failed",
            "could not read username",
            "could not read password",
            "terminal prompts disabled",
            "permission to",
            "permission denied",
            "write access to repository not granted",
            "the requested url returned error: 401",
            "the requested url returned error: 403",
            "resource not accessible",
        ],
    )
}

/// Tells whether a reference was not what the pusher took it for.
pub(super) fn is_overtaking(words: &str) -> bool {
    holds(
        words,
        &[
            "stale info",
            "fetch first",
            "non-fast-forward",
            "cannot lock ref",
            "failed to update ref",
            "failed to lock",
            "incorrect old value",
            "reference already exists",
            "update is not a fast forward",
            "reference does not exist",
            "expected branch to point to",
            // Of several packs on the way at once, one may build on what another has replaced.
            "unresolved deltas",
            "unpacker error",
            "failed to write",
        ],
    )
}

/// Tells whether the network, and not the other side's will, was in the way.
pub(super) fn is_passing(words: &str) -> bool {
    holds(
        words,
        &[
            "could not resolve host",
            "connection timed out",
            "operation timed out",
            "connection reset",
            "early eof",
            ".lock': file exists",
            "the remote end hung up unexpectedly",
            "rpc failed",
            "the requested url returned error: 5",
            "the requested url returned error: 429",
        ],
    )
}

fn holds(words: &str, parts: &[&str]) -> bool {
    let words = words.to_ascii_lowercase();
    parts.iter().any(|part| words.contains(part))
}

/// Takes user names and passwords out of the addresses in a text.
pub(super) fn without_credentials(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        clean.push_str(before);
        clean.push_str("://");
        let authority = after.find(|letter: char| letter == '/' || letter.is_whitespace()).unwrap_or(after.len());
        rest = match after.get(..authority).and_then(|authority| authority.rfind('@')) {
            Some(at) => after.get(at + 1..).unwrap_or_default(),
            None => after,
        };
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_passwords() {
        for (text, clean) in [
            ("fatal: 'https://x:ghs_1@github.com/o/n/': 403", "fatal: 'https://github.com/o/n/': 403"),
            ("https://a@b https://c@d@e/f@g", "https://b https://e/f@g"),
            ("ssh://git@host:22/x", "ssh://host:22/x"),
            ("no address: user@host", "no address: user@host"),
            ("://", "://"),
        ] {
            assert_eq!(without_credentials(text), clean);
        }
    }

    #[test]
    fn the_rule_behind_a_refusal_is_found() {
        for (told, rule) in [
            ("GH006: ...\nremote: error: At least 1 approving review is required by reviewers", Rule::PullRequest),
            ("Repository rule violations found\n\nChanges must be made through a pull request.", Rule::PullRequest),
            ("GH006: Protected branch update failed: Commits must have verified signatures.", Rule::Signatures),
            ("2 of 2 required status checks are expected.", Rule::Checks),
            ("Cannot force-push to this branch", Rule::NoRewriting),
            ("GH013: Cannot update this protected ref.", Rule::Other),
        ] {
            assert_eq!(Rule::told_by(told), rule, "{told}");
        }
    }

    #[test]
    fn githubs_refusals_are_told_apart() {
        let protected = "remote: error: GH006: Protected branch update failed for refs/heads/main.";
        assert!(is_protection(protected) && !is_permission(protected) && !is_overtaking(protected));
        assert!(is_protection("Repository rule violations found\n\nChanges must be made through a pull request."));
        let denied = "remote: Permission to o/n.git denied to github-actions[bot].";
        assert!(is_permission(denied) && !is_protection(denied));
        assert!(is_overtaking("!\tx:refs/heads/m\t[rejected] (stale info)"));
        assert!(is_passing("fatal: unable to access 'https://h/': The requested URL returned error: 503"));
    }
}
