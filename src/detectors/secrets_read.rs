//! Which secrets a workflow reads that others call.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::expressions::{ContextUse, Part, Site};
use crate::model::surroundings::{Local, SecretsRead};
use crate::model::workflow::{Job, Workflow};

/// Lists the secrets that a workflow and those that it hands all of them on to read, given its expressions and where
/// its local `uses` lead.
pub fn secrets_read(workflow: &Workflow, sites: &[Site<'_>], local: &BTreeMap<String, Arc<Local>>) -> SecretsRead {
    let mut found = SecretsRead::default();
    for used in sites.iter().flat_map(|site| &site.contexts).filter(|used| used.is("secrets")) {
        read(used, &mut found);
    }
    found.in_environment = workflow.jobs.iter().any(|job| job.node.get("environment").is_some());
    for job in workflow.jobs.iter().filter(|job| inherits(job)) {
        let called = job.uses.as_ref().and_then(|uses| local.get(uses.value.trim())).map(AsRef::as_ref);
        match called {
            Some(Local::Workflow(called)) => found.add(&called.secrets),
            Some(Local::Action(_) | Local::Missing(_) | Local::Unreadable { .. }) | None => found.is_open = true,
        }
    }
    found
}

/// Tells whether a job hands all secrets on to what it calls.
pub fn inherits(job: &Job) -> bool {
    job.secrets.as_ref().and_then(|secrets| secrets.text()).is_some_and(|word| word.value == "inherit")
}

fn read(used: &ContextUse<'_>, found: &mut SecretsRead) {
    match used.parts.get(1) {
        // The job's token comes without being handed over.
        Some(Part::Name(name)) if name.eq_ignore_ascii_case("GITHUB_TOKEN") => {}
        Some(Part::Name(name)) => {
            found.names.insert(name.to_ascii_uppercase());
        }
        Some(Part::Star | Part::Number | Part::Computed) | None => found.is_open = true,
    }
}
