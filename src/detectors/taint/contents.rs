//! What is written somewhere, piece by piece: known text, and what is known at run time only.

use std::ops::Range;
use std::rc::Rc;

use super::trail::Flows;

/// A piece of what is written.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Text as it is.
    Text(String),
    /// What is known at run time only, as it is written, with who may decide it.
    Hole(String, Flows),
}

/// What a command writes.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents(Rc<[Piece]>);

impl Contents {
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        Self(pieces.into())
    }

    /// Returns contents of which nothing is known but who may decide it.
    pub(super) fn opaque(flows: Flows) -> Self {
        Self::new(vec![Piece::Hole(String::new(), flows)])
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Returns who may decide any of it.
    pub(super) fn flows(&self) -> Flows {
        let mut all = Flows::default();
        for piece in self.0.iter() {
            if let Piece::Hole(_, flows) = piece {
                all.add(flows);
            }
        }
        all
    }
}

/// What ends a value in a file of variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// What anybody can write: a line break, or a line that stands in the script.
    Known,
    /// A line that is made at run time, so that nobody can guess it.
    Random,
}

/// A line of a file of variables that sets one, or may set any.
#[derive(Clone, Debug)]
pub(super) enum Setting {
    /// A variable or an output of a name.
    Named {
        /// The name.
        name: String,
        /// Who may decide the value.
        flows: Flows,
        /// Where it is written, or the last part of it that others may decide.
        place: Range<usize>,
        /// What ends the value.
        end: End,
    },
    /// One that others name, and where it is written.
    Any(Flows, Range<usize>),
}

/// Reads what is written to a file of variables: `name=value`, or lines between `name<<end` and `end`.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) found: Vec<Setting>,
    /// The variable whose lines are being read, and what ends them.
    open: Option<Open>,
    line: String,
    /// Whether the name of the line being read is known, and who decides what follows it.
    flows: Flows,
    /// Who decides what stands before the name's end.
    before: Flows,
    /// Where the line is written.
    place: Range<usize>,
}

#[derive(Debug)]
struct Open {
    name: String,
    end: String,
    flows: Flows,
    place: Range<usize>,
    kind: End,
}

impl From<Open> for Setting {
    fn from(open: Open) -> Self {
        let Open { name, end: _, flows, place, kind } = open;
        Self::Named { name, flows, place, end: kind }
    }
}

impl Settings {
    /// Takes what is written next, and where.
    pub(super) fn write(&mut self, contents: &Contents, place: &Range<usize>) {
        self.place = place.clone();
        for piece in contents.pieces() {
            match piece {
                Piece::Text(text) => self.text(text),
                Piece::Hole(written, flows) => self.hole(written, flows),
            }
        }
    }

    fn hole(&mut self, written: &str, flows: &Flows) {
        let has_name = self.line.contains('=') || self.line.contains("<<");
        if has_name { &mut self.flows } else { &mut self.before }.add(flows);
        self.line.push_str(written);
    }

    fn text(&mut self, text: &str) {
        let mut lines = text.split('\n');
        self.line.push_str(lines.next().unwrap_or_default());
        for next in lines {
            self.end_line();
            self.line.push_str(next);
        }
    }

    /// Takes the end of what is written, which ends a line, too.
    pub(super) fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end_matches('\r');
        let (flows, before) = (std::mem::take(&mut self.flows), std::mem::take(&mut self.before));
        if let Some(mut open) = self.open.take() {
            if !flows.is_empty() || !before.is_empty() {
                open.place = self.place.clone();
            }
            open.flows.add(&flows);
            open.flows.add(&before);
            if line == open.end {
                self.found.push(open.into());
            } else {
                self.open = Some(open);
            }
            return;
        }
        if !before.is_empty() {
            self.found.push(Setting::Any(before, self.place.clone()));
        }
        let equals = line.find('=');
        let heredoc = line.find("<<").filter(|at| equals.is_none_or(|equals| *at < equals));
        let Some(end) = heredoc.or(equals) else { return };
        let name = line.get(..end).unwrap_or_default().trim().to_owned();
        let place = self.place.clone();
        match heredoc.and_then(|at| line.get(at + 2..)) {
            Some(end) => {
                let kind = if end.is_empty() || end.contains(['$', '`']) { End::Random } else { End::Known };
                self.open = Some(Open { name, end: end.to_owned(), flows: Flows::default(), place, kind });
            }
            None => self.found.push(Setting::Named { name, flows, place, end: End::Known }),
        }
    }

    /// Takes the end of the script: what is open then is as good as closed.
    pub(super) fn finish(&mut self) -> Vec<Setting> {
        if !self.line.is_empty() || !self.before.is_empty() || !self.flows.is_empty() {
            self.end_line();
        }
        self.found.extend(self.open.take().map(Setting::from));
        std::mem::take(&mut self.found)
    }
}
