//! Templates outside of charts: YAML in ERB, Jinja or Go's language, told by how their files end. Nothing is known of
//! the values; lines stay where they are.

use super::render::{MARK, marked};
use super::{Rendered, placed};
use crate::model::repository::{Repository, has_ending, without_template};
use crate::model::yaml::Document;

/// How a language marks its parts in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Erb,
    Jinja,
    Go,
}

/// What a part of a template does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A value is put in its place.
    Put,
    /// A block begins: a condition, a loop.
    Open,
    /// Another branch of a block begins.
    Else,
    /// A block ends.
    Close,
    /// Nothing that is seen.
    Nothing,
}

/// Reads the templates that their endings tell.
pub(super) fn read(repository: &mut Repository, documents: impl Fn(&str) -> Vec<Document>) {
    for (path, file) in &mut repository.texts {
        let Some(language) = language_of(path).filter(|_| without_template(path).is_some()) else { continue };
        let text = filled_in(&file.text, language);
        let lines = (1..=text.matches('\n').count() + 1).collect();
        let rendered = Rendered { text, lines };
        file.documents =
            documents(&rendered.text).into_iter().map(|document| placed(document, &rendered, file)).collect();
    }
}

fn language_of(path: &str) -> Option<Language> {
    let of = |endings: &[&str], language| has_ending(path, endings).then_some(language);
    of(&["erb"], Language::Erb)
        .or_else(|| of(&["j2", "jinja2"], Language::Jinja))
        .or_else(|| of(&["tmpl", "tpl", "gotmpl"], Language::Go))
}

/// Puts marks where values come, and leaves the first branch of each condition, line by line.
fn filled_in(text: &str, language: Language) -> String {
    let mut result = String::with_capacity(text.len());
    // The blocks that are open, each with whether a later branch than its first one is passed.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = text;
    while let Some((before, inner, after)) = next(rest, language) {
        keep(&mut result, before, open.contains(&true));
        match part(inner, language) {
            Part::Put if !open.contains(&true) => result.push(MARK),
            Part::Open => open.push(false),
            Part::Else => {
                if let Some(last) = open.last_mut() {
                    *last = true;
                }
            }
            Part::Close => drop(open.pop()),
            Part::Put | Part::Nothing => {}
        }
        result.extend(std::iter::repeat_n('\n', inner.matches('\n').count()));
        rest = after;
    }
    keep(&mut result, rest, open.contains(&true));
    marked(&result)
}

/// Adds a text, or of one that is left out the ends of its lines.
fn keep(result: &mut String, text: &str, is_left_out: bool) {
    if is_left_out {
        result.extend(std::iter::repeat_n('\n', text.matches('\n').count()));
    } else {
        result.push_str(text);
    }
}

/// Splits a text at its next part: what stands before, inside with the sign behind the bracket, and after.
fn next(text: &str, language: Language) -> Option<(&str, &str, &str)> {
    let pairs: &[(&str, &str)] = match language {
        Language::Erb => &[("<%", "%>")],
        Language::Jinja => &[("{{", "}}"), ("{%", "%}"), ("{#", "#}")],
        Language::Go => &[("{{", "}}")],
    };
    let (at, (open, close)) = pairs.iter().filter_map(|pair| Some((text.find(pair.0)?, pair))).min()?;
    let behind = text.get(at + open.len()..)?;
    let end = behind.find(close)?;
    // The sign in the bracket tells a value from a condition.
    let start = if language == Language::Jinja { at + 1 } else { at + open.len() };
    let inner = text.get(start..at + open.len() + end)?;
    Some((text.get(..at)?, inner, behind.get(end + close.len()..)?))
}

fn part(inner: &str, language: Language) -> Part {
    let bare = inner.trim_matches(|character: char| character.is_whitespace() || character == '-');
    match language {
        Language::Erb => of_erb(bare),
        Language::Jinja => match bare.split_at_checked(1) {
            Some(("{", _)) => Part::Put,
            Some(("%", code)) => of_jinja(code.trim_matches(['-', '+', ' ', '\t', '\n'])),
            _ => Part::Nothing,
        },
        Language::Go => of_go(bare),
    }
}

fn of_erb(code: &str) -> Part {
    if code.starts_with('=') {
        return Part::Put;
    }
    let word = code.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    let takes_block = code.ends_with(" do")
        || code.ends_with('{')
        || code.ends_with('|') && (code.contains(" do |") || code.contains("{ |"));
    match word {
        "if" | "unless" | "case" | "while" | "until" | "for" | "begin" => Part::Open,
        "else" | "elsif" => Part::Else,
        "end" => Part::Close,
        _ if code == "}" => Part::Close,
        _ if !code.starts_with('#') && takes_block => Part::Open,
        _ => Part::Nothing,
    }
}

fn of_jinja(code: &str) -> Part {
    let word = code.split_whitespace().next().unwrap_or_default();
    match word {
        "if" | "for" | "macro" | "block" | "filter" | "call" | "raw" | "with" => Part::Open,
        "set" if !code.contains('=') => Part::Open,
        "else" | "elif" => Part::Else,
        word if word.starts_with("end") => Part::Close,
        _ => Part::Nothing,
    }
}

fn of_go(code: &str) -> Part {
    let word = code.split_whitespace().next().unwrap_or_default();
    match word {
        "if" | "range" | "with" | "define" | "block" => Part::Open,
        "else" => Part::Else,
        "end" => Part::Close,
        _ if code.starts_with("/*") || code.starts_with('$') && code.contains('=') => Part::Nothing,
        _ => Part::Put,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_where_they_are() {
        for (language, text, expected) in [
            (
                Language::Erb,
                "a: <%= x %>\n<% if y == 1 -%>\nb: 1\n<% else %>\nb: 2\n<% end %>\nc: 3\n",
                "a: __unknown__\n\nb: 1\n\n\n\nc: 3\n",
            ),
            (Language::Erb, "<%# kind: x %>\n<% l.each do |i| %>\n- <%= i %>\n<% end %>\n", "\n\n- __unknown__\n\n"),
            (Language::Erb, "<% case a when 1 %>\na: 1\n<% end %>\nb: 1\n", "\na: 1\n\nb: 1\n"),
            (
                Language::Jinja,
                "a: {{ x }}\n{% if y %}\nb: 1\n{% elif z %}\nb: 2\n{% endif %}\n{# c: 1 #}\n",
                "a: __unknown__\n\nb: 1\n\n\n\n\n",
            ),
            (
                Language::Jinja,
                "{% set a = 1 %}\n{%- for i in l %}\n- {{ i }}\n{%- endfor %}\nb\n",
                "\n\n- __unknown__\n\nb\n",
            ),
            (
                Language::Go,
                "a: {{ .X }}\n{{- if .Y }}\nb: 1\n{{- else if .Z }}\nb: 2\n{{- end }}\n{{/* c */}}\n",
                "a: __unknown__\n\nb: 1\n\n\n\n\n",
            ),
            (Language::Go, "r:\n  {{ toYaml .R }}\n", "r:\n  __unknown__: __unknown__\n"),
            (Language::Go, "a: {{ x\n", "a: {{ x\n"),
        ] {
            assert_eq!(filled_in(text, language), expected, "{text}");
        }
    }

    #[test]
    fn broken_templates_end() {
        for text in ["<%", "%>", "<% end %><% else %>", "{{", "{% endif %}{% else %}", "{{}}", "<%=%>", "{%%}", "{##}"]
        {
            for language in [Language::Erb, Language::Jinja, Language::Go] {
                filled_in(text, language);
            }
        }
    }
}
