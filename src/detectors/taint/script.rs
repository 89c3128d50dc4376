//! What a script does with values that others decide.

use std::collections::BTreeMap;
use std::ops::Range;

use super::contents::{Contents, Piece, Settings};
use super::events::Events;
use super::files::Files;
use super::job::{JobState, Variables};
use super::runner_file::RunnerFile;
use super::trail::{Flows, Origin, Side, Trails};
use crate::knowledge::text_programs::{self, Code};
use crate::knowledge::trust::Alphabet;
use crate::model::finding::Confidence;
use crate::model::yaml::Text;
use crate::shell::{self, Expanded, Expansion, Input, Sink, Stage, Word};

/// How deep substituted commands are followed.
const DEEPEST: usize = 6;

/// A place of a script where what others decide does harm.
#[derive(Clone, Debug)]
pub(super) struct Harm {
    pub(super) range: Range<usize>,
    pub(super) kind: HarmKind,
    pub(super) flows: Flows,
}

/// What kind of harm it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HarmKind {
    /// A program runs it as code: the program's name.
    Runs(String),
    /// The command prompt puts it into a line before it reads the line.
    Pastes,
    /// It may set variables, or add folders of programs, for later steps.
    Sets(RunnerFile),
}

/// What a script comes to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) harms: Vec<Harm>,
    /// What is set for later steps, by file and name.
    pub(super) set: Vec<(RunnerFile, String, Flows)>,
}

/// Tells who decides a value of `github`, given its path in lower case, in what alphabet and on which
/// events.
pub(super) type Payload<'walk> = dyn Fn(&[&str]) -> Option<(Origin, Alphabet, Events)> + 'walk;

