//! What scripts of POSIX-like shells put around commands: groups, conditions, loops and `case`.

/// What opens a construct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opener {
    Group,
    /// `case`, and whether patterns stand next.
    Case {
        in_patterns: bool,
    },
}

/// What a word or an operator is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Of a construct alone.
    Construct,
    /// Of a construct, as are the words before it: they are no command.
    Head,
    /// Of a command, or it ends one.
    Command,
}

/// The constructs that are open where a script is read. Commands are told by how many stand before.
#[derive(Debug, Default)]
pub(super) struct Constructs {
    /// Each with its first command.
    open: Vec<(Opener, usize)>,
    /// The first command of the construct that has just been closed.
    pub(super) closed: Option<usize>,
    /// The first command of the pipeline's part that is being read.
    pub(super) part: usize,
}

impl Constructs {
    /// Returns how many are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Opens a group.
    pub(super) fn open(&mut self, commands: usize) {
        self.open.push((Opener::Group, commands));
    }

    /// Takes a word, given the first word of its command, if there is one before it.
    pub(super) fn word(&mut self, text: &str, is_quoted: bool, first: Option<&str>, commands: usize) -> Role {
        self.closed = None;
        if let Some((Opener::Case { in_patterns: true }, _)) = self.open.last() {
            if text == "esac" && !is_quoted {
                self.close(commands);
            }
            return Role::Construct;
        }
        match first {
            None if !is_quoted && self.keyword(text, commands) => Role::Construct,
            Some("case") if text == "in" => {
                self.open.push((Opener::Case { in_patterns: true }, commands));
                Role::Head
            }
            _ => Role::Command,
        }
    }

    /// Takes a word that stands in front of a command, or around commands.
    fn keyword(&mut self, text: &str, commands: usize) -> bool {
        match text {
            "{" | "if" | "while" | "until" => self.open(commands),
            "}" | "fi" | "done" | "esac" => self.close(commands),
            "then" | "else" | "elif" | "do" | "!" | "time" | "function" => {}
            _ => return false,
        }
        true
    }

    fn close(&mut self, commands: usize) {
        let (_, first) = self.open.pop().unwrap_or((Opener::Group, commands));
        self.closed = Some(first);
        self.part = self.part.min(first);
    }

    /// Takes an operator, before the command in front of it is taken; a parenthesis is [`Role::Head`].
    pub(super) fn operator(&mut self, operator: &str) -> Role {
        match (operator, self.open.last_mut()) {
            (")", Some((Opener::Case { in_patterns }, _))) if *in_patterns => {
                *in_patterns = false;
                Role::Construct
            }
            ("|" | "\n" | "(", Some((Opener::Case { in_patterns: true }, _))) => Role::Construct,
            ("(", _) => Role::Head,
            _ => Role::Command,
        }
    }

    /// Takes an operator that ended a command, which counts among those given.
    pub(super) fn ended(&mut self, operator: &str, commands: usize) {
        match (operator, self.open.last_mut()) {
            (")", _) => self.close(commands),
            (";;", Some((Opener::Case { in_patterns }, _))) => *in_patterns = true,
            _ => {}
        }
    }
}
