//! From what a checker says about a text without expressions to what it says about a script.
//!
//! A checker knows neither what an expression becomes nor what the runner sets around a script. What
//! it says only for that reason is left out.

use std::ops::Range;

use super::interpreter::{Interpreter, Origin, Shell};
use super::plain::PlainScript;
use crate::model::finding::Severity;
use crate::model::place::{Position, Span};
use crate::model::remark::{Checker, Comment, Remark};

/// What ShellCheck says because it sees neither the environment nor other files:
/// - 1090, 1091: it did not follow `source`, which says nothing about the script;
/// - 2153, 2154: a variable is assigned nowhere; `env`, `$GITHUB_ENV` and actions set variables.
const OUTSIDE: &[u32] = &[1090, 1091, 2153, 2154];

/// What ShellCheck says of a word because it is always the same. Where an expression stands in the
/// line it is not:
/// - 2041, 2043: a loop over one word;
/// - 2050, 2078, 2157, 2159, 2160, 2193, 2194, 2195: a condition, a pattern or a `case` that cannot
///   change;
/// - 2130, 2151, 2152, 2170, 2241, 2242, 2309: a word where a number is needed;
/// - 2140: a bare word between two quoted ones, as in `"a"${{ b }}"c"`;
/// - 2182, 2183: too few or too many words behind `printf`.
const CONSTANT: &[u32] = &[
    2041, 2043, 2050, 2078, 2130, 2140, 2151, 2152, 2157, 2159, 2160, 2170, 2182, 2183, 2193, 2194, 2195, 2241, 2242,
    2309,
];

/// What a script that cannot be parsed is told with; the text of an expression can mend it.
const SYNTAX: Range<u32> = 1000..2000;

/// What ShellCheck says of bash's own features in a script for `sh`.
const BASH_ONLY: Range<u32> = 3000..4000;

/// Returns the first line of what ShellCheck is given, which tells it the dialect and the
/// options; nothing where it does not know the shell.
///
/// Options in that line, not in a command, keep a `# shellcheck disable=` on top of the script
/// valid for all of it.
pub fn shebang(shell: Shell) -> Option<String> {
    let options = match (shell.stops_at_errors, shell.pipefail) {
        (true, true) => " -eo pipefail",
        (true, false) => " -e",
        (false, true) => " -o pipefail",
        (false, false) => "",
    };
    match shell.interpreter {
        Interpreter::Bash => Some(format!("#!/bin/bash{options}\n")),
        Interpreter::Sh if shell.stops_at_errors => Some("#!/bin/sh -e\n".to_owned()),
        Interpreter::Sh => Some("#!/bin/sh\n".to_owned()),
        Interpreter::PowerShell | Interpreter::Cmd | Interpreter::Python => None,
    }
}

/// Turns comments of ShellCheck on a shebang and a script into remarks on the script.
pub fn of_shellcheck<'comment>(
    comments: impl IntoIterator<Item = &'comment Comment>,
    plain: &PlainScript,
    shell: Shell,
    script: Span,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for comment in comments {
        let below_shebang = |position: Position| Some(Position { line: position.line.checked_sub(1)?, ..position });
        let (Some(start), Some(end)) = (below_shebang(comment.start), below_shebang(comment.end)) else { continue };
        if start.line == 0 {
            continue;
        }
        let range = at_least_one_character(plain, plain.offset(start)..plain.offset(end));
        if comment.code.is_some_and(|code| is_mistaken(code, &range, plain, shell)) || plain.is_in_expression(&range) {
            continue;
        }
        remarks.push(remark(Checker::ShellCheck, comment, script, range));
    }
    remarks
}

/// Tells whether ShellCheck says something only because of what it does not know.
fn is_mistaken(code: u32, range: &Range<usize>, plain: &PlainScript, shell: Shell) -> bool {
    let touches = || plain.touches_expression(&plain.lines_around(range));
    OUTSIDE.contains(&code)
        || (BASH_ONLY.contains(&code) && shell.origin == Origin::Container)
        || (CONSTANT.contains(&code) && touches())
        || (SYNTAX.contains(&code) && (touches() || plain.has_expression_for_command()))
}

