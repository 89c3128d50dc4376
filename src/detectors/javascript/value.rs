//! What expressions come to, as far as a program's text tells.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::tokens::Tokens;

/// What an expression comes to.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Nobody knows; it goes by a name.
    Unknown(String),
    /// A text, in which `$name` stands for what is not known.
    Text(Said),
    /// A list.
    List(Vec<Value>),
    /// An object, or a class by its methods.
    Record(Rc<BTreeMap<String, Value>>),
    /// A function of the program.
    Function(Rc<Function>),
    /// What another package gives out; all of it by the name `*`.
    Import(Rc<Import>),
    /// All that a file of the repository gives out, by its number.
    File(usize),
}

/// A text and where it is written.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) text: String,
    /// The number of the file, and of its line.
    pub(super) place: Option<(usize, usize)>,
}

/// A function and where its parts are.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) file: usize,
    pub(super) tokens: Rc<Tokens>,
    pub(super) parameters: Range<usize>,
    pub(super) body: Range<usize>,
    /// Whether the body is a block of statements.
    pub(super) is_block: bool,
    /// What it sees.
    pub(super) scope: usize,
}

/// What another package gives out.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) package: String,
    pub(super) name: String,
    /// Whether it was made into a promise, which fails where its program does.
    pub(super) is_promise: bool,
}

impl Value {
    /// Makes a text that is written nowhere.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(Said { text: text.into(), place: None })
    }

    /// Makes what is given out by another package.
    pub(super) fn import(package: &str, name: &str) -> Self {
        let package = package.strip_prefix("node:").unwrap_or(package).to_owned();
        Self::Import(Rc::new(Import { package, name: name.to_owned(), is_promise: false }))
    }

    /// Makes an unknown value of a name.
    pub(super) fn unknown(name: &str) -> Self {
        Self::Unknown(name.to_owned())
    }

    /// Makes what a function returns that nobody knows.
    pub(super) fn returned_by(name: &str) -> Self {
        Self::Unknown(format!("{name}()"))
    }

    /// Gives what a function returned the name of the variable that holds it.
    pub(super) fn named(self, name: &str) -> Self {
        match &self {
            Self::Unknown(own) if own.is_empty() || own.ends_with("()") => Self::unknown(name),
            Self::Unknown(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Record(_)
            | Self::Function(_)
            | Self::Import(_)
            | Self::File(_) => self,
        }
    }

    /// Returns the text with its place, where it is one.
    pub(super) fn said(&self) -> Option<&Said> {
        if let Self::Text(said) = self { Some(said) } else { None }
    }

    /// Returns the items, where it is a list.
    pub(super) fn items(&self) -> Option<&[Value]> {
        if let Self::List(all) = self { Some(all) } else { None }
    }

    /// Returns the fields of an object.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&String, &Value)> {
        let all = if let Self::Record(all) = self { Some(all) } else { None };
        all.into_iter().flat_map(|all| all.iter())
    }

    /// Returns the first that something is known of.
    pub(super) fn or(self, other: Self) -> Self {
        if self.is_known() { self } else { other }
    }

    /// Returns the text that it is inside of a text.
    pub(super) fn within(&self) -> String {
        match self {
            Self::Text(said) => said.text.clone(),
            Self::List(all) => all.iter().map(Self::within).collect::<Vec<_>>().join(","),
            Self::Unknown(name) => format!("${{{}}}", plain(name)),
            Self::Record(_) | Self::Function(_) | Self::Import(_) | Self::File(_) => "${value}".to_owned(),
        }
    }

    /// Returns it as one word of a command.
    pub(super) fn word(&self) -> Said {
        match self {
            Self::Text(said) => said.clone(),
            Self::Unknown(name) => Said { text: format!("${}", plain(name)), place: None },
            Self::List(_) | Self::Record(_) | Self::Function(_) | Self::Import(_) | Self::File(_) => {
                Said { text: self.within(), place: None }
            }
        }
    }

    /// Tells whether anything is known of it.
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// Returns the value under a key of an object.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        if let Self::Record(record) = self { record.get(key) } else { None }
    }
}

fn plain(name: &str) -> String {
    let plain: String =
        name.chars().filter(|character| character.is_ascii_alphanumeric() || *character == '_').collect();
    let is_name = plain.chars().next().is_some_and(|first| !first.is_ascii_digit());
    if is_name { plain } else { "value".to_owned() }
}
