//! Walks a file's tree and reads its expressions.

use super::fault;
use super::scan::{Fence, fences};
use super::{Expr, Fault, FaultKind, MOST_CHARACTERS, Site, contexts, place};
use crate::knowledge::contexts::Key;
use crate::model::source_file::{Kind, SourceFile};
use crate::model::workflow::{Action, Job, Step, StepKind};
use crate::model::yaml::{Entry, Node, Text, Value};

/// Reads every expression of a file, in source order; one in an aliased node once for each use.
pub fn read(file: &SourceFile) -> Vec<Site<'_>> {
    let Some(root) = file.document.root.as_ref().filter(|_| file.kind().is_of_actions()) else { return Vec::new() };
    let mut reader = Reader {
        kind: file.kind(),
        jobs: file.workflow().map(|workflow| workflow.jobs.as_slice()).unwrap_or_default(),
        path: Vec::new(),
        job: None,
        action_steps: file.action().map(Action::steps).unwrap_or_default(),
        step: None,
        step_index: None,
        sites: Vec::new(),
    };
    reader.node(root);
    reader.sites
}

struct Reader<'file> {
    kind: Kind,
    jobs: &'file [Job],
    path: Vec<&'file str>,
    job: Option<&'file Job>,
    action_steps: &'file [Step],
    step: Option<&'file Step>,
    step_index: Option<usize>,
    sites: Vec<Site<'file>>,
}

impl<'file> Reader<'file> {
    fn node(&mut self, node: &'file Node) {
        match &node.value {
            Value::Scalar(text) => self.scalar(text),
            Value::Sequence(items) => self.items(items),
            Value::Mapping(entries) if self.kind == Kind::Workflow && self.path == ["jobs"] => {
                for (index, entry) in entries.iter().enumerate() {
                    self.job = self.jobs.get(index);
                    self.entry(entry);
                }
                self.job = None;
            }
            Value::Mapping(entries) => entries.iter().for_each(|entry| self.entry(entry)),
        }
    }

    fn entry(&mut self, entry: &'file Entry) {
        self.path.push(&entry.key.value);
        self.fenced(&entry.key, Position::Key);
        self.node(&entry.value);
        self.path.pop();
    }

    fn items(&mut self, items: &'file [Node]) {
        let outer = (self.step, self.step_index);
        let steps = self.steps();
        self.path.push("-");
        for (index, item) in items.iter().enumerate() {
            if let Some(steps) = steps {
                self.step = steps.get(index);
                self.step_index = outer.1.or(Some(index));
            }
            self.node(item);
        }
        self.path.pop();
        (self.step, self.step_index) = outer;
    }

    /// Returns the steps that the list at the current path holds, if it is a list of steps.
    fn steps(&self) -> Option<&'file [Step]> {
        match (self.path.as_slice(), self.step.map(|step| &step.kind)) {
            (["jobs", _, "steps"], _) => self.job.map(|job| job.steps.as_slice()),
            (["runs", "steps"], _) => Some(self.action_steps),
            ([.., "parallel"], Some(StepKind::Parallel(steps))) => Some(steps),
            _ => None,
        }
    }

    fn scalar(&mut self, text: &'file Text) {
        if text.opens_expression() {
            self.fenced(text, Position::Value);
        } else if !text.value.trim().is_empty() && place::key(self.kind, &self.path).is_condition() {
            let range = 0..text.value.len();
            let fence = Fence { outer: range.clone(), inner: Some(range) };
            self.site(text, fence, Position::Value);
        }
    }

    fn fenced(&mut self, text: &'file Text, position: Position) {
        if !text.opens_expression() {
            return;
        }
        for fence in fences(&text.value) {
            self.site(text, fence, position);
        }
    }

    fn site(&mut self, text: &'file Text, fence: Fence, position: Position) {
        let is_key = position == Position::Key;
        let range = fence.inner.clone().unwrap_or_else(|| fence.outer.clone());
        let source = text.value.get(range.clone()).unwrap_or_default();
        // `${{ insert }}` as a key is a directive.
        let is_directive = source.trim() == "insert";
        if is_key && is_directive {
            return;
        }
        let parsed = match fence.inner {
            Some(_) if is_directive => Err(Fault {
                kind: FaultKind::Syntax,
                range: range.clone(),
                message: "`insert` stands in the place of a key and takes a mapping, not in a value".to_owned(),
                help: None,
            }),
            Some(_) => parse(source, range.start),
            None => Err(fault::of_open_fence(&text.value, &fence.outer)),
        };
        let contexts = parsed.as_ref().map(|expression| contexts::of(expression, range.start)).unwrap_or_default();
        let key = place::key(self.kind, &self.path);
        let (outer, path) = (fence.outer, self.path.clone());
        self.sites.push(Site {
            index: self.sites.len(),
            text,
            range,
            outer,
            key: if is_key && key == Key::JobSetting { Key::Other } else { key },
            path,
            job: self.job,
            step: self.step,
            step_index: self.step_index,
            is_key,
            parsed,
            contexts,
        });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Key,
    Value,
}

