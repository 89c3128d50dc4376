//! Scripts of PowerShell, the Windows command prompt, Python and JavaScript, statement by statement:
//! which variables each one sets and which it reads.
//!
//! This is no parser of these languages. Strings, comments and brackets are told apart, which is what
//! it takes to see where one statement ends and what in it is a name. Reading never fails, and every
//! range lies inside the script.

mod code;

use std::ops::Range;

/// A language that is read statement by statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// PowerShell.
    PowerShell,
    /// The Windows command prompt.
    Cmd,
    /// Python.
    Python,
    /// JavaScript, as `actions/github-script` runs it.
    JavaScript,
}

/// A statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The bytes of the script.
    pub range: Range<usize>,
    /// The variables it sets.
    pub sets: Vec<Target>,
    /// What it reads, in the order written.
    pub reads: Vec<Read>,
}

/// A variable that a statement sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The variable's name; that of the environment begins with `env:`.
    pub name: String,
    /// Which part of the value it takes, for JavaScript's `{ data: pull } = …`.
    pub part: Vec<String>,
}

/// A value that a statement reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The bytes of the script.
    pub range: Range<usize>,
    /// The variable's name; that of the environment begins with `env:`.
    pub name: String,
    /// The names of properties behind it.
    pub path: Vec<String>,
}

/// The longest statement, in lines: a bracket that is never closed must not swallow a script.
const MOST_LINES: usize = 24;

/// Reads a script.
pub fn statements(script: &str, tongue: Tongue) -> Vec<Statement> {
    let code = code::code(script, tongue);
    let read = |range: Range<usize>| {
        let part = code.get(range.clone()).unwrap_or_default();
        let (sets, from) = targets(part, tongue);
        let from = range.start + from;
        let reads = reads(script, &code, from..range.end, tongue);
        Statement { range, sets, reads }
    };
    ranges(&code, tongue).into_iter().map(read).collect()
}

/// Returns where each statement stands, without blanks around it.
fn ranges(code: &str, tongue: Tongue) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut lines) = (0, 0_usize, 0);
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'\n' => lines += 1,
            _ => {}
        }
        let ends = match byte {
            b'\n' => depth == 0 || tongue == Tongue::Cmd || lines >= MOST_LINES,
            b';' => depth == 0 && tongue != Tongue::Cmd,
            _ => false,
        };
        if ends {
            found.push(start..at);
            (start, depth, lines) = (at + 1, 0, 0);
        }
    }
    found.push(start..code.len());
    let trimmed = found.into_iter().filter_map(|range| {
        let text = code.get(range.clone())?;
        let start = range.start + (text.len() - text.trim_start().len());
        let end = start + text.trim().len();
        (start < end).then_some(start..end)
    });
    trimmed.collect()
}

/// Returns the variables that a statement sets, and where what they take begins.
fn targets(code: &str, tongue: Tongue) -> (Vec<Target>, usize) {
    let found = match tongue {
        Tongue::Cmd => set_of_cmd(code),
        Tongue::PowerShell | Tongue::Python | Tongue::JavaScript => assigned(code, tongue),
    };
    found.unwrap_or_default()
}

/// `set NAME=value`, with `/p` and quotes.
fn set_of_cmd(code: &str) -> Option<(Vec<Target>, usize)> {
    let lower = code.to_ascii_lowercase();
    let rest = lower.trim_start_matches('@').strip_prefix("set ")?;
    let rest = rest.trim_start().strip_prefix("/p ").unwrap_or(rest).trim_start().trim_start_matches('"');
    let start = code.len() - rest.len();
    let name = code.get(start..)?.split('=').next()?;
    let is_name = !name.is_empty() && name.chars().all(is_of_name);
    is_name.then(|| (vec![Target { name: format!("env:{name}"), part: Vec::new() }], start + name.len()))
}

/// `name = value`, `for name in values`, and the like.
fn assigned(code: &str, tongue: Tongue) -> Option<(Vec<Target>, usize)> {
    if let Some(rest) = code.strip_prefix("for").or_else(|| code.strip_prefix("foreach")) {
        let (before, word) = if tongue == Tongue::JavaScript { (rest, " of ") } else { (rest, " in ") };
        let (names, _) = before.split_once(word)?;
        return Some((names_of(names, tongue), code.len() - before.len() + names.len() + word.len()));
    }
    let equals = equals_sign(code)?;
    let names = code.get(..equals)?.trim_end_matches(['+', ' ', '?', '|', '&']);
    let names = match tongue {
        Tongue::Python => names.split(':').next().unwrap_or_default(),
        Tongue::JavaScript => names.trim_start_matches("export ").trim(),
        Tongue::PowerShell | Tongue::Cmd => names.rsplit(']').next().unwrap_or_default(),
    };
    let is_plain = names.chars().all(|letter| is_of_name(letter) || " ,:{}[]$()".contains(letter));
    let targets = if is_plain { names_of(names, tongue) } else { Vec::new() };
    (!targets.is_empty()).then_some((targets, equals + 1))
}

