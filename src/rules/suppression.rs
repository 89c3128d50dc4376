//! Comments that switch findings off: `# plimsoll: ignore[rule] why` for the line or the step that
//! it stands at, `# plimsoll: ignore-file[rule] why` for the file, and `# zizmor: ignore[audit]`,
//! which is understood for the rules that report the same thing.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::reading::Reading;
use super::{Choice, RULES, Rule, unused_suppression};
use crate::detectors::remote::remote_uses;
use crate::model::finding::{Finding, Suppressed, Suppressor};
use crate::model::place::Span;
use crate::model::source_file::SourceFile;
use crate::model::surroundings::Surroundings;
use crate::model::yaml::{Comment, Node, Value};

/// What a comment says about findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Suppression {
    /// The part of the comment that says it, from `#` on.
    pub(super) span: Span,
    /// Whether the comment says nothing else.
    pub(super) is_whole_comment: bool,
    /// The rules named, as written.
    names: Vec<String>,
    /// The reason given.
    reason: String,
    /// Which names count: ours or zizmor's.
    dialect: Dialect,
    /// How far it reaches.
    scope: Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Plimsoll,
    Zizmor,
}

/// The words that begin a suppression.
const DIALECTS: &[(&str, Dialect)] = &[("plimsoll:", Dialect::Plimsoll), ("zizmor:", Dialect::Zizmor)];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    /// From the comment to the end of what it stands at.
    Lines(RangeInclusive<usize>),
    File,
}

/// Marks the findings that a comment in the file switches off, and adds a finding for each of
/// our own comments that switches off nothing. The findings come in order of their place.
pub(super) fn apply<'file>(
    file: &'file SourceFile,
    reading: &'file Reading<'file>,
    choice: &Choice,
    findings: &mut Vec<Finding>,
) {
    let suppressions = read(file, reading);
    let answered = LazyCell::new(|| is_answered(file, reading.surroundings));
    let mut by_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|_| !suppressions.is_empty()) {
        by_rule.entry(finding.rule).or_default().push(at);
    }
    // Comments come in order: what one has covered need not be looked at for the next.
    let mut covered: BTreeMap<&str, RangeInclusive<usize>> = BTreeMap::new();
    let mut unused = Vec::new();
    for suppression in &suppressions {
        let mut used = false;
        for rule in suppression.named().map(|rule| rule.id) {
            let mut reached = by_rule.get(rule).map(Vec::as_slice).unwrap_or_default();
            let lines = if let Scope::Lines(lines) = &suppression.scope { Some(lines) } else { None };
            let before = lines.and_then(|lines| covered.insert(rule, lines.clone()).zip(Some(lines)));
            if before.is_some_and(|(before, lines)| before.contains(lines.start()) && before.contains(lines.end())) {
                continue;
            }
            if let Some(lines) = lines {
                let line = |at: &usize| findings.get(*at).map_or(0, |finding| finding.region.start.line);
                let from = reached.partition_point(|at| line(at) < *lines.start());
                let to = reached.partition_point(|at| line(at) <= *lines.end());
                reached = reached.get(from..to).unwrap_or_default();
            }
            for at in reached {
                used |= findings.get_mut(*at).is_some_and(|finding| suppression.mark(finding));
            }
            if suppression.scope == Scope::File {
                by_rule.remove(rule);
            }
        }
        let is_silent = |rule: &Rule| reading.surroundings.silent.contains(&rule.id);
        let has_spoken = |rule: &Rule| choice.takes(rule) && !is_silent(rule) && (!rule.network || *answered);
        if !used && suppression.dialect == Dialect::Plimsoll && suppression.named().all(has_spoken) {
            unused.push(suppression);
        }
    }
    findings.extend(unused_suppression::findings(file, reading, &unused, choice));
}

