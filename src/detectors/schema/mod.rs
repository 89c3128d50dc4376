//! Holds a file's tree against the shapes that GitHub accepts.
//!
//! One walk finds everything; each rule takes the issues of its topic. Nothing hides what is
//! below it: an unknown key, or a node of the wrong kind, is told and the walk goes on.

mod expression;
mod issue;
mod lookup;
mod mapping;
mod scalar;
mod told;

use std::fmt;

pub use issue::Issue;
pub use lookup::shape;

use crate::knowledge::schema::{ACTION, Empty, Evaluated, Mapping, Null, Scalar, Sequence, Shape, Topic, WORKFLOW};
use crate::model::place::Span;
use crate::model::source_file::{Kind, SourceFile};
use crate::model::yaml::{Node, Text, Value};

/// Finds everything in a file that has another shape than GitHub accepts, in source order of
/// the nodes. A file without a mapping at its top has no shape to speak of.
pub fn issues(file: &SourceFile) -> Vec<Issue> {
    let mut walk = Walk { source: &file.text, issues: Vec::new() };
    let Some(root) = &file.document.root else { return Vec::new() };
    if let Value::Mapping(entries) = &root.value {
        let (shape, name) = match file.kind() {
            Kind::Workflow => (&WORKFLOW, "workflow"),
            Kind::Action => (&ACTION, "action"),
            Kind::Dependabot | Kind::PreCommit => return Vec::new(),
        };
        let top = root.place().start;
        let start = entries.first().map_or(Span::new(top, top), |entry| entry.key.span);
        walk.visit(root, shape, At { name, role: Role::Value, anchor: start, evaluated: Evaluated::Nowhere });
    }
    walk.issues
}

struct Walk<'file> {
    source: &'file str,
    issues: Vec<Issue>,
}

/// Where the walk is, for messages.
#[derive(Clone, Copy)]
struct At<'tree> {
    /// The nearest key.
    name: &'tree str,
    role: Role,
    /// The place to show for what has none of its own.
    anchor: Span,
    evaluated: Evaluated,
}

impl At<'_> {
    /// Returns where GitHub evaluates expressions below a place, given what the key there says.
    fn below(&self, own: Evaluated) -> Evaluated {
        match self.evaluated {
            Evaluated::Nowhere => own,
            Evaluated::Below | Evaluated::Everywhere => Evaluated::Everywhere,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Value,
    Item,
}

impl fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Role::Value => write!(formatter, "`{}`", self.name),
            Role::Item => write!(formatter, "an item of `{}`", self.name),
        }
    }
}

