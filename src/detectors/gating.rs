//! Whether what a tool finds fails the step that runs it.

use super::activity::Activity;
use crate::knowledge::findings;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Text;

/// Tells whether findings fail the step; nothing where the tool is not known to ask for anything.
pub fn fails_on_findings(activity: &Activity<'_>) -> Option<bool> {
    if activity.words.is_empty() {
        let uses = activity.seen.strip_prefix("uses: ")?;
        let ActionReference::Repository(reference) = ActionReference::parse(uses) else { return None };
        let input = |name: &str| activity.input(name).map(Text::as_str);
        return Some(findings::of_action(&reference.name())?.fails(input));
    }
    let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
    Some(findings::of_command(&words)?.fails(|name| option(&words, name)))
}

/// Returns the value of an option, empty for one at the end.
fn option<'word>(words: &[&'word str], name: &str) -> Option<&'word str> {
    words.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some((key, value)) if key == name => Some(value),
        _ if *word == name => Some(words.get(at + 1).copied().unwrap_or_default()),
        _ => None,
    })
}

/// Tells whether a tool is known to let its findings pass: it reports them, and no step fails.
pub fn only_reports(activity: &Activity<'_>) -> bool {
    fails_on_findings(activity) == Some(false)
}
