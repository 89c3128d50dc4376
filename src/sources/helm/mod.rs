//! Templates of Helm charts, rendered with the chart's own values as far as files tell them.
//!
//! It is not Helm: what a release, a cluster or an unusual function decides is not known, and says
//! so in what comes out, by a key or a value of its own (`UNKNOWN`). Source of the language:
//! <https://helm.sh/docs/chart_template_guide/>.

mod evaluate;
mod outside;
mod render;
mod syntax;
mod values;

use std::collections::BTreeMap;

use crate::model::place::Span;
use crate::model::repository::{Repository, TextFile, folder_of, has_ending, name_of};
use crate::model::yaml::{Document, Entry, Node, Text, Value};

use render::Renderer;
use syntax::{Piece, defined, pieces};

/// Reads the templates of all charts, and those that their endings tell, which are no YAML until they are rendered.
pub(super) fn read(repository: &mut Repository, documents: impl Fn(&str) -> Vec<Document>) {
    outside::read(repository, &documents);
    let is_chart = |path: &&String| name_of(path) == "Chart.yaml";
    let charts: Vec<String> = repository.paths.iter().filter(is_chart).map(|path| folder_of(path).to_owned()).collect();
    for chart in charts {
        let folder = if chart.is_empty() { "templates/".to_owned() } else { format!("{chart}/templates/") };
        let templates: Vec<(String, Vec<Piece>)> = repository
            .texts
            .iter()
            .filter(|(path, _)| path.starts_with(&folder))
            .map(|(path, file)| (path.clone(), pieces(&file.text)))
            .collect();
        let named: BTreeMap<&str, &[Piece]> = templates.iter().flat_map(|(_, pieces)| defined(pieces)).collect();
        let values = values::of_chart(repository, &chart, &documents);
        for (path, pieces) in &templates {
            let Some(file) = repository.texts.get_mut(path).filter(|_| has_ending(path, &["yaml", "yml"])) else {
                continue;
            };
            let rendered = Renderer::new(&values, &named).rendered(&file.text, pieces);
            file.documents =
                documents(&rendered.text).into_iter().map(|document| placed(document, &rendered, file)).collect();
        }
    }
}

/// What a template becomes.
struct Rendered {
    text: String,
    /// For each line of the text the number of the line, from 1, that it comes from.
    lines: Vec<usize>,
}

