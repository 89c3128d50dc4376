//! The files that the runner reads back after a step, and how a script names them.

use std::ops::Range;

use crate::shell::{Interpreter, Word, commands, powershell_code, redirections};

/// The variables that hold the paths of the files.
pub const FILES: [&str; 5] = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY", "GITHUB_PATH", "GITHUB_STATE"];

/// A file of the runner in words that do not name it to the shell that reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misnamed {
    /// The variable that is meant.
    pub file: &'static str,
    /// The bytes of the script it is written in.
    pub range: Range<usize>,
}

/// Returns how a script names one of the files.
pub fn spelled(file: &str, interpreter: Interpreter) -> String {
    match interpreter {
        Interpreter::Bash | Interpreter::Sh => format!("\"${file}\""),
        Interpreter::PowerShell => format!("$env:{file}"),
        Interpreter::Cmd => format!("%{file}%"),
        Interpreter::Python => format!("os.environ[\"{file}\"]"),
    }
}

/// Finds where a script means one of the files and its shell does not take it for that: the way of
/// another shell, or a name without any sign. Python opens files in too many ways to tell.
pub fn misnamed(script: &str, interpreter: Interpreter) -> Vec<Misnamed> {
    if !script.contains("GITHUB_") {
        return Vec::new();
    }
    let mut found = match interpreter {
        Interpreter::Bash | Interpreter::Sh => in_posix(script),
        Interpreter::PowerShell => in_powershell(script),
        Interpreter::Cmd => in_cmd(script),
        Interpreter::Python => Vec::new(),
    };
    found.sort_by_key(|misnamed| misnamed.range.start);
    found.dedup();
    found
}

/// Only what output goes to is looked at: elsewhere it may be a text for another shell.
fn in_posix(script: &str) -> Vec<Misnamed> {
    let written = redirections(script).into_iter().filter(|redirection| redirection.operator.contains('>'));
    let mut targets: Vec<Word> = written.map(|redirection| redirection.target).collect();
    let commands = if script.contains("tee") { commands(script) } else { Vec::new() };
    for command in commands.into_iter().filter(|command| command.program() == Some("tee")) {
        targets.extend(command.words.into_iter().skip(1));
    }
    // A script may have variables of these names, or stand in for the runner in a test of its own.
    let is_own = |name: &str| script.contains(&format!("{name}="));
    let sets_env = is_own("env") || is_own("ENV");
    let found = targets.into_iter().filter_map(|target| {
        let file = foreign(&target.text, Interpreter::Bash).filter(|_| !sets_env).or_else(|| {
            let is_literal = script.get(target.range.clone()).is_some_and(|source| source.starts_with('\''));
            FILES.into_iter().find(|file| is_literal && target.text.strip_prefix('$') == Some(*file))
        })?;
        (!is_own(file)).then_some(Misnamed { file, range: target.range })
    });
    found.collect()
}

/// Returns the file that a whole word means in the way of a shell other than the given one, or
/// without any sign.
fn foreign(word: &str, interpreter: Interpreter) -> Option<&'static str> {
    let without = |start: &str, end: &str| word.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    let drive = word.get(..5).filter(|drive| drive.eq_ignore_ascii_case("$env:")).and_then(|_| word.get(5..));
    let inner = [
        drive.filter(|_| interpreter != Interpreter::PowerShell),
        without("%", "%").filter(|_| interpreter != Interpreter::Cmd),
        without("${", "}").filter(|_| interpreter == Interpreter::Cmd),
        without("$", "").filter(|_| interpreter == Interpreter::Cmd),
        Some(word),
    ];
    FILES.into_iter().find(|file| inner.iter().flatten().any(|name| name == file))
}

/// In PowerShell `$NAME` is a variable of the script's own, and empty where the script sets none.
fn in_powershell(script: &str) -> Vec<Misnamed> {
    let code = powershell_code(script);
    let mut found = targets(&code.bare, Interpreter::PowerShell);
    for file in FILES {
        for form in [format!("${file}"), format!("${{{file}}}"), format!("$env.{file}")] {
            let owner = if form.starts_with("$env") { "$env" } else { form.as_str() };
            if !is_set(script, owner) {
                let places = code.expanded.match_indices(&form).map(|(at, _)| at..at + form.len());
                let whole = places.filter(|range| is_end(code.expanded.get(range.end..).unwrap_or_default()));
                found.extend(whole.map(|range| Misnamed { file, range }));
            }
        }
    }
    found
}

/// Tells whether a script gives a value to a variable, or takes it as a parameter.
fn is_set(script: &str, variable: &str) -> bool {
    let lower = script.to_ascii_lowercase();
    let variable = variable.to_ascii_lowercase();
    ["param(", "param (", "set-variable"].iter().any(|word| lower.contains(word))
        || lower.match_indices(&variable).any(|(at, _)| {
            let rest = lower.get(at + variable.len()..).unwrap_or_default();
            is_end(rest) && (rest.trim_start().starts_with('=') || rest.trim_start().starts_with("in "))
        })
}

fn is_end(rest: &str) -> bool {
    !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
}

