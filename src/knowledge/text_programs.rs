//! What programs do with text: which hand it on, which take characters away, which fetch what
//! people wrote on GitHub, and which run it as code.

use super::interpreters;
use super::trust::Alphabet;

/// What a program writes, as far as it is made of what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Its arguments.
    OfArguments,
    /// What it reads, from its input or from the files that it names.
    OfInput,
    /// Nothing of either, or nothing that is known.
    Other,
}

/// Programs that write what they read, or a part of it.
const FILTERS: &[&str] = &[
    "awk", "cat", "column", "cut", "egrep", "fgrep", "fold", "gawk", "grep", "head", "iconv", "jq", "nl", "paste",
    "rev", "rg", "sed", "sort", "tac", "tail", "tee", "tr", "uniq", "xargs", "yq",
];

/// Tells what a program writes.
pub fn text_of(program: &str) -> Text {
    match program {
        "echo" | "printf" | "basename" | "dirname" => Text::OfArguments,
        _ if FILTERS.contains(&program) => Text::OfInput,
        _ => Text::Other,
    }
}

/// Returns what characters the output of a command can have at most. `is_plain` tells whether the
/// characters of a class such as `a-z0-9` mean nothing to a program.
pub fn alphabet(words: &[&str], is_plain: &dyn Fn(&str) -> bool) -> Alphabet {
    let Some((program, arguments)) = words.split_first() else { return Alphabet::Text };
    let has = |letter: char| arguments.iter().any(|word| is_flag(word, letter));
    let has_any = |options: &[&str]| arguments.iter().any(|word| options.contains(word));
    let patterns = arguments.iter().filter(|word| !word.starts_with('-'));
    match *program {
        "printf" if arguments.first().is_some_and(|format| is_numeric_format(format)) => Alphabet::Fixed,
        "grep" | "egrep" | "fgrep" | "rg" if has('q') || has('c') || has('l') => Alphabet::Fixed,
        "grep" | "egrep" | "rg"
            if has('o') && patterns.clone().next().is_some_and(|text| is_plain_pattern(text, is_plain)) =>
        {
            Alphabet::Fixed
        }
        "tr" if has('c') || has('C') => {
            let kept = patterns.clone().next().map(|kept| kept.replace("\\n", ""));
            if kept.is_some_and(|kept| is_plain(&kept)) { Alphabet::Fixed } else { Alphabet::Text }
        }
        "tr" if patterns.clone().next().is_some_and(|removed| removed.contains("\\n")) => Alphabet::Line,
        "head" | "tail" if has_any(&["-1", "-n1"]) || arguments.windows(2).any(|pair| pair == ["-n", "1"]) => {
            Alphabet::Line
        }
        "sed" if arguments.iter().any(|script| removes_all_but(script, is_plain)) => Alphabet::Fixed,
        "jq" | "yq" if has_any(&["length", "@uri", "@base64"]) => Alphabet::Fixed,
        "jq" | "yq" if patterns.clone().next().is_some_and(|filter| !selects_text(filter)) => Alphabet::Fixed,
        _ => Alphabet::Text,
    }
}

fn is_flag(word: &str, letter: char) -> bool {
    word.strip_prefix('-').is_some_and(|letters| !letters.starts_with('-') && letters.contains(letter))
}

/// Every place of the format is a number or quoted for a shell.
fn is_numeric_format(format: &str) -> bool {
    let mut places = format.split('%').skip(1).peekable();
    places.peek().is_some() && places.all(|place| place.starts_with(['d', 'i', 'u', 'x', 'X', 'q']))
}