/// Puts a document's nodes where their lines stand in the template.
fn placed(document: Document, rendered: &Rendered, file: &TextFile) -> Document {
    let starts: Vec<usize> =
        std::iter::once(0).chain(rendered.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let lines: Vec<(usize, &str)> = file
        .text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
        .collect();
    let place = |offset: usize| {
        let line = starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let number = rendered.lines.get(line).copied().unwrap_or(1);
        let (start, text) = lines.get(number.saturating_sub(1)).copied().unwrap_or_default();
        start + text.len() - text.trim_start().len()
    };
    let span = |span: Span| {
        let at = place(span.start);
        Span::new(at, at)
    };
    // Issues would be told with places of a text that nobody has.
    Document { root: document.root.map(|root| moved(&root, &span)), ..Document::default() }
}

fn moved(node: &Node, span: &dyn Fn(Span) -> Span) -> Node {
    let text = |text: &Text| Text { span: span(text.span), ..text.clone() };
    let value = match &node.value {
        Value::Scalar(scalar) => Value::Scalar(text(scalar)),
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| moved(item, span)).collect()),
        Value::Mapping(entries) => {
            let entry = |entry: &Entry| Entry { key: text(&entry.key), value: moved(&entry.value, span) };
            Value::Mapping(entries.iter().map(entry).collect())
        }
    };
    Node { span: span(node.span), alias: None, tag: node.tag.clone(), value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::yaml;

    fn chart(values: &str, template: &str) -> Repository {
        let mut repository = Repository::default();
        let helpers = "{{- define \"a.name\" -}}\nfull-name\n{{- end }}\n{{ define \"a.labels\" }}app: {{ .Chart.Name }}{{ end }}";
        let values_file = TextFile::new(format!("# {{{{- comment }}}}\n{values}"));
        for (path, file) in [
            ("c/Chart.yaml", TextFile::new(String::new())),
            ("c/values.yaml", values_file),
            ("c/templates/_helpers.tpl", TextFile::new(helpers.to_owned())),
            ("c/templates/a.yaml", TextFile::new(template.to_owned())),
        ] {
            repository.paths.insert(path.to_owned());
            repository.texts.insert(path.to_owned(), file);
        }
        read(&mut repository, |text| vec![yaml::parse(text)]);
        repository
    }

    /// Writes what a template becomes in one line.
    fn rendered(values: &str, template: &str) -> String {
        fn shown(node: &Node) -> String {
            match &node.value {
                Value::Scalar(text) => text.value.clone(),
                Value::Sequence(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
                Value::Mapping(entries) => {
                    let shown = |entry: &Entry| format!("{}: {}", entry.key.value, shown(&entry.value));
                    format!("{{{}}}", entries.iter().map(shown).collect::<Vec<_>>().join(", "))
                }
            }
        }
        let repository = chart(values, template);
        repository.text("c/templates/a.yaml").unwrap().roots().map(shown).collect()
    }

    #[test]
    fn values_are_put_in_where_they_are_known() {
        for (values, template, expected) in [
            ("a: {b: 1}", "x: {{ .Values.a.b }}\n", "{x: 1}"),
            ("a: {b: x}", "x: \"{{ .Values.a.b }}:{{ .Values.a.c | default \"y\" }}\"\n", "{x: x:y}"),
            ("a: 1", "x: {{ $.Values.a | quote }}\n", "{x: 1}"),
            ("", "x: {{ .Release.Name }}-a\n", "{x: __unknown__-a}"),
            (
                "r: {limits: {cpu: 1}}",
                "a:\n  r:\n    {{- toYaml .Values.r | nindent 4 }}\n",
                "{a: {r: {limits: {cpu: 1}}}}",
            ),
            (
                "r: {}",
                "a:\n  {{- with .Values.r }}\n  r: {{- toYaml . | nindent 4 }}\n  {{- end }}\n  b: 1\n",
                "{a: {b: 1}}",
            ),
            (
                "r: {c: 1}",
                "a:\n  {{- with .Values.r }}\n  r: {{- toYaml . | nindent 4 }}\n  {{- end }}\n",
                "{a: {r: {c: 1}}}",
            ),
            ("l: [{a: 1}, {a: 2}]", "x:\n{{- range .Values.l }}\n  - {{ .a }}\n{{- end }}\n", "{x: [1, 2]}"),
            ("", "name: {{ include \"a.name\" . }}\n", "{name: full-name}"),
            ("", "x:\n  {{- include \"a.labels\" . | nindent 2 }}\n  b: 1\n", "{x: {app: __unknown__, b: 1}}"),
            ("", "x:\n  {{- include \"other\" . | nindent 2 }}\n  b: 1\n", "{x: {__unknown__: __unknown__, b: 1}}"),
            ("", "x:\n  - a\n  {{ .Capabilities.A }}{{ .Capabilities.B }}\n", "{x: [a, __unknown__]}"),
            ("s: {on: true, a: 1}", "x: {{- omit .Values.s \"on\" | toYaml | nindent 2 }}\n", "{x: {a: 1}}"),
            ("", "x:\n  - a\n  {{- tpl (toYaml .Capabilities.A) . | nindent 2 }}\n", "{x: [a, __unknown__]}"),
        ] {
            assert_eq!(rendered(values, template), expected, "{template}");
        }
    }

    #[test]
    fn branches_follow_the_values() {
        for (values, template, expected) in [
            ("a: true", "{{ if .Values.a }}\nx: 1\n{{ else }}\nx: 2\n{{ end }}\n", "{x: 1}"),
            ("a: false", "{{ if .Values.a }}\nx: 1\n{{ else }}\nx: 2\n{{ end }}\n", "{x: 2}"),
            (
                "a: b",
                "{{- if eq .Values.a \"c\" }}\nx: 1\n{{- else if eq .Values.a \"b\" }}\nx: 2\n{{- end }}\n",
                "{x: 2}",
            ),
            ("a: true", "{{ if and .Values.a (not .Values.b) }}\nx: 1\n{{ end }}\n", "{x: 1}"),
            ("", "{{ if .Capabilities.A }}\nx: 1\n{{ else }}\nx: 2\n{{ end }}\n", "{x: 1}"),
            ("", "{{/* x: 1\n */}}\ny: 2\n", "{y: 2}"),
            // A whole object that a value switches on is there.
            ("a: false", "{{ if .Values.a }}\nkind: NetworkPolicy\n{{ end }}\n", "{kind: NetworkPolicy}"),
        ] {
            assert_eq!(rendered(values, template), expected, "{template}");
        }
    }

    #[test]
    fn nodes_stand_where_their_lines_stand() {
        let repository =
            chart("a: {x: 1, y: 2}", "{{- if true }}\nb:\n  {{- toYaml .Values.a | nindent 2 }}\n{{- end }}\nc: 1\n");
        let file = repository.text("c/templates/a.yaml").unwrap();
        let root = file.roots().next().unwrap();
        let line = |key: &str| file.position(root.entry(key).unwrap().key.span.start).line;
        assert_eq!((line("b"), line("c")), (2, 5));
        let inner = root.get("b").unwrap().entry("y").unwrap();
        assert_eq!(file.position(inner.key.span.start).line, 3);
    }

    #[test]
    fn broken_and_endless_templates_end() {
        for template in [
            "{{",
            "{{ if",
            "{{ end }}",
            "{{ if .Values.a }}x: 1",
            "{{ else }}{{ end }}{{ with }}{{ range }}",
            "{{ define \"x\" }}{{ include \"x\" . }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}",
            "{{ \"a | b\" | quote }} {{ (((( }} {{ ' }} {{ | }}",
            "{{- -}}",
        ] {
            rendered("a: [1, 2, 3]", template);
        }
        let nested = "{{ range .Values.a }}".repeat(30) + "xxxxxxxxxxxxxxxx" + &"{{ end }}".repeat(30);
        rendered("a: [1, 2, 3, 4, 5, 6, 7, 8]", &nested);
    }
}
