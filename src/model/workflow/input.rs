//! Inputs of `workflow_dispatch` and `workflow_call`.

use crate::model::yaml::{Node, ScalarKind, Text};

/// An input that an event declares.
#[derive(Clone, Copy, Debug)]
pub struct Input<'file> {
    /// The name.
    pub name: &'file Text,
    /// What is said about it.
    pub node: &'file Node,
}

impl<'file> Input<'file> {
    /// Returns the type as written.
    pub fn kind(&self) -> Option<&'file str> {
        self.text("type").map(Text::as_str)
    }

    /// Returns the default.
    pub fn default(&self) -> Option<&'file Text> {
        self.text("default")
    }

    /// Tells whether the input must be given.
    pub fn is_required(&self) -> bool {
        self.text("required").is_some_and(|required| required.value.eq_ignore_ascii_case("true"))
    }

    /// Returns the options, if any are listed.
    pub fn options(&self) -> Option<Vec<&'file Text>> {
        let options = self.node.get("options")?;
        Some(options.items().iter().filter_map(Node::text).collect())
    }

    /// Says what the input's type asks for where a default does not fit it.
    pub fn unfit(&self, default: &Text) -> Option<&'static str> {
        match self.kind()? {
            "boolean" if !matches!(default.value.to_ascii_lowercase().as_str(), "true" | "false") => {
                Some("`true` or `false`")
            }
            "number" if default.kind() != ScalarKind::Number && default.value.parse::<f64>().is_err() => {
                Some("a number")
            }
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<&'file Text> {
        self.node.get(key).and_then(Node::text)
    }
}
