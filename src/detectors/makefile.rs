//! What Makefiles and justfiles say of goals: their lines with those of the files they include, the values of
//! their variables, and their rules.

use std::ops::Range;

use crate::model::repository::{Repository, join, name_of};

/// How many files are read for one goal, included ones among them.
const MOST_FILES: usize = 32;

/// How many variables are put into a line.
const MOST_VARIABLES: usize = 48;

/// How long a line may grow by that, in bytes.
const MOST_BYTES: usize = 1 << 14;

/// Variables that say whether a command is shown before it runs, in lower case.
const QUIET: &[&str] = &["at", "echo", "hide", "noecho", "q", "quiet", "silent", "v", "verbose"];

/// A line and where it stands.
#[derive(Clone, Copy, Debug)]
struct Line<'model> {
    path: &'model str,
    number: usize,
    text: &'model str,
}

/// A Makefile or justfile with all that it includes.
#[derive(Debug)]
pub(super) struct Makefile<'model> {
    lines: Vec<Line<'model>>,
    /// What the command line sets, which the file's own values give way to.
    given: Vec<(&'model str, &'model str)>,
    /// Whether it is one of Make, which has variables of its own in recipes.
    is_of_make: bool,
}

/// How a goal is made.
#[derive(Debug, Default)]
pub(super) struct Rule<'model> {
    /// The goals that have to be made before.
    pub(super) needs: Vec<String>,
    /// The commands, file by file.
    pub(super) parts: Vec<Part<'model>>,
}

/// The commands of a rule that stand in one file.
#[derive(Debug)]
pub(super) struct Part<'model> {
    pub(super) path: &'model str,
    pub(super) script: String,
    /// The numbers of the script's lines in the file.
    pub(super) lines: Vec<usize>,
}

/// The first line of a rule.
struct Head {
    goals: Vec<String>,
    /// The pattern of a rule that gives one to the goals it lists.
    pattern: Option<String>,
    needs: Vec<String>,
}

/// Where a variable stands in a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// In a command's first line.
    Command,
    /// Elsewhere.
    Text,
}

impl<'model> Makefile<'model> {
    /// Reads a file; what it includes counts from the folder that Make runs in.
    pub(super) fn read(
        repository: &'model Repository,
        folder: &str,
        path: &str,
        given: Vec<(&'model str, &'model str)>,
    ) -> Option<Self> {
        let is_of_make = !name_of(path).to_lowercase().contains("just");
        let mut makefile = Self { lines: Vec::new(), given, is_of_make };
        let mut files = 0;
        makefile.take(repository, folder, path, &mut files);
        (!makefile.lines.is_empty()).then_some(makefile)
    }

    fn take(&mut self, repository: &'model Repository, folder: &str, path: &str, files: &mut usize) {
        let Some((path, file)) = repository.texts.get_key_value(path).filter(|_| *files < MOST_FILES) else { return };
        *files += 1;
        for (at, text) in file.text.lines().enumerate() {
            self.lines.push(Line { path, number: at + 1, text });
            let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            if matches!(first, "include" | "-include" | "sinclude" | "import" | "import?") {
                let rest = self.expand(rest, Within::Text);
                for name in rest.split_whitespace() {
                    if let Some(included) = join(folder, name.trim_matches(['\'', '"'])) {
                        self.take(repository, folder, &included, files);
                    }
                }
            }
        }
    }

    /// Returns the goal that is made where none is named.
    pub(super) fn default_goal(&self) -> Option<String> {
        let named = self.value(".DEFAULT_GOAL").filter(|_| self.is_of_make);
        named.or_else(|| {
            let mut goals = self.lines.iter().filter_map(|line| self.head(line.text)).map(|head| head.goals);
            goals.find_map(|goals| goals.into_iter().next().filter(|goal| !goal.contains('%')))
        })
    }

