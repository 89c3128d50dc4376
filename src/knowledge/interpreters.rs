//! Programs that run a script: from a file, from an option, or from what they read.
//!
//! source: the programs' own documentation of their command lines
//! date: 2026-11-27

/// A program that runs scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// Its name.
    pub name: &'static str,
    /// The options, without the first dash, that are followed by code; without any, it takes files alone.
    pub code: &'static [&'static str],
    /// Whether it runs a file that it is given.
    pub runs_files: bool,
}

const fn of_files(name: &'static str, code: &'static [&'static str]) -> Interpreter {
    Interpreter { name, code, runs_files: true }
}

const fn of_code(name: &'static str, code: &'static [&'static str]) -> Interpreter {
    Interpreter { name, code, runs_files: false }
}

static INTERPRETERS: &[Interpreter] = &[
    of_files(".", &[]),
    of_files("Rscript", &["e"]),
    of_files("ash", &["c"]),
    of_files("bash", &["c"]),
    of_files("dash", &["c"]),
    of_files("ksh", &["c"]),
    of_files("lua", &["e"]),
    of_files("node", &["e", "p", "-eval", "-print"]),
    of_files("nodejs", &["e", "p", "-eval", "-print"]),
    of_code("osascript", &["e"]),
    of_files("perl", &["e", "E"]),
    of_files("php", &["r"]),
    of_files("powershell", &["c", "Command", "command"]),
    of_files("pwsh", &["c", "Command", "command"]),
    of_files("python", &["c"]),
    of_files("python3", &["c"]),
    of_files("ruby", &["e"]),
    of_files("sh", &["c"]),
    of_files("source", &[]),
    of_code("su", &["c", "-command"]),
    of_files("ts-node", &["e", "p", "-eval", "-print"]),
    of_files("tsx", &["e", "p", "-eval", "-print"]),
    of_files("zsh", &["c"]),
];

/// Finds a program by its name without a path.
pub fn named(name: &str) -> Option<&'static Interpreter> {
    let at = INTERPRETERS.binary_search_by_key(&name, |interpreter| interpreter.name).ok()?;
    INTERPRETERS.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_found_by_their_names() {
        assert!(INTERPRETERS.is_sorted_by_key(|interpreter| interpreter.name));
        assert!(INTERPRETERS.iter().all(|interpreter| named(interpreter.name) == Some(interpreter)));
        assert_eq!(named("cat"), None);
    }
}
