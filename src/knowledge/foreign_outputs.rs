//! Outputs of actions that hold what strangers decide: names of files and branches of pull requests, text of
//! issues and comments. From the actions' own READMEs and manifests, and the advisories on injections by
//! them (GHSA-mcph-m25j-8j63, GHSA-ghm2-rq8q-wrhc, GHSA-gq52-6phf-x2r6).

use super::trust::Alphabet;

/// What of strangers an action's outputs hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Names of the files that a pull request changes.
    Files,
    /// The name of a pull request's branch.
    Branch,
    /// The title of a pull request.
    Title,
    /// The text of an issue, or of a comment on one.
    Text,
}

impl Content {
    /// Names the content, for people.
    pub fn what(self) -> &'static str {
        match self {
            Self::Files => "the name of a file that a pull request changes",
            Self::Branch => "the name of a pull request's branch",
            Self::Title => "the title of a pull request",
            Self::Text => "the text of an issue or a comment",
        }
    }

    /// Names who decides it, for people.
    pub fn who(self) -> &'static str {
        match self {
            Self::Files | Self::Branch | Self::Title => "whoever opens a pull request",
            Self::Text => "whoever writes an issue or a comment",
        }
    }

    /// Returns what characters it may have.
    pub fn alphabet(self) -> Alphabet {
        match self {
            Self::Files | Self::Text => Alphabet::Text,
            Self::Title => Alphabet::Line,
            Self::Branch => Alphabet::Name,
        }
    }
}

/// The outputs of an action that strangers decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignOutputs {
    action: &'static str,
    names: &'static [&'static str],
    content: Content,
    /// The major version that makes them harmless.
    mended: Option<u32>,
    /// When they are as they are written.
    when: When,
}

impl ForeignOutputs {
    /// Returns their names in lower case, in which `*` stands for anything.
    pub fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// Returns what they hold.
    pub fn content(&self) -> Content {
        self.content
    }
}

/// What an input must be for outputs to be as strangers write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Whatever the inputs are.
    Always,
    /// An input has one of these values.
    Is(&'static str, &'static [&'static str]),
    /// An input has one of these values, whatever the version is.
    Off(&'static str, &'static [&'static str]),
    /// An input is not given.
    Missing(&'static str),
}

const fn all(action: &'static str, names: &'static [&'static str], content: Content) -> ForeignOutputs {
    ForeignOutputs { action, names, content, mended: None, when: When::Always }
}

const OUTPUTS: &[ForeignOutputs] = &[
    all("ahmadnassri/action-changed-files", &["files", "json"], Content::Files),
    all("alessbell/pull-request-comment-branch", &["head_ref"], Content::Branch),
    all("amannn/action-semantic-pull-request", &["error_message"], Content::Title),
    ForeignOutputs {
        when: When::Is("list-files", &["csv", "json"]),
        ..all("dorny/paths-filter", &["*_files"], Content::Files)
    },
    all("eficode/resolve-pr-refs", &["head_ref"], Content::Branch),
    all("gotson/pull-request-comment-branch", &["head_ref"], Content::Branch),
    all("jitterbit/get-changed-files", &["*"], Content::Files),
    all("khan/pull-request-comment-trigger", &["comment_body"], Content::Text),
    all("lots0logs/gh-action-get-changed-files", &["*"], Content::Files),
    all("masesgroup/retrieve-changed-files", &["*"], Content::Files),
    all("peter-murray/issue-body-parser-action", &["*"], Content::Text),
    all("peter-murray/issue-forms-body-parser", &["*"], Content::Text),
    ForeignOutputs {
        when: When::Missing("comment-author"),
        ..all("peter-evans/find-comment", &["comment-body"], Content::Text)
    },
    all("potiuk/get-workflow-origin", &["sourceheadbranch"], Content::Branch),
    all("stefanbuck/github-issue-parser", &["issueparser_*", "jsonstring"], Content::Text),
    ForeignOutputs {
        mended: Some(9),
        ..all("tj-actions/branch-names", &["current_branch", "head_ref_branch", "ref_branch"], Content::Branch)
    },
    ForeignOutputs {
        mended: Some(41),
        when: When::Off("safe_output", &["false"]),
        ..all("tj-actions/changed-files", &["*_files"], Content::Files)
    },
    ForeignOutputs {
        mended: Some(17),
        ..all("tj-actions/verify-changed-files", &["changed_files", "changed-files"], Content::Files)
    },
    all("trilom/file-changes-action", &["files", "files_*"], Content::Files),
    all("umani/changed-files", &["files_*"], Content::Files),
    all("xt0rted/pull-request-comment-branch", &["head_ref"], Content::Branch),
    all("zentered/issue-forms-body-parser", &["data"], Content::Text),
];

/// Returns the outputs of an action that strangers decide, given how to learn its major version and
/// what its inputs are. What is mended from some version on counts only where an older one is named.
pub fn of<'step>(
    action: &str,
    major: impl FnOnce() -> Option<u32>,
    input: impl Fn(&str) -> Option<&'step str>,
) -> Option<&'static ForeignOutputs> {
    let found = OUTPUTS.iter().find(|known| known.action.eq_ignore_ascii_case(action))?;
    let is = |name: &str, values: &[&str]| {
        input(name).is_some_and(|value| values.iter().any(|known| known.eq_ignore_ascii_case(value.trim())))
    };
    let is_old = found.mended.is_none_or(|mended| major().is_some_and(|major| major < mended));
    let is_foreign = match found.when {
        When::Always => is_old,
        When::Is(name, values) => is_old && is(name, values),
        When::Off(name, values) => is_old || is(name, values),
        When::Missing(name) => is_old && input(name).is_none(),
    };
    is_foreign.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(action: &str, major: Option<u32>, inputs: &[(&str, &'static str)]) -> usize {
        let input = |name: &str| inputs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        of(action, || major, input).map_or(0, |found| found.names.len())
    }

    #[test]
    fn what_the_action_makes_harmless_is_not_foreign() {
        assert_eq!(names("TJ-Actions/changed-files", Some(40), &[]), 1);
        assert_eq!(names("tj-actions/changed-files", Some(45), &[]), 0);
        assert_eq!(names("tj-actions/changed-files", None, &[]), 0);
        assert_eq!(names("tj-actions/changed-files", None, &[("safe_output", "false")]), 1);
        assert_eq!(names("dorny/paths-filter", Some(3), &[("list-files", "shell")]), 0);
        assert_eq!(names("dorny/paths-filter", Some(3), &[("list-files", "json")]), 1);
        assert_eq!(names("dorny/paths-filter", Some(3), &[]), 0);
        assert_eq!(names("peter-evans/find-comment", None, &[]), 1);
        assert_eq!(names("peter-evans/find-comment", None, &[("comment-author", "github-actions[bot]")]), 0);
        assert_eq!(names("actions/checkout", None, &[]), 0);
    }
}