    /// Finds how a goal is made. `@` in front of a line is dropped, and `-`, which lets a line fail, becomes
    /// `|| true`.
    pub(super) fn rule(&self, goal: &str) -> Option<Rule<'model>> {
        let pattern = self.pattern_of(goal);
        let (wanted, stem) = pattern.as_ref().map_or((goal, ""), |(pattern, stem)| (pattern.as_str(), stem.as_str()));
        let mut rule = Rule::default();
        let mut star = stem.to_owned();
        let (mut inside, mut found) = (false, false);
        let (mut continues, mut may_fail) = (false, false);
        for line in &self.lines {
            let head = self.head(line.text).filter(|head| head.goals.iter().any(|name| name == wanted));
            if let Some(head) = head {
                (inside, found, continues) = (true, true, false);
                if let Some(own) = head.pattern.as_ref().and_then(|pattern| stem_of(pattern, goal)) {
                    own.clone_into(&mut star);
                }
                rule.needs.extend(head.needs.iter().map(|need| need.replace('%', &star)));
            } else if line.text.starts_with(['\t', ' ']) && inside {
                let text = line.text.trim_start();
                // What continues a command has no prefix of its own: `-ignore` there is an option.
                let bare = if continues { text } else { text.trim_start_matches(['@', '-', '+']) };
                let prefix = text.get(..text.len() - bare.len()).unwrap_or_default();
                may_fail = prefix.contains('-') || may_fail && continues;
                let within = if continues { Within::Text } else { Within::Command };
                continues = bare.ends_with('\\');
                let mut command = self.expand(&self.automatic(bare, goal, &star, &rule.needs), within);
                command.push_str(if may_fail && !continues { " || true\n" } else { "\n" });
                rule.add(*line, command.trim_start_matches('@'));
            } else if !line.text.trim().is_empty() && !is_directive(line.text) {
                inside = false;
            }
        }
        found.then_some(rule)
    }

    /// Reads the first line of a rule.
    fn head(&self, text: &str) -> Option<Head> {
        if text.starts_with(['\t', ' ', '#', '.']) || !text.contains(':') {
            return None;
        }
        let text = if text.contains('$') { self.expand(text, Within::Text) } else { text.to_owned() };
        let (names, rest) = text.split_once(':')?;
        let rest = rest.trim_start_matches(':');
        let assigns = rest.starts_with('=') || names.split_whitespace().next().is_none_or(|first| first.contains('='));
        let mut words = rest.split_whitespace();
        let sets = words.next().is_some() && words.next().is_some_and(|word| matches!(word, "=" | ":=" | "+=" | "?="));
        if assigns || sets {
            return None;
        }
        let split = rest.split_once(':').filter(|(pattern, _)| pattern.contains('%') && !pattern.contains(['#', ';']));
        let (pattern, rest) = split.map_or((None, rest), |(pattern, rest)| (Some(pattern.trim().to_owned()), rest));
        let list = rest.split(['#', ';', '|']).next().unwrap_or_default();
        let needs = list.split_whitespace().map(|word| word.trim_matches(['(', ')']).to_owned()).collect();
        Some(Head { goals: names.split_whitespace().map(str::to_owned).collect(), pattern, needs })
    }

    /// Finds the pattern, such as `%.yaml`, of the rule that makes a goal which has no rule of its own, and what
    /// stands for its `%`. One that fits everything says nothing but what it needs.
    fn pattern_of(&self, goal: &str) -> Option<(String, String)> {
        let heads: Vec<Head> = self.lines.iter().filter_map(|line| self.head(line.text)).collect();
        if heads.iter().any(|head| head.goals.iter().any(|name| name == goal)) {
            return None;
        }
        let says = |head: &Head, name: &str| name.len() > 1 || head.needs.iter().any(|need| need.contains('%'));
        heads.iter().find_map(|head| {
            let patterns = head.goals.iter().filter(|name| says(head, name));
            patterns.into_iter().find_map(|name| Some((name.clone(), stem_of(name, goal)?.to_owned())))
        })
    }

    /// Returns what the file sets a variable to: the first value that is not empty.
    fn value(&self, name: &str) -> Option<String> {
        let values = self.lines.iter().filter_map(|line| {
            let (left, right) = line.text.split_once('=')?;
            let is_plain = left.ends_with([':', '?', '+', ' ']);
            let left = left.trim_end_matches(['?', ':', '+', ' ', '\t']).trim_start();
            let left = ["export ", "override "].iter().find_map(|word| left.strip_prefix(word)).unwrap_or(left);
            // A line of a recipe may set a variable of the shell.
            let is_one = left.trim_start() == name && (is_plain || !line.text.starts_with('\t'));
            let right = right.split(" #").next().unwrap_or_default().trim();
            is_one.then(|| right.to_owned())
        });
        values.into_iter().find(|value| !value.is_empty())
    }

    /// Puts in what Make names by itself in a recipe: the goal, what stood for `%`, what it needs.
    fn automatic(&self, line: &str, goal: &str, stem: &str, needs: &[String]) -> String {
        if !self.is_of_make || !line.contains('$') {
            return line.to_owned();
        }
        let mut filled = String::new();
        let mut rest = line;
        while let Some(at) = rest.find('$') {
            filled.push_str(rest.get(..at).unwrap_or_default());
            let behind = rest.get(at + 1..).unwrap_or_default();
            let value = match behind.chars().next() {
                Some('@') => goal.to_owned(),
                Some('*') => stem.to_owned(),
                Some('<') => needs.first().cloned().unwrap_or_default(),
                Some('^' | '+') => needs.join(" "),
                Some('$') => "$$".to_owned(),
                _ => {
                    filled.push('$');
                    rest = behind;
                    continue;
                }
            };
            filled.push_str(&value);
            rest = behind.get(1..).unwrap_or_default();
        }
        filled + rest
    }

    /// Puts in the values of variables: `$(GO) test` with `GO ?= go`. One that is not known and stands where a
    /// program does stays unknown, as one of the shell. Of Make's functions a few are known.
    fn expand(&self, line: &str, within: Within) -> String {
        let mut line = line.to_owned();
        let mut from = 0;
        for _ in 0..MOST_VARIABLES {
            let Some(reference) = reference(&line, from) else { break };
            let name = line.get(reference.start + 2..reference.end - 1).unwrap_or_default();
            let name = &if name.contains('$') { self.expand(name, Within::Text) } else { name.to_owned() };
            let given = self.given.iter().find(|(other, _)| other == name).map(|(_, value)| (*value).to_owned());
            let known = given.or_else(|| self.value(name)).or_else(|| built_in(name)).or_else(|| with_affix(name));
            from = reference.start;
            let value = known.unwrap_or_else(|| {
                let is_program = within == Within::Command && is_program(&line, &reference);
                let stays = is_program && is_name(name) && !QUIET.contains(&name.to_lowercase().as_str());
                let value = if stays { format!("$${name}") } else { String::new() };
                from += value.len();
                value
            });
            line.replace_range(reference, &value);
            if line.len() > MOST_BYTES {
                break;
            }
        }
        // Make hands `$$` to the shell as `$`.
        line.replace("$$", "$")
    }
}

