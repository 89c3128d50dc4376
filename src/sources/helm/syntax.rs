//! From a template's text to pieces: text, actions, and blocks with what stands in them.

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that comes out as it is.
    Text(Literal),
    /// What is put in: an expression, with the line it stands in.
    Put(String, usize),
    /// Branches with their conditions; `else` has none.
    If(Vec<(Option<String>, Vec<Piece>)>),
    /// A body that sees a value, and one without it.
    With(String, Vec<Piece>, Vec<Piece>),
    /// A body for each item of a value, and one without any.
    Range(String, Vec<Piece>, Vec<Piece>),
    /// A body with a name, which comes out where it is included.
    Define(String, Vec<Piece>),
}

/// A text, and the number of its first line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) text: String,
    pub(super) line: usize,
}

/// How deep blocks may stand in blocks.
const DEEPEST: usize = 40;

/// A text or an action, before blocks are put together.
enum Token {
    Text(Literal),
    Action(String, usize),
}

/// Reads a template. What is not closed ends with the text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut tokens = tokens(text).into_iter();
    block(&mut tokens, 0).0
}

/// Returns the bodies with names, with those names.
pub(super) fn defined(pieces: &[Piece]) -> Vec<(&str, &[Piece])> {
    let named = |piece: &'_ Piece| matches!(piece, Piece::Define(..));
    let found = pieces.iter().filter(|piece| named(piece));
    found
        .filter_map(|piece| match piece {
            Piece::Define(name, body) => Some((name.as_str(), body.as_slice())),
            Piece::Text(_) | Piece::Put(..) | Piece::If(_) | Piece::With(..) | Piece::Range(..) => None,
        })
        .collect()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    let mut trims = false;
    while !rest.is_empty() {
        let (before, action) = match rest.split_once("{{") {
            Some((before, after)) => (before, Some(after)),
            None => (rest, None),
        };
        let left = action.is_some_and(|action| action.starts_with("- ") || action.starts_with("-\n"));
        let start = if trims { before.len() - before.trim_start().len() } else { 0 };
        let kept = before.get(start..).unwrap_or_default();
        let kept = if left { kept.trim_end() } else { kept };
        let skipped = before.get(..start).unwrap_or_default().matches('\n').count();
        if !kept.is_empty() {
            tokens.push(Token::Text(Literal { text: kept.to_owned(), line: line + skipped }));
        }
        line += before.matches('\n').count();
        let Some(action) = action else { break };
        let (inner, after) = closed(action);
        let bare = inner.strip_prefix('-').unwrap_or(inner);
        trims = bare.ends_with(" -") || bare.ends_with("\n-") || bare == "-";
        let bare = if trims { bare.trim_end_matches('-') } else { bare };
        if !bare.trim_start().starts_with("/*") {
            tokens.push(Token::Action(bare.split_whitespace().collect::<Vec<_>>().join(" "), line));
        }
        line += inner.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Splits what follows `{{` at its end, which does not stand in a comment or in quotes.
fn closed(text: &str) -> (&str, &str) {
    if text.trim_start_matches('-').trim_start().starts_with("/*")
        && let Some(at) = text.find("*/").map(|at| at + 2)
    {
        let end = text.get(at..).and_then(|rest| rest.find("}}")).map_or(text.len(), |end| at + end);
        return (text.get(..end).unwrap_or_default(), text.get(end + 2..).unwrap_or_default());
    }
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), _) if open == character && !escaped => quote = None,
            (None, '"' | '`') => quote = Some(character),
            (None, '}') if text.get(at..).is_some_and(|rest| rest.starts_with("}}")) => {
                return (text.get(..at).unwrap_or_default(), text.get(at + 2..).unwrap_or_default());
            }
            _ => {}
        }
        escaped = false;
    }
    (text, "")
}

/// What ended a block.
enum End {
    End,
    Else(Option<String>),
}

fn block(tokens: &mut std::vec::IntoIter<Token>, depth: usize) -> (Vec<Piece>, End) {
    let mut pieces = Vec::new();
    while let Some(token) = tokens.next() {
        let (action, line) = match token {
            Token::Text(text) => {
                pieces.push(Piece::Text(text));
                continue;
            }
            Token::Action(action, line) => (action, line),
        };
        let (word, rest) = action.split_once(' ').unwrap_or((action.as_str(), ""));
        if depth > DEEPEST && matches!(word, "if" | "with" | "range" | "define" | "block") {
            return (pieces, End::End);
        }
        match word {
            "end" => return (pieces, End::End),
            "else" => return (pieces, End::Else(rest.strip_prefix("if ").map(str::to_owned))),
            "if" => pieces.push(Piece::If(branches(rest, tokens, depth))),
            "with" | "range" => {
                let (body, end) = block(tokens, depth + 1);
                let otherwise = if matches!(end, End::Else(_)) { block(tokens, depth + 1).0 } else { Vec::new() };
                // `range $key, $value := .Values.x` is about what stands behind the variables.
                let about = rest.rsplit_once(":=").map_or(rest, |(_, value)| value).trim().to_owned();
                pieces.push(match word {
                    "with" => Piece::With(about, body, otherwise),
                    _ => Piece::Range(about, body, otherwise),
                });
            }
            "define" | "block" => {
                let name = rest.split('"').nth(1).unwrap_or_default().to_owned();
                pieces.push(Piece::Define(name, block(tokens, depth + 1).0));
            }
            _ => pieces.push(Piece::Put(action, line)),
        }
    }
    (pieces, End::End)
}

fn branches(
    condition: &str,
    tokens: &mut std::vec::IntoIter<Token>,
    depth: usize,
) -> Vec<(Option<String>, Vec<Piece>)> {
    let mut branches = Vec::new();
    let mut condition = Some(condition.to_owned());
    loop {
        let (body, end) = block(tokens, depth + 1);
        let last = condition.is_none();
        branches.push((condition, body));
        match end {
            End::Else(next) if !last => condition = next,
            End::Else(_) | End::End => return branches,
        }
    }
}
