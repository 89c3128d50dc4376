//! What a script finds out when it tests a file that the output of a command went to.

use crate::shell::Command;

/// Tests of a file that tell nothing of what stands in it.
const OF_THE_FILE: &[&str] = &["-a", "-e", "-f", "-r", "-w", "-x", "-d", "-O", "-G", "-L", "-h", "-p", "-S"];

/// Tells whether a command names a file, in whatever word: not where its name is only a part of another.
pub(super) fn names(command: &Command, file: &str) -> bool {
    command.words.iter().skip(1).any(|word| names_file(&word.text, file))
}

/// Tells whether `test` may find by a file that what wrote it failed. That the file is there, or is not empty,
/// holds of a failure's output as well; that it is empty, or what it holds, may tell the two apart.
pub(super) fn may_find_failure(command: &Command, file: &str, is_branch: bool) -> bool {
    let texts = command.texts();
    let is_negated = texts.contains(&"!");
    texts.iter().enumerate().skip(1).any(|(at, word)| {
        let operator = texts.get(at - 1).copied().unwrap_or_default();
        let wants_text = matches!(operator, "-s" | "-n");
        let is_path = !word.contains("$(") && !word.contains('`');
        let tells = if is_path { !OF_THE_FILE.contains(&operator) } else { true };
        names_file(word, file) && tells && (!wants_text || is_negated || is_branch)
    })
}

/// Tells whether a word is a file's name, or holds it between signs that no name has.
fn names_file(word: &str, file: &str) -> bool {
    let (word, file) = (one_form(word), one_form(file));
    let file = file.strip_prefix("./").unwrap_or(&file);
    let is_of_name = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.' | '/');
    !file.is_empty()
        && word.match_indices(file).any(|(at, _)| {
            let before = word.get(..at).unwrap_or_default();
            let after = word.get(at + file.len()..).unwrap_or_default();
            let before = before.strip_suffix("./").unwrap_or(before);
            !before.ends_with(is_of_name) && !after.starts_with(is_of_name)
        })
}

/// Writes `${NAME}` as `$NAME`.
fn one_form(word: &str) -> String {
    word.replace("${", "$").replace('}', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::commands;

    #[test]
    fn only_a_test_of_what_a_file_holds_may_find_a_failure() {
        for (script, expected) in [
            ("test ! -s log", true),
            ("[ -z \"$(cat log)\" ]", true),
            ("[ \"$(grep -c FAIL ./log)\" -eq 0 ]", true),
            ("[[ $(<log) != *FAILED* ]]", true),
            ("test -s log", false),
            ("[ -n \"$(cat log)\" ]", false),
            ("[ -f log ]", false),
            ("[[ ! -e log ]]", false),
            ("test ! -s log.2", false),
            ("test ! -s build/log", false),
            ("test ! -s my-log", false),
        ] {
            let read = commands(script);
            assert_eq!(may_find_failure(&read[0], "log", false), expected, "{script}");
        }
        let read = commands("[ -s log ] && exit 1");
        assert!(may_find_failure(&read[0], "./log", true));
        let read = commands("[ ! -s \"${LOG}\" ]");
        assert!(may_find_failure(&read[0], "$LOG", false) && !may_find_failure(&read[0], "$LOGS", false));
    }
}
