//! Drafts scripts that read a variable where an expression stands, so that its value is never code.

use super::reporter::Reporter;
use super::word_count::{self, Words};
use crate::detectors::shells;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::{interpreters, variables};
use crate::model::workflow::{Step, StepKind};
use crate::model::yaml::{Draft, Text};
use crate::shell::{Command, Quoting, Word, quoting};

/// The expressions of a script up to which it is changed by a program.
const MOST_SITES: usize = 50;

/// Programs that run a text, beside the interpreters: what is handed to them stays dangerous in a variable.
const RUNNERS: &[&str] = &["eval", "parallel", "source", "ssh", "xargs"];

/// Drafts the script with a variable in place of an expression that is a context and nothing else,
/// at every place of the script where a variable is the same as the text.
pub(super) fn draft(site: &Site<'_>, used: &ContextUse<'_>, variable: &str, reporter: &Reporter<'_>) -> Option<Draft> {
    let step = site.step?;
    let StepKind::Run(script) = &step.kind else { return None };
    let owner = reporter.file().workflow().zip(site.job);
    let is_posix = shells::of_step(step, owner).is_some_and(|shell| shell.is_posix());
    if script.text.span != site.text.span || !is_posix || !word_count::is_all_of(site, used) {
        return None;
    }
    let sites: Vec<&Site<'_>> = reporter.sites_in(&script.text).take(MOST_SITES + 1).collect();
    if sites.len() > MOST_SITES {
        return None;
    }
    let commands = reporter.commands(&script.text);
    let words = word_count::of(site, used, reporter);
    let here = written(site, variable, &commands, words)?;
    let same = |other: &&&Site<'_>| other.outer != site.outer && other.source().trim() == site.source().trim();
    let others = sites.iter().filter(same);
    let others = others.filter_map(|other| Some((other.outer.clone(), written(other, variable, &commands, words)?)));
    let parts = std::iter::once((site.outer.clone(), here)).chain(others).collect();
    let mut draft = reporter.rewrite(&script.text, parts)?;
    draft.extend(setting(step, site, variable, reporter)?);
    Some(draft)
}

/// Returns how the variable is read where an expression stands.
fn written(site: &Site<'_>, variable: &str, commands: &[Command], words: Words) -> Option<String> {
    let at = site.outer.start;
    let before = commands.partition_point(|command| command.range.start <= at).checked_sub(1)?;
    let command = commands.get(before)?;
    let is_code = |text: &str| {
        let name = text.rsplit('/').next().unwrap_or_default();
        let is_interpreter = interpreters::named(name).is_some_and(|known| !known.code.is_empty());
        text == "-c" || is_interpreter || RUNNERS.contains(&name)
    };
    if command.words.iter().any(|word| is_code(&word.text)) {
        return None;
    }
    let argument = command.words.iter().skip(1).chain(&command.assignments).find(|word| word.range.contains(&at));
    // In quotes, what is empty becomes a word of its own, and what holds blanks becomes one.
    let stays = |word: &Word| if is_alone(site, word) { words == Words::One } else { words < Words::Several };
    match quoting(&site.text.value, at) {
        Quoting::Double => Some(format!("${{{variable}}}")),
        // A command's name, a list to walk through, or a file's name may be meant to be split.
        Quoting::Bare if argument.is_some_and(stays) => Some(format!("\"${{{variable}}}\"")),
        Quoting::Bare | Quoting::Other => None,
    }
}

/// Tells whether a word is made of expressions and nothing else.
fn is_alone(site: &Site<'_>, word: &Word) -> bool {
    let text = site.text.value.get(word.range.clone()).unwrap_or_default();
    let inner = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    inner.is_some_and(|inner| inner.split("}}").skip(1).all(|rest| rest.starts_with("${{")))
}

/// Drafts the step's `env` with the variable, unless it is there; nothing where its name is in use.
fn setting(step: &Step, site: &Site<'_>, variable: &str, reporter: &Reporter<'_>) -> Option<Draft> {
    let is_name = |name: &str| {
        let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        first && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let source = site.source().trim();
    if !is_name(variable) || source.contains(['\n', '#']) || source.contains(": ") {
        return None;
    }
    let (context, property) = source.split_once('.').unwrap_or_default();
    let is_set = (context == "env" && property == variable)
        || variables::same_as(context, property).is_some_and(|same| same == variable);
    if is_set || context == "env" {
        // A script that sets the variable itself reads its own value.
        return (is_set && !site.text.value.contains(&format!("{variable}="))).then(Draft::new);
    }
    let workflow = reporter.file().workflow();
    let outer = site.job.iter().flat_map(|job| &job.env).chain(workflow.iter().flat_map(|workflow| &workflow.env));
    let mut set = step.env.iter().chain(outer).filter(|(name, _)| name.value.eq_ignore_ascii_case(variable));
    if let Some((_, value)) = set.next() {
        return holds(value, source).then(Draft::new);
    }
    if mentions(&site.text.value, variable) {
        return None;
    }
    let line = format!("{variable}: ${{{{ {source} }}}}");
    match step.node.entry("env") {
        Some(env) => reporter.layout().add_inside(env, &[&line]),
        None => reporter.layout().add_behind(&step.node, step.node.entry("run")?, &["env:", &format!("  {line}")]),
    }
}

/// Tells whether a value is an expression and nothing else.
fn holds(value: &Text, source: &str) -> bool {
    let inner = value.value.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    inner.is_some_and(|inner| inner.trim() == source)
}

/// Tells whether a script holds a name as a word.
fn mentions(script: &str, name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    script.match_indices(name).any(|(at, _)| {
        let bytes = script.as_bytes();
        let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
        let behind = bytes.get(at + name.len()).copied();
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}