/// Reads the suppressions of a file, in source order.
fn read(file: &SourceFile, reading: &Reading<'_>) -> Vec<Suppression> {
    let mut found: Vec<(&Comment, Span, &str)> = Vec::new();
    for comment in &file.document.comments {
        let starts = starts(&comment.text);
        for (number, start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).map_or(comment.text.len(), |next| next - 1);
            let text = comment.text.get(*start..end).unwrap_or_default().trim_end();
            let from = if number == 0 && *start == 0 { comment.span.start } else { comment.span.start + start };
            found.push((comment, Span::new(from, comment.span.start + 1 + start + text.len()), text));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let reach = Reach::of(file, reading);
    let parsed = found.into_iter().filter_map(|(comment, span, text)| {
        let (dialect, whole_file, names, reason) = parse(text)?;
        let line = file.lines.number(comment.span.start);
        let lines = if dialect == Dialect::Zizmor { reach.zizmor_lines(line) } else { reach.lines(line) };
        let scope = if whole_file { Scope::File } else { Scope::Lines(lines) };
        Some(Suppression { span, is_whole_comment: span == comment.span, names, reason, dialect, scope })
    });
    parsed.collect()
}

/// Returns where in a comment's text a suppression begins: at its start, or behind another `#`.
fn starts(text: &str) -> Vec<usize> {
    let is_start = |at: &usize| {
        let rest = text.get(*at..).unwrap_or_default().trim_start();
        DIALECTS.iter().any(|(word, _)| rest.starts_with(word))
    };
    let behind = text.match_indices('#').map(|(at, _)| at + 1);
    std::iter::once(0).chain(behind).filter(is_start).collect()
}

/// Reads a suppression: whose words it has, whether it is for the whole file, the rules, the reason.
fn parse(text: &str) -> Option<(Dialect, bool, Vec<String>, String)> {
    let text = text.trim();
    let (dialect, rest) = DIALECTS.iter().find_map(|(word, dialect)| Some((*dialect, text.strip_prefix(word)?)))?;
    let rest = rest.trim().strip_prefix("ignore")?;
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (names, reason) = rest.strip_prefix('[')?.split_once(']')?;
    let names = names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let reason = reason.trim().trim_start_matches(['-', ':']).trim();
    Some((dialect, whole_file, names.collect(), reason.to_owned()))
}

impl Suppression {
    /// Returns the rules named, for a message.
    pub(super) fn names(&self) -> String {
        self.names.join(", ")
    }

    /// Returns the first name that is no rule's id.
    pub(super) fn unknown_name(&self) -> Option<&str> {
        let known = |name: &String| RULES.iter().any(|rule| rule.id == name);
        self.names.iter().find(|name| !known(name)).map(String::as_str)
    }

    /// Switches a finding off that is not yet; tells whether it was on.
    fn mark(&self, finding: &mut Finding) -> bool {
        let is_on = finding.suppressed.is_none();
        if is_on {
            finding.suppressed = Some(Suppressed { by: Suppressor::Comment, reason: self.reason.clone() });
        }
        is_on
    }

    /// Returns the rules that are named, in order of their id.
    fn named(&self) -> impl Iterator<Item = &'static Rule> {
        RULES.iter().copied().filter(|rule| self.names.iter().any(|name| self.names_rule(name, rule)))
    }

    fn names_rule(&self, name: &str, rule: &Rule) -> bool {
        match self.dialect {
            Dialect::Plimsoll => name == rule.id,
            Dialect::Zizmor => rule.peers.iter().any(|(peer, names)| *peer == "zizmor" && names.contains(&name)),
        }
    }
}

/// Tells whether GitHub answered all that the file's rules wanted to know: where it did not, they
/// have nothing to say, and a comment for them may be needed the next time.
fn is_answered(file: &SourceFile, surroundings: &Surroundings) -> bool {
    surroundings.remote.as_ref().is_some_and(|remote| {
        remote_uses(file).iter().all(|found| {
            let claimed = found.claim.as_ref().is_none_or(|claim| remote.is_checked(&claim.remote));
            claimed && remote.is_checked(&found.remote)
        })
    })
}

/// How far the comments of a file reach.
struct Reach {
    /// The lines that hold a comment and nothing else, each with the first line below that does not.
    below: BTreeMap<usize, usize>,
    /// The lines on which a text begins that has several lines, with its key; and its last line.
    texts: BTreeMap<usize, usize>,
    /// The first lines of steps, and their last ones.
    steps: BTreeMap<usize, usize>,
    /// The first and the last line of a workflow's triggers.
    triggers: Option<(usize, usize)>,
}

impl Reach {
    fn of(file: &SourceFile, reading: &Reading<'_>) -> Self {
        let number = |offset: usize| file.lines.number(offset);
        let mut below = BTreeMap::new();
        for comment in file.document.comments.iter().rev() {
            let line = number(comment.span.start);
            if file.lines.line(&file.text, line).trim_start().starts_with('#') {
                below.insert(line, below.get(&(line + 1)).copied().unwrap_or(line + 1));
            }
        }
        let mut texts = BTreeMap::new();
        if let Some(root) = &file.document.root {
            let mut keep = |first: usize, last: usize| {
                let known: &mut usize = texts.entry(first).or_default();
                *known = last.max(*known);
            };
            long_texts(root, root.span, &mut |start, end| keep(number(start), number(end)));
            texts.retain(|first, last| first < last);
        }
        let lines = |span: Span| (number(span.start), number(span.end.saturating_sub(1).max(span.start)));
        let steps = reading.steps.iter().map(|place| lines(place.step.node.span)).collect();
        let triggers = file.document.root.as_ref().filter(|_| file.workflow().is_some()).and_then(|root| {
            let entry = root.entry("on")?;
            Some(lines(Span::new(entry.key.span.start, entry.value.span.end)))
        });
        Self { below, texts, steps, triggers }
    }