/// Finds the `=` that assigns: no part of `==`, `=>`, `<=` and the like, and outside of brackets.
fn equals_sign(code: &str) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate() {
        let neighbour = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or_default();
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'=' if depth == 0 => {
                let is_comparison = matches!(neighbour(at.checked_sub(1)), b'=' | b'!' | b'<' | b'>')
                    || matches!(neighbour(Some(at + 1)), b'=' | b'>' | b'~');
                return (!is_comparison).then_some(at);
            }
            _ => {}
        }
    }
    None
}

fn names_of(text: &str, tongue: Tongue) -> Vec<Target> {
    let text = text.trim().trim_start_matches(['(', '[']);
    let text = ["const ", "let ", "var "].iter().find_map(|word| text.trim_start().strip_prefix(word)).unwrap_or(text);
    let is_parts = text.trim_start().starts_with('{') && tongue == Tongue::JavaScript;
    let names = text.split(',').filter_map(|name| {
        let name = name.trim().trim_matches(['{', '}', '[', ']', '(', ')', ' ']);
        let (part, name) = name.split_once(':').filter(|_| is_parts).unwrap_or((name, name));
        let name = name.trim();
        let name = match tongue {
            Tongue::PowerShell => plain_variable(name)?,
            Tongue::Python | Tongue::JavaScript | Tongue::Cmd => name.to_owned(),
        };
        let is_name = !name.is_empty() && name.chars().all(|letter| is_of_name(letter) || letter == ':');
        let part = if is_parts { vec![part.trim().to_owned()] } else { Vec::new() };
        is_name.then_some(Target { name, part })
    });
    names.collect()
}

/// Returns the name of PowerShell's `$name` or `${name}`, whose case says nothing.
fn plain_variable(text: &str) -> Option<String> {
    let name = text.trim().strip_prefix('$')?.trim_matches(['{', '}']);
    Some(match name.get(..4) {
        Some(drive) if drive.eq_ignore_ascii_case("env:") => format!("env:{}", name.get(4..)?),
        _ => name.to_ascii_lowercase(),
    })
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

/// Lists what a part of a script reads.
fn reads(script: &str, code: &str, part: Range<usize>, tongue: Tongue) -> Vec<Read> {
    let mut found = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let read = match tongue {
            Tongue::PowerShell => variable_of_powershell(code, at),
            Tongue::Cmd => variable_of_cmd(script, at, part.end),
            Tongue::Python | Tongue::JavaScript => name(script, code, at),
        };
        let next = read.as_ref().map_or(at + 1, |read| read.range.end.max(at + 1));
        found.extend(read.filter(|read| read.range.end <= part.end).map(normal));
        at = next;
    }
    found
}

fn variable_of_powershell(code: &str, at: usize) -> Option<Read> {
    let rest = code.get(at..)?.strip_prefix('$')?;
    let length = match rest.strip_prefix('{') {
        Some(inner) => inner.find('}')? + 2,
        None => rest.find(|letter: char| !is_of_name(letter) && letter != ':').unwrap_or(rest.len()),
    };
    let name = plain_variable(code.get(at..at + 1 + length)?)?;
    let path = properties(code, code, at + 1 + length).0;
    (length > 0 && !name.starts_with('{')).then_some(Read { range: at..at + 1 + length, name, path })
}

fn variable_of_cmd(script: &str, at: usize, end: usize) -> Option<Read> {
    let rest = script.get(at..end)?;
    let sign = rest.chars().next().filter(|sign| matches!(sign, '%' | '!'))?;
    let inner = rest.get(1..)?;
    let length = inner.find(sign)?;
    let name = inner.get(..length)?.split(':').next()?;
    let is_name = !name.is_empty() && name.chars().all(|letter| is_of_name(letter) || letter == '-');
    is_name.then(|| Read { range: at..at + length + 2, name: format!("env:{name}"), path: Vec::new() })
}

/// Reads a name with its properties: `a.b["c"]`.
fn name(script: &str, code: &str, at: usize) -> Option<Read> {
    let before = code.get(..at)?.chars().next_back().unwrap_or(' ');
    let rest = code.get(at..)?;
    let starts = rest.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    if !starts || is_of_name(before) || before == '.' {
        return None;
    }
    let length = rest.find(|letter: char| !is_of_name(letter)).unwrap_or(rest.len());
    let (path, end) = properties(script, code, at + length);
    Some(Read { range: at..end, name: rest.get(..length)?.to_owned(), path })
}

/// Reads the properties behind a name, and returns where they end.
fn properties(script: &str, code: &str, mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let Some(rest) = code.get(at..) {
        let dots = if rest.starts_with("?.") { 2 } else { usize::from(rest.starts_with('.')) };
        let property = rest.get(dots..).unwrap_or_default();
        let length = property.find(|letter: char| !is_of_name(letter)).unwrap_or(property.len());
        if dots > 0 && length > 0 {
            path.extend(property.get(..length).map(str::to_owned));
            at += dots + length;
        } else if let Some((name, end)) = quoted_index(script, code, at) {
            path.push(name);
            at = end;
        } else {
            break;
        }
    }
    (path, at)
}

