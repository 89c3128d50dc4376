//! Commands of git: what they are asked to do, and where a push goes.

use std::ops::Range;

/// A call of `git`, taken apart.
#[derive(Clone, Debug)]
pub(super) struct GitCall<'word> {
    /// The folder that `-C` names.
    pub(super) folder: Option<&'word str>,
    /// Whether the repository's own folder is named, wherever that is.
    pub(super) names_git_dir: bool,
    /// What it is asked to do.
    pub(super) verb: &'word str,
    settings: Vec<&'word str>,
    rest: &'word [&'word str],
}

/// Options of the subcommands read here whose value is the next word.
const WITH_VALUE: &[&str] = &[
    "-b",
    "-B",
    "-c",
    "-j",
    "-o",
    "-t",
    "-m",
    "-u",
    "--branch",
    "--config",
    "--depth",
    "--exec",
    "--filter",
    "--jobs",
    "--origin",
    "--push-option",
    "--receive-pack",
    "--reference",
    "--repo",
    "--initial-branch",
    "--reason",
    "--upload-pack",
];

/// What a setting is called that decides with which login git reaches a server.
const LOGINS: &[&str] = &["extraheader", "insteadof", "credential", "askpass", "sshcommand"];

/// Reads the words of a command, program first, as a call of git.
pub(super) fn git_call<'word>(words: &'word [&'word str]) -> Option<GitCall<'word>> {
    let mut call = GitCall { folder: None, names_git_dir: false, verb: "", settings: Vec::new(), rest: &[] };
    let (&"git", mut left) = words.split_first()? else { return None };
    while let Some((word, rest)) = left.split_first() {
        left = rest;
        match *word {
            "-C" => (call.folder, left) = (rest.first().copied(), rest.get(1..)?),
            "-c" => {
                call.settings.extend(rest.first());
                left = rest.get(1..)?;
            }
            "--git-dir" | "--work-tree" => (call.names_git_dir, left) = (true, rest.get(1..)?),
            option if option.starts_with('-') => {
                call.names_git_dir |= option.starts_with("--git-dir=") || option.starts_with("--work-tree=");
            }
            verb => return Some(GitCall { verb, rest, ..call }),
        }
    }
    None
}

impl<'word> GitCall<'word> {
    /// Returns the words behind the subcommand that are no options.
    pub(super) fn operands(&self) -> Vec<&'word str> {
        let mut found = Vec::new();
        let mut words = self.rest.iter();
        while let Some(word) = words.next() {
            // `git push -u` takes no value.
            if WITH_VALUE.contains(word) && !(self.verb == "push" && *word == "-u") {
                words.next();
            } else if !word.starts_with('-') {
                found.push(*word);
            }
        }
        found
    }

    /// Returns the remote that `--repo` names.
    pub(super) fn remote(&self) -> Option<&'word str> {
        let next = self.rest.iter().position(|word| *word == "--repo").and_then(|at| self.rest.get(at + 1).copied());
        next.or_else(|| self.rest.iter().find_map(|word| word.strip_prefix("--repo=")))
    }

    /// Tells whether a setting is named that decides which login git uses.
    pub(super) fn names_login(&self) -> bool {
        let of_verb = self.rest.iter().filter(|_| self.verb == "config");
        let mut words = self.settings.iter().chain(of_verb).map(|word| word.to_ascii_lowercase());
        words.any(|word| LOGINS.iter().any(|login| word.contains(login)))
    }
}

/// Where a push goes, as far as its login is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// To where the repository came from, with the login that was left there.
    Origin,
    /// To a place that has a login of its own, or takes none.
    Elsewhere,
    /// That cannot be told.
    Unknown,
}

impl Destination {
    /// Tells what the name of a remote or a URL stands for.
    pub(super) fn of(remote: &str) -> Self {
        if let Some((scheme, rest)) = remote.split_once("://") {
            let host = rest.split('/').next().unwrap_or_default();
            return match scheme {
                "http" | "https" if matches!(host, "github.com" | "www.github.com") => Self::Origin,
                "http" | "https" if !host.contains('@') => Self::Unknown,
                _ if scheme.contains('$') => Self::Unknown,
                _ => Self::Elsewhere,
            };
        }
        let is_path = remote.starts_with(['/', '.', '~']);
        let is_ssh = remote.split_once('@').is_some_and(|(_, rest)| rest.contains(':'));
        match remote {
            "origin" => Self::Origin,
            _ if is_path || is_ssh => Self::Elsewhere,
            _ => Self::Unknown,
        }
    }
}