/// The command prompt knows double quotes only, in which `>` is a character.
fn in_cmd(script: &str) -> Vec<Misnamed> {
    let mut is_quoted = false;
    let blank = |character: char| match character {
        '"' => {
            is_quoted = !is_quoted;
            character
        }
        '\n' => {
            is_quoted = false;
            character
        }
        '>' if is_quoted => ' ',
        _ => character,
    };
    let code: String = script.chars().map(blank).collect();
    targets(&code, Interpreter::Cmd)
}

/// Finds the words behind `>` and `>>` that mean a file in a foreign way; `code` has the length of
/// the script.
fn targets(code: &str, interpreter: Interpreter) -> Vec<Misnamed> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices('>') {
        let rest = code.get(at + 1..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '"']).len();
        let word = rest.get(blanks..).unwrap_or_default();
        let ends = |next: char| next.is_whitespace() || matches!(next, '"' | '&' | '|' | ';' | ')');
        let word = word.get(..word.find(ends).unwrap_or(word.len())).unwrap_or_default();
        let start = at + 1 + blanks;
        found.extend(foreign(word, interpreter).map(|file| Misnamed { file, range: start..start + word.len() }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str, interpreter: Interpreter) -> String {
        let found = misnamed(script, interpreter).into_iter();
        found.map(|found| script.get(found.range).unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn posix_shells_take_foreign_names_for_other_files() {
        for (script, expected) in [
            ("echo a=1 >> $env:GITHUB_OUTPUT", "$env:GITHUB_OUTPUT"),
            ("echo a=1 >> \"$Env:GITHUB_ENV\"", "\"$Env:GITHUB_ENV\""),
            ("echo a=1 >> %GITHUB_OUTPUT%", "%GITHUB_OUTPUT%"),
            ("echo a=1 >> GITHUB_OUTPUT", "GITHUB_OUTPUT"),
            ("echo a=1 >> '$GITHUB_OUTPUT'", "'$GITHUB_OUTPUT'"),
            ("echo a=1 | tee -a GITHUB_OUTPUT", "GITHUB_OUTPUT"),
            ("echo a=1 >> $GITHUB_OUTPUT; b >> \"${GITHUB_ENV}\" 2>&1", ""),
            ("env=x; echo a=1 >> $env:GITHUB_OUTPUT", ""),
            ("GITHUB_ENV=GITHUB_ENV ./x; echo >> GITHUB_ENV", ""),
            ("pwsh -c 'echo a=1 >> $env:GITHUB_OUTPUT'", ""),
            ("cat <<'E' > x.ps1\na >> $env:GITHUB_OUTPUT\nE", ""),
            ("echo GITHUB_OUTPUT > GITHUB_OUTPUT.txt # > GITHUB_ENV", ""),
        ] {
            assert_eq!(read(script, Interpreter::Bash), expected, "{script}");
        }
    }

    #[test]
    fn powershell_has_variables_of_its_own() {
        for (script, expected) in [
            ("\"a=1\" >> $GITHUB_OUTPUT", "$GITHUB_OUTPUT"),
            ("\"a=1\" | Out-File \"${GITHUB_ENV}\" -Append", "${GITHUB_ENV}"),
            ("echo a >> $env.GITHUB_PATH", "$env.GITHUB_PATH"),
            ("echo a >> %GITHUB_PATH%", "%GITHUB_PATH%"),
            ("echo a >> GITHUB_PATH", "GITHUB_PATH"),
            ("echo ü >> $GITHUB_ENV", "$GITHUB_ENV"),
            ("echo a >> $env:GITHUB_PATH; b >> ${env:GITHUB_ENV}", ""),
            ("$GITHUB_ENV = $env:GITHUB_ENV\necho a >> $GITHUB_ENV", ""),
            ("bash -c 'echo a >> $GITHUB_ENV'", ""),
            ("# >> $GITHUB_ENV\n\"`$GITHUB_ENV\"", ""),
            ("echo $GITHUB_ENVIRONMENT", ""),
            ("foreach ($GITHUB_ENV in $list) { echo $GITHUB_ENV }", ""),
        ] {
            assert_eq!(read(script, Interpreter::PowerShell), expected, "{script}");
        }
    }

    #[test]
    fn the_command_prompt_knows_percent_signs() {
        for (script, expected) in [
            ("echo a=1>> $GITHUB_OUTPUT", "$GITHUB_OUTPUT"),
            ("echo a=1>>\"$env:GITHUB_OUTPUT\"\r\n", "$env:GITHUB_OUTPUT"),
            ("echo a=1>> GITHUB_OUTPUT", "GITHUB_OUTPUT"),
            ("echo a=1>> %GITHUB_OUTPUT%", ""),
            ("bash -c \"echo a=1 >> $GITHUB_OUTPUT\"", ""),
        ] {
            assert_eq!(read(script, Interpreter::Cmd), expected, "{script}");
        }
        assert_eq!(read("open('GITHUB_OUTPUT')", Interpreter::Python), "");
    }

    proptest::proptest! {
        #[test]
        fn ranges_stay_inside(script in "(GITHUB_OUTPUT|\\$env:|[a%>'\"`$(){} \nü]){0,30}") {
            for interpreter in [Interpreter::Bash, Interpreter::PowerShell, Interpreter::Cmd] {
                for found in misnamed(&script, interpreter) {
                    assert!(script.get(found.range).is_some_and(|text| text.contains("GITHUB_OUTPUT")));
                }
            }
        }
    }
}
