//! What Makefiles and justfiles say of goals: their lines with those of the files they include, the values of
//! their variables, and their rules.

use std::collections::BTreeMap;
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
    /// What begins at each line, if a rule does.
    heads: Vec<Option<Head>>,
    /// What the files set variables to: the first value that is not empty.
    values: BTreeMap<&'model str, &'model str>,
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
    /// The patterns that have led to the goal, its own last.
    pub(super) spent: Vec<String>,
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
#[derive(Debug)]
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
        let (lines, heads, values) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut makefile = Self { lines, heads, values, given, is_of_make };
        let mut files = 0;
        makefile.take(repository, folder, path, &mut files);
        makefile.heads = makefile.lines.iter().map(|line| makefile.head(line.text)).collect();
        (!makefile.lines.is_empty()).then_some(makefile)
    }

    fn take(&mut self, repository: &'model Repository, folder: &str, path: &str, files: &mut usize) {
        let Some((path, file)) = repository.texts.get_key_value(path).filter(|_| *files < MOST_FILES) else { return };
        *files += 1;
        for (at, text) in file.text.lines().enumerate() {
            self.lines.push(Line { path, number: at + 1, text });
            if let Some((name, value)) = setting(text) {
                self.values.entry(name).or_insert(value);
            }
            let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            let includes = matches!(first, "include" | "-include" | "sinclude" | "import" | "import?");
            let names = if includes { self.expand(rest, Within::Text) } else { String::new() };
            let paths = names.split_whitespace().filter_map(|name| join(folder, name.trim_matches(['\'', '"'])));
            paths.for_each(|included| self.take(repository, folder, &included, files));
        }
    }

    /// Returns the goal that is made where none is named.
    pub(super) fn default_goal(&self) -> Option<String> {
        let named = self.values.get(".DEFAULT_GOAL").filter(|_| self.is_of_make);
        let mut goals = self.heads.iter().flatten().filter_map(|head| head.goals.first());
        named.map(|goal| (*goal).to_owned()).or_else(|| goals.find(|goal| !goal.contains('%')).cloned())
    }

    /// Finds how a goal is made, given the patterns that have led to it: none leads to itself (GNU Make manual, "Chains
    /// of Implicit Rules").
    pub(super) fn rule(&self, goal: &str, spent: &[String]) -> Option<Rule<'model>> {
        let pattern = self.pattern_of(goal, spent);
        let mut rule = Rule { spent: spent.to_vec(), ..Rule::default() };
        rule.spent.extend(pattern.iter().map(|(pattern, _)| pattern.clone()));
        let (wanted, stem) = pattern.unwrap_or_else(|| (goal.to_owned(), String::new()));
        let mut making = Making { makefile: self, goal, stem, rule, continues: false, may_fail: false };
        let (mut inside, mut found) = (false, false);
        for (line, head) in self.lines.iter().zip(&self.heads) {
            let is_text = line.text.starts_with(['\t', ' ']);
            match head.as_ref().filter(|head| head.goals.contains(&wanted)) {
                Some(head) => {
                    (inside, found) = (true, true);
                    making.begin(head);
                }
                None if is_text && inside => making.take(*line),
                None if is_text || line.text.trim().is_empty() || is_directive(line.text) => {}
                None => inside = false,
            }
        }
        found.then_some(making.rule)
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
    fn pattern_of(&self, goal: &str, spent: &[String]) -> Option<(String, String)> {
        let heads = || self.heads.iter().flatten();
        if heads().any(|head| head.goals.iter().any(|name| name == goal)) {
            return None;
        }
        let says = |head: &Head, name: &str| name.len() > 1 || head.needs.iter().any(|need| need.contains('%'));
        heads().find_map(|head| {
            let patterns = head.goals.iter().filter(|name| says(head, name) && !spent.contains(name));
            patterns.into_iter().find_map(|name| Some((name.clone(), stem_of(name, goal)?.to_owned())))
        })
    }

    /// Puts in the values of variables: `$(GO) test` with `GO ?= go`. One that is not known and stands where a
    /// program does stays unknown, as one of the shell. Of Make's functions a few are known.
    fn expand(&self, line: &str, within: Within) -> String {
        let mut line = line.to_owned();
        let mut from = 0;
        for _ in 0..MOST_VARIABLES {
            let Some(reference) = reference(&line, from) else { break };
            let name = line.get(reference.start + 2..reference.end - 1).unwrap_or_default();
            let name = self.expand_name(name);
            let stays = within == Within::Command && is_program(&line, &reference) && is_name(&name);
            let unknown = format!("$${name}");
            from = reference.start;
            match self.known(&name) {
                Some(value) => line.replace_range(reference, &value),
                None if stays && !QUIET.contains(&name.to_lowercase().as_str()) => {
                    from += unknown.len();
                    line.replace_range(reference, &unknown);
                }
                None => line.replace_range(reference, ""),
            }
            if line.len() > MOST_BYTES {
                break;
            }
        }
        // Make hands `$$` to the shell as `$`.
        line.replace("$$", "$")
    }

    /// Puts in what stands in the name of a variable or behind a function.
    fn expand_name(&self, name: &str) -> String {
        if name.contains('$') { self.expand(name, Within::Text) } else { name.to_owned() }
    }

    fn known(&self, name: &str) -> Option<String> {
        let given = self.given.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        let set = || self.values.get(name).map(|value| (*value).to_owned());
        given.or_else(set).or_else(|| built_in(name)).or_else(|| with_affix(name))
    }
}