/// Returns where a script in another language than that of a shell seems to run `git push`: as a text, or with
/// `push` as an argument of something that is called after git.
pub(super) fn mentioned_push(script: &str) -> Option<Range<usize>> {
    let is_of_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let has_git = script.match_indices(['g', 'G']).any(|(at, _)| {
        let after = script.get(at + 1..).and_then(|rest| rest.strip_prefix("it"));
        after.is_some_and(|after| !after.starts_with(|sign: char| is_of_word(sign) || sign == '-'))
    });
    let found = script.match_indices("push").find(|(at, word)| {
        let before = script.get(..*at).unwrap_or_default();
        let after = script.get(at + word.len()..).unwrap_or_default();
        if after.starts_with(|sign: char| is_of_word(sign) || matches!(sign, '-' | '.' | '('))
            && !before.ends_with("git.")
        {
            return false;
        }
        let line = before.rsplit(['\n', ';']).next().unwrap_or_default();
        let is_text = line.rsplit_once("git ").is_some_and(|(_, between)| {
            between.split_whitespace().all(|word| word.starts_with('-') || word.contains(['=', '$', '/', '.']))
        });
        let opened = before.strip_suffix(['\'', '"', '`']).map(str::trim_end);
        let is_argument = opened.is_some_and(|before| before.ends_with(['[', '(', ',']));
        is_text || before.ends_with("git.") || (is_argument && has_git)
    });
    found.map(|(at, word)| at..at + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_of_their_own_are_told_from_what_is_left_behind() {
        for (remote, expected) in [
            ("origin", Destination::Origin),
            ("https://github.com/a/b", Destination::Origin),
            ("https://github.com/${{ github.repository }}", Destination::Origin),
            ("https://x-access-token:${TOKEN}@github.com/a/b", Destination::Elsewhere),
            ("https://${TOKEN}@github.com/a/b", Destination::Elsewhere),
            ("git@github.com:a/b.git", Destination::Elsewhere),
            ("ssh://git@github.com/a/b.git", Destination::Elsewhere),
            ("https://git.example.com/a.git", Destination::Unknown),
            ("/srv/mirror", Destination::Elsewhere),
            ("upstream", Destination::Unknown),
            ("$REMOTE", Destination::Unknown),
        ] {
            assert_eq!(Destination::of(remote), expected, "{remote}");
        }
    }

    #[test]
    fn calls_are_taken_apart() {
        let call = |line: &'static str| -> (Option<String>, String, Vec<String>, bool) {
            let words: Vec<&str> = line.split(' ').collect();
            let call = git_call(&words).unwrap();
            let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
            (call.folder.map(str::to_owned), call.verb.to_owned(), owned(call.operands()), call.names_login())
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let expected = (Some("a".to_owned()), "push".to_owned(), words(&["origin", "HEAD"]), false);
        assert_eq!(call("git -C a push -u origin -o x HEAD"), expected);
        assert_eq!(call("git clone --depth 1 URL dir").2, words(&["URL", "dir"]));
        assert!(call("git -c http.extraheader=x push").3 && call("git config credential.helper store").3);
        assert!(git_call(&["git", "--version"]).is_none() && git_call(&["hub", "push"]).is_none());
    }

    #[test]
    fn pushes_are_found_in_other_languages() {
        for (script, expected) in [
            ("await exec.exec(`git push --force origin ${x}`)", true),
            ("await exec.exec('git', ['push', 'origin'])", true),
            ("exec.exec('git', ['-C', dir, \"push\"])", true),
            ("runGit(['push', 'origin', `HEAD:${ref}`]);", true),
            ("subprocess.run(f'git -C {path}/x push', shell=True)", true),
            ("subprocess.run(['git', 'push'])", true),
            ("repo.git.push('origin')", true),
            ("execSync(`git -c user.name=x push`)", true),
            ("labels.push('git'); github.rest.git.getRef()", false),
            ("if (context.eventName === 'push') await exec.exec('git', ['log'])", false),
            ("exec.exec('git stash push')", false),
            ("['push', 'pull_request'].includes(context.eventName) && github.rest.issues.get()", false),
        ] {
            assert_eq!(mentioned_push(script).is_some(), expected, "{script}");
        }
    }
}