fn parse(source: &str, offset: usize) -> Result<super::SpannedExpr<'_>, Fault> {
    if super::is_too_long(source.trim()) {
        let start = offset + source.len() - source.trim_start().len();
        let message = format!("this expression is longer than the {MOST_CHARACTERS} characters that GitHub takes");
        return Err(Fault {
            kind: FaultKind::Syntax,
            range: start..offset + source.trim_end().len(),
            message,
            help: None,
        });
    }
    Expr::parse(source).map_err(|error| fault::of_error(&error, source, offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::workflows;

    fn read_text<T>(text: &str, show: impl Fn(&SourceFile, &Site<'_>) -> T) -> Vec<T> {
        let file = workflows::parse(".github/workflows/a.yml".to_owned(), text.to_owned());
        read(&file).iter().map(|site| show(&file, site)).collect()
    }

    #[test]
    fn sites_know_their_job_their_step_and_what_is_allowed() {
        let text = "on: push\nenv: {A: '${{ vars.A }}'}\njobs:\n  a:\n    if: github.ref == 'x'\n    runs-on: ${{ matrix.os }}\n    \
                    steps:\n      - run: true\n      - {if: '${{ failure() }}', run: 'x ${{ env.A }} ${{ inputs.b }}'}\n";
        let found = read_text(text, |_, site| {
            (site.source().trim().to_owned(), site.key, site.job.map(|job| job.id.value.clone()), site.step_index)
        });
        let a = Some("a".to_owned());
        assert_eq!(
            found,
            [
                ("vars.A".to_owned(), Key::WorkflowEnv, None, None),
                ("github.ref == 'x'".to_owned(), Key::JobIf, a.clone(), None),
                ("matrix.os".to_owned(), Key::JobSetting, a.clone(), None),
                ("failure()".to_owned(), Key::StepIf, a.clone(), Some(1)),
                ("env.A".to_owned(), Key::Step, a.clone(), Some(1)),
                ("inputs.b".to_owned(), Key::Step, a, Some(1)),
            ]
        );
    }

    #[test]
    fn contexts_are_found_inside_calls_and_block_scalars() {
        let text = "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          ü ${{ format('{0}', github.event.issue['title']) }}\n          ${{ env.A == 'x' && matrix.b[0].c }}\n";
        let found = read_text(text, |file, site| {
            let show = |context: &contexts::ContextUse<'_>| {
                let place = file.region(site.text.locate(&file.text, context.range.clone())).start;
                (context.dotted(), place.line, place.column, context.flows)
            };
            site.contexts.iter().map(show).collect::<Vec<_>>()
        });
        assert_eq!(found[0], [("github.event.issue.title".to_owned(), 6, 31, true)]);
        assert_eq!(found[1], [("env.A".to_owned(), 7, 15, false), ("matrix.b.*.c".to_owned(), 7, 31, true)]);
    }

    #[test]
    fn faults_have_places() {
        let fault = |expression: &str| {
            let text = format!("on: push\nrun-name: a ${{{{ {expression} }}}}\n");
            let found = read_text(&text, |_, site| {
                site.parsed
                    .as_ref()
                    .err()
                    .map(|fault| (fault.kind, site.text.value.get(fault.range.clone()).unwrap().to_owned()))
            });
            found.into_iter().next().flatten()
        };
        assert_eq!(fault("github.ref"), None);
        assert_eq!(fault("x == \"a\""), Some((FaultKind::Syntax, "\"".to_owned())));
        assert_eq!(fault("startWith('a', 'b')"), Some((FaultKind::UnknownFunction, "startWith".to_owned())));
        assert_eq!(fault("contains('contains(')"), Some((FaultKind::Arity, "contains".to_owned())));
        assert_eq!(fault("a +"), Some((FaultKind::Syntax, "+".to_owned())));
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics_and_ranges_stay_inside(value in "[a-c${}'\"()\\[\\].*!=&|, ü0-9]{0,60}") {
            let text = format!("run-name: |\n  ${{{{ {value} }}}} {value}\n");
            read_text(&text, |_, site| {
                let inside = |range: &std::ops::Range<usize>| site.text.value.get(range.clone()).is_some();
                assert!(inside(&site.range) && inside(&site.outer));
                assert!(site.contexts.iter().all(|used| inside(&used.range)));
                assert!(site.parsed.as_ref().err().is_none_or(|fault| inside(&fault.range)), "{:?}", site.parsed);
            });
        }
    }
}