/// A goal whose rule is read.
struct Making<'file, 'model> {
    makefile: &'file Makefile<'model>,
    goal: &'file str,
    /// What stands for `%`.
    stem: String,
    rule: Rule<'model>,
    /// Whether the next line continues a command.
    continues: bool,
    /// Whether the command at hand may fail.
    may_fail: bool,
}

impl<'model> Making<'_, 'model> {
    fn begin(&mut self, head: &Head) {
        self.continues = false;
        if let Some(own) = head.pattern.as_ref().and_then(|pattern| stem_of(pattern, self.goal)) {
            own.clone_into(&mut self.stem);
        }
        self.rule.needs.extend(head.needs.iter().map(|need| need.replace('%', &self.stem)));
    }

    /// Takes a line of the recipe. `@` in front of it is dropped, and `-`, which lets it fail, becomes `|| true`.
    fn take(&mut self, line: Line<'model>) {
        let text = line.text.trim_start();
        // What continues a command has no prefix of its own: `-ignore` there is an option.
        let prefixes: &[char] = if self.continues { &[] } else { &['@', '-', '+'] };
        let bare = text.trim_start_matches(prefixes);
        let prefix = text.get(..text.len() - bare.len()).unwrap_or_default();
        self.may_fail = prefix.contains('-') || self.may_fail && self.continues;
        let within = if self.continues { Within::Text } else { Within::Command };
        self.continues = bare.ends_with('\\');
        let mut command = self.makefile.expand(&self.automatic(bare), within);
        command.push_str(if self.may_fail && !self.continues { " || true\n" } else { "\n" });
        self.rule.add(line, command.trim_start_matches('@'));
    }

    /// Puts in what Make names by itself in a recipe: the goal, what stands for `%`, what the goal needs.
    fn automatic(&self, line: &str) -> String {
        let mut filled = String::new();
        let mut rest = line;
        while let Some((before, behind)) = rest.split_once('$').filter(|_| self.makefile.is_of_make) {
            let value = match behind.chars().next() {
                Some('@') => self.goal.to_owned(),
                Some('*') => self.stem.clone(),
                Some('<') => self.rule.needs.first().cloned().unwrap_or_default(),
                Some('^' | '+') => self.rule.needs.join(" "),
                Some('$') => "$$".to_owned(),
                _ => "$".to_owned(),
            };
            filled.push_str(before);
            filled.push_str(&value);
            rest = if value == "$" { behind } else { behind.get(1..).unwrap_or_default() };
        }
        filled + rest
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

/// Reads a line that sets a variable to something.
fn setting(line: &str) -> Option<(&str, &str)> {
    let (left, right) = line.split_once('=')?;
    let is_plain = left.ends_with([':', '?', '+', ' ']);
    let left = left.trim_end_matches(['?', ':', '+', ' ', '\t']).trim_start();
    let name = ["export ", "override "].iter().find_map(|word| left.strip_prefix(word)).unwrap_or(left).trim_start();
    let value = right.split(" #").next().unwrap_or_default().trim();
    // A line of a recipe may set a variable of the shell.
    (!value.is_empty() && (is_plain || !line.starts_with('\t'))).then_some((name, value))
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
