//! What findings are held against, and who is asked beside the rules.

use std::sync::Arc;

use super::baseline::Hidden;
use super::checkers::Checkers;
use super::inputs::Inputs;
use super::linter::Linter;
use super::online::{self, Online};
use super::suppressions::Suppressions;
use crate::config::Lint;
use crate::error::Failure;
use crate::model::declared::Declared;
use crate::model::finding::{Finding, NotChecked};
use crate::model::remote::{Answer, Property, RemoteReference, RemoteReferences, Resolution};
use crate::rules::{self, Choice, Rule};
use crate::world::World;

/// What findings are held against, and who is asked beside the rules.
#[derive(Debug)]
pub(super) struct Terms {
    /// Which rules speak, and to whom.
    pub(super) choice: Choice,
    /// What the repository says about the world around it.
    pub(super) declared: Arc<Declared>,
    /// The programs that check scripts.
    pub(super) checkers: Checkers,
    /// What GitHub has said, if it was asked.
    pub(super) remote: Option<Arc<RemoteReferences>>,
    /// What the configuration switches off.
    pub(super) suppressions: Suppressions,
    /// What was there before.
    pub(super) hidden: Hidden,
}

impl Terms {
    /// Finds programs, reads the baseline, and asks GitHub what the rules have to know that depend on
    /// it.
    pub(super) fn new(
        settings: &Lint,
        inputs: &Inputs,
        online: Option<&Online>,
        world: &mut World,
    ) -> Result<Self, Failure> {
        let choice = choice(settings);
        let baseline = settings.baseline.as_ref().map(|path| inputs.root.join(path));
        let mut terms = Self {
            checkers: Checkers::new(settings, &choice, &world.environment, &world.folder)?,
            choice,
            declared: Arc::clone(&settings.known),
            remote: None,
            suppressions: Suppressions::new(&settings.suppress)?,
            hidden: baseline.as_deref().map(Hidden::read).transpose()?.unwrap_or_default(),
        };
        if let Some(online) = online.filter(|_| !terms.choice.online().is_empty()) {
            let wanted = Linter::new(&inputs.root, &terms)?.references(inputs);
            terms.remote = Some(Arc::new(online.resolve(&wanted, world)?));
        }
        Ok(terms)
    }

    /// Switches findings off, and leaves out those that nobody wants to see who is asking.
    pub(super) fn judge(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        self.suppressions.apply(&mut findings);
        self.hidden.apply(&mut findings);
        findings.retain(|finding| finding.persona <= self.choice.persona);
        findings
    }

    /// Tells whether all rules that names stand for, or all there are without a name, have had their
    /// say: only then is it known what is good for nothing.
    pub(super) fn have_spoken(&self, names: &[String], silent: &[&str]) -> bool {
        let is_answered = self.not_checked().is_empty();
        let has_spoken = |rule: &Rule| !silent.contains(&rule.id) && (!rule.network || is_answered);
        rules::named(names).all(|rule| self.choice.takes(rule) && has_spoken(rule))
    }

    /// Says what the rules that ask GitHub could not check.
    pub(super) fn not_checked(&self) -> Vec<NotChecked> {
        let rules = self.choice.online();
        match &self.remote {
            _ if rules.is_empty() => Vec::new(),
            None => vec![NotChecked { rules, uses: None, reason: "offline".to_owned() }],
            Some(remote) => {
                let unknown = remote.iter().filter_map(|(reference, resolution)| match resolution {
                    Resolution::NotChecked(reason) => Some((reference.to_string(), reason.clone())),
                    Resolution::Commit(_) | Resolution::NoReference | Resolution::NoRepository => None,
                });
                let unknown =
                    unknown.map(|(uses, reason)| NotChecked { rules: rules.clone(), uses: Some(uses), reason });
                unknown.chain(remote.answers().filter_map(|found| open_question(remote, found))).collect()
            }
        }
    }
}

/// Says what one rule could not check of a reference that leads to a commit.
fn open_question(
    remote: &RemoteReferences,
    (reference, property, answer): (&RemoteReference, Property, &Answer),
) -> Option<NotChecked> {
    let Answer::NotChecked(reason) = answer else { return None };
    let rules = vec![online::rule_of(property)];
    // Where it is not known where it leads, that is told already; where it leads nowhere, nothing is open.
    remote.commit(reference)?;
    Some(NotChecked { rules, uses: Some(reference.to_string()), reason: reason.clone() })
}

/// Returns which rules the settings let speak, and to whom.
pub(super) fn choice(settings: &Lint) -> Choice {
    let levels = settings.severity.iter().map(|(name, level)| (name.clone(), level.severity()));
    let (off, levels): (Vec<_>, Vec<_>) = levels.partition(|(_, severity)| severity.is_none());
    let ignored = settings.ignore.iter().cloned().chain(off.into_iter().map(|(name, _)| name));
    Choice {
        persona: settings.persona,
        select: settings.select.clone(),
        ignore: ignored.collect(),
        severities: levels.into_iter().filter_map(|(name, severity)| Some((name, severity?))).collect(),
    }
}
