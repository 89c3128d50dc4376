//! Whose code lies where in a job's workspace.

/// The folders of a workspace that a step has filled, the last one last.
#[derive(Clone, Debug, Default)]
pub(super) struct Workspace {
    folders: Vec<(String, Option<usize>)>,
    /// The branches that hold a stranger's commits since they were fetched, by name.
    fetched: Vec<String>,
}

/// Folders beyond which nobody looks: a job with more of them is no longer one that a person wrote.
const MOST_FOLDERS: usize = 64;

impl Workspace {
    /// Tells whether strangers have no code in it.
    pub(super) fn is_trusted(&self) -> bool {
        self.folders.iter().all(|(_, intake)| intake.is_none())
    }

    /// Takes a folder that now holds the repository's own code, or a stranger's by the position of
    /// its intake.
    pub(super) fn fill(&mut self, folder: String, intake: Option<usize>) {
        self.folders.retain(|(known, _)| intake.is_some() || !is_inside(known, &folder));
        if self.folders.len() < MOST_FOLDERS {
            self.folders.push((folder, intake));
        }
    }

    /// Returns whose code a path leads to: the position of a stranger's intake.
    pub(super) fn owner(&self, path: &str) -> Option<usize> {
        let holders = self.folders.iter().filter(|(folder, _)| is_inside(path, folder));
        holders.max_by_key(|(folder, _)| folder.len()).and_then(|(_, intake)| *intake)
    }

    /// Takes the commits of a stranger that are fetched, with the branch that gets them.
    pub(super) fn fetch(&mut self, branch: Option<&str>) {
        self.fetched.push("FETCH_HEAD".to_owned());
        self.fetched.extend(branch.map(|branch| short(branch).to_owned()));
    }

    /// Tells whether a word names commits of a stranger that were fetched.
    pub(super) fn is_fetched(&self, word: &str) -> bool {
        self.fetched.iter().any(|branch| branch == short(word))
    }
}

/// Leaves out the start of a ref that `git` adds by itself.
fn short(name: &str) -> &str {
    let name = name.strip_prefix("refs/").unwrap_or(name);
    name.strip_prefix("heads/").unwrap_or(name)
}

fn is_inside(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns a path as seen from the workspace, given the folder it starts from; nothing where it
/// cannot be told or leads out of the workspace.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
    let below_workspace =
        ["${{ github.workspace }}", "${{github.workspace}}", "$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}"];
    let rest = below_workspace.iter().find_map(|start| path.strip_prefix(start));
    let (folder, path) = rest.map_or((folder, path), |rest| ("", rest.trim_start_matches('/')));
    if path.starts_with(['/', '~', '-']) || path.contains('$') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_and_the_last_filling_count() {
        let mut workspace = Workspace::default();
        assert!(workspace.is_trusted());
        workspace.fill(String::new(), Some(0));
        workspace.fill("base".to_owned(), None);
        assert_eq!(
            (workspace.owner("x"), workspace.owner("base/x"), workspace.owner("based")),
            (Some(0), None, Some(0))
        );
        workspace.fill("base/pr".to_owned(), Some(1));
        assert_eq!(workspace.owner("base/pr/x"), Some(1));
        workspace.fill("base".to_owned(), None);
        assert_eq!(workspace.owner("base/pr/x"), None);
        workspace.fill(String::new(), None);
        assert!(workspace.is_trusted());
    }

    #[test]
    fn paths_are_seen_from_the_workspace() {
        for (folder, path, expected) in [
            ("", ".", Some("")),
            ("a/b", "../c", Some("a/c")),
            ("a", "./b/", Some("a/b")),
            ("a", "$GITHUB_WORKSPACE/b", Some("b")),
            ("a", "${{ github.workspace }}", Some("")),
            ("a", "../..", None),
            ("", "/tmp", None),
            ("", "$X/y", None),
        ] {
            assert_eq!(join(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }
}
