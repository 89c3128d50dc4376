//! What `docker build`, `docker run` and `docker exec` run.

use super::super::silence::Silence;
use super::super::targets::Target;
use super::image::{Given, Image, started};
use super::line::{Line, in_repository};
use super::{Place, compose};
use crate::model::repository::join;

/// Options of `docker run`, `exec` and `build`, and of Compose, that take no value.
const FLAGS: &[&str] = &[
    "--rm",
    "--detach",
    "--init",
    "--privileged",
    "--tty",
    "--interactive",
    "--no-deps",
    "--build",
    "--quiet",
    "--pull",
    "--push",
    "--load",
    "--no-cache",
    "--quiet-pull",
    "-P",
    "-T",
    "--publish-all",
    "--service-ports",
    "--use-aliases",
    "--read-only",
    "--no-TTY",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--sig-proxy",
    "--remove-orphans",
    "--compatibility",
    "--dry-run",
    "--verbose",
    "--debug",
    "--all-resources",
    "--attach-dependencies",
    "--abort-on-container-exit",
    "--abort-on-container-failure",
    "--always-recreate-deps",
    "--force-recreate",
    "--no-recreate",
    "--no-build",
    "--no-color",
    "--no-log-prefix",
    "--no-start",
    "--renew-anon-volumes",
    "--timestamps",
    "--wait",
    "--with-dependencies",
];

/// Returns the words behind options and their values.
pub(super) fn behind_options<'word, 'list>(words: &'list [&'word str]) -> &'list [&'word str] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if !word.starts_with('-') {
            break;
        }
        at += if *word != "-" && takes_no_value(word) { 1 } else { 2 };
    }
    words.get(at..).unwrap_or_default()
}

fn takes_no_value(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')) else {
        return word.contains('=') || FLAGS.contains(&word);
    };
    // `-it` are flags, `-p80:80` has its value with it.
    FLAGS.contains(&word) || letters.chars().all(|letter| "dDiqtV".contains(letter)) || letters.chars().count() > 1
}

/// Returns the value of an option.
pub(super) fn option<'word>(words: &[&'word str], names: &[&str]) -> Option<&'word str> {
    words.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some((name, value)) if names.contains(&name) => Some(value),
        Some(_) | None => names.contains(word).then(|| words.get(at + 1).copied()).flatten(),
    })
}

/// Tells whether a flag is set, alone or among other letters.
pub(super) fn flag(words: &[&str], long: &str, short: char) -> bool {
    words.iter().any(|word| {
        let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
        *word == long
            || letters.is_some_and(|letters| {
                letters.contains(short) && letters.chars().all(|letter| letter.is_ascii_alphabetic())
            })
    })
}

/// Returns what a command of Docker runs beside its own work.
pub(super) fn commands(place: &Place<'_>, rest: &[&str]) -> Vec<Target> {
    match behind_options(rest) {
        ["compose", rest @ ..] => compose::commands(place, rest),
        ["run", rest @ ..] | ["container", "run", rest @ ..] => run(place, rest),
        ["exec", rest @ ..] | ["container", "exec", rest @ ..] => {
            behind_options(rest).split_first().map_or_else(Vec::new, |(_, words)| within(place, None, words))
        }
        rest => built(place.folder, rest).map_or_else(Vec::new, |image| image.build(place.repository)),
    }
}

/// Returns the image that `docker build` and the like, given their arguments, build.
pub(super) fn built(folder: &str, rest: &[&str]) -> Option<Image> {
    let (["build", rest @ ..] | ["buildx" | "image" | "builder", "build", rest @ ..]) = rest else { return None };
    let context = rest.iter().rev().find(|word| !word.starts_with('-')).copied().unwrap_or(".");
    let context = join(folder, context).unwrap_or_default();
    let file = option(rest, &["-f", "--file"]).and_then(|path| join(folder, path));
    Image::new(context, file, option(rest, &["--target"]))
}

fn run(place: &Place<'_>, rest: &[&str]) -> Vec<Target> {
    let Some((image, words)) = behind_options(rest).split_first() else { return Vec::new() };
    let options = rest.get(..rest.len() - words.len() - 1).unwrap_or_default();
    let entry = option(options, &["--entrypoint"]);
    let mut found = match place.prepared.image(image) {
        Some(image) => {
            let given = Given { entry: entry.and_then(|word| Line::of_words(&[word])), command: Line::of_words(words) };
            image.start(place.repository, &given)
        }
        None => within(place, entry, words),
    };
    if flag(options, "--detach", 'd') {
        for target in &mut found {
            target.silence = Some(Silence::Detached);
        }
    }
    found
}

/// Returns what a container runs of which only the command is known.
pub(super) fn within(place: &Place<'_>, entry: Option<&str>, words: &[&str]) -> Vec<Target> {
    let (entry, command) = (entry.and_then(|word| Line::of_words(&[word])), Line::of_words(words));
    let find = |word: &str| in_repository(place.repository, &[place.folder, ""], word);
    started(place.repository, place.folder, (entry.as_ref(), command.as_ref()), &find)
}