/// Turns comments of Pyflakes on a script into remarks on it. Its comments name the start of a
/// place only; what is meant is the name there.
pub fn of_pyflakes<'comment>(
    comments: impl IntoIterator<Item = &'comment Comment>,
    plain: &PlainScript,
    script: Span,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for comment in comments {
        let start = plain.offset(comment.start);
        let name = plain.name_at(start);
        let range = at_least_one_character(plain, start..name.end.max(start));
        // The value of an expression can be part of a name, and of a statement.
        let line = plain.lines_around(&range);
        let is_syntax = comment.level == Severity::Error && !comment.message.starts_with("undefined name");
        let about_value = is_syntax || comment.message.contains("___");
        let mends = plain.touches_expression(&line) || (is_syntax && plain.has_expression_for_command());
        if !(plain.touches_expression(&name) || (about_value && mends)) {
            remarks.push(remark(Checker::Pyflakes, comment, script, range));
        }
    }
    remarks
}

fn remark(checker: Checker, comment: &Comment, script: Span, range: Range<usize>) -> Remark {
    Remark { checker, script, range, level: comment.level, code: comment.code, message: comment.message.clone() }
}

/// Widens an empty range to the character behind it, or before it at the end of the script.
fn at_least_one_character(plain: &PlainScript, range: Range<usize>) -> Range<usize> {
    if range.start < range.end {
        return range;
    }
    let text = plain.text();
    let after = text.get(range.start..).and_then(|rest| rest.chars().next()).filter(|next| *next != '\n');
    if let Some(next) = after {
        return range.start..range.start + next.len_utf8();
    }
    let before = text.get(..range.start).and_then(|rest| rest.chars().next_back()).filter(|last| *last != '\n');
    range.start - before.map_or(0, char::len_utf8)..range.start
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the comment that ShellCheck would write on a part of the given text.
    fn on(text: &str, code: u32, part: &str) -> Comment {
        let at = text.find(part).unwrap();
        let position = |at: usize| {
            let before = &text.get(..at).unwrap();
            let line = before.rsplit('\n').next().unwrap();
            Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
        };
        let (start, end) = (position(at), position(at + part.len()));
        Comment { start, end, level: Severity::Warning, code: Some(code), message: "message".to_owned() }
    }

    fn plain(script: &str) -> PlainScript {
        let fences = script.match_indices("${{").zip(script.match_indices("}}"));
        PlainScript::new(script, fences.map(|((start, _), (end, _))| start..end + 2))
    }

    #[track_caller]
    fn check(script: &str, code: u32, part: &str, shell: Shell, expected: Option<&str>) {
        let plain = plain(script);
        let given = shebang(shell).unwrap() + plain.text();
        let remarks = of_shellcheck(&[on(&given, code, part)], &plain, shell, Span::default());
        let seen = remarks.first().map(|remark| script.get(remark.range.clone()).unwrap());
        assert_eq!(seen, expected, "{script} SC{code}");
    }

    #[test]
    fn remarks_are_on_the_script_alone() {
        let bash = Shell::named("bash").unwrap();
        check("echo 'ü'\necho $漢", 2086, "$漢", bash, Some("$漢"));
        check("echo $A", 2096, "#!/bin/bash", bash, None);
        check("echo ${{ a }} $A", 2086, "$A", bash, Some("$A"));
        check("echo ${{ a }} $A", 2086, "________", bash, None);
        check("echo a ${{ a }} $A", 2129, "echo a ________ $A", bash, Some("echo a ${{ a }} $A"));
    }

    #[test]
    fn what_is_said_for_want_of_knowledge_is_left_out() {
        let bash = Shell::named("bash").unwrap();
        check("echo $a", 2154, "$a", bash, None);
        check("source x", 1091, "x", bash, None);
        check("[ a = b ]", 2050, "=", bash, Some("="));
        check("[ ${{ a }} = b ]", 2050, "=", bash, None);
        check("[ \\\n  ${{ a }} \\\n  = b ]", 2050, "=", bash, None);
        check("[ ${{ a }} = b ]\n[ a = c ]", 2050, "c", bash, Some("c"));
        check("echo 'a\n", 1078, "'", bash, Some("'"));
        check("${{ a }}\necho 'a\n", 1078, "'", bash, None);
        check("[[ a ]]", 3010, "[[", Shell::named("sh").unwrap(), Some("[["));
        check("[[ a ]]", 3010, "[[", Shell::default_of_containers(), None);
    }

    #[test]
    fn shellcheck_is_told_shell_and_options() {
        for (shell, expected) in [
            ("bash", Some("#!/bin/bash -eo pipefail\n")),
            ("bash {0}", Some("#!/bin/bash\n")),
            ("bash -e {0}", Some("#!/bin/bash -e\n")),
            ("bash -o pipefail {0}", Some("#!/bin/bash -o pipefail\n")),
            ("sh", Some("#!/bin/sh -e\n")),
            ("sh {0}", Some("#!/bin/sh\n")),
            ("pwsh", None),
            ("cmd", None),
            ("python", None),
        ] {
            assert_eq!(shebang(Shell::named(shell).unwrap()).as_deref(), expected, "{shell}");
        }
    }

    #[test]
    fn pyflakes_means_the_name_it_points_at() {
        let name = |script: &str, line, column, message: &str, level| {
            let start = Position { line, column };
            let comment = Comment { start, end: start, level, code: None, message: message.to_owned() };
            let remarks = of_pyflakes(&[comment], &plain(script), Span::default());
            remarks.first().map(|remark| script.get(remark.range.clone()).unwrap().to_owned())
        };
        let undefined = |script, column| name(script, 1, column, "undefined name 'x'", Severity::Error);
        assert_eq!(undefined("print(hello)", 7).as_deref(), Some("hello"));
        assert_eq!(undefined("print(hello, '${{ a }}')", 7).as_deref(), Some("hello"));
        assert_eq!(undefined("print(${{ a }})", 7), None);
        assert_eq!(undefined("print(a_${{ a }})", 7), None);
        let syntax = |script, line| name(script, line, 1, "invalid syntax", Severity::Error);
        assert_eq!(syntax("a b", 1).as_deref(), Some("a"));
        assert_eq!(syntax("a ${{ b }}", 1), None);
        assert_eq!(syntax("${{ b }}\nelse:", 2), None);
        assert_eq!(name("import ${{ a }}", 1, 1, "'________' imported but unused", Severity::Info), None);
        assert_eq!(syntax("print(", 9).as_deref(), Some("("));
    }

    proptest::proptest! {
        #[test]
        fn every_remark_lies_inside_its_scalar(
            lines in proptest::collection::vec("[aü漢'\"\\\\ $]{0,30}(\\$\\{\\{ a \\}\\})?[b ]{0,5}", 1..6),
            style in 0_usize..5,
            from in (0_usize..9, 0_usize..60),
            to in (0_usize..9, 0_usize..60),
        ) {
            let raw = match style {
                0 => format!("|\n  {}\n", lines.join("\n  ")),
                1 => format!(">\n  {}\n", lines.join("\n  ")),
                2 => format!("\"{}\"", lines.join("\\n").replace('\\', "\\\\").replace('"', "\\\"")),
                3 => format!("'{}'", lines.join("\n\n    ").replace('\'', "''")),
                _ => format!("x{}", lines.join("\n    ").replace([':', '#'], "")),
            };
            let source = format!("run: {raw}\nother: x\n");
            let document = crate::sources::yaml::parse(&source);
            let Some(script) = document.root.as_ref().and_then(|root| root.get("run")?.text().cloned()) else {
                return Ok(());
            };
            let position = |(line, column)| Position { line, column };
            let comment = Comment {
                start: position(from),
                end: position(to),
                level: Severity::Warning,
                code: Some(2086),
                message: String::new(),
            };
            let plain = plain(&script.value);
            let shell = Shell::named("bash").unwrap();
            let found = [
                of_shellcheck([&comment], &plain, shell, script.span),
                of_pyflakes([&comment], &plain, script.span),
            ];
            for remark in found.into_iter().flatten() {
                assert!(remark.range.start <= remark.range.end && remark.range.end <= script.value.len());
                let place = script.locate(&source, remark.range);
                assert!(script.span.contains(place), "{place:?} {:?}", script.span);
                assert!(source.get(place.start..place.end).is_some());
            }
        }
    }
}
