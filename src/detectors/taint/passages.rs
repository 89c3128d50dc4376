//! What an action or a workflow does with what it is given, for those that use it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::trail::{Flows, Side};
use super::{Around, Taint, analyze};
use crate::expressions::Site;
use crate::model::finding::Related;
use crate::model::passages::{Passages, Sources};
use crate::model::source_file::SourceFile;
use crate::model::surroundings::Local;

/// Follows the inputs of a file to where they end, and its outputs to where they come from, given its
/// expressions and where its own local `uses` lead.
pub fn passages(file: &SourceFile, sites: &[Site<'_>], local: &BTreeMap<String, Arc<Local>>) -> Passages {
    let taint = analyze(file, sites, &Around { local: Some(local), ..Around::default() });
    let code = taint.code_inputs.iter().map(|(input, (text, range))| {
        let region = file.region(text.locate(&file.text, range.clone()));
        (input.clone(), Related { region, message: format!("here the input `{input}` becomes code") })
    });
    let outputs = taint.outputs.iter().map(|(name, flows)| (name.clone(), sources(&taint, flows)));
    Passages { code: code.collect(), outputs: outputs.collect() }
}

fn sources(taint: &Taint<'_>, flows: &Flows) -> Sources {
    let mut found = Sources::default();
    for origin in flows.iter().filter_map(|flow| taint.origin(flow)) {
        match &origin.side {
            Side::Caller(input) => {
                found.inputs.insert(input.clone());
            }
            Side::Stranger => {
                found.strangers.insert((origin.name.clone(), origin.who.clone()));
            }
        }
    }
    found
}
