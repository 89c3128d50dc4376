//! What scripts write to the files of the runner, and to others.

use std::ops::Range;

use super::contents::{Contents, End, Piece, Setting};
use super::runner_file::RunnerFile;
use super::script::{Harm, HarmKind, Script};
use super::trail::Flows;
use crate::knowledge::trust::Alphabet;
use crate::shell::{Sink, Stage, Word};

impl Script<'_, '_> {
    /// Takes what a command writes to files.
    pub(super) fn write(&mut self, stage: &Stage, contents: &Contents, input: &Contents) {
        let range = stage.words.first().or(stage.assignments.first()).map_or(0..0, |word| word.range.clone());
        let end = stage.words.last().map_or(range.end, |word| word.range.end);
        let range = range.start..end;
        if let Sink::File(word) = &stage.sink {
            self.write_to(word, contents, &range, stage.is_certain);
        }
        if stage.program() == Some("tee") {
            for word in stage.arguments().iter().filter(|word| !word.text.starts_with('-')) {
                self.write_to(word, input, &range, stage.is_certain);
            }
        }
        if stage.sink == Sink::Standard {
            self.set_output(contents, &range);
        }
    }

    fn write_to(&mut self, target: &Word, contents: &Contents, range: &Range<usize>, is_certain: bool) {
        let Some(file) = RunnerFile::of(&target.text) else {
            self.files.write(&target.text, contents.flows(), is_certain);
            return;
        };
        if file == RunnerFile::Path {
            self.harm(HarmKind::Sets(file), range, contents.flows());
            return;
        }
        let settings = self.settings.entry(file).or_default();
        settings.write(contents, range);
        let found = std::mem::take(&mut settings.found);
        self.settle(file, found);
    }

    fn harm(&mut self, kind: HarmKind, range: &Range<usize>, flows: Flows) {
        if !flows.is_empty() {
            self.outcome.harms.push(Harm { range: range.clone(), kind, flows });
        }
    }

    /// Takes the variables or outputs that lines of a runner's file set.
    pub(super) fn settle(&mut self, file: RunnerFile, found: Vec<Setting>) {
        for setting in found {
            match setting {
                Setting::Any(flows, place) if file == RunnerFile::Env => self.harm(HarmKind::Sets(file), &place, flows),
                Setting::Any(..) => {}
                Setting::Named { name, flows, place, end } => {
                    self.breaks_out(file, &place, &flows, end);
                    self.set_for_later(file, name, &flows, place);
                }
            }
        }
    }

    /// A line break in a value begins the next variable, unless nobody can guess where the value ends.
    fn breaks_out(&mut self, file: RunnerFile, place: &Range<usize>, flows: &Flows, end: End) {
        if file == RunnerFile::Env && end == End::Known {
            self.harm(HarmKind::Sets(file), place, flows.only(Alphabet::Text));
        }
    }

    fn set_for_later(&mut self, file: RunnerFile, name: String, flows: &Flows, place: Range<usize>) {
        let whose = if file == RunnerFile::Output { "the output" } else { "for later steps, the variable" };
        let led = self.trails.lead(flows, self.text, place, format_args!("{whose} `{name}` takes it"));
        self.outcome.set.push((file, name, led));
    }

    /// Takes the deprecated `::set-output name=…::`.
    fn set_output(&mut self, contents: &Contents, range: &Range<usize>) {
        let Some(Piece::Text(first)) = contents.pieces().first() else { return };
        let Some(rest) = first.trim_start().strip_prefix("::set-output name=") else { return };
        let name = rest.split([':', ',']).next().unwrap_or_default().to_owned();
        self.set_for_later(RunnerFile::Output, name, &contents.flows(), range.clone());
    }
}
