//! What GitHub is asked for the rules that need it, and what that costs.

use std::path::{Path, PathBuf};

use crate::commands::online::{address, connect, cost, failure, token_of};
use crate::detectors::remote::{RemoteUse, remote_uses};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::{Client, Usage};
use crate::model::remote::{Property, RemoteReference, RemoteReferences};
use crate::model::secret::Secret;
use crate::model::source_file::SourceFile;
use crate::outputs::formats::totals;
use crate::outputs::sinks::file;
use crate::rules::Choice;
use crate::sources::remote_references::{Circumstances, Inquiry, Kept};
use crate::world::World;

/// How many requests are under way at once.
const AT_ONCE: usize = 4;

/// How many requests a run makes at most with a token. GitHub grants a job's token 1,000 an hour,
/// which all jobs of the repository share.
const BUDGET: usize = 500;

/// How many without a token, of the 60 that GitHub grants an address in an hour.
const BUDGET_WITHOUT_TOKEN: usize = 50;

/// How GitHub is asked.
#[derive(Clone, Debug, Default)]
pub struct Online {
    /// The token; the environment's where none is given.
    pub token: Option<Secret>,
    /// How many requests may be made at most.
    pub budget: Option<usize>,
    /// What becomes of answers.
    pub answers: Answers,
}

/// What becomes of answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answers {
    /// They are kept on disk, and used again while they hold.
    #[default]
    Kept,
    /// Everything is asked anew, and nothing kept.
    Fresh,
}

/// A reference that a file uses, and what is wanted to know of it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    reference: RemoteReference,
    /// The version that a comment names for it.
    claim: Option<RemoteReference>,
    properties: Vec<Property>,
}

/// The rules that want to know whether something is true of a reference.
const PROPERTIES: [(Property, &str); 3] = [
    (Property::Belongs, "impostor-commit"),
    (Property::Tagged, "stale-action-ref"),
    (Property::Ambiguous, "ref-confusion"),
];

/// Returns the rule that wants to know whether something is true.
pub(super) fn rule_of(property: Property) -> &'static str {
    PROPERTIES.iter().find(|(known, _)| *known == property).map_or("", |(_, rule)| *rule)
}

/// Lists the references of a file.
pub(super) fn wanted(file: &SourceFile, choice: &Choice) -> Vec<Wanted> {
    let asked_for: Vec<Property> =
        PROPERTIES.iter().filter(|(_, rule)| choice.asks_for(rule)).map(|(property, _)| *property).collect();
    let uses = remote_uses(file).into_iter();
    uses.map(|found| {
        let properties = asked_for.iter().copied().filter(|property| is_open(&found, *property)).collect();
        Wanted { properties, claim: found.claim.map(|claim| claim.remote), reference: found.remote }
    })
    .collect()
}

/// Tells whether a reference leaves it open whether something is true.
fn is_open(found: &RemoteUse<'_>, property: Property) -> bool {
    match property {
        Property::Belongs => found.is_pinned(),
        Property::Tagged => found.is_pinned() && !found.is_known_release(),
        Property::Ambiguous => !found.is_pinned(),
    }
}

impl Online {
    /// Asks where references lead to, and says on standard error what it will cost and has cost.
    pub(super) fn resolve(&self, wanted: &[Wanted], world: &mut World) -> Result<RemoteReferences, Failure> {
        let (api, now) = (address(world)?, world.clock.now());
        let path = self.path(world);
        let name = api.to_string();
        let kept = path.as_ref().map_or_else(|| Kept::nothing(&name), |path| Kept::read(path, &name));
        let mut inquiry = Inquiry::new(kept, now);
        for Wanted { reference, claim, properties } in wanted {
            inquiry.want(reference, claim.as_ref(), properties);
        }
        let budget = self.budget(world);
        tell(&plan(&inquiry, api.host(), budget), world)?;
        let token = self.token.as_ref();
        let mut clients = Vec::new();
        for _ in 0..inquiry.most().min(budget).min(AT_ONCE) {
            clients.push(connect(token, world)?);
        }
        let asked = inquiry.ask(&mut clients, budget);
        let usage = clients.iter().map(Client::usage).fold(Usage::default(), Usage::and);
        if usage.requests > 0 {
            tell(&cost(api.host(), usage), world)?;
        }
        let owner = world.environment.get("GITHUB_REPOSITORY").and_then(|name| name.split('/').next());
        let circumstances = Circumstances { owner: owner.map(str::to_owned), borrows: api.may_borrow_actions() };
        let (references, kept) = inquiry.finish(&circumstances);
        if let Some(path) = path.filter(|_| usage.requests > 0) {
            keep(&path, &kept.to_text(now), world)?;
        }
        asked.map_err(|error| failure(error, token, world))?;
        Ok(references)
    }

    fn budget(&self, world: &World) -> usize {
        let with_token = token_of(self.token.as_ref(), world).is_some();
        self.budget.unwrap_or(if with_token { BUDGET } else { BUDGET_WITHOUT_TOKEN })
    }

    /// Returns the file in which answers are kept: for the time of a job in its own folder for such
    /// things, elsewhere where <https://specifications.freedesktop.org/basedir> says, or Windows.
    fn path(&self, world: &World) -> Option<PathBuf> {
        let folder = |name: &str| world.environment.get(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
        let caches = match (self.answers, world.environment.in_actions()) {
            (Answers::Fresh, _) => None,
            (Answers::Kept, true) => folder("RUNNER_TEMP"),
            (Answers::Kept, false) => folder("XDG_CACHE_HOME")
                .or_else(|| Some(folder("HOME")?.join(".cache")))
                .or_else(|| folder("LOCALAPPDATA")),
        };
        Some(caches?.join("plimsoll").join("references.json"))
    }
}

/// Says what will be asked, before anything is spent.
fn plan(inquiry: &Inquiry, host: &str, budget: usize) -> String {
    let (wanted, open, most) = (inquiry.wanted(), inquiry.open(), inquiry.most());
    let cost = if open > budget {
        format!("{} of {open}, as the budget allows", totals::number(budget, "request"))
    } else if most > open {
        format!("{}, and {} more at most", totals::number(open, "request"), most.min(budget) - open)
    } else {
        format!("{} at most", totals::number(open, "request"))
    };
    let references = totals::number(wanted, "reference");
    format!("asking {host} about {references}: {} known from before, {cost}", wanted - open)
}

fn tell(line: &str, world: &mut World) -> Result<(), Failure> {
    world.stderr.write_all(format!("{line}\n").as_bytes()).kind(FailureKind::Output)
}

/// Keeps the answers for the next run, which can do without them.
fn keep(path: &Path, text: &str, world: &mut World) -> Result<(), Failure> {
    match file::write(path, text.as_bytes()) {
        Ok(()) => Ok(()),
        Err(error) => tell(&format!("notice: GitHub's answers are not kept: {error}"), world),
    }
}