    /// Returns the lines that a comment of zizmor covers: as any does, and all triggers where it stands at some,
    /// since zizmor's findings about them are about the whole block
    /// (docs.zizmor.sh, "Ignoring results": a comment anywhere within the finding's span).
    fn zizmor_lines(&self, comment: usize) -> RangeInclusive<usize> {
        let own = self.lines(comment);
        match self.triggers {
            Some((first, last)) if (first..=last).contains(&comment) => first.min(*own.start())..=last.max(*own.end()),
            Some(_) | None => own,
        }
    }

    /// Returns the lines that a comment covers: its own, or down to the one below where it stands
    /// alone; of a step it stands above all, and of a text that begins there all of that.
    fn lines(&self, comment: usize) -> RangeInclusive<usize> {
        let below = self.below.get(&comment).copied();
        let at = below.unwrap_or(comment);
        let step = below.and_then(|line| self.steps.get(&line));
        let last = step.or_else(|| self.texts.get(&at)).copied().unwrap_or(at);
        comment..=last.max(at)
    }
}

/// Calls `found` with the start of each scalar's key, or of the scalar, and its end. What an alias
/// stands for is found where it is written.
fn long_texts(node: &Node, key: Span, found: &mut impl FnMut(usize, usize)) {
    match &node.value {
        _ if node.alias.is_some() => {}
        Value::Scalar(text) => found(key.start, text.span.end),
        Value::Sequence(items) => items.iter().for_each(|item| long_texts(item, item.span, found)),
        Value::Mapping(entries) => entries.iter().for_each(|entry| long_texts(&entry.value, entry.key.span, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lint;
    use super::*;
    use crate::model::finding::Persona;
    use crate::model::surroundings::Surroundings;
    use crate::sources::workflows;

    const HEAD: &str =
        "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n";

    /// Lints steps for an auditor; returns the lines of `template-injection` that are left, counted
    /// from the first step's, and the messages about suppressions.
    fn left(steps: &str) -> (Vec<usize>, Vec<String>) {
        let text = format!("{HEAD}{steps}");
        let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
        let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
        let findings = lint(&file, &choice, &Surroundings::default());
        let of = |rule: &'static str| {
            findings.iter().filter(move |finding| finding.rule == rule && finding.suppressed.is_none())
        };
        let lines = of("template-injection").map(|finding| finding.region.start.line - HEAD.lines().count()).collect();
        (lines, of("unused-suppression").map(|finding| finding.message.clone()).collect())
    }

    const IGNORE: &str = "# plimsoll: ignore[template-injection] on purpose";

    #[test]
    fn zizmors_comments_at_triggers_cover_all_of_them() {
        for (triggers, is_left) in [
            ("on: # zizmor: ignore[dangerous-triggers] no checkout\n  workflow_run:\n    workflows: [CI]\n", false),
            ("on:\n  workflow_run:\n    workflows: [CI] # zizmor: ignore[dangerous-triggers] no checkout\n", false),
            ("on: # zizmor: ignore[artipacked] no checkout\n  workflow_run:\n    workflows: [CI]\n", true),
            ("on:\n  workflow_run:\n    workflows: [CI]\nenv: {A: b} # zizmor: ignore[dangerous-triggers]\n", true),
        ] {
            let jobs = "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        \
                        with: {ref: \"${{ github.event.workflow_run.head_sha }}\"}\n      - run: make\n";
            let file = workflows::parse(".github/workflows/a.yml".to_owned(), format!("{triggers}{jobs}"));
            let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
            let findings = lint(&file, &choice, &Surroundings::default());
            let mut found = findings.iter().filter(|finding| finding.rule == "dangerous-trigger-workflow-run");
            assert_eq!(found.next().map(|finding| finding.suppressed.is_none()), Some(is_left), "{triggers}");
        }
    }

    #[test]
    fn a_comment_covers_what_it_stands_at() {
        let title = "${{ github.event.issue.title }}";
        for (what, steps, expected) in [
            ("its line", format!("      - run: echo {title} {IGNORE}\n      - run: echo {title}\n"), vec![2]),
            (
                "the line below",
                format!("      {IGNORE}\n      - run: echo {title}\n      - run: echo {title}\n"),
                vec![3],
            ),
            (
                "a block from its header on",
                format!("      - run: | {IGNORE}\n          a\n          echo {title}\n      - run: echo {title}\n"),
                vec![4],
            ),
            (
                "a block below",
                format!(
                    "      - name: x\n        {IGNORE}\n        run: >-\n          a\n\n          echo {title}\n      - run: echo {title}\n"
                ),
                vec![7],
            ),
            (
                "a quoted text below",
                format!(
                    "      - name: x\n        {IGNORE}\n        run: \"a\n          {title}\"\n      - run: echo {title}\n"
                ),
                vec![5],
            ),
            (
                "a step below",
                format!(
                    "      {IGNORE}\n      - name: x\n        env: {{A: b}}\n        run: |\n          echo {title}\n      - run: echo {title}\n"
                ),
                vec![6],
            ),
            (
                "no more of a step beside it",
                format!("      - name: x {IGNORE}\n        run: |\n          echo {title}\n"),
                vec![3],
            ),
            (
                "what stands below more comments",
                format!("      {IGNORE}\n      # another\n      - run: echo {title}\n"),
                vec![],
            ),
            ("nothing behind a gap", format!("      {IGNORE}\n\n      - run: echo {title}\n"), vec![3]),
        ] {
            let (lines, unused) = left(&steps);
            let is_of_use = lines.len() < steps.matches(title).count();
            assert_eq!((lines, unused.is_empty()), (expected, is_of_use), "{what}\n{steps}");
        }
    }

    #[test]
    fn several_suppressions_may_share_a_comment() {
        let title = "${{ github.event.issue.title }}";
        for comment in [
            "# plimsoll: ignore[anonymous-job] a # plimsoll: ignore[template-injection] b",
            "# v4.1 # plimsoll: ignore[template-injection] see #12",
            "# zizmor: ignore[template-injection] # plimsoll: ignore[anonymous-job] a",
            "# plimsoll: ignore[anonymous-job, template-injection] both",
            "#plimsoll:ignore[template-injection]",
        ] {
            let (lines, _) = left(&format!("      - run: echo {title} {comment}\n"));
            assert_eq!(lines, Vec::<usize>::new(), "{comment}");
        }
        let (_, unused) = left("      - run: make # ü # plimsoll: ignore[needs-cycle] x # plimsoll: ignore[nope] y\n");
        assert_eq!(
            unused,
            [
                "this comment switches off nothing: no finding of needs-cycle here",
                "this comment names `nope`, which is no rule"
            ]
        );
    }

    #[test]
    fn who_is_asking_makes_no_suppression_useless() {
        let job = "  a: # plimsoll: ignore[anonymous-job] it is plain\n";
        let text = format!("{HEAD}      - run: make\n").replace("  a:\n", job);
        let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
        for (persona, suppressed) in [(Persona::Regular, 0), (Persona::Auditor, 1)] {
            let found = lint(&file, &Choice { persona, ..Choice::default() }, &Surroundings::default());
            assert_eq!(found.iter().filter(|finding| finding.suppressed.is_some()).count(), suppressed);
            assert!(found.iter().all(|finding| finding.rule != "unused-suppression"), "{persona}: {found:?}");
        }
    }

    #[test]
    fn only_rules_that_have_spoken_make_a_suppression_useless() {
        let file =
            workflows::parse("a.yml".to_owned(), format!("{HEAD}      - run: make # plimsoll: ignore[needs-cycle]\n"));
        let unused = |select: &[&str], ignore: &[&str]| {
            let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            let choice = Choice { select: words(select), ignore: words(ignore), ..Choice::default() };
            lint(&file, &choice, &Surroundings::default()).iter().any(|finding| finding.rule == "unused-suppression")
        };
        assert!(unused(&[], &[]) && unused(&[], &["security"]) && unused(&["jobs", "hygiene"], &[]));
        assert!(!unused(&["security", "hygiene"], &[]) && !unused(&[], &["needs-cycle"]) && !unused(&["jobs"], &[]));
    }

    #[test]
    fn rules_that_have_nothing_to_go_by_make_no_suppression_useless() {
        let text = format!("{HEAD}      - run: make # plimsoll: ignore[shellcheck] x\n");
        let file = workflows::parse("a.yml".to_owned(), text);
        for (silent, unused) in [(vec![], 1), (vec!["shellcheck"], 0), (vec!["pyflakes"], 1)] {
            let found = lint(&file, &Choice::default(), &Surroundings { silent, ..Surroundings::default() });
            assert_eq!(found.iter().filter(|finding| finding.rule == "unused-suppression").count(), unused);
        }
    }

    proptest::proptest! {
        #[test]
        fn comments_are_read_whatever_they_say(text in "(# ?|plimsoll: ?|zizmor:|ignore|-file|\\[|\\]|needs-cycle|,|\n| |ü|a: |- ){0,30}") {
            let file = workflows::parse("a.yml".to_owned(), text.clone());
            for finding in lint(&file, &Choice::default(), &Surroundings::default()) {
                let edits = finding.fix.into_iter().flat_map(|fix| fix.edits);
                assert!(edits.into_iter().all(|edit| text.get(edit.span.start..edit.span.end).is_some()));
            }
        }
    }
}
