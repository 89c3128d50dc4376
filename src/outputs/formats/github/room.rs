//! The room that a step has for annotations.

/// The runner keeps so many annotations of a kind for a step, and drops the others without a word.
const KEPT: usize = 10;

/// The kinds of annotation, each of which has room of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `::error::`
    Error,
    /// `::warning::`
    Warning,
    /// `::notice::`
    Notice,
}

impl Kind {
    /// Returns the workflow command.
    pub fn command(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// What is left for annotations, shared by all that one step has to say.
#[derive(Clone, Debug)]
pub struct Room {
    errors: usize,
    warnings: usize,
    notices: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { errors: KEPT, warnings: KEPT, notices: KEPT }
    }
}

impl Room {
    /// Takes the room of one annotation, if there is some left.
    pub fn take(&mut self, kind: Kind) -> bool {
        let left = match kind {
            Kind::Error => &mut self.errors,
            Kind::Warning => &mut self.warnings,
            Kind::Notice => &mut self.notices,
        };
        let fits = *left > 0;
        *left = left.saturating_sub(1);
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_room_for_ten() {
        let mut room = Room::default();
        for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
            assert_eq!((0..12).filter(|_| room.take(kind)).count(), 10, "{kind:?}");
        }
    }
}
