//! Lints whose level the manifests of Cargo set (The Cargo Book, "The `[lints]` section").

use crate::model::repository::name_of;
use crate::model::scorecard::Evidence;
use crate::scorecard::facts::Facts;

impl Facts<'_> {
    /// Finds where a manifest of Cargo makes one of the lints, as `rust.warnings` or `clippy.all`, an error. The table of
    /// a workspace says nothing until a package takes it over.
    pub(super) fn denied_by_manifest(&self, lints: &[&str]) -> Option<Evidence> {
        let is_manifest = |path: &str| name_of(path) == "Cargo.toml";
        let mut manifests = self.repository.texts.iter().filter(|(path, _)| is_manifest(path));
        let is_taken_over = manifests.any(|(_, file)| takes_over(&file.text));
        let mut table = Table::default();
        self.line_that(is_manifest, |path, line| {
            let key = table.key(path, line);
            let counts = |key: &str| lints.contains(&key) && (is_taken_over || !table.is_of_workspace);
            key.is_some_and(|key| counts(&key)) && is_error(line)
        })
    }
}

/// Tells whether a manifest takes over the lints of its workspace.
fn takes_over(text: &str) -> bool {
    let mut table = Table::default();
    text.lines().any(|line| {
        let is_own = table.key("", line).as_deref() == Some("workspace") && !table.is_of_workspace;
        is_own && line.ends_with("true") || line.replace(' ', "").starts_with("lints.workspace=true")
    })
}

/// Tells whether a value is a level at which a lint fails the build: `"deny"`, `{ level = "forbid", priority = -1 }`.
fn is_error(line: &str) -> bool {
    line.split_once('=').is_some_and(|(_, value)| value.contains("\"deny\"") || value.contains("\"forbid\""))
}

/// The table that the lines of a manifest stand in.
#[derive(Default)]
struct Table {
    path: String,
    name: String,
    /// Whether it is one of the workspace's lints.
    is_of_workspace: bool,
}

impl Table {
    /// Returns the name of a lint, with its tool, that a line of a table of lints begins with.
    fn key(&mut self, path: &str, line: &str) -> Option<String> {
        if self.path != path {
            *self = Self { path: path.to_owned(), ..Self::default() };
        }
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let own = name.trim().strip_prefix("workspace.");
            self.is_of_workspace = own.is_some();
            own.unwrap_or(name.trim()).clone_into(&mut self.name);
            return None;
        }
        let tool = self.name.strip_prefix("lints")?;
        let key = line.split(['=', '#']).next()?.trim().trim_matches('"').replace('-', "_");
        Some(format!("{tool}.{key}").trim_start_matches('.').to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_lints_are_read() {
        for (text, expected) in [
            ("[lints.clippy]\nall = \"deny\"\n", vec!["clippy.all"]),
            ("[workspace.lints.rust]\nunsafe-code = { level = \"forbid\" }\n", vec!["rust.unsafe_code"]),
            ("[lints]\nclippy.all = \"deny\"\n", vec!["clippy.all"]),
            ("[lints.clippy]\nall = \"warn\"\n# all = \"deny\"\n", vec![]),
            ("[dependencies]\nall = \"deny\"\n", vec![]),
        ] {
            let mut table = Table::default();
            let found: Vec<String> =
                text.lines().filter_map(|line| table.key("a", line).filter(|_| is_error(line))).collect();
            let found: Vec<&str> = found.iter().map(String::as_str).filter(|key| !key.ends_with('.')).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert!(takes_over("[lints]\nworkspace = true\n") && takes_over("[package]\nlints.workspace = true\n"));
        assert!(!takes_over("[dependencies]\nworkspace = true\n"));
    }
}
