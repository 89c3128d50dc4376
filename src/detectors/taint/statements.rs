//! What scripts of PowerShell, the Windows command prompt, Python and JavaScript do with values that
//! others decide.

use std::ops::Range;

use super::contents::{End, Setting};
use super::job::all;
use super::runner_file::RunnerFile;
use super::script::{Harm, HarmKind, Outcome, Script};
use super::trail::Flows;
use crate::knowledge::text_programs;
use crate::shell::{self, Read, Statement, Target, Tongue};

/// Words by which a statement runs a text as code, by language.
const RUNNERS: &[(Tongue, &[&str])] = &[
    (Tongue::PowerShell, &["invoke-expression", "iex ", "iex(", "| iex", "cmd /c", "bash -c", "scriptblock]::create"]),
    (Tongue::Cmd, &[]),
    (Tongue::Python, &["eval(", "exec(", "os.system(", "os.popen(", "shell=true"]),
    (Tongue::JavaScript, &["eval(", "new function(", "execsync(", "child_process.exec(", "vm.runin"]),
];

/// Words by which a statement takes away what would do harm, whatever the language.
const CLEANERS: &[&str] = &[
    "int(",
    "[int]",
    "re.sub(",
    "shlex.quote(",
    "shlex.split(",
    "parseint(",
    "number(",
    "-replace",
    "encodeuricomponent(",
    "hashlib.",
    ".length",
    "base64",
];

impl Script<'_, '_> {
    /// Follows a script of a language that is read statement by statement.
    pub(super) fn trace_statements(mut self, tongue: Tongue) -> Outcome {
        for statement in shell::statements(&self.text.value, tongue) {
            self.statement(&statement, tongue);
        }
        self.outcome
    }

    fn statement(&mut self, statement: &Statement, tongue: Tongue) {
        let range = &statement.range;
        let source = self.text.value.get(range.clone()).unwrap_or_default();
        let lower = source.to_ascii_lowercase();
        let mut flows = all(statement.reads.iter().map(|read| self.read(read, tongue)).collect::<Vec<_>>().iter());
        for (_, expression) in self.expressions.range(range.clone()) {
            flows.add(expression);
        }
        if CLEANERS.iter().any(|cleaner| has_word(&lower, cleaner)) {
            flows = Flows::default();
        }
        self.run_statement(statement, &lower, &flows, tongue);
        for target in &statement.sets {
            self.take(target, &flows, statement);
        }
        if tongue == Tongue::JavaScript {
            self.call_toolkit(source, &flows, range);
        }
        self.write_statement(source, &lower, &flows, range);
    }

    /// Returns who decides what a name stands for.
    fn read(&mut self, read: &Read, tongue: Tongue) -> Flows {
        if let Some(name) = read.name.strip_prefix("env:") {
            let own = self.variables.get(&read.name).cloned();
            return own.unwrap_or_else(|| self.outer_variable(name, tongue));
        }
        let path = self.paths.get(&read.name).map_or(std::slice::from_ref(&read.name), Vec::as_slice);
        let path: Vec<String> = path.iter().chain(&read.path).map(|part| part.to_ascii_lowercase()).collect();
        let path: Vec<&str> =
            path.iter().map(String::as_str).filter(|part| !matches!(*part, "trim" | "tostring")).collect();
        match path.as_slice() {
            ["context", "payload", path @ ..] => self.of_payload(&[&["github", "event"], path].concat()),
            // Of an answer of the API only what people write counts.
            [FETCHED, path @ ..] if !path.is_empty() && text_programs::selects_text(&path.join(".")) => {
                self.fetched.clone()
            }
            _ => self.variables.get(&read.name).cloned().unwrap_or_default(),
        }
    }

    fn outer_variable(&self, name: &str, tongue: Tongue) -> Flows {
        let (state, of_step) = self.outer;
        if tongue == Tongue::Cmd { state.variable(name, of_step) } else { state.variable_of_shell(name, of_step) }
    }

    fn of_payload(&mut self, path: &[&str]) -> Flows {
        let known = self.payload.and_then(|payload| payload(path));
        known.map(|(origin, alphabet, events)| self.trails.begin(origin, alphabet, events)).unwrap_or_default()
    }

    /// Takes a variable that a statement sets.
    fn take(&mut self, target: &Target, flows: &Flows, statement: &Statement) {
        let source = self.text.value.get(statement.range.clone()).unwrap_or_default();
        let fetches = text_programs::calls_for_text(source);
        let path = match statement.reads.as_slice() {
            [read] if !fetches => {
                let known = self.paths.get(&read.name).cloned().unwrap_or_else(|| vec![read.name.clone()]);
                Some([known, read.path.clone(), target.part.clone()].concat())
            }
            _ => fetches.then(|| [vec![FETCHED.to_owned()], target.part.clone()].concat()),
        };
        // What a part of the payload holds is known by its path.
        let is_path =
            path.as_ref().is_some_and(|path| matches!(path.first().map(String::as_str), Some("context" | FETCHED)));
        if let Some(path) = path.filter(|_| is_path) {
            self.paths.insert(target.name.clone(), path);
        } else {
            self.paths.remove(&target.name);
            self.set(target.name.clone(), flows, &statement.range, statement.sets.len() == 1);
        }
    }

