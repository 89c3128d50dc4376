//! What an action or a workflow of the repository does with what it is given.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Related;

/// Where the inputs of an action or of a called workflow end, and where its outputs come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passages {
    /// The places that run an input as code, by the input's name in lower case.
    pub code: BTreeMap<String, Related>,
    /// Who decides the outputs, by their names in lower case; those that nobody else decides are left
    /// out.
    pub outputs: BTreeMap<String, Sources>,
}

/// Who decides an output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The inputs that it is made of, in lower case.
    pub inputs: BTreeSet<String>,
    /// What strangers decide, and who they are, for people.
    pub strangers: BTreeSet<(String, String)>,
}

impl Passages {
    /// Tells whether an input ends in code, whatever the name's case.
    pub fn takes_code(&self, input: &str) -> bool {
        self.code.contains_key(&input.to_ascii_lowercase())
    }
}

impl Sources {
    /// Tells whether an input is among them, whatever the name's case.
    pub fn takes(&self, input: &str) -> bool {
        self.inputs.contains(&input.to_ascii_lowercase())
    }
}