/// Tells whether a pattern is made of classes of harmless characters, and of those characters.
fn is_plain_pattern(pattern: &str, is_plain: &dyn Fn(&str) -> bool) -> bool {
    let mut rest = pattern;
    let mut outside = String::new();
    while let Some((before, class)) = rest.split_once('[') {
        outside.push_str(before);
        // `[[:digit:]]` ends with two.
        let end = if class.starts_with("[:") || class.starts_with(':') {
            class.find("]]").map(|at| at + 1)
        } else {
            class.find(']')
        };
        let Some((class, behind)) = end.and_then(|end| class.split_at_checked(end)) else { return false };
        if !is_plain(class) {
            return false;
        }
        rest = behind.strip_prefix(']').unwrap_or(behind);
    }
    outside.push_str(rest);
    let outside = outside.replace("\\d", "").replace("\\w", "").replace("\\.", "").replace("\\b", "");
    let is_repeat =
        |character: char| matches!(character, '+' | '*' | '?' | '{' | '}' | ',' | '^' | '$' | '(' | ')' | '|');
    !pattern.is_empty()
        && outside
            .chars()
            .all(|character| is_repeat(character) || character.is_ascii_alphanumeric() || "_-/#".contains(character))
}

/// Tells whether a script of `sed` takes everything away but a harmless class: `s/[^a-z]//g`.
fn removes_all_but(script: &str, is_plain: &dyn Fn(&str) -> bool) -> bool {
    let class = script.split_once("[^").and_then(|(before, rest)| Some((before, rest.split_once(']')?)));
    class.is_some_and(|(before, (kept, rest))| {
        let is_substitution = before.starts_with('s') && before.len() == 2;
        is_substitution && is_plain(kept) && rest.ends_with('g')
    })
}

/// Names that hold what people write, in what GitHub's API and its programs return.
const FREE_TEXT: &[&str] = &[
    "body",
    "bodytext",
    "comments",
    "commits",
    "description",
    "display_title",
    "displaytitle",
    "files",
    "head_branch",
    "headbranch",
    "headrefname",
    "label",
    "labels",
    "message",
    "messagebody",
    "messageheadline",
    "name",
    "ref",
    "reviews",
    "title",
];

/// Functions of `jq` that only ask something of what they are given.
const QUESTIONS: &[&str] = &[
    "all",
    "any",
    "contains",
    "endswith",
    "has",
    "index",
    "max_by",
    "min_by",
    "select",
    "sort_by",
    "startswith",
    "test",
];

/// Takes what a filter of `jq` only asks out of it: `.[] | select(.title == "x").number` comes to a number.
fn without_questions(filter: &str) -> String {
    let mut left = String::new();
    let mut depth = 0_usize;
    for character in filter.chars() {
        let question = || QUESTIONS.iter().find_map(|name| before_word(&left, name));
        match character {
            '(' if depth > 0 => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            '(' => match question() {
                Some(before) => {
                    left.truncate(before);
                    depth = 1;
                }
                None => left.push(character),
            },
            _ => left.push(character),
        }
    }
    left
}

/// Returns where the word begins that a text ends with, if it is that.
fn before_word(text: &str, word: &str) -> Option<usize> {
    let before = text.strip_suffix(word)?;
    let is_part = before.ends_with(|last: char| last.is_ascii_alphanumeric() || matches!(last, '_' | '.'));
    (!is_part).then_some(before.len())
}

/// Tells whether a filter of `jq`, or a list of fields, can come to text that people wrote.
pub fn selects_text(filter: &str) -> bool {
    let filter = without_questions(filter);
    let is_of_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let mut words = filter.split(|character| !is_of_word(character)).filter(|word| !word.is_empty()).peekable();
    words.peek().is_none() || words.any(|word| FREE_TEXT.contains(&word.to_ascii_lowercase().as_str()))
}

/// Tells whether a command fetches an issue, a pull request or a comment with what people wrote in it.
pub fn fetches_text(words: &[&str]) -> bool {
    let value = |names: &[&str]| {
        let at = words.iter().position(|word| names.contains(word));
        let joined = words.iter().find_map(|word| names.iter().find_map(|name| word.strip_prefix(&format!("{name}="))));
        joined.or_else(|| words.get(at? + 1).copied())
    };
    match words {
        ["gh", "pr" | "issue", "view" | "list", ..] => {
            let selects = |names: &[&str]| value(names).is_none_or(selects_text);
            selects(&["--json"]) && selects(&["--jq", "-q"])
        }
        ["gh", "api", ..] => {
            let is_of_people = words.iter().any(|word| is_text_route(word));
            is_of_people && value(&["--jq", "-q"]).is_none_or(selects_text)
        }
        ["curl", ..] => {
            let is_api = |word: &&&str| word.contains("api.github.com") || word.contains("GITHUB_API_URL");
            words.iter().filter(is_api).any(|word| is_text_route(word))
        }
        _ => false,
    }
}