/// Reads `["name"]` and `("name"`, and returns where it ends.
fn quoted_index(script: &str, code: &str, at: usize) -> Option<(String, usize)> {
    if !code.get(at..)?.starts_with(['[', '(']) {
        return None;
    }
    let inner = script.get(at + 1..)?;
    let quote = inner.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let name = inner.get(1..)?.split(quote).next()?;
    let closed = inner.get(1 + name.len() + 1..)?;
    let end = at + 1 + name.len() + 2 + usize::from(closed.starts_with([']', ')']));
    (!name.contains('\n')).then(|| (name.to_owned(), end))
}

/// Writes the ways to read the environment as one.
fn normal(read: Read) -> Read {
    let path: Vec<&str> = read.path.iter().map(String::as_str).collect();
    let name = match (read.name.as_str(), path.as_slice()) {
        ("process", ["env", name, ..])
        | ("os", ["environ", "get", name, ..] | ["environ" | "getenv", name, ..])
        | ("environ", ["get", name, ..] | [name, ..])
        | ("getenv", [name, ..]) => format!("env:{name}"),
        _ => return read,
    };
    Read { name, path: Vec::new(), ..read }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(script: &str, tongue: Tongue) -> Vec<String> {
        let show = |statement: Statement| {
            let sets =
                statement.sets.iter().map(|target| [vec![target.name.clone()], target.part.clone()].concat().join("/"));
            let reads =
                statement.reads.iter().map(|read| [vec![read.name.clone()], read.path.clone()].concat().join("."));
            format!("{} <- {}", sets.collect::<Vec<_>>().join(" "), reads.collect::<Vec<_>>().join(" "))
        };
        statements(script, tongue).into_iter().map(show).collect()
    }

    #[test]
    fn powershell_sets_and_reads_variables_whatever_their_case() {
        for (script, expected) in [
            ("$Title = $env:TITLE.Trim()", vec!["title <- env:TITLE"]),
            ("[string]$a = \"x$B y${c}\"; echo '$d' # $e", vec!["a <- b c", " <- "]),
            ("\"a=$($x.Name)\" >> $env:GITHUB_OUTPUT", vec![" <- x env:GITHUB_OUTPUT"]),
            ("$env:A = $b", vec!["env:A <- b"]),
            ("if ($a -eq 'b') { $c }", vec![" <- a c"]),
        ] {
            let found = shown(script, Tongue::PowerShell);
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            let without_paths: Vec<String> =
                found.iter().map(|line| line.replace(".Trim", "").replace("x.Name", "x")).collect();
            assert_eq!(without_paths, expected, "{script}");
        }
    }

    #[test]
    fn the_command_prompt_knows_the_environment_only() {
        for (script, expected) in [
            ("set A=%B%\r\necho a=!C!>> %GITHUB_OUTPUT%", vec!["env:A <- env:B", " <- env:C env:GITHUB_OUTPUT"]),
            ("@set \"A=%B:~0,3%\"", vec!["env:A <- env:B"]),
            ("rem %A%\n:: %A%\nfor %%i in (1) do echo %%i", vec![" <- "]),
        ] {
            assert_eq!(shown(script, Tongue::Cmd), expected, "{script}");
        }
    }

    #[test]
    fn python_and_javascript_read_names_and_their_properties() {
        for (script, tongue, expected) in [
            ("t = os.environ[\"T\"]  # x", Tongue::Python, vec!["t <- env:T"]),
            ("t: str = os.getenv('T', '')", Tongue::Python, vec!["t <- env:T"]),
            ("print(f'a={t} b', 'c t', file=out)", Tongue::Python, vec![" <- print t file out"]),
            ("x == y", Tongue::Python, vec![" <- x y"]),
            ("\"\"\"\nt\n\"\"\"\nfor a in b:\n    c(a)", Tongue::Python, vec!["a <- b", " <- c a"]),
            ("const { data: pr } = await f({\n  a: b\n});", Tongue::JavaScript, vec!["pr/data <- await f a b"]),
            (
                "const {title, body} = context.payload.issue",
                Tongue::JavaScript,
                vec!["title/title body/body <- context.payload.issue"],
            ),
            ("g(`a=${process.env.T}`) // h", Tongue::JavaScript, vec![" <- g env:T"]),
            ("a = b.replace(/[\"']/g, ''); c(d)", Tongue::JavaScript, vec!["a <- b.replace g", " <- c d"]),
            ("if (a === b) { c?.d['e'] }", Tongue::JavaScript, vec![" <- if a b c.d.e"]),
        ] {
            assert_eq!(shown(script, tongue), expected, "{script}");
        }
    }

    proptest::proptest! {
        #[test]
        fn ranges_stay_inside(script in "(\\$\\{|env:|[a%=!'\"`#/\\[\\](){};.,ü \n\\\\]){0,40}") {
            for tongue in [Tongue::PowerShell, Tongue::Cmd, Tongue::Python, Tongue::JavaScript] {
                for statement in statements(&script, tongue) {
                    assert!(script.get(statement.range).is_some());
                    assert!(statement.reads.into_iter().all(|read| script.get(read.range).is_some()));
                }
            }
        }
    }
}
