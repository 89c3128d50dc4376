//! What runs when an image, or a container that a file describes, is started: its program, and what that leads to in the
//! repository.

use super::inside::Image;
use super::program::{plain, unwrapped};
use super::targets::{Target, follow};
use crate::model::repository::{Repository, folder_of, has_ending, name_of};
use crate::shell::commands;

/// How far scripts that lead to scripts are followed.
const DEEPEST: usize = 6;

/// The commands that are looked at for one start.
const MOST: usize = 400;

/// A command of a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The command, program first.
    pub words: Vec<String>,
    /// The file that it is written in and the number of its line, from 1; nothing where it stands in what was given.
    pub place: Option<(String, usize)>,
}

/// Returns what starting the image of a Dockerfile runs, whichever of the folders above it is built in.
pub fn by_image(repository: &Repository, dockerfile: &str) -> Vec<Started> {
    let mut contexts = vec![folder_of(dockerfile)];
    contexts.extend((!folder_of(dockerfile).is_empty()).then_some(""));
    let images =
        contexts.into_iter().filter_map(|context| Image::new(context.to_owned(), Some(dockerfile.to_owned()), None));
    let targets = images.flat_map(|image| image.starts(repository)).collect();
    expanded(repository, targets)
}

/// Returns what a container that is told to run these words runs. A script of the repository goes by its name, since
/// its path is another one in the container.
pub fn by_words(repository: &Repository, words: &[&str]) -> Vec<Started> {
    let own = |word: &str| {
        let mut named = repository.texts.keys().filter(|path| name_of(path) == name_of(word));
        let found = named.next().filter(|_| has_ending(word, &["sh", "bash"]));
        found.filter(|_| named.next().is_none()).cloned()
    };
    let quoted = words.iter().map(|word| own(word).unwrap_or_else(|| (*word).to_owned()));
    let script = match words {
        // A shell is given a script as one word.
        [program, flag, script] if flag.ends_with('c') && flag.starts_with('-') && name_of(program).ends_with("sh") => {
            (*script).to_owned()
        }
        _ => quoted.map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect::<Vec<_>>().join(" "),
    };
    expanded(repository, vec![Target::new("", script)])
}

fn expanded(repository: &Repository, targets: Vec<Target>) -> Vec<Started> {
    let mut found: Vec<Started> = Vec::new();
    let mut next = targets;
    for _ in 0..DEEPEST {
        next = next.iter().flat_map(|target| take(repository, target, &mut found)).collect();
    }
    found
}

/// Adds the commands of a script, and returns what they lead to.
fn take(repository: &Repository, target: &Target, found: &mut Vec<Started>) -> Vec<Target> {
    let mut deeper = Vec::new();
    for command in commands(&target.script) {
        let texts = command.texts();
        let words = plain(&texts);
        let before = target.script.get(..command.range.start).unwrap_or_default();
        let line = before.matches('\n').count();
        let source = target.source.as_ref();
        let place = source.and_then(|source| Some((source.path.clone(), *source.lines.get(line)?)));
        let started = Started { words: words.iter().map(|word| (*word).to_owned()).collect(), place };
        if found.len() >= MOST || found.contains(&started) {
            continue;
        }
        found.push(started);
        let own = follow(repository, &target.folder, &words);
        // A path in front of the program is the repository's own.
        deeper.extend(if own.is_empty() { follow(repository, &target.folder, &unwrapped(&texts)) } else { own });
    }
    deeper
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing::repository;

    fn shown(started: Vec<Started>) -> Vec<String> {
        started.into_iter().map(|started| started.words.join(" ")).collect()
    }

    #[test]
    fn starts_are_followed_to_scripts() {
        let repository = repository(&[
            ("Dockerfile", "FROM a\nCOPY . .\nENTRYPOINT [\"/app/bin/start.sh\"]\nCMD [\"npm\", \"run\", \"up\"]\n"),
            ("bin/start.sh", "set -e\nrake db:migrate\nexec \"$@\"\n"),
            ("package.json", "{\"scripts\": {\"up\": \"prisma migrate deploy\"}}"),
        ]);
        let found = shown(by_image(&repository, "Dockerfile"));
        for expected in ["rake db:migrate", "prisma migrate deploy"] {
            assert!(found.iter().any(|words| words == expected), "{found:?}");
        }
        let given = shown(by_words(&repository, &["/opt/start.sh"]));
        assert!(given.iter().any(|words| words == "rake db:migrate"), "{given:?}");
        assert!(shown(by_words(&repository, &["sh", "-c", "a && b"])).contains(&"b".to_owned()));
        assert_eq!(shown(by_words(&repository, &["echo", "rake db:migrate"])), ["echo rake db:migrate"]);
    }
}