/// Calls of the API that return what people wrote, in `actions/github-script`.
const API_CALLS: &[&str] =
    &["github.rest.issues.", "github.rest.pulls.", "github.request(", "github.graphql(", "github.paginate("];

/// Tells whether a statement of `actions/github-script` asks the API for what people wrote.
pub fn calls_for_text(statement: &str) -> bool {
    API_CALLS.iter().any(|call| statement.contains(call))
}

/// The command that fetches the artifacts of another run.
pub const DOWNLOAD: &str = "gh run download";

/// Tells whether a script may hold a command that [`fetches_text`], or one that brings files.
pub fn may_fetch_text(script: &str) -> bool {
    ["gh pr", "gh issue", "gh api", "curl", DOWNLOAD].iter().any(|command| script.contains(command))
}

fn is_text_route(word: &str) -> bool {
    ["/pulls", "/issues", "/comments", "/discussions"].iter().any(|part| word.contains(part))
}

/// Where a command finds code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// In the words from this one on.
    From(usize),
    /// In the word at this position.
    At(usize),
    /// In what it reads.
    Input,
}

/// Tells where a command finds the code that it runs, and what runs it.
pub fn code_of<'word>(words: &[&'word str]) -> Option<(&'word str, Code)> {
    let base_name = |word: &'word str| word.rsplit('/').next().unwrap_or(word);
    let first = base_name(words.first()?);
    match first {
        "eval" => return Some((first, Code::From(1))),
        "awk" | "gawk" => {
            let program = words.iter().enumerate().skip(1).find(|(_, word)| !word.starts_with('-'));
            return program.map(|(at, _)| (first, Code::At(at)));
        }
        "ssh" => return host(words).map(|at| (first, Code::From(at + 1))),
        _ => {}
    }
    let mut runners = words.iter().enumerate().map(|(at, word)| (at, base_name(word)));
    let (at, name, letters) = runners.find_map(|(at, name)| {
        let known = interpreters::named(name).filter(|known| !known.code.is_empty());
        known.filter(|_| at == 0 || is_prefix(first)).map(|known| (at, name, known.code))
    })?;
    let rest = words.get(at + 1..).unwrap_or_default();
    let is_option = |word: &&&str| takes_code(word, letters);
    if let Some(option) = rest.iter().position(|word| is_option(&word)) {
        return Some((name, Code::At(at + option + 2)));
    }
    // Behind `-s` and `-` stand arguments of what is read.
    let reads_input = rest.iter().all(|word| word.starts_with('-')) || matches!(rest, ["-" | "-s" | "/dev/stdin", ..]);
    (reads_input && name != "su").then_some((name, Code::Input))
}

/// Programs that run the command behind them.
fn is_prefix(program: &str) -> bool {
    matches!(
        program,
        "command"
            | "docker"
            | "env"
            | "exec"
            | "kubectl"
            | "nice"
            | "nohup"
            | "podman"
            | "sudo"
            | "time"
            | "timeout"
            | "xargs"
            | "xvfb-run"
    )
}

/// Tells whether an option is one of those, alone or behind others of one letter: `-lc`.
fn takes_code(word: &str, letters: &[&str]) -> bool {
    let Some(option) = word.strip_prefix('-') else { return false };
    let is_bundle = option.chars().all(|letter| letter.is_ascii_alphabetic()) && option.len() <= 5;
    let ends = |letter: &&&str| letter.len() == 1 && option.ends_with(**letter);
    letters.contains(&option) || (is_bundle && letters.iter().any(|letter| ends(&letter)))
}

