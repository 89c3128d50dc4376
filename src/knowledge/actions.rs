//! What is known about single actions: archived ones, ones that a tool replaces, and ones that
//! install a tool.

/// Repositories of actions and of hooks known to be archived, 2026-11, with what to use instead as far as there is one;
/// those that workflows still use.
const ARCHIVED: &[(&str, &str)] = &[
    ("8398a7/action-slack", "slackapi/slack-github-action"),
    ("actions-rs/audit-check", "rustsec/audit-check"),
    ("actions-rs/cargo", "`cargo` in a script"),
    ("actions-rs/clippy", "`cargo clippy` in a script"),
    ("actions-rs/clippy-check", "`cargo clippy` in a script"),
    ("actions-rs/grcov", "`cargo llvm-cov` in a script"),
    ("actions-rs/install", "`cargo install --locked` in a script"),
    ("actions-rs/tarpaulin", "`cargo tarpaulin` in a script"),
    ("actions-rs/toolchain", "`rustup` in a script"),
    ("actions/create-release", "`gh release create` in a script"),
    ("actions/setup-elixir", "erlef/setup-beam"),
    ("actions/setup-haskell", "haskell-actions/setup"),
    ("actions/setup-ruby", "ruby/setup-ruby"),
    ("actions/upload-release-asset", "`gh release upload` in a script"),
    ("azure/container-scan", "aquasecurity/trivy-action"),
    ("c-hive/gha-npm-cache", "actions/setup-node with `cache`"),
    ("c-hive/gha-yarn-cache", "actions/setup-node with `cache`"),
    ("convictional/trigger-workflow-and-wait", "`gh workflow run` in a script"),
    ("dawidd6/action-get-tag", "`$GITHUB_REF_NAME`"),
    ("google-github-actions/release-please-action", "googleapis/release-please-action"),
    ("gradle/gradle-build-action", "gradle/actions/setup-gradle"),
    ("gradle/wrapper-validation-action", "gradle/actions/wrapper-validation"),
    ("haskell/actions", "haskell-actions/setup"),
    ("jakejarvis/s3-sync-action", "`aws s3 sync` in a script"),
    ("marvinpinto/action-automatic-releases", "`gh release create` in a script"),
    ("microsoft/playwright-github-action", "`npx playwright install --with-deps` in a script"),
    ("pre-commit/mirrors-autopep8", "hhatto/autopep8"),
    ("pre-commit/mirrors-isort", "PyCQA/isort"),
    ("pre-commit/mirrors-prettier", "a hook of the repository that runs `npx prettier`"),
    ("pre-commit/mirrors-yapf", "google/yapf"),
    ("repo-sync/pull-request", "`gh pr create` in a script"),
    ("tibdex/github-app-token", "actions/create-github-app-token"),
];

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
    find(ARCHIVED, &format!("{owner}/{repository}"))
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
        for table in [ARCHIVED, SUPERFLUOUS, INSTALLERS] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0), "{table:?}");
        }
        assert_eq!(archived("ACTIONS", "Setup-Ruby"), Some("ruby/setup-ruby"));
        assert_eq!(archived("actions", "checkout"), None);
    }
}