/// What stands around a script.
pub(super) struct Script<'walk, 'file> {
    pub(super) text: &'file Text,
    pub(super) trails: &'walk mut Trails<'file>,
    /// What is known of the job, and the variables of the step.
    pub(super) outer: (&'walk JobState<'file>, &'walk Variables),
    /// The variables that the script has set.
    pub(super) variables: BTreeMap<String, Flows>,
    /// The variables that stand for a part of the event's payload or of an answer of the API.
    pub(super) paths: BTreeMap<String, Vec<String>>,
    /// Tells who decides a value of the event's payload.
    pub(super) payload: Option<&'walk Payload<'walk>>,
    /// The expressions that others decide, by where they begin with `${{`.
    pub(super) expressions: BTreeMap<usize, Flows>,
    pub(super) files: &'walk mut Files,
    /// Where issues and pull requests are fetched, strangers decide what is read.
    pub(super) fetched: Flows,
    pub(super) settings: BTreeMap<RunnerFile, Settings>,
    pub(super) outcome: Outcome,
}

impl<'walk, 'file> Script<'walk, 'file> {
    pub(super) fn new(
        text: &'file Text,
        outer: (&'walk JobState<'file>, &'walk Variables),
        trails: &'walk mut Trails<'file>,
        files: &'walk mut Files,
    ) -> Self {
        Self {
            text,
            trails,
            outer,
            variables: BTreeMap::new(),
            paths: BTreeMap::new(),
            payload: None,
            expressions: BTreeMap::new(),
            files,
            fetched: Flows::default(),
            settings: BTreeMap::new(),
            outcome: Outcome::default(),
        }
    }

    /// Returns the origin of what is fetched of issues and pull requests.
    pub(super) fn fetched_text() -> Origin {
        Origin {
            name: "text of issues or pull requests".to_owned(),
            who: "whoever writes it".to_owned(),
            side: Side::Stranger,
            confidence: Confidence::Medium,
        }
    }

    /// Follows the script of a POSIX-like shell.
    pub(super) fn trace(mut self) -> Outcome {
        self.run(0..self.text.value.len(), 0);
        for (file, mut settings) in std::mem::take(&mut self.settings) {
            self.settle(file, settings.finish());
        }
        self.outcome
    }

    /// Runs a part of the script, and returns what it writes.
    fn run(&mut self, part: Range<usize>, depth: usize) -> Flows {
        let source = self.text.value.get(part.clone()).unwrap_or_default();
        let mut written: Vec<Contents> = Vec::new();
        let mut all = Flows::default();
        for stage in shell::stages(source) {
            let stage = moved(stage, part.start);
            let contents = self.stage(&stage, &written, depth);
            if stage.sink == Sink::Standard {
                all.add(&contents.flows());
            }
            written.push(contents);
        }
        all
    }

    fn stage(&mut self, stage: &Stage, written: &[Contents], depth: usize) -> Contents {
        let input = self.input(&stage.input, written, depth);
        for assignment in &stage.assignments {
            self.assign(assignment, stage.is_certain, depth);
        }
        let words: Vec<Contents> = stage.words.iter().map(|word| self.word(word, depth)).collect();
        self.declare(stage, &words, &input);
        self.run_as_code(stage, &words, &input);
        let contents = self.prints(stage, &words, &input);
        self.write(stage, &contents, &input);
        contents
    }

    fn input(&mut self, input: &Input, written: &[Contents], depth: usize) -> Contents {
        match input {
            Input::Standard => Contents::default(),
            Input::Pipe(range) => match written.get(range.clone()).unwrap_or_default() {
                [one] => one.clone(),
                many => Contents::new(many.iter().flat_map(Contents::pieces).cloned().collect()),
            },
            Input::Text(word) => {
                let mut pieces = self.word(word, depth).pieces().to_vec();
                pieces.push(Piece::Text("\n".to_owned()));
                Contents::new(pieces)
            }
            Input::Heredoc { range, is_literal } => {
                let found = if *is_literal {
                    shell::literal_expressions(&self.text.value, range.clone())
                } else {
                    shell::expansions(&self.text.value, range.clone())
                };
                self.contents(range, found, depth, str::to_owned)
            }
            Input::File(word) => Contents::opaque(self.files.read(&word.text)),
        }
    }

    fn word(&mut self, word: &Word, depth: usize) -> Contents {
        let found = shell::expansions(&self.text.value, word.range.clone());
        self.contents(&word.range, found, depth, unquoted)
    }

    /// Puts together what stands between two bytes, given what is expanded there.
    fn contents(
        &mut self,
        range: &Range<usize>,
        expansions: Vec<Expansion>,
        depth: usize,
        plain: fn(&str) -> String,
    ) -> Contents {
        let text = self.text.value.as_str();
        let mut pieces = Vec::new();
        let mut at = range.start;
        for expansion in expansions {
            // What stands in for an empty value lies inside the variable.
            let before = text.get(at..expansion.range.start).unwrap_or_default();
            let hole = text.get(expansion.range.clone()).unwrap_or_default().to_owned();
            at = at.max(expansion.range.end);
            if !before.is_empty() {
                pieces.push(Piece::Text(plain(before)));
            }
            pieces.push(Piece::Hole(hole, self.expanded(&expansion, depth)));
        }
        let rest = text.get(at..range.end).unwrap_or_default();
        if !rest.is_empty() {
            pieces.push(Piece::Text(plain(rest)));
        }
        Contents::new(pieces)
    }

    fn expanded(&mut self, expansion: &Expansion, depth: usize) -> Flows {
        match &expansion.what {
            Expanded::Variable(name) => match self.variables.get(name) {
                Some(flows) => flows.clone(),
                None => self.outer.0.variable_of_shell(name, self.outer.1),
            },
            Expanded::Expression => self.expressions.get(&expansion.range.start).cloned().unwrap_or_default(),
            Expanded::Command(inner) if depth < DEEPEST => {
                let source = self.text.value.get(inner.clone()).unwrap_or_default().trim();
                match source.strip_prefix('<') {
                    // `$(< file)` is what the file holds.
                    Some(file) if !file.starts_with(['(', '<']) => self.files.read(file.trim().trim_matches('"')),
                    Some(_) | None => self.run(inner.clone(), depth + 1),
                }
            }
            Expanded::Command(_) => Flows::default(),
        }
    }

    fn assign(&mut self, word: &Word, is_certain: bool, depth: usize) {
        let contents = self.word(word, depth);
        let name = word.text.split(['=', '+']).next().unwrap_or_default().to_owned();
        self.set(name, &contents.flows(), &word.range, is_certain);
    }

    pub(super) fn set(&mut self, name: String, flows: &Flows, range: &Range<usize>, is_certain: bool) {
        if !flows.is_empty() {
            let led = self.trails.lead(flows, self.text, range.clone(), format_args!("the variable `{name}` takes it"));
            self.variables.entry(name).or_default().add(&led);
        } else if is_certain {
            self.variables.insert(name, Flows::default());
        }
    }

    /// Takes builtins that set variables.
    fn declare(&mut self, stage: &Stage, words: &[Contents], input: &Contents) {
        let rest = || stage.words.iter().zip(words).skip(1);
        match stage.program() {
            Some("export" | "declare" | "local" | "readonly" | "typeset") => {
                for (word, contents) in rest().filter(|(word, _)| word.text.contains('=')) {
                    let name = word.text.split('=').next().unwrap_or_default().to_owned();
                    self.set(name, &contents.flows(), &word.range, stage.is_certain);
                }
            }
            Some("read" | "mapfile" | "readarray") => {
                let flows =
                    input.flows().within(if stage.program() == Some("read") { Alphabet::Line } else { Alphabet::Text });
                for (word, _) in rest().filter(|(word, _)| !word.text.starts_with('-')) {
                    self.set(word.text.clone(), &flows, &word.range, stage.is_certain);
                }
            }
            Some("for" | "select") => {
                let mut flows = Flows::default();
                words.iter().skip(2).for_each(|word| flows.add(&word.flows()));
                if let Some(variable) = stage.words.get(1) {
                    self.set(variable.text.clone(), &flows, &variable.range, false);
                }
            }
            Some(_) | None => {}
        }
    }

    /// Records what a command runs as code.
    fn run_as_code(&mut self, stage: &Stage, words: &[Contents], input: &Contents) {
        let texts: Vec<&str> = stage.words.iter().map(|word| word.text.as_str()).collect();
        if let (Some(word), Some([Piece::Hole(_, flows), ..])) =
            (stage.words.first(), words.first().map(Contents::pieces))
        {
            let is_expression = word.text.starts_with("${{");
            if !flows.is_empty() && !is_expression {
                let kind = HarmKind::Runs("the shell".to_owned());
                self.outcome.harms.push(Harm { range: word.range.clone(), kind, flows: flows.clone() });
            }
            return;
        }
        let Some((program, code)) = text_programs::code_of(&texts) else { return };
        let of_words: Vec<usize> = match code {
            Code::From(first) => (first..words.len()).collect(),
            Code::At(at) => vec![at],
            Code::Input => Vec::new(),
        };
        for at in of_words {
            let (Some(word), Some(contents)) = (stage.words.get(at), words.get(at)) else { continue };
            self.runs(program, &word.range, contents);
        }
        if code == Code::Input
            && let Some(word) = stage.words.first()
        {
            self.runs(program, &word.range, input);
        }
    }

    fn runs(&mut self, program: &str, range: &Range<usize>, contents: &Contents) {
        // An expression in a script is reported as such.
        let mut flows = Flows::default();
        for piece in contents.pieces() {
            if let Piece::Hole(written, hole) = piece
                && !written.starts_with("${{")
            {
                flows.add(hole);
            }
        }
        if !flows.is_empty() {
            let kind = HarmKind::Runs(format!("`{program}`"));
            self.outcome.harms.push(Harm { range: range.clone(), kind, flows });
        }
    }
}

/// Moves the places of a command that was read from a part of a script.
fn moved(mut stage: Stage, by: usize) -> Stage {
    let shift = |range: &mut Range<usize>| *range = range.start + by..range.end + by;
    stage.assignments.iter_mut().chain(&mut stage.words).for_each(|word| shift(&mut word.range));
    match &mut stage.input {
        Input::Text(word) | Input::File(word) => shift(&mut word.range),
        Input::Heredoc { range, .. } => shift(range),
        Input::Standard | Input::Pipe(_) => {}
    }
    if let Sink::File(word) = &mut stage.sink {
        shift(&mut word.range);
    }
    stage
}

/// Takes quotes out of a part of a word.
fn unquoted(text: &str) -> String {
    if memchr::memchr2(b'"', b'\'', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    let plain = text.replace("\\\"", "\u{1}").replace('"', "");
    let plain = if text.contains('"') { plain } else { plain.replace('\'', "") };
    plain.replace('\u{1}', "\"")
}