impl<'model> Rule<'model> {
    fn add(&mut self, line: Line<'model>, command: &str) {
        if let Some(part) = self.parts.last_mut().filter(|part| part.path == line.path) {
            part.script.push_str(command);
            part.lines.push(line.number);
        } else {
            self.parts.push(Part { path: line.path, script: command.to_owned(), lines: vec![line.number] });
        }
    }
}

/// Returns what stands for `%` where a goal fits a pattern.
fn stem_of<'goal>(pattern: &str, goal: &'goal str) -> Option<&'goal str> {
    let (before, after) = pattern.split_once('%')?;
    goal.strip_prefix(before)?.strip_suffix(after).filter(|stem| !stem.is_empty())
}

/// Tells whether a line chooses between lines of a recipe.
fn is_directive(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    matches!(first, "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif") || first.starts_with("ifeq(")
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// Tells whether a reference stands alone where a command has its program.
fn is_program(line: &str, reference: &Range<usize>) -> bool {
    let before = line.get(..reference.start).unwrap_or_default().trim_end();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let begins = before.is_empty()
        || before.ends_with(['&', ';', '|', '(', '`'])
        || matches!(word, "env" | "exec" | "sudo" | "time" | "then" | "do" | "else")
        || word.split_once('=').is_some_and(|(name, _)| is_name(name));
    begins && line.get(reference.end..).is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// Returns the values that Make itself has (GNU Make manual, "Variables Used by Implicit Rules").
fn built_in(name: &str) -> Option<String> {
    let value = match name {
        "MAKE" => "make",
        "CC" => "cc",
        "CXX" => "g++",
        "RM" => "rm -f",
        "CURDIR" => ".",
        _ => return None,
    };
    Some(value.to_owned())
}

/// Works out `addprefix` and `addsuffix`, once what they are given is put in.
fn with_affix(name: &str) -> Option<String> {
    let (function, rest) = name.split_once(' ')?;
    let (affix, words) = rest.split_once(',')?;
    let words = words.split_whitespace();
    let put: Vec<String> = match function {
        "addprefix" => words.map(|word| format!("{}{word}", affix.trim())).collect(),
        "addsuffix" => words.map(|word| format!("{word}{}", affix.trim())).collect(),
        _ => return None,
    };
    Some(put.join(" "))
}

/// Finds the next `$(…)` or `${…}` of Make, up to the parenthesis that belongs to it.
fn reference(line: &str, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        at += line.get(at..)?.find('$')?;
        let rest = line.get(at + 1..)?;
        let (open, close) = match rest.chars().next() {
            Some('(') => ('(', ')'),
            Some('{') => ('{', '}'),
            next => {
                at += 1 + next.filter(|next| *next == '$').map_or(0, char::len_utf8);
                continue;
            }
        };
        let mut depth = 0_usize;
        let end = rest.char_indices().find_map(|(index, character)| {
            if character == open {
                depth += 1;
            } else if character == close {
                depth -= 1;
            }
            (depth == 0).then_some(index)
        });
        return end.map(|end| at..at + 1 + end + close.len_utf8());
    }
}