    /// Records what a statement runs as code.
    fn run_statement(&mut self, statement: &Statement, lower: &str, flows: &Flows, tongue: Tongue) {
        let words = RUNNERS.iter().find(|(known, _)| *known == tongue).map_or(&[][..], |(_, words)| words);
        let word = words.iter().find(|word| lower.contains(**word));
        if let Some(word) = word.filter(|_| !flows.is_empty()) {
            let kind = HarmKind::Runs(format!("`{}`", word.trim_matches(['(', ' ', '|'])));
            self.outcome.harms.push(Harm { range: statement.range.clone(), kind, flows: flows.clone() });
        }
        if tongue != Tongue::Cmd {
            return;
        }
        // The command prompt puts `%NAME%` into the line before it reads it.
        let source = self.text.value.clone();
        for read in &statement.reads {
            let is_pasted = source.get(read.range.clone()).is_some_and(|text| text.starts_with('%'));
            let flows = if is_pasted { self.read(read, tongue) } else { Flows::default() };
            if !flows.is_empty() {
                self.outcome.harms.push(Harm { range: read.range.clone(), kind: HarmKind::Pastes, flows });
            }
        }
    }

    /// Takes what `@actions/core` sets, which writes values so that they cannot break out.
    fn call_toolkit(&mut self, source: &str, flows: &Flows, range: &Range<usize>) {
        let calls = [("core.setOutput(", RunnerFile::Output), ("core.exportVariable(", RunnerFile::Env)];
        for (call, file) in calls {
            let Some((_, rest)) = source.split_once(call) else { continue };
            let rest = rest.trim_start();
            let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'));
            let name = quote.and_then(|quote| rest.get(1..)?.split(quote).next());
            if let Some(name) = name {
                let setting = Setting::Named {
                    name: name.to_owned(),
                    flows: flows.clone(),
                    place: range.clone(),
                    end: End::Random,
                };
                self.settle(file, vec![setting]);
            }
        }
        if source.contains("core.addPath(") && !flows.is_empty() {
            let kind = HarmKind::Sets(RunnerFile::Path);
            self.outcome.harms.push(Harm { range: range.clone(), kind, flows: flows.clone() });
        }
        if source.starts_with("return ") {
            let setting = Setting::Named {
                name: "result".to_owned(),
                flows: flows.clone(),
                place: range.clone(),
                end: End::Random,
            };
            self.settle(RunnerFile::Output, vec![setting]);
        }
    }

    /// Takes what a statement writes to a file of the runner: `name=value`, with the value others may
    /// decide.
    fn write_statement(&mut self, source: &str, lower: &str, flows: &Flows, range: &Range<usize>) {
        let writes = [
            ">",
            "out-file",
            "add-content",
            "set-content",
            "tee-object",
            ".write(",
            "file=",
            "writelines(",
            "appendfile",
            "writefile",
        ];
        if flows.is_empty() || !writes.iter().any(|word| lower.contains(word)) {
            return;
        }
        let named = |text: &str| RunnerFile::ALL.into_iter().find(|file| text.contains(file.variable()));
        // A file that is opened once is written by its name.
        let Some(file) = named(source).or_else(|| named(&self.text.value)) else { return };
        if file == RunnerFile::Path {
            let kind = HarmKind::Sets(file);
            self.outcome.harms.push(Harm { range: range.clone(), kind, flows: flows.clone() });
            return;
        }
        let setting = match name_written(source) {
            Some(name) => Setting::Named { name, flows: flows.clone(), place: range.clone(), end: End::Known },
            None => Setting::Any(flows.clone(), range.clone()),
        };
        self.settle(file, vec![setting]);
    }
}

/// Tells whether a text holds a word that is not the end of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_alphanumeric) || !word.starts_with(char::is_alphanumeric)
    })
}

/// Stands for the answer of the API at the start of a path.
const FETCHED: &str = "\0fetched";

/// Returns the name in the first `name=` or `name<<` that stands at the start of a string or of a word.
fn name_written(source: &str) -> Option<String> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let mut ends = source.match_indices(['=', '<']);
    ends.find_map(|(at, sign)| {
        let before = source.get(..at)?;
        let name = before.get(before.trim_end_matches(is_of_name).len()..)?;
        let opener = before.strip_suffix(name)?.chars().next_back().unwrap_or(' ');
        let is_start = matches!(opener, '"' | '\'' | '`' | ' ' | '(');
        let rest = source.get(at + 1..)?;
        let is_sign = sign == "=" && !rest.starts_with('=') || rest.starts_with('<');
        // `file=out` hands a file over.
        let is_argument = opener == ' ' && matches!(name, "file" | "encoding" | "sep" | "end" | "shell");
        (is_start && is_sign && !name.is_empty() && !is_argument).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stands_at_the_start_of_what_is_written() {
        for (source, expected) in [
            ("echo a-b=%X%>> %GITHUB_OUTPUT%", Some("a-b")),
            ("\"title=$t\" >> $env:GITHUB_OUTPUT", Some("title")),
            ("print(f\"t={x}\", file=out)", Some("t")),
            ("out.write('t<<EOF\\n' + x)", Some("t")),
            ("out.write(x)", None),
            ("print(x, file=out)", None),
        ] {
            assert_eq!(name_written(source).as_deref(), expected, "{source}");
        }
    }
}
