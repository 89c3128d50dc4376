//! Which outputs a script sets: what it writes to `$GITHUB_OUTPUT`, and `::set-output`.
//!
//! A script is rarely understood to the last word, so what is found comes with whether it is all.
//! It is all only where every use of the file is a write that is understood, and nothing that runs
//! could write by itself.

mod command;
mod lexer;
mod posix;
mod windows;

use std::collections::BTreeMap;

/// The outputs that a script sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// The names as written, by their lower case.
    pub names: BTreeMap<String, String>,
    /// Whether the script sets at least these and certainly no others.
    pub is_complete: bool,
}

/// The languages that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `bash`, `sh` and those close to them.
    Posix,
    /// PowerShell of any version.
    PowerShell,
    /// The Windows command prompt.
    Cmd,
}

/// The name of the variable that holds the path of the file.
const VARIABLE: &str = "GITHUB_OUTPUT";

/// The deprecated command.
const COMMAND: &str = "set-output";

/// Stands in a text for what is known at run time only: expressions and substituted commands.
const HOLE: char = '\u{FFFC}';

/// Reads which outputs a script sets.
pub fn outputs(script: &str, language: Language) -> Outputs {
    if !script.contains(VARIABLE) && !script.contains(COMMAND) {
        return Outputs::default();
    }
    match language {
        Language::Posix => posix::read(script),
        Language::PowerShell => windows::powershell(script),
        Language::Cmd => windows::cmd(script),
    }
}

/// What is written to the file, piece by piece.
#[derive(Debug, Default)]
struct Stream {
    names: BTreeMap<String, String>,
    /// What ends the value that is being written.
    delimiter: Option<String>,
    /// The line that has begun.
    line: String,
    /// Whether something was written that is not understood.
    is_open: bool,
}

impl Stream {
    /// Takes text that is written.
    fn text(&mut self, text: &str) {
        let mut lines = text.split('\n');
        self.line.push_str(lines.next().unwrap_or_default());
        for next in lines {
            self.end_line();
            self.line.push_str(next);
        }
    }

