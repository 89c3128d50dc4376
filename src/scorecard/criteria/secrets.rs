//! Where secrets leak: handed on as a whole, and on command lines, which the list of processes shows.

use crate::detectors::activity::Activity;
use crate::model::scorecard::Verdict;
use crate::scorecard::evidence::{at, not_applicable, of, partial, present};
use crate::scorecard::facts::Facts;
use crate::shell::{Expanded, expansions};

/// What the shell does itself: no list of processes shows it.
const WRITERS: &[&str] = &["echo", "printf", "cat", "test", "[", "[[", "export"];

/// Tells whether a command line holds a secret, the name of a user aside.
fn shows_a_secret(words: &[String]) -> bool {
    let names = ["-u", "--username", "--user", "--login"];
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", String::as_str);
        let (option, value) = word.split_once('=').unwrap_or((before, word));
        // `curl -u user:password` gives both.
        let is_user = names.contains(&option) && !value.contains("}}:") && value.matches("secrets.").count() == 1;
        (word.contains("${{ secrets.") || word.contains("${{secrets.")) && !is_user
    })
}

/// Returns a command's words with the secrets that its variables hold in their places: those of the environment, and
/// those that the script makes of them by `printf` or `echo`.
fn with_secrets(facts: &Facts<'_>, activity: &Activity<'_>) -> Vec<String> {
    if !activity.words.iter().any(|word| word.contains('$')) {
        return activity.words.clone();
    }
    let run = facts.run(activity);
    let of_run = run.into_iter().flat_map(|run| run.job.env.iter().chain(&run.root.workflow.env));
    let given = activity.step.into_iter().flat_map(|step| &step.env).chain(of_run);
    let held = given.filter(|(_, value)| value.value.contains("secrets."));
    let mut secrets: Vec<(String, String)> =
        held.map(|(name, value)| (name.value.clone(), value.value.clone())).collect();
    let of_step = |other: &&Activity<'_>| other.run == activity.run && other.order == activity.order;
    let before = facts.activities.all.iter().filter(of_step).take_while(|other| other.number < activity.number);
    for (name, value) in before.flat_map(|other| &other.assignments).filter_map(|text| text.split_once('=')) {
        let written = printed(value).map(|script| (script, filled(script, &secrets)));
        if let Some((script, full)) = written
            && full != script
        {
            secrets.push((name.to_owned(), full));
        }
    }
    activity.words.iter().map(|word| filled(word, &secrets)).collect()
}

/// Returns the script of a value whose output is what it writes: `$(printf …)`.
fn printed(value: &str) -> Option<&str> {
    let scripts = expansions(value, 0..value.len()).into_iter().filter_map(|expansion| match expansion.what {
        Expanded::Command(range) => value.get(range),
        Expanded::Variable(_) | Expanded::Expression => None,
    });
    let mut scripts = scripts.filter(|script| ["printf ", "echo "].iter().any(|start| script.starts_with(start)));
    scripts.next()
}

/// Puts values into the places of variables, but not in commands inside `$(…)`: what those print need not be what they
/// read.
fn filled(text: &str, values: &[(String, String)]) -> String {
    // The quotes that a word has left are text.
    let bare = text.replace('\'', " ");
    let mut filled = text.to_owned();
    for expansion in expansions(&bare, 0..bare.len()).into_iter().rev() {
        let Expanded::Variable(name) = &expansion.what else { continue };
        if let Some((_, value)) = values.iter().find(|(other, _)| other == name) {
            filled.replace_range(expansion.range, value);
        }
    }
    filled
}

pub(super) fn secrets_management(facts: &Facts<'_>) -> Verdict {
    let mut leaks = Vec::new();
    let mut uses = Vec::new();
    for file in &facts.repository.workflows {
        let Some(source) = facts.repository.text(&file.path) else { continue };
        for job in &file.workflow.jobs {
            let inherited =
                job.secrets.as_ref().filter(|secrets| secrets.text().is_some_and(|text| text.value == "inherit"));
            leaks.extend(
                inherited.map(|secrets| at(&file.path, source.position(secrets.span.start), "secrets: inherit")),
            );
        }
        let first = source.line_with(&["secrets."]);
        uses.extend(first.map(|(position, line)| at(&file.path, position, line.chars().take(100).collect::<String>())));
    }
    for activity in &facts.activities.all {
        let program = activity.words.first().map(String::as_str).unwrap_or_default();
        if !WRITERS.contains(&program) && shows_a_secret(&with_secrets(facts, activity)) {
            leaks.push(of(activity));
        }
    }
    match (leaks.is_empty(), uses.is_empty()) {
        (false, _) => partial("secrets are handed on as a whole, or stand on command lines", leaks),
        (true, false) => present("secrets come from the store and are passed one by one", uses),
        (true, true) => not_applicable("no workflow uses a secret"),
    }
}
