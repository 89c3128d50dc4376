//! Reads which commit and branch a folder is at, without the git program.

use std::path::{Path, PathBuf};

/// What is checked out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The branch; `None` where a commit is checked out by itself.
    pub branch: Option<String>,
    /// The commit's full hash; `None` before the first commit.
    pub commit: Option<String>,
}

/// Reads the head of the repository that a folder is in. Where there is none, or it is kept in a
/// way this does not know, nothing is known.
pub fn read(folder: &Path) -> Head {
    folder.ancestors().find_map(git_folder).map(|git| head(&git)).unwrap_or_default()
}

/// Returns a checkout's git folder; that of a worktree or submodule is named in a file.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = read_text(&git)?;
    let target = text.strip_prefix("gitdir:")?.trim();
    Some(folder.join(target))
}

/// Tells whether the clone that a folder is in holds only the newest commits.
pub fn is_shallow(folder: &Path) -> bool {
    folder.ancestors().find_map(git_folder).is_some_and(|git| git.join("shallow").is_file())
}

/// Returns who owns the repository on the server that the remote `origin` leads to, such as `octo` of
/// `git@github.com:octo/hello.git`.
pub fn owner(folder: &Path) -> Option<String> {
    Some(origin(&folder.ancestors().find_map(git_folder)?)?.0)
}

/// Returns the repository that a folder is a checkout of, as `OWNER/NAME`: the last two parts of the address of its
/// remote `origin`. A folder inside of one is none.
pub fn repository(folder: &Path) -> Option<String> {
    let (owner, name) = origin(&git_folder(folder)?)?;
    Some(format!("{owner}/{name}"))
}

fn origin(git: &Path) -> Option<(String, String)> {
    let shared = read_text(&git.join("commondir")).map_or_else(|| git.to_owned(), |path| git.join(path.trim()));
    origin_in(&read_text(&shared.join("config"))?)
}

fn origin_in(config: &str) -> Option<(String, String)> {
    let mut lines = config.lines().map(str::trim).skip_while(|line| *line != "[remote \"origin\"]").skip(1);
    let own = lines.by_ref().take_while(|line| !line.starts_with('['));
    let mut settings = own.filter_map(|line| line.split_once('='));
    let (_, url) = settings.find(|(key, _)| key.trim() == "url")?;
    let mut parts = url.trim().trim_end_matches('/').rsplit(['/', ':']);
    let (name, owner) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    let is_plain = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    (is_plain(owner, b"-_") && is_plain(name, b"-_.")).then(|| (owner.to_owned(), name.to_owned()))
}

fn head(git: &Path) -> Head {
    let Some(text) = read_text(&git.join("HEAD")) else { return Head::default() };
    let Some(reference) = text.strip_prefix("ref:").map(str::trim) else {
        return Head { branch: None, commit: hash(&text) };
    };
    // A worktree has a HEAD of its own and shares its references with the main checkout.
    let shared = match read_text(&git.join("commondir")) {
        Some(path) => git.join(path.trim()),
        None => git.to_owned(),
    };
    let loose = || [git, shared.as_path()].into_iter().find_map(|folder| hash(&read_text(&folder.join(reference))?));
    let packed = || packed(&read_text(&shared.join("packed-refs"))?, reference);
    let is_path = !reference.split('/').any(|part| part == ".." || part.is_empty());
    Head {
        branch: reference.strip_prefix("refs/heads/").filter(|name| *name != ".invalid").map(str::to_owned),
        commit: if is_path { loose().or_else(packed) } else { None },
    }
}

fn packed(text: &str, reference: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (id, name) = line.split_once(' ')?;
        (name.trim() == reference).then(|| hash(id)).flatten()
    })
}

fn hash(text: &str) -> Option<String> {
    let text = text.trim();
    let is_hash = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "sources read files")]
fn read_text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn the_owner_stands_in_the_address_of_the_remote() {
        let origin = |url: &str| {
            origin_in(&format!("[core]\n\turl = x/y\n[remote \"origin\"]\n\tfetch = +a:b\n\turl = {url}\n"))
        };
        for url in
            ["git@github.com:octo/hello.git", "https://github.com/octo/hello", "ssh://git@host:22/octo/hello.git/"]
        {
            assert_eq!(origin(url), Some(("octo".to_owned(), "hello".to_owned())), "{url}");
        }
        assert_eq!((origin("hello"), origin("https://h/a b/c")), (None, None));
        assert_eq!(origin_in("[remote \"other\"]\nurl = https://github.com/octo/hello\n"), None);
    }

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    #[expect(clippy::disallowed_methods, reason = "tests write files")]
    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    fn check(files: &[(&str, &str)], below: &str, branch: Option<&str>, commit: Option<&str>) {
        let folder = folder(files);
        let expected = Head { branch: branch.map(str::to_owned), commit: commit.map(str::to_owned) };
        assert_eq!(read(&folder.path().join(below)), expected, "{files:?}");
    }

    #[test]
    fn branches_tags_and_commits_are_found() {
        let on_main = (".git/HEAD", "ref: refs/heads/feature/x\n");
        let loose = format!("{ONE}\n");
        check(&[on_main, (".git/refs/heads/feature/x", &loose), ("a/b", "")], "a", Some("feature/x"), Some(ONE));
        let packed = format!("# pack-refs\n{TWO} refs/heads/other\n{ONE} refs/heads/feature/x\n^{TWO}\n");
        check(&[on_main, (".git/packed-refs", &packed)], "", Some("feature/x"), Some(ONE));
        check(&[on_main], "", Some("feature/x"), None);
        check(&[(".git/HEAD", &loose)], "", None, Some(ONE));
        check(&[(".git/HEAD", "ref: refs/heads/.invalid\n")], "", None, None);
        check(&[(".git/HEAD", "ref: ../../secret\n"), ("secret", &loose)], "", None, None);
        check(&[(".git/HEAD", "?")], "", None, None);
    }

    #[test]
    fn worktrees_share_the_main_checkouts_references() {
        let files = [
            ("tree/.git", "gitdir: ../main/.git/worktrees/tree\n"),
            ("main/.git/HEAD", "ref: refs/heads/main\n"),
            ("main/.git/worktrees/tree/HEAD", "ref: refs/heads/topic\n"),
            ("main/.git/worktrees/tree/commondir", "../..\n"),
            ("main/.git/refs/heads/topic", ONE),
        ];
        check(&files, "tree", Some("topic"), Some(ONE));
    }
}
