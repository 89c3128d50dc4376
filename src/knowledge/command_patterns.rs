//! Commands as the table of tools writes them: a program, and words that have to follow it.

/// A command as a list of words that must follow each other.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub(super) programs: Vec<&'static str>,
    words: Vec<PatternWord>,
    without: Vec<&'static str>,
}

#[derive(Clone, Debug)]
enum PatternWord {
    AnyOf(Vec<&'static str>),
    End,
}

/// Programs whose arguments are tasks in any order.
const TASK_RUNNERS: &[&str] =
    &["gradle", "gradlew", "mvn", "mvnw", "make", "rake", "ninja", "turbo", "nx", "sbt", "xcodebuild"];

impl Pattern {
    pub(super) fn read(text: &'static str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let programs = words.next()?.split(',').collect();
        let mut pattern = Self { programs, words: Vec::new(), without: Vec::new() };
        for word in words {
            match word.strip_prefix('!') {
                Some(refused) => pattern.without.extend(refused.split(',')),
                None if word == "$" => pattern.words.push(PatternWord::End),
                None => pattern.words.push(PatternWord::AnyOf(word.split(',').collect())),
            }
        }
        Some(pattern)
    }

    /// Tells whether a command, program first, is meant.
    pub fn matches(&self, command: &[&str]) -> bool {
        let Some((program, arguments)) = command.split_first() else { return false };
        self.programs.contains(program)
            && !arguments.iter().any(|argument| self.without.iter().any(|word| word_is(word, argument)))
            && follow(&self.words, arguments, TASK_RUNNERS.contains(program))
    }
}

/// Options may stand anywhere; between other words only options and their values may stand, so
/// that `build --features test` is not taken for `test`.
fn follow(pattern: &[PatternWord], arguments: &[&str], any_order: bool) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return true };
    let wanted = match first {
        PatternWord::End => return arguments.iter().all(|argument| argument.starts_with('-')),
        PatternWord::AnyOf(words) => words,
    };
    let mut after_option = false;
    for (at, argument) in arguments.iter().enumerate() {
        let remaining = arguments.get(at + 1..).unwrap_or_default();
        if wanted.iter().any(|word| word_is(word, argument)) && follow(rest, remaining, any_order) {
            return true;
        }
        let is_option = argument.starts_with(['-', '+', '/']) && argument.len() > 1;
        let skippable =
            any_order || is_option || after_option || wanted.iter().any(|word| word.starts_with(['-', '/']));
        if !skippable {
            return false;
        }
        after_option = is_option && !argument.contains('=') && !argument.starts_with('+');
    }
    false
}

fn word_is(word: &str, argument: &str) -> bool {
    match word.strip_suffix('*') {
        Some(prefix) => argument.starts_with(prefix),
        None => word == argument,
    }
}