impl Walk<'_> {
    fn visit(&mut self, node: &Node, shape: &'static Shape, at: At<'_>) {
        if node.is_unresolved() {
            return;
        }
        if matches!(shape.mapping, Some(Mapping::Any)) {
            self.visit_any(node);
            return;
        }
        match &node.value {
            Value::Scalar(text) if text.is_null() => self.null(text, shape, at),
            Value::Scalar(text) if text.has_expression() => self.expression(text, node.place(), shape, at),
            Value::Scalar(text) => self.scalar(text, node.place(), shape, at),
            Value::Sequence(items) => match shape.sequence {
                Some(sequence) => self.sequence(items, node.place(), sequence, at),
                None => self.wrong_kind(node, shape, at),
            },
            Value::Mapping(entries) => match shape.mapping {
                Some(mapping) => self.mapping(entries, node.place(), mapping, at),
                None => self.wrong_kind(node, shape, at),
            },
        }
    }

    fn null(&mut self, text: &Text, shape: &'static Shape, at: At<'_>) {
        // A value that is left out has no place of its own.
        let place = if text.value.is_empty() { at.anchor } else { text.span };
        match (shape.null, shape.scalar) {
            (Null::Accepted, _) | (Null::Missing, Some(Scalar::Text | Scalar::True)) => {}
            (Null::Pointless, _) => self.empty(Empty::Pointless, place, at),
            (Null::Mapping, _) => {
                if let Some(mapping) = shape.mapping {
                    self.mapping(&[], place, mapping, at);
                }
            }
            (Null::Missing, Some(scalar)) => self.not_a_scalar(scalar, "", place, at),
            (Null::Missing, None) => match shape.mapping {
                Some(Mapping::Kinds(kinds)) if kinds.default.is_none() => self.kinds(&[], place, kinds, at),
                Some(_) | None => self.add(Topic::EmptySection, place, format!("{at} is empty")),
            },
        }
    }

    fn scalar(&mut self, text: &Text, place: Span, shape: &'static Shape, at: At<'_>) {
        if matches!(shape.scalar, Some(Scalar::Text | Scalar::Filled(_) | Scalar::Wanted)) {
            self.number(text, place);
        }
        match shape.scalar {
            Some(scalar) if scalar::accepts(scalar, text) => {}
            Some(scalar) if scalar::accepts_unquoted(scalar, text) => self.quoted(scalar, text, place, at),
            Some(scalar) => self.not_a_scalar(scalar, &text.value, place, at),
            None => {
                let expected = expected(shape);
                self.add(Topic::WrongNodeKind, place, format!("{at} must be {expected}, but this is a scalar"));
            }
        }
    }

    fn sequence(&mut self, items: &[Node], place: Span, sequence: &'static Sequence, at: At<'_>) {
        if items.is_empty() {
            self.empty(sequence.empty, place, at);
        }
        for item in items {
            let start = item.place().start;
            let anchor = Span::new(start, start);
            let evaluated = at.below(Evaluated::Nowhere);
            self.visit(item, sequence.item, At { role: Role::Item, anchor, evaluated, ..at });
        }
    }

    fn empty(&mut self, empty: Empty, place: Span, at: At<'_>) {
        match empty {
            Empty::Accepted => {}
            Empty::Pointless => {
                self.add(Topic::EmptySection, place, format!("{at} is empty"));
                self.last(Issue::pointless);
            }
            Empty::Refused => self.add(Topic::EmptySection, place, format!("{at} must not be empty")),
        }
    }

    fn wrong_kind(&mut self, node: &Node, shape: &'static Shape, at: At<'_>) {
        let found = match &node.value {
            Value::Scalar(_) => "a scalar",
            Value::Sequence(_) => "a sequence",
            Value::Mapping(_) => "a mapping",
        };
        let expected = expected(shape);
        self.add(Topic::WrongNodeKind, node.place(), format!("{at} must be {expected}, but this is {found}"));
        self.visit_any(node);
    }

    fn add(&mut self, topic: Topic, place: Span, message: String) {
        self.issues.push(Issue::new(topic, place, message));
    }

    fn last(&mut self, change: impl FnOnce(&mut Issue)) {
        if let Some(issue) = self.issues.last_mut() {
            change(issue);
        }
    }
}

