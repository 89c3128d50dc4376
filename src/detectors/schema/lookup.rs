//! From a path in a file to what may stand there.

use crate::knowledge::schema::{ACTION, Mapping, Scalar, Shape, WORKFLOW};
use crate::model::source_file::Kind;

/// Returns the shape of what stands at a path, which holds the names of the keys from the top, with
/// `-` for an item of a list. `None` where anything may stand, or nothing.
pub fn shape(kind: Kind, path: &[&str]) -> Option<&'static Shape> {
    let top = match kind {
        Kind::Workflow => &WORKFLOW,
        Kind::Action => &ACTION,
        Kind::Dependabot | Kind::PreCommit => return None,
    };
    let shape = path.iter().try_fold(top, |shape, name| below(shape, name));
    shape.filter(|shape| !matches!(shape.mapping, Some(Mapping::Any)))
}

fn below(shape: &'static Shape, name: &str) -> Option<&'static Shape> {
    if let (Some(sequence), "-") = (shape.sequence, name) {
        return Some(sequence.item);
    }
    match shape.mapping? {
        Mapping::Keys(keys) => keys.find(name).map(|key| key.shape),
        Mapping::Names(names) => {
            let fixed = names.fixed.iter().find(|key| key.name == name);
            Some(fixed.map_or(names.value, |key| key.shape))
        }
        Mapping::Kinds(kinds) => kinds.kinds.iter().find_map(|kind| kind.keys.find(name)).map(|key| key.shape),
        Mapping::Any => None,
    }
}

impl Shape {
    /// Tells whether a text may stand there, and with it whatever an expression makes of one.
    pub fn takes_text(&self) -> bool {
        !matches!(self.scalar, None | Some(Scalar::Boolean | Scalar::True | Scalar::Number | Scalar::Count))
    }

    /// Tells whether only a text may stand there.
    pub fn is_text(&self) -> bool {
        self.takes_text() && self.sequence.is_none() && self.mapping.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_shapes() {
        let at = |path: &str| shape(Kind::Workflow, &path.split(' ').collect::<Vec<_>>());
        assert!(at("jobs a steps - run").is_some_and(Shape::is_text));
        assert!(at("jobs a runs-on").is_some_and(|shape| shape.takes_text() && !shape.is_text()));
        assert!(at("jobs a timeout-minutes").is_some_and(|shape| !shape.takes_text()));
        assert!(at("jobs a env").is_some_and(|shape| !shape.takes_text() && shape.mapping.is_some()));
        assert!(at("jobs a strategy matrix os").is_some_and(|shape| shape.sequence.is_some()));
        assert!(at("jobs a strategy matrix os -").is_none() && at("jobs a strategy matrix include - os").is_none());
        assert!(at("jobs a nothing").is_none());
        assert!(shape(Kind::Action, &["runs", "steps", "-", "with", "x"]).is_some_and(Shape::is_text));
    }
}
