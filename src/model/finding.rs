//! Findings: what a rule has to say, where, how bad it is and how sure we are.

use std::fmt;
use std::str::FromStr;

use super::excerpt::Excerpt;
use super::fix::Fix;
use super::place::Position;

/// How bad a finding is when it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Does not work, or is dangerous.
    Error,
}

/// How sure we are that a finding is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Depends on what cannot be seen from here.
    Low,
    /// Nearly always right.
    Medium,
    /// Right.
    High,
}

/// Who wants to see a finding; each persona sees what the ones before it see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persona {
    /// Everyone.
    Regular,
    /// Those who want every improvement named.
    Pedantic,
    /// Those who review a repository's security by hand.
    Auditor,
}

/// Whether `plimsoll lint --fix` mends a rule's findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fixable {
    /// By hand only.
    #[default]
    No,
    /// Yes, at least some of them; nobody needs to look at the result.
    Safe,
    /// Yes when asked for all fixes; the result wants a look.
    Unsafe,
}

/// Whether somebody should look at what a fix made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// The file does what it did, or at last what it says.
    Safe,
    /// The file may do something else; somebody should look at it.
    Unsafe,
}

macro_rules! words {
    ($type:ty { $($word:literal => $variant:path),+ $(,)? }) => {
        impl $type {
            /// The words people write for the values, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Returns the word for the value.
            pub fn word(self) -> &'static str {
                match self { $($variant => $word),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.word())
            }
        }

        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok($variant),)+
                    _ => Err(UnknownWord::new(text, Self::WORDS)),
                }
            }
        }
    };
}
pub(crate) use words;

words!(Severity { "info" => Self::Info, "warning" => Self::Warning, "error" => Self::Error });
words!(Confidence { "low" => Self::Low, "medium" => Self::Medium, "high" => Self::High });
words!(Persona { "regular" => Self::Regular, "pedantic" => Self::Pedantic, "auditor" => Self::Auditor });
words!(Safety { "safe" => Self::Safe, "unsafe" => Self::Unsafe });
words!(Fixable { "no" => Self::No, "safe" => Self::Safe, "unsafe" => Self::Unsafe });

/// A word that is none of those known for its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is none of {}", known.join(", "))]
pub struct UnknownWord {
    word: String,
    known: &'static [&'static str],
}

impl UnknownWord {
    /// Says that `word` is none of the `known` ones.
    pub fn new(word: &str, known: &'static [&'static str]) -> Self {
        Self { word: word.to_owned(), known }
    }
}

/// A part of a file, as people count it: lines and columns from 1, the end behind the last
/// character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// The path relative to the repository's root, with slashes.
    pub path: String,
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// The rule's group, such as `security/injection`.
    pub group: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// Who wants to see it.
    pub persona: Persona,
    /// Where it is.
    pub region: Region,
    /// The text of the line where it starts.
    pub line: Excerpt,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Why, and what else there is to know.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// How the program can mend it.
    pub fix: Option<Fix>,
    /// A hash that stays the same when lines move: of rule, path, the line's text, and how many
    /// equal ones stand before it.
    pub fingerprint: String,
    /// Why it does not count; `None` for a finding that does.
    pub suppressed: Option<Suppressed>,
}

impl Finding {
    /// Tells whether a name is that of the finding's rule, of its group, or of one above.
    pub fn is_of(&self, name: &str) -> bool {
        is_named(name, self.rule, self.group)
    }
}

/// Tells whether a name is a rule's id, its group, or a group above it such as `security`.
pub fn is_named(name: &str, id: &str, group: &str) -> bool {
    name == id || group == name || group.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// What says so.
    pub by: Suppressor,
    /// The reason that is given, if any.
    pub reason: String,
}

/// What switches a finding off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppressor {
    /// A comment in the file.
    Comment,
    /// The configuration.
    Configuration,
    /// The baseline: the finding was there before.
    Baseline,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Where it is.
    pub region: Region,
    /// What it has to do with the finding.
    pub message: String,
}

/// A file that could not be read at all, or not as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The path as it was given or found.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// What rules could not check, since GitHub was not asked about it or gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    /// The rules.
    pub rules: Vec<&'static str>,
    /// The action or workflow, as `owner/repo@ref`; `None` for all of them.
    pub uses: Option<String>,
    /// Why not.
    pub reason: String,
}

/// What a linter run came to: findings in order of path and place, suppressed ones included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintReport {
    /// How many files were read.
    pub files: usize,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The files that could not be read.
    pub problems: Vec<Problem>,
    /// What the rules that ask GitHub did not check.
    pub not_checked: Vec<NotChecked>,
}

impl LintReport {
    /// Returns the findings that count.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none())
    }

    /// Counts the findings of a severity that count.
    pub fn count(&self, severity: Severity) -> usize {
        self.active().filter(|finding| finding.severity == severity).count()
    }
}

/// What `plimsoll rules` and `plimsoll explain` tell about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule's id: kebab-case, naming the bad thing.
    pub id: &'static str,
    /// The group, such as `security/injection`.
    pub group: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// The whole documentation, as Markdown; the first line is the summary.
    pub documentation: &'static str,
    /// The severity of its findings unless they say otherwise.
    pub severity: Severity,
    /// Who wants to see its findings unless they say otherwise.
    pub persona: Persona,
    /// The version it came with.
    pub since: &'static str,
    /// Whether it asks GitHub's API, and so checks nothing offline.
    pub network: bool,
    /// Whether its findings can be mended by the program.
    pub fixable: Fixable,
    /// The peers' names for the same thing: peer, then its rules.
    pub peers: &'static [(&'static str, &'static [&'static str])],
}

impl RuleInfo {
    /// Returns the documentation's lines, without the space that doc comments begin with.
    pub fn documentation_lines(&self) -> impl Iterator<Item = &'static str> {
        self.documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line))
    }
}
