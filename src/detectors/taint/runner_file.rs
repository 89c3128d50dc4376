//! The files through which a script speaks to the runner.

/// A file through which a script speaks to the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunnerFile {
    /// `$GITHUB_ENV`: variables of later steps.
    Env,
    /// `$GITHUB_OUTPUT`: the step's outputs.
    Output,
    /// `$GITHUB_PATH`: folders of programs of later steps.
    Path,
}

impl RunnerFile {
    pub(super) const ALL: [Self; 3] = [Self::Env, Self::Output, Self::Path];

    /// Returns the name of the variable that holds the file's path.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Env => "GITHUB_ENV",
            Self::Output => "GITHUB_OUTPUT",
            Self::Path => "GITHUB_PATH",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        let inner =
            word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| word.strip_prefix('$'))?;
        let name = inner.split(':').next()?;
        Self::ALL.into_iter().find(|file| file.variable() == name)
    }
}