/// Says which kinds of node a shape accepts.
fn expected(shape: &Shape) -> String {
    let scalar = shape.scalar.map(|scalar| match scalar {
        Scalar::Text | Scalar::Filled(_) | Scalar::Wanted => "a text",
        Scalar::Boolean | Scalar::LooseBoolean | Scalar::True => "a boolean",
        Scalar::Number | Scalar::Count => "a number",
        Scalar::Word(_) => "a word",
    });
    let kinds = [scalar, shape.sequence.map(|_| "a sequence"), shape.mapping.map(|_| "a mapping")];
    kinds.into_iter().flatten().collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing;

    /// Compares the issues of a file, as topic, the text of their place, and message.
    fn check(path: &str, text: &str, expected: &[(Topic, &str, &str)]) {
        let file = testing::file(path, text);
        let found = issues(&file);
        let found: Vec<(Topic, &str, &str)> = found
            .iter()
            .map(|issue| (issue.topic, text.get(issue.span.start..issue.span.end).unwrap(), issue.message.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    fn check_workflow(text: &str, expected: &[(Topic, &str, &str)]) {
        check(".github/workflows/a.yml", text, expected);
    }

    #[test]
    fn what_github_takes_in_2026_is_clean() {
        check_workflow(
            "on: {schedule: [{cron: '0 4 * * *', timezone: Europe/Berlin}], push: , workflow_dispatch: }
permissions: {models: read, attestations: write, artifact-metadata: write, code-quality: write, id-token: write}
concurrency: {group: a, queue: max}
cache-mode: read
jobs:
  build:
    runs-on: {group: large, labels: [ubuntu-slim]}
    cache-mode: write-only
    snapshot: {image-name: base, version: '1.*'}
    timeout-minutes: ${{ inputs.minutes }}
    strategy: {matrix: '${{ fromJSON(needs.plan.outputs.matrix) }}'}
    services: ${{ fromJSON(inputs.services) }}
    steps:
      - {id: server, run: make serve, background: true}
      - {wait: server}
      - {wait-all: }
      - {cancel: server}
      - parallel: [{run: make lint}, {uses: $/actions/test}]
  call:
    uses: $/.github/workflows/b.yml
    cache-mode: none
    secrets: inherit
",
            &[],
        );
    }

    #[test]
    fn a_wrong_key_hides_nothing_below_it() {
        check_workflow(
            "on: push
job: {a: {b: 1, b: 2}}
jobs:
  build:
    runs_on: ubuntu-latest
    steps:
      - {rum: make, env: [x]}
",
            &[
                (Topic::UnexpectedKey, "job", "unknown key `job` in a workflow"),
                (Topic::DuplicateKey, "b", "the key `b` is given twice"),
                (Topic::UnexpectedKey, "runs_on", "unknown key `runs_on` in a job that runs steps"),
                (
                    Topic::StepMissingRunOrUses,
                    "rum",
                    "an item of `steps` must have one of `run`, `uses`, `wait`, `wait-all`, `cancel`, `parallel`",
                ),
                (Topic::UnexpectedKey, "rum", "unknown key `rum` in a step that runs a script"),
                (Topic::WrongNodeKind, "[x]", "`env` must be a mapping, but this is a sequence"),
                (Topic::MissingRequiredKey, "build", "`build` lacks the key `runs-on`"),
            ],
        );
    }

    #[test]
    fn values_are_told_from_each_other() {
        check_workflow(
            "on: {push: {tag: v1, types: [a]}, issues: {types: opend}}
jobs:
  build:
    runs-on: []
    timeout-minutes: -1
    continue-on-error: yes
    strategy: {fail-fast: '${{ inputs.fast }}', max-parallel: 1.5}
    env:
    steps:
      - {run: make, timeout-minutes: '5'}
",
            &[
                (Topic::UnexpectedKey, "tag", "unknown key `tag` in `push`"),
                (
                    Topic::EventTypesNotSupported,
                    "types",
                    "`push` has no `types` filter: it is only for events with activity types",
                ),
                (
                    Topic::InvalidActivityType,
                    "opend",
                    "`types` names `opend`, which is no activity type that GitHub knows",
                ),
                (Topic::EmptySection, "[]", "`runs-on` must not be empty"),
                (Topic::ValueMustBePositive, "-1", "`timeout-minutes` must be greater than zero, but this is `-1`"),
                (Topic::InvalidBoolean, "yes", "`continue-on-error` must be `true` or `false`, but this is `yes`"),
                (Topic::InvalidInteger, "1.5", "`max-parallel` must be a whole number, but this is `1.5`"),
                (Topic::EmptySection, "env", "`env` is empty"),
                (Topic::InvalidNumber, "'5'", "`timeout-minutes` must be a number, but the quotes make a text of `5`"),
            ],
        );
    }

    #[test]
    fn expressions_stand_only_where_they_are_evaluated() {
        check_workflow(
            "on: {workflow_dispatch: {inputs: {a: {description: 'as ${{ github.x }}', default: '${{ github.x }}'}}}}
concurrency: {group: a, queue: '${{ vars.QUEUE }}'}
jobs:
  build:
    needs: ${{ 'plan' }}
    runs-on: a
    env: ${{ fromJSON(vars.ENV) }}
    outputs: ${{ fromJSON(vars.OUTPUTS) }}
    concurrency: {group: a, queue: 'to-${{ vars.QUEUE }}'}
    strategy: {matrix: {'${{ insert }}': a}}
    steps:
      - {id: '${{ github.x }}', uses: 'a/b@${{ vars.B }}', with: {'${{ insert }}': a}}
  call:
    uses: a/b/.github/workflows/c.yml@v1
    with: {a: '${{ vars.A }}', '${{ insert }}': a}
",
            &[
                (Topic::ExpressionNotAllowed, "${{ github.x }}", "`description` cannot have an expression"),
                (Topic::ExpressionNotAllowed, "${{ github.x }}", "`default` cannot have an expression"),
                (Topic::ExpressionNotAllowed, "${{ fromJSON(vars.OUTPUTS) }}", "`outputs` cannot have an expression"),
                (
                    Topic::ConcurrencyInvalidQueue,
                    "'to-${{ vars.QUEUE }}'",
                    "`queue` names `to-${{ vars.QUEUE }}`, which is no queue that GitHub knows",
                ),
                (Topic::ExpressionNotAllowed, "${{ github.x }}", "`id` cannot have an expression"),
                (Topic::ExpressionNotAllowed, "${{ vars.B }}", "`uses` cannot have an expression"),
                (Topic::ExpressionNotAllowed, "${{ insert }}", "a key of `with` cannot have an expression"),
            ],
        );
    }

    #[test]
    fn letter_case_makes_no_second_key() {
        check_workflow(
            "on: push
jobs:
  build:
    runs-on: a
    env: {A: 1, '': 2}
    steps: [{run: make, RUN: make}]
    Steps: []
",
            &[
                (Topic::DuplicateKey, "Steps", "the key `Steps` is given twice"),
                (Topic::EmptyStringValue, "''", "a name in `env` must not be empty"),
                (Topic::DuplicateKey, "RUN", "the key `RUN` is given twice"),
            ],
        );
    }

    #[test]
    fn an_alias_to_nothing_is_not_called_empty_too() {
        check_workflow("on: push\njobs: {a: {runs-on: b, env: *nothing, steps: [*nothing]}}\n", &[]);
    }

    #[test]
    fn a_merge_key_may_bring_what_is_required() {
        check_workflow(
            "on: push
jobs:
  build: &build {runs-on: ubuntu-latest, steps: [{run: make}]}
  test:
    <<: *build
",
            &[(Topic::MergeKey, "<<", "GitHub does not support the merge key `<<`")],
        );
    }

    #[test]
    fn one_stray_key_makes_no_other_thing_of_the_rest() {
        check_workflow(
            "on: push
jobs:
  call:
    runs-on: ubuntu-latest
    uses: ./.github/workflows/b.yml
    with: {a: b}
    secrets: inherit
  both:
    uses: ./.github/workflows/b.yml
    runs-on: ubuntu-latest
    steps:
      - {uses: a/b@v1, with: {c: d}, run: make}
      - {uses: a/b@v1, run: make}
",
            &[
                (
                    Topic::JobUsesKeyConflict,
                    "uses",
                    "`runs-on` has no place in a job that calls a reusable workflow: it belongs to a job that runs steps",
                ),
                (
                    Topic::JobUsesKeyConflict,
                    "runs-on",
                    "`uses` has no place in a job that runs steps: it belongs to a job that calls a reusable workflow",
                ),
                (
                    Topic::StepKeyNotAllowed,
                    "run",
                    "`run` has no place in a step that uses an action: it belongs to a step that runs a script",
                ),
                (
                    Topic::StepKeyNotAllowed,
                    "uses",
                    "`uses` has no place in a step that runs a script: it belongs to a step that uses an action",
                ),
            ],
        );
    }

    #[test]
    fn inputs_beside_with_are_told_once() {
        let text = "on: push
jobs:
  a:
    runs-on: b
    steps:
      - uses: a/b@v1
        with:
        path: x
        key: y
      - uses: a/b@v1
        with:
        env: {A: b}
        path: x
";
        check_workflow(
            text,
            &[
                (Topic::EmptySection, "with", "`with` is empty"),
                (Topic::EmptySection, "with", "`with` is empty"),
                (Topic::UnexpectedKey, "path", "unknown key `path` in a step that uses an action"),
            ],
        );
        let file = testing::file(".github/workflows/a.yml", text);
        let help = issues(&file).into_iter().next().and_then(|issue| issue.help);
        assert_eq!(help.as_deref(), Some("indent `path`, `key` deeper than `with`"));
    }

    #[test]
    fn quotes_make_a_text_of_a_word() {
        check_workflow(
            "on: {workflow_call: {inputs: {a: {type: string, required: \"true\"}}}}
jobs:
  a:
    runs-on: b
    strategy: {max-parallel: '2', fail-fast: 'perhaps'}
    steps: [{run: make}]
",
            &[
                (
                    Topic::InvalidBoolean,
                    "\"true\"",
                    "`required` must be `true` or `false`, but the quotes make a text of `true`",
                ),
                (Topic::InvalidNumber, "'2'", "`max-parallel` must be a number, but the quotes make a text of `2`"),
                (Topic::InvalidBoolean, "'perhaps'", "`fail-fast` must be `true` or `false`, but this is `perhaps`"),
            ],
        );
        check(
            "action.yml",
            "name: a\ndescription: b\ninputs: {c: {required: 'true'}, d: {required: yes}}\nruns: {using: node24, main: e.js}\n",
            &[(Topic::InvalidBoolean, "yes", "`required` must be `true` or `false`, but this is `yes`")],
        );
    }

    #[test]
    fn an_action_is_known_by_its_runtime() {
        check(
            "action.yml",
            "name: a\ndescription: b\nruns: {using: composite, main: a.js, steps: [{run: make}]}\n",
            &[
                (
                    Topic::ActionRunsInvalidKey,
                    "main",
                    "`main` has no place in a composite action: it belongs to a JavaScript action",
                ),
                (Topic::CompositeStepMissingShell, "run", "an item of `steps` lacks the key `shell`"),
            ],
        );
    }
}
