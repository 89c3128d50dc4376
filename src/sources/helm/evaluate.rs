//! What expressions of templates give, as far as it is known.

use serde_json::Value as Json;

use super::values::{Values, inside, is_true};

/// What `.` means at a place.
#[derive(Clone, Debug)]
pub(super) enum Dot {
    /// The top: values, the chart, the release.
    Top,
    /// A value, or something that is not known.
    Value(Option<Json>),
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// A value; `None` when it is not known.
    Value(Option<Json>),
    /// A value that is written as YAML; with the indentation and whether a line begins with it.
    Yaml(Option<Json>, Option<Indent>),
    /// A named body, seen with a value; how it is indented.
    Include(String, Seen, Option<Indent>),
}

/// How lines are moved to the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Indent {
    pub(super) columns: usize,
    /// Whether a new line comes first.
    pub(super) on_new_line: bool,
}

/// What a named body sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The top.
    Top,
    /// What `.` is at the place.
    Same,
    /// Something that is not known.
    Unknown,
}

/// The columns that lines are moved at most.
const MOST_COLUMNS: usize = 120;

/// How deep parentheses are read.
const DEEPEST: usize = 12;

/// Gives the value of an expression.
pub(super) fn evaluate(expression: &str, dot: &Dot, values: &Values) -> Outcome {
    pipeline(expression, &Place { dot, values }, 0)
}

struct Place<'place> {
    dot: &'place Dot,
    values: &'place Values,
}

fn pipeline(expression: &str, place: &Place<'_>, depth: usize) -> Outcome {
    let mut stages = split(expression, '|').into_iter();
    let first = stages.next().unwrap_or_default();
    let mut outcome = command(&split(first, ' '), None, place, depth);
    for stage in stages {
        outcome = command(&split(stage, ' '), Some(outcome), place, depth);
    }
    outcome
}

