//! What is known about single actions: archived ones, ones that a tool replaces, and ones that
//! install a tool.

use std::sync::LazyLock;

/// The repositories of actions and of hooks that are archived, with what to use instead:
/// `data/archived.tsv`.
static ARCHIVED: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let lines = include_str!("data/archived.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')).collect()
});

/// Actions that a tool on GitHub's runners replaces.
const SUPERFLUOUS: &[(&str, &str)] = &[
    ("actions-ecosystem/action-add-labels", "`gh issue edit --add-label` or `gh pr edit --add-label`"),
    ("actions-ecosystem/action-remove-labels", "`gh issue edit --remove-label` or `gh pr edit --remove-label`"),
    ("actions/create-release", "`gh release create`"),
    ("addnab/docker-run-action", "`docker run`"),
    ("dacbd/create-issue-action", "`gh issue create`"),
    ("dtolnay/rust-toolchain", "`rustup`"),
    ("elgohr/github-release-action", "`gh release create`"),
    ("ncipollo/release-action", "`gh release create`"),
    ("peter-evans/create-issue-from-file", "`gh issue create --body-file`"),
    ("peter-evans/create-or-update-comment", "`gh pr comment` or `gh issue comment`"),
    ("peter-evans/create-pull-request", "`gh pr create`"),
    ("softprops/action-gh-release", "`gh release create`"),
    ("svenstaro/upload-release-action", "`gh release upload`"),
    ("thollander/actions-comment-pull-request", "`gh pr comment`"),
];

/// Actions that install the latest version of a tool unless an input names another.
const INSTALLERS: &[(&str, &str)] = &[
    ("1password/load-secrets-action", "version"),
    ("aquasecurity/setup-trivy", "version"),
    ("extractions/setup-just", "just-version"),
];

/// Tells whether a repository is archived, and what to use instead; empty where nothing is known.
pub fn archived(owner: &str, repository: &str) -> Option<&'static str> {
    let name = format!("{owner}/{repository}").to_ascii_lowercase();
    let at = ARCHIVED.binary_search_by(|(known, _)| (*known).cmp(name.as_str())).ok()?;
    ARCHIVED.get(at).map(|(_, instead)| *instead)
}

/// Returns the tool that does what an action does.
pub fn superfluous(action: &str) -> Option<&'static str> {
    find(SUPERFLUOUS, action)
}

/// Returns the input that names the version of the tool that an action installs.
pub fn tool_version_input(action: &str) -> Option<&'static str> {
    find(INSTALLERS, action)
}

fn find(table: &[(&str, &'static str)], action: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| name.eq_ignore_ascii_case(action)).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order_and_case_does_not_matter() {
        for table in [ARCHIVED.as_slice(), SUPERFLUOUS, INSTALLERS] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0), "{table:?}");
        }
        let lines = include_str!("data/archived.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(ARCHIVED.len(), lines.count());
        assert!(ARCHIVED.iter().all(|(name, _)| name.contains('/') && *name == name.to_lowercase()));
        assert_eq!(archived("ACTIONS", "Setup-Ruby"), Some("ruby/setup-ruby"));
        assert_eq!(archived("svenstaro", "upx-action"), Some(""));
        assert_eq!(archived("actions", "checkout"), None);
    }
}