/// Returns where the host of `ssh` stands.
fn host(words: &[&str]) -> Option<usize> {
    let mut takes_value = false;
    let is_host = |(_, word): &(usize, &&str)| {
        let is_value = std::mem::replace(&mut takes_value, matches!(**word, "-i" | "-o" | "-p" | "-l" | "-F" | "-J"));
        !is_value && !word.starts_with('-')
    };
    words.iter().enumerate().skip(1).find(is_host).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::is_plain_class;

    fn words(command: &str) -> Vec<&str> {
        command.split(' ').collect()
    }

    #[test]
    fn what_is_left_of_a_text_is_known() {
        for (command, expected) in [
            ("sed s/x/y/", Alphabet::Text),
            ("grep -oE [0-9]+", Alphabet::Fixed),
            ("grep -o .*", Alphabet::Text),
            ("grep -c x", Alphabet::Fixed),
            ("tr -cd [:alnum:]", Alphabet::Fixed),
            ("tr -dc a-z0-9\\n", Alphabet::Fixed),
            ("tr -d \\n", Alphabet::Line),
            ("tr a-z A-Z", Alphabet::Text),
            ("head -n 1", Alphabet::Line),
            ("sed s/[^a-zA-Z0-9]/-/g", Alphabet::Fixed),
            ("sed s/[^a-z]//", Alphabet::Text),
            ("jq -r .number", Alphabet::Fixed),
            ("jq -r .title", Alphabet::Text),
            ("jq .", Alphabet::Text),
            ("printf %q x", Alphabet::Fixed),
            ("printf %s x", Alphabet::Text),
        ] {
            assert_eq!(alphabet(&words(command), &is_plain_class), expected, "{command}");
        }
    }

    #[test]
    fn what_people_wrote_is_known_where_it_is_fetched() {
        for (command, expected) in [
            ("gh pr view 1 --json title -q .title", true),
            ("gh pr view 1 --json number,title -q .number", false),
            ("gh pr view 1 --json number", false),
            ("gh pr view 1", true),
            ("gh issue list --json=body", true),
            ("gh api repos/o/r/pulls/1 --jq .title", true),
            ("gh api repos/o/r/pulls/1 --jq .head.sha", false),
            ("gh api repos/o/r/issues --jq .[]|select(.title|startswith(\"x\")).number", false),
            ("gh api repos/o/r/issues --jq .[]|select(.number==(1)).title", true),
            ("gh api repos/o/r/issues --jq .[]|select(.number==1)", true),
            ("gh api repos/o/r/issues --jq map(select(.title))|.[0].number", false),
            ("gh api repos/o/r/releases", false),
            ("gh pr merge 1", false),
            ("curl https://api.github.com/repos/o/r/issues/1", true),
            ("curl https://example.com/issues/1", false),
        ] {
            assert_eq!(fetches_text(&words(command)), expected, "{command}");
        }
    }

    #[test]
    fn code_is_found_where_programs_take_it() {
        for (command, expected) in [
            ("eval x y", Some(("eval", Code::From(1)))),
            ("bash -c x", Some(("bash", Code::At(2)))),
            ("/bin/bash -lc x", Some(("bash", Code::At(2)))),
            ("bash", Some(("bash", Code::Input))),
            ("sudo sh -c x", Some(("sh", Code::At(3)))),
            ("bash script.sh x", None),
            ("bash -s -- x", Some(("bash", Code::Input))),
            ("python3 - x", Some(("python3", Code::Input))),
            ("python3 -m json.tool", None),
            ("bash --version x", None),
            ("python3 -c x", Some(("python3", Code::At(2)))),
            ("node -p x", Some(("node", Code::At(2)))),
            ("ssh -p 22 host x", Some(("ssh", Code::From(4)))),
            ("awk -F: {x} f", Some(("awk", Code::At(2)))),
            ("git log bash -c x", None),
            ("echo x", None),
        ] {
            assert_eq!(code_of(&words(command)), expected, "{command}");
        }
    }
}