/// Splits at a character that stands in no quotes and no parentheses; empty parts are left out.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut open, mut quote, mut start) = (0_usize, None, 0);
    for (index, character) in text.char_indices() {
        match (quote, character) {
            (Some(own), _) if own == character => quote = None,
            (None, '"' | '`' | '\'') => quote = Some(character),
            (None, '(') => open += 1,
            (None, ')') => open = open.saturating_sub(1),
            (None, _) if character == at && open == 0 => {
                parts.push(text.get(start..index).unwrap_or_default());
                start = index + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Runs a function with its arguments; what comes through the pipe is the last one.
fn command(words: &[&str], piped: Option<Outcome>, place: &Place<'_>, depth: usize) -> Outcome {
    let Some((name, arguments)) = words.split_first() else { return piped.unwrap_or(Outcome::Value(None)) };
    if depth > DEEPEST {
        return Outcome::Value(None);
    }
    let given = |at: usize| arguments.get(at).map(|word| operand(word, place, depth));
    let last = || piped.clone().or_else(|| arguments.last().map(|word| operand(word, place, depth)));
    let all = || {
        let mut all: Vec<Option<Json>> = arguments.iter().map(|word| operand(word, place, depth).value()).collect();
        all.extend(piped.clone().map(Outcome::value));
        all
    };
    match *name {
        "toYaml" | "toJson" | "toPrettyJson" | "toYamlPretty" => Outcome::Yaml(last().and_then(Outcome::value), None),
        "nindent" | "indent" => {
            let columns = arguments.first().and_then(|word| word.parse::<usize>().ok()).unwrap_or(0);
            let indent = Indent { columns: columns.min(MOST_COLUMNS), on_new_line: *name == "nindent" };
            last().unwrap_or(Outcome::Value(None)).indented(indent)
        }
        "include" | "template" => included(arguments),
        "tpl" => given(0).unwrap_or(Outcome::Value(None)),
        "required" => last().unwrap_or(Outcome::Value(None)),
        "default" => match last().map(Outcome::value) {
            Some(Some(value)) if is_true(&value) => Outcome::Value(Some(value)),
            Some(None) => Outcome::Value(None),
            _ => given(0).unwrap_or(Outcome::Value(None)),
        },
        "coalesce" => {
            let unknown = all().contains(&None);
            let first = all().into_iter().flatten().find(is_true);
            Outcome::Value(if unknown { None } else { Some(first.unwrap_or(Json::Null)) })
        }
        "not" | "empty" => Outcome::Value(last().and_then(Outcome::value).map(|value| Json::Bool(!is_true(&value)))),
        "and" => Outcome::Value(joined(&all(), false)),
        "or" => Outcome::Value(joined(&all(), true)),
        "eq" | "ne" => Outcome::Value(compared(&all(), *name == "eq")),
        // These change how a value is written, not whether there is one.
        "quote" | "squote" => match last().map(Outcome::value) {
            Some(Some(value)) => Outcome::Value(Some(Json::String(Json::String(plain(&value)).to_string()))),
            _ => Outcome::Value(None),
        },
        "omit" | "pick" => Outcome::Value(chosen(&all(), *name == "omit")),
        "toString" | "int" | "int64" | "trunc" | "trimSuffix" | "trimPrefix" | "trim" | "lower" | "upper"
        | "toDecimal" | "float64" | "b64enc" | "fromYaml" | "deepCopy" | "print" => {
            last().unwrap_or(Outcome::Value(None))
        }
        word if arguments.is_empty() && piped.is_none() => operand(word, place, depth),
        _ => Outcome::Value(None),
    }
}

fn included(arguments: &[&str]) -> Outcome {
    let name = arguments.first().map_or("", |name| name.trim_matches('"'));
    let seen = match arguments.get(1) {
        Some(&"$") => Seen::Top,
        Some(&".") => Seen::Same,
        _ => Seen::Unknown,
    };
    Outcome::Include(name.to_owned(), seen, None)
}

/// `and` and `or` over values of which some are not known.
fn joined(values: &[Option<Json>], any: bool) -> Option<Json> {
    if values.iter().flatten().any(|value| is_true(value) == any) {
        return Some(Json::Bool(any));
    }
    if values.contains(&None) { None } else { Some(Json::Bool(!any)) }
}

fn compared(values: &[Option<Json>], equal: bool) -> Option<Json> {
    let (first, others) = values.split_first()?;
    let first = first.as_ref()?;
    let others: Option<Vec<&Json>> = others.iter().map(Option::as_ref).collect();
    Some(Json::Bool(others?.into_iter().any(|other| plain(other) == plain(first)) == equal))
}

/// Returns the entries of a mapping without some, or only those.
fn chosen(values: &[Option<Json>], without: bool) -> Option<Json> {
    let (of, keys) = values.split_first()?;
    let keys: Option<Vec<String>> = keys.iter().map(|key| Some(plain(key.as_ref()?))).collect();
    let keys = keys?;
    let kept = of.as_ref()?.as_object()?.iter().filter(|(key, _)| keys.contains(key) != without);
    Some(Json::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
}

/// Writes a value as it stands in text.
pub(super) fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    }
}

fn operand(word: &str, place: &Place<'_>, depth: usize) -> Outcome {
    if let Some(inner) = word.strip_prefix('(') {
        return pipeline(inner.strip_suffix(')').unwrap_or(inner), place, depth + 1);
    }
    if let Some(text) = word.strip_prefix(['"', '`']) {
        return Outcome::Value(Some(Json::String(text.trim_end_matches(['"', '`']).to_owned())));
    }
    if matches!(word, "true" | "false" | "nil")
        || word.starts_with(|first: char| first.is_ascii_digit() || first == '-')
    {
        let literal = if word == "nil" { "null" } else { word };
        return Outcome::Value(serde_json::from_str(literal).ok());
    }
    let (from_top, path) = match word.strip_prefix("$.") {
        Some(path) => (true, path),
        None => (false, word.strip_prefix('.').unwrap_or("$")),
    };
    if path.starts_with('$') {
        return Outcome::Value(None);
    }
    let keys: Vec<&str> = path.split('.').filter(|key| !key.is_empty()).collect();
    match (place.dot, keys.split_first()) {
        (Dot::Top, Some((&"Values", rest))) => Outcome::Value(Some(place.values.at(rest))),
        (Dot::Value(_), Some((&"Values", rest))) if from_top => Outcome::Value(Some(place.values.at(rest))),
        (Dot::Value(value), _) if !from_top => {
            let found = value.as_ref().map(|value| inside(value, &keys).cloned().unwrap_or(Json::Null));
            Outcome::Value(found)
        }
        (Dot::Top | Dot::Value(_), _) => Outcome::Value(None),
    }
}

impl Outcome {
    /// Returns the value, if it is known.
    pub(super) fn value(self) -> Option<Json> {
        match self {
            Self::Value(value) | Self::Yaml(value, _) => value,
            Self::Include(..) => None,
        }
    }

    fn indented(self, indent: Indent) -> Self {
        match self {
            Self::Value(value) | Self::Yaml(value, _) => Self::Yaml(value, Some(indent)),
            Self::Include(name, seen, _) => Self::Include(name, seen, Some(indent)),
        }
    }
}
