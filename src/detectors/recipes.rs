//! Recipes of Makefiles and justfiles: what a goal needs, and the lines that make it.

use super::targets::{Target, TargetShell, words};
use crate::model::repository::{Repository, join};

pub(super) fn recipes(repository: &Repository, folder: &str, rest: &[&str], names: &[&str]) -> Vec<Target> {
    let folder = match rest.iter().position(|word| *word == "-C") {
        Some(at) => rest.get(at + 1).and_then(|inner| join(folder, inner)).unwrap_or_default(),
        None => folder.to_owned(),
    };
    let paths = names.iter().filter_map(|name| join(&folder, name));
    let Some((file, path)) = paths.into_iter().find_map(|path| Some((repository.text(&path)?, path))) else {
        return Vec::new();
    };
    // What the command line sets is what the Makefile's own values give way to.
    let given: Vec<(&str, &str)> = rest.iter().filter_map(|word| word.split_once('=')).collect();
    let goals: Vec<&str> = words(rest).filter(|word| !word.contains('=')).collect();
    let mut open: Vec<String> = goals.into_iter().map(str::to_owned).collect();
    open.reverse();
    let mut seen = Vec::new();
    let mut found = Vec::new();
    while let Some(goal) = open.pop() {
        if seen.contains(&goal) {
            continue;
        }
        if let Some(Recipe { needs, script, lines }) = recipe(&file.text, &goal, &given) {
            open.extend(needs.into_iter().rev());
            found.push(Target { shell: TargetShell::EachLine, ..Target::new(folder.clone(), script).at(&path, lines) });
        }
        seen.push(goal);
    }
    found
}

/// A goal's prerequisites and what makes it.
struct Recipe {
    needs: Vec<String>,
    script: String,
    /// The numbers of the script's lines in the file.
    lines: Vec<usize>,
}

/// Finds a goal's prerequisites and recipe. `@` in front of a line is dropped, and `-`, which
/// lets a line fail, becomes `|| true`.
fn recipe(text: &str, goal: &str, given: &[(&str, &str)]) -> Option<Recipe> {
    let wanted = pattern_of(text, goal).unwrap_or(goal);
    let heads = |line: &str| {
        let (names, rest) = line.split_once(':')?;
        let assigns = rest.starts_with('=') || names.split_whitespace().next().is_some_and(|first| first.contains('='));
        let is_rule = !line.starts_with(['\t', ' ', '#', '.']) && !assigns;
        let is_goal = names.split_whitespace().any(|name| name == wanted);
        (is_rule && is_goal).then(|| rest.trim_start_matches(':').to_owned())
    };
    let (mut needs, mut lines) = (Vec::new(), Vec::new());
    let mut script = String::new();
    let mut inside = false;
    let mut found = false;
    let (mut continues, mut may_fail) = (false, false);
    for (at, line) in text.lines().enumerate() {
        if let Some(rest) = heads(line) {
            (inside, found, continues) = (true, true, false);
            let list = rest.split(['#', ';', '|']).next().unwrap_or_default().to_owned();
            needs.extend(list.split_whitespace().map(|word| word.trim_matches(['(', ')']).to_owned()));
        } else if line.starts_with(['\t', ' ']) && inside {
            let line = line.trim_start();
            // What continues a command has no prefix of its own: `-ignore` there is an option.
            let bare = if continues { line } else { line.trim_start_matches(['@', '-', '+']) };
            let prefix = line.get(..line.len() - bare.len()).unwrap_or_default();
            may_fail = prefix.contains('-') || may_fail && continues;
            continues = bare.ends_with('\\');
            script.push_str(&substitute(text, bare, given));
            lines.push(at + 1);
            script.push_str(if may_fail && !continues { " || true\n" } else { "\n" });
        } else if !line.trim().is_empty() && !is_directive(line) {
            inside = false;
        }
    }
    found.then_some(Recipe { needs, script, lines })
}

/// Finds the pattern, such as `%.yaml`, of the rule that makes a goal which has no rule of its own.
fn pattern_of<'text>(text: &'text str, goal: &str) -> Option<&'text str> {
    let rules =
        || text.lines().filter(|line| !line.starts_with(['\t', ' ', '#'])).filter_map(|line| line.split_once(':'));
    if rules().any(|(names, _)| names.split_whitespace().any(|name| name == goal)) {
        return None;
    }
    let fits = |pattern: &&str| {
        let Some((before, after)) = pattern.split_once('%') else { return false };
        goal.len() > before.len() + after.len() && goal.starts_with(before) && goal.ends_with(after)
    };
    // A pattern that fits everything says nothing.
    let mut patterns = rules().flat_map(|(names, _)| names.split_whitespace()).filter(|name| name.len() > 1);
    patterns.find(fits)
}

/// Tells whether a line of a Makefile chooses between lines of a recipe.
fn is_directive(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    matches!(first, "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif") || first.starts_with("ifeq(")
}

/// How many variables of a Makefile are put into a line.
const MOST_VARIABLES: usize = 48;

/// How long a line of a recipe may grow by that.
const MOST_BYTES: usize = 1 << 14;

/// Puts in the values of simple variables: `$(GO) test` with `GO ?= go`.
fn substitute(text: &str, line: &str, given: &[(&str, &str)]) -> String {
    let mut line = line.to_owned();
    for _ in 0..MOST_VARIABLES {
        // The last one holds no other: `$(shell $(TOOL) path)`.
        let last =
            [("$(", ')'), ("${", '}')].into_iter().filter_map(|(open, close)| Some((line.rfind(open)?, open, close)));
        let Some((from, open, close)) = last.max_by_key(|(from, ..)| *from) else {
            break;
        };
        let inner = line.get(from + open.len()..).unwrap_or_default();
        let Some(name) = inner.split(close).next().filter(|name| name.len() < inner.len()) else { break };
        let own = given.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        let written = || {
            text.lines().find_map(|other| {
                let (left, right) = other.split_once('=')?;
                (left.trim_end_matches(['?', ':', '+', ' ', '\t']) == name).then(|| right.trim().to_owned())
            })
        };
        let end = from + open.len() + name.len() + 1;
        let value = own.or_else(written).unwrap_or_default();
        line.replace_range(from..end, &value);
        if line.len() > MOST_BYTES {
            break;
        }
    }
    // Make hands `$$` to the shell as `$`.
    line.replace("$$", "$")
}