    /// Takes something that is written and not understood. Inside a value it may be anything.
    fn unknown(&mut self) {
        if self.delimiter.is_none() {
            self.is_open = true;
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end_matches('\r');
        match &self.delimiter {
            Some(delimiter) => {
                if line == delimiter {
                    self.delimiter = None;
                }
            }
            None if line.trim().is_empty() => {}
            None => self.assignment(line),
        }
    }

    /// Reads `name=value` or `name<<delimiter`.
    fn assignment(&mut self, line: &str) {
        let equals = line.find('=');
        let heredoc = line.find("<<").filter(|at| equals.is_none_or(|equals| *at < equals));
        let Some(end) = heredoc.or(equals) else {
            self.is_open = true;
            return;
        };
        self.delimiter = heredoc.and_then(|at| line.get(at + 2..)).map(str::to_owned);
        self.name(line.get(..end).unwrap_or_default());
    }

    fn name(&mut self, name: &str) {
        let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
        if !name.is_empty() && name.chars().all(is_plain) {
            self.names.entry(name.to_ascii_lowercase()).or_insert_with(|| name.to_owned());
        } else {
            self.is_open = true;
        }
    }

    /// Takes a line that is printed: it may be the deprecated command.
    fn printed(&mut self, line: &str) {
        let Some((_, rest)) = line.split_once(&format!("::{COMMAND} ")) else { return };
        let parameters = rest.split("::").next().unwrap_or_default();
        match parameters.split(',').find_map(|parameter| parameter.trim().strip_prefix("name=")) {
            Some(name) => self.name(name.trim()),
            None => self.is_open = true,
        }
    }

    fn finish(mut self, is_closed: bool) -> Outputs {
        if !self.line.is_empty() {
            self.end_line();
        }
        let is_complete = is_closed && !self.is_open && self.delimiter.is_none() && !self.names.is_empty();
        Outputs { names: self.names, is_complete }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names, with `…` behind them where there may be others.
    fn names(script: &str, language: Language) -> String {
        let found = outputs(script, language);
        let names: Vec<&str> = found.names.values().map(String::as_str).collect();
        format!("{}{}", names.join(" "), if found.is_complete { "" } else { "…" })
    }

    #[test]
    fn writes_of_posix_shells_are_understood() {
        for (script, expected) in [
            ("echo \"a=b\" >> \"$GITHUB_OUTPUT\"", "a"),
            ("echo a=b >>$GITHUB_OUTPUT", "a"),
            ("echo a=b >> ${GITHUB_OUTPUT}", "a"),
            ("echo 'a=b' > \"${GITHUB_OUTPUT}\"", "a"),
            ("echo \"a-b.c=$(git rev-parse HEAD)\" >> $GITHUB_OUTPUT", "a-b.c"),
            ("echo \"A=${{ github.sha }}\" >> $GITHUB_OUTPUT\necho B=1 >> $GITHUB_OUTPUT", "A B"),
            ("echo -e \"a=1\\nb=2\" >> $GITHUB_OUTPUT", "a b"),
            ("printf 'a=%s\\n' \"$x\" >> \"$GITHUB_OUTPUT\"", "a"),
            ("printf '%s=%s\\n' a \"$x\" b 2 >> \"$GITHUB_OUTPUT\"", "a b"),
            ("{ echo a=1; echo \"b=2\"; } >> \"$GITHUB_OUTPUT\"", "a b"),
            ("{\n  echo 'a<<EOF'\n  git log\n  echo EOF\n  echo b=1\n} >> \"$GITHUB_OUTPUT\"", "a b"),
            ("(\n  echo a=1\n) >> \"$GITHUB_OUTPUT\"", "a"),
            ("cat >> \"$GITHUB_OUTPUT\" <<EOF\na=1\nb=$x\nEOF", "a b"),
            ("cat <<'EOF' >> $GITHUB_OUTPUT\na<<X\nb=1\nX\nEOF", "a"),
            ("cat <<-EOF >> $GITHUB_OUTPUT\n\ta=1\n\tEOF\n", "a"),
            ("echo a=1 | tee -a \"$GITHUB_OUTPUT\"", "a"),
            ("{ echo a=1; echo b=2; } | tee -a $GITHUB_OUTPUT", "a b"),
            ("tee -a \"$GITHUB_OUTPUT\" <<< \"a=1\"", "a"),
            ("tee -a \"$GITHUB_OUTPUT\" <<EOF\na=1\nEOF", "a"),
            ("if [ -f x ]; then\n  echo a=1 >> $GITHUB_OUTPUT\nelse\n  echo a=2 >> $GITHUB_OUTPUT\nfi", "a"),
            ("for x in 1 2; do echo \"a=$x\"; done >> $GITHUB_OUTPUT", "a"),
            ("case \"$x\" in\n  a|b) echo a=1 >> $GITHUB_OUTPUT ;;\n  *) echo b=1 >> $GITHUB_OUTPUT ;;\nesac", "a b"),
            ("echo \"::set-output name=a::b\"", "a"),
            ("# echo b=1 >> $GITHUB_OUTPUT\necho a=1 >> $GITHUB_OUTPUT # c=1", "a"),
            ("x=$(cat version | tr -d v) && echo \"a=$x\" >> $GITHUB_OUTPUT || exit 1", "a"),
            ("set -euo pipefail\nv=1\n[[ $v == 1 ]] && echo a=1 >> \"$GITHUB_OUTPUT\"", "a"),
            ("echo \"a=1\" \\\n  >> \"$GITHUB_OUTPUT\"", "a"),
            ("while read -r x; do\n  echo \"a=$x\" >> $GITHUB_OUTPUT\ndone < <(ls)", "a"),
            ("f() { echo x; }\nf\necho a=1 >> $GITHUB_OUTPUT", "a"),
            ("((n++))\nif (( n > 1 )); then\n  echo \"a=$(( n + $(wc -l < x) ))\" >> $GITHUB_OUTPUT\nfi", "a"),
            (
                "EOF=$(dd if=/dev/urandom bs=15 count=1 | base64)\necho \"a<<$EOF\" >> $GITHUB_OUTPUT\ncat x >> $GITHUB_OUTPUT\necho \"$EOF\" >> $GITHUB_OUTPUT",
                "a",
            ),
        ] {
            assert_eq!(names(script, Language::Posix), expected, "{script}");
        }
    }

    #[test]
    fn what_may_write_more_is_said() {
        for (script, expected) in [
            ("npm run build", "…"),
            ("./build.sh\necho a=1 >> $GITHUB_OUTPUT", "a…"),
            ("x=$(./version.sh)\necho a=$x >> $GITHUB_OUTPUT", "a…"),
            ("echo a=1 >> $GITHUB_OUTPUT\nsource lib.sh", "a…"),
            ("echo a=1 >> $GITHUB_OUTPUT\ncat more >> $GITHUB_OUTPUT", "a…"),
            ("echo \"$x=1\" >> $GITHUB_OUTPUT", "…"),
            ("echo \"${{ matrix.a }}=1\" >> $GITHUB_OUTPUT", "…"),
            ("echo \"$all\" >> $GITHUB_OUTPUT", "…"),
            ("out=$GITHUB_OUTPUT\necho a=1 >> $GITHUB_OUTPUT", "a…"),
            ("echo a=1 >> $GITHUB_OUTPUT\npython - <<EOF\nprint(1)\nEOF", "a…"),
            ("echo a=1 >> $GITHUB_OUTPUT\n$tool run", "a…"),
            ("jq -r 'to_entries[]' x.json >> $GITHUB_OUTPUT", "…"),
            ("echo \"a<<EOF\" >> $GITHUB_OUTPUT\ncat x >> $GITHUB_OUTPUT", "a…"),
            ("curl x | bash\necho a=1 >> $GITHUB_OUTPUT", "a…"),
            ("find . -exec ./x \\;\necho a=1 >> $GITHUB_OUTPUT", "a…"),
            ("echo a=1 >> $GITHUB_OUTPUT; f() { x; }; f", "a…"),
            ("node -e \"console.log('::set-output name=a::1')\"", "…"),
        ] {
            assert_eq!(names(script, Language::Posix), expected, "{script}");
        }
    }

    #[test]
    fn writes_on_windows_are_understood() {
        for (script, expected) in [
            ("\"a=b\" >> $env:GITHUB_OUTPUT", "a"),
            (
                "echo \"a=$x\" >> $Env:GITHUB_OUTPUT\n# b=1\n'c=1' | Out-File -FilePath $env:GITHUB_OUTPUT -Append",
                "a c",
            ),
            ("Add-Content -Path $env:GITHUB_OUTPUT -Value \"a=1\"", "a"),
            ("Write-Output \"a=1\" | Out-File $env:GITHUB_OUTPUT -Append -Encoding utf8", "a"),
            ("$v = Get-Version\necho \"a=$v\" >> $env:GITHUB_OUTPUT", "a…"),
            ("\"$name=1\" >> $env:GITHUB_OUTPUT", "…"),
        ] {
            assert_eq!(names(script, Language::PowerShell), expected, "{script}");
        }
        assert_eq!(names("echo a=1>> %GITHUB_OUTPUT%\r\necho b=2 >> \"%GITHUB_OUTPUT%\"", Language::Cmd), "a b");
        assert_eq!(names("call build.bat\necho a=1>> %GITHUB_OUTPUT%", Language::Cmd), "a…");
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(script in "(GITHUB_OUTPUT|set-output|echo|[a-b'\"\\\\`$(){}<>|&;#=! \n\tü]){0,40}") {
            for language in [Language::Posix, Language::PowerShell, Language::Cmd] {
                outputs(&script, language);
            }
        }
    }
}
