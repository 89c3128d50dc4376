//! What runs and proves nothing of what is called by its name.

/// Programs that do nothing but talk.
const IDLE: &[&str] = &["echo", "printf", "true", ":"];

/// Programs that install packages of others, with the words that have them do so.
const INSTALLERS: &[(&[&str], &[&str])] = &[
    (&["pip", "pip3", "pipx", "apt-get", "apt", "brew", "gem", "pnpm", "bun"], &["install"]),
    (&["npm", "yarn"], &["ci", "install", "i"]),
    (&["uv", "poetry", "pipenv", "bundle"], &["sync", "install"]),
];

/// Tells whether a command, program first, only says something, or gets what others need.
pub(super) fn is_idle(words: &[String]) -> bool {
    let Some((program, rest)) = words.split_first() else { return false };
    let first = rest.iter().find(|word| !word.starts_with('-'));
    let installs = |(programs, verbs): &(&[&str], &[&str])| {
        programs.contains(&program.as_str()) && first.is_some_and(|first| verbs.contains(&first.as_str()))
    };
    IDLE.contains(&program.as_str()) || INSTALLERS.iter().any(installs)
}
