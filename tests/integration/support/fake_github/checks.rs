//! Check runs: made, changed and read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::{Check, Repository};

/// GitHub refuses more annotations than this in one request.
const ANNOTATIONS: usize = 50;

pub(super) fn answer(repository: &mut Repository, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let position = |id: &str| repository.checks.iter().position(|check| check.id.to_string() == id);
    match (asked.seen.method.as_str(), rest) {
        ("POST", ["check-runs"]) => {
            if asked.text("name").is_none() || asked.text("head_sha").is_none() {
                return Reply::error(422, "Invalid request.\n\n\"name\", \"head_sha\" weren't supplied.");
            }
            let id = 9000 + repository.checks.len() as u64;
            let mut check = Check { id, fields: BTreeMap::new(), annotations: Vec::new() };
            let reply = change(&mut check, asked, &shapes, 201);
            if reply.status == 201 {
                repository.checks.push(check);
            }
            reply
        }
        ("PATCH", ["check-runs", id]) => match position(id) {
            Some(at) => change(&mut repository.checks[at], asked, &shapes, 200),
            None => Reply::not_found(),
        },
        ("GET", ["check-runs", id]) => match position(id).and_then(|at| repository.checks.get(at)) {
            Some(check) => Reply::json(200, &shapes.check(check)),
            None => Reply::not_found(),
        },
        _ => Reply::not_found(),
    }
}

/// Takes the fields that were sent; annotations add up.
fn change(check: &mut Check, asked: &Asked<'_>, shapes: &Shapes<'_>, status: u16) -> Reply {
    let annotations = asked.body.pointer("/output/annotations").and_then(Value::as_array);
    let annotations = annotations.cloned().unwrap_or_default();
    if annotations.len() > ANNOTATIONS {
        return Reply::error(422, "Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.");
    }
    check.annotations.extend(annotations);
    for (name, value) in asked.body.as_object().into_iter().flatten() {
        check.fields.insert(name.clone(), value.clone());
    }
    Reply::json(status, &shapes.check(check))
}
