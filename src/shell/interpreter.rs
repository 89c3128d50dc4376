//! Which program reads a script, and how it is started.

/// A program that reads scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interpreter {
    /// Bash.
    Bash,
    /// The shell that is named `sh`, whatever it is; only what POSIX says can be relied on.
    Sh,
    /// PowerShell, of any edition.
    PowerShell,
    /// The Windows command prompt.
    Cmd,
    /// Python 3.
    Python,
}

/// How a script is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shell {
    /// The program.
    pub interpreter: Interpreter,
    /// Whether somebody chose it, or it is only what the runner takes by itself.
    pub origin: Origin,
    /// Whether the script ends at the first command that fails.
    pub stops_at_errors: bool,
    /// Whether a pipe fails when any of its commands fails.
    pub pipefail: bool,
}

/// Who says which shell it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The file does, by a name that the runner turns into a command.
    Named,
    /// The file does, with the whole command.
    Template,
    /// Nobody does, so the runner takes its default.
    Default,
    /// Nobody does, and the job runs in a container, which may hold bash under the name of `sh`.
    Container,
}

impl Shell {
    /// Tells whether the program reads what POSIX says of shells.
    pub fn is_posix(&self) -> bool {
        matches!(self.interpreter, Interpreter::Bash | Interpreter::Sh)
    }

    /// Reads the value of `shell`; nothing where it is a program that is not known, or an
    /// expression.
    ///
    /// The commands behind the names are those of
    /// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell>.
    pub fn named(value: &str) -> Option<Self> {
        let name = value.trim();
        if name.contains("${{") {
            return None;
        }
        if name.contains("{0}") {
            return Self::template(name);
        }
        let (interpreter, stops_at_errors, pipefail) = match name.to_ascii_lowercase().as_str() {
            "bash" => (Interpreter::Bash, true, true),
            "sh" => (Interpreter::Sh, true, false),
            "pwsh" | "powershell" => (Interpreter::PowerShell, true, false),
            "cmd" => (Interpreter::Cmd, false, false),
            "python" => (Interpreter::Python, true, false),
            _ => return None,
        };
        Some(Self { interpreter, origin: Origin::Named, stops_at_errors, pipefail })
    }

    /// Returns what runners on Linux and macOS take where no shell is named.
    pub fn default_of_unix() -> Self {
        Self { interpreter: Interpreter::Bash, origin: Origin::Default, stops_at_errors: true, pipefail: false }
    }

    /// Returns what runners on Windows take where no shell is named.
    pub fn default_of_windows() -> Self {
        Self { interpreter: Interpreter::PowerShell, origin: Origin::Default, stops_at_errors: true, pipefail: false }
    }

    /// Returns what is taken in a container where no shell is named.
    pub fn default_of_containers() -> Self {
        Self { interpreter: Interpreter::Sh, origin: Origin::Container, stops_at_errors: true, pipefail: false }
    }

    /// Reads a command with `{0}` for the script's file. What stands in front of the program, as
    /// in `sudo bash -e {0}` and `nix develop -c bash -e {0}`, makes no difference.
    fn template(command: &str) -> Option<Self> {
        let words: Vec<&str> = command.split_whitespace().collect();
        let file = words.iter().position(|word| matches!(*word, "{0}" | "'{0}'" | "\"{0}\""))?;
        let before = words.get(..file)?;
        let mut at = before.len();
        let mut options = Vec::new();
        let program = loop {
            at = at.checked_sub(1)?;
            let word = *before.get(at)?;
            let takes_value = at > 0 && before.get(at - 1).is_some_and(|option| is_set_option(option));
            if !word.starts_with(['-', '+']) && !takes_value {
                break word;
            }
            options.push(word);
        };
        options.reverse();
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_ascii_lowercase();
        let interpreter = match name.strip_suffix(".exe").unwrap_or(&name) {
            "bash" => Interpreter::Bash,
            "sh" | "dash" | "ash" => Interpreter::Sh,
            "pwsh" | "powershell" => Interpreter::PowerShell,
            "cmd" => Interpreter::Cmd,
            "python" | "python3" => Interpreter::Python,
            _ => return None,
        };
        let (stops_at_errors, pipefail) = (has_option(&options, 'e', "errexit"), options.contains(&"pipefail"));
        Some(Self { interpreter, origin: Origin::Template, stops_at_errors, pipefail })
    }
}

/// Tells whether the next word is the name of an option, as behind `-o` and `-euo`.
fn is_set_option(word: &str) -> bool {
    is_cluster(word) && word.ends_with(['o', 'O'])
}

fn is_cluster(word: &str) -> bool {
    let letters = word.strip_prefix(['-', '+']).unwrap_or_default();
    !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn has_option(options: &[&str], letter: char, name: &str) -> bool {
    options
        .iter()
        .any(|option| *option == name || (option.starts_with('-') && is_cluster(option) && option.contains(letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_for_program_and_options() {
        use Interpreter::{Bash, Cmd, PowerShell, Python, Sh};
        for (value, expected) in [
            ("bash", Some((Bash, true, true))),
            ("Bash", Some((Bash, true, true))),
            ("sh", Some((Sh, true, false))),
            ("pwsh", Some((PowerShell, true, false))),
            ("python", Some((Python, true, false))),
            ("cmd", Some((Cmd, false, false))),
            ("bash {0}", Some((Bash, false, false))),
            ("bash -e {0}", Some((Bash, true, false))),
            ("bash -xeuo pipefail {0}", Some((Bash, true, true))),
            ("bash --noprofile --norc -eo pipefail {0}", Some((Bash, true, true))),
            ("/bin/bash -o errexit {0}", Some((Bash, true, false))),
            ("bash -l {0}", Some((Bash, false, false))),
            ("sudo bash -e {0}", Some((Bash, true, false))),
            ("nix develop --command bash -e {0}", Some((Bash, true, false))),
            ("/usr/bin/env -u BASH_ENV /bin/sh -eu {0}", Some((Sh, true, false))),
            ("C:\\cygwin\\bin\\bash.exe '{0}'", Some((Bash, false, false))),
            ("python3 -u {0}", Some((Python, false, false))),
            ("uv run python {0}", Some((Python, false, false))),
            ("pwsh -command \". '{0}'\"", None),
            ("bash -c \"source x && bash {0}\"", None),
            ("bash --rcfile x {0}", None),
            ("msys2 {0}", None),
            ("perl -w {0}", None),
            ("{0}", None),
            ("zsh", None),
            ("", None),
            ("${{ matrix.shell }}", None),
            ("${{ matrix.shell }} {0}", None),
        ] {
            let shell = Shell::named(value);
            let seen = shell.map(|shell| (shell.interpreter, shell.stops_at_errors, shell.pipefail));
            assert_eq!(seen, expected, "{value}");
        }
    }
}
