//! An environment at hand: its settings, its file, its endpoints, and the way to GitHub.

use std::path::PathBuf;
use std::sync::Arc;

use crate::commands::collect::origin;
use crate::commands::monitor::health::endpoints;
use crate::commands::{append, online, webhooks};
use crate::config::{Config, Webhook};
use crate::deploy::{self, Plan, Wishes};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::deployment::{Deployment, Kind, Step};
use crate::model::health::EndpointName;
use crate::model::origin::Origin;
use crate::model::pattern::matches;
use crate::model::suggest::did_you_mean;
use crate::monitor::health::{Endpoint, Form, address};
use crate::outputs::sinks::file;
use crate::outputs::sinks::lock::{self, FolderLock};
use crate::sources::{deployments, repository};
use crate::world::World;

use super::Common;
use super::github::Desk;

/// An environment that nobody else deploys to meanwhile.
pub(super) struct Site {
    /// All settings.
    pub(super) config: Config,
    /// Those of the environment.
    pub(super) settings: deploy::Environment,
    /// The environment's name.
    pub(super) name: String,
    /// The repository's root, which commands run in.
    pub(super) root: PathBuf,
    /// The folder of the tables.
    pub(super) metrics: PathBuf,
    /// The folder of the environment's file.
    pub(super) folder: PathBuf,
    /// What is probed.
    pub(super) endpoints: Vec<Arc<Endpoint>>,
    /// What tells figures.
    pub(super) figures: Vec<Arc<Endpoint>>,
    /// Who is told.
    pub(super) webhooks: Vec<(Webhook, Endpoint)>,
    /// The commit and the job at hand.
    pub(super) origin: Origin,
    /// The way to GitHub, where there is one.
    pub(super) desk: Option<Desk>,
    /// Nobody else has it while this lives.
    locked: Option<FolderLock>,
}

impl Site {
    /// Opens an environment. Nothing is made or changed yet.
    ///
    /// # Errors
    /// The configuration does not say what is needed, or GitHub was named and cannot be asked.
    pub(super) fn open(common: &Common, world: &World) -> Result<Self, Failure> {
        let config = common.configuration.load(&world.folder)?;
        let name = common.environment.clone();
        let settings = environment(&config, &name)?;
        let root = repository::root(&world.folder);
        let folder = deployments::state_folder(&root.join(&config.deploy.settings.state), &name);
        let metrics = append::folder(common.metrics.as_deref(), &common.configuration, world)?;
        let endpoints = endpoints::of_environment(&config, &name, world)?;
        let interval = settings.verify.every;
        let endpoints = endpoints.into_iter().map(|endpoint| Arc::new(Endpoint { interval, ..endpoint })).collect();
        let figures = figures(&name, &settings)?;
        let webhooks = webhooks::of("deploy", &config.deploy.webhooks, world)?;
        online::check_certificates(&world.environment, &world.folder)?;
        let origin = origin::of(common.repository.as_deref(), None, world);
        let desk = Desk::open(common, &origin, world)?;
        let locked = None;
        Ok(Self { config, settings, name, root, metrics, folder, endpoints, figures, webhooks, origin, desk, locked })
    }

    /// Keeps others out; says so where somebody is in.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub(super) fn lock(&mut self) -> Result<bool, Failure> {
        self.locked = lock::try_folder(&self.folder).kind(FailureKind::Output)?;
        Ok(self.locked.is_some())
    }

    /// Reads the environment's file.
    ///
    /// # Errors
    /// It is there and cannot be used.
    pub(super) fn last(&self) -> Result<Option<Deployment>, Failure> {
        deployments::read_state(&self.folder).kind(FailureKind::Input).map_err(|failure| {
            failure
                .hint("it says how far the last deployment came: mend it, or remove it when you have looked yourself")
        })
    }

    /// Reads the environment's file, where the deployment in it has not ended.
    ///
    /// # Errors
    /// As [`Self::last`].
    pub(super) fn unfinished(&self) -> Result<Option<Deployment>, Failure> {
        Ok(self.last()?.filter(|last| last.step != Step::Ended))
    }

    /// Writes the environment's file, whole or not at all.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn save(&self, deployment: &Deployment) -> Result<(), Failure> {
        let path = deployments::state_file(&self.folder);
        file::write_durably(&path, deployments::state_text(deployment).as_bytes()).kind(FailureKind::Output)
    }

    /// Plans.
    pub(super) fn plan(&self, kind: Kind, command: Option<&str>, wishes: Wishes) -> Plan {
        let wishes = Wishes { has_endpoints: !self.endpoints.is_empty(), ..wishes };
        Plan::new(kind, &self.config.deploy.settings, &self.settings, command, wishes)
    }

    /// Plans what a deployment still has to go through.
    pub(super) fn plan_of(&self, deployment: &Deployment) -> Plan {
        let omits = |what: &str| deployment.omitted.iter().any(|omitted| omitted == what);
        let wishes = Wishes { skip_tests: omits("tests"), no_backup: omits("backup"), has_endpoints: false };
        self.plan(deployment.kind, Some(&super::shell::shown(&deployment.command)), wishes)
    }

    /// Tells whether users see the environment.
    pub(super) fn is_production(&self) -> bool {
        let name = self.name.to_lowercase();
        self.config.dora.environments.iter().any(|pattern| matches(&pattern.to_lowercase(), &name))
    }
}

fn environment(config: &Config, name: &str) -> Result<deploy::Environment, Failure> {
    let environments = &config.deploy.settings.environments;
    if let Some(settings) = environments.get(name) {
        return Ok(settings.clone());
    }
    if environments.is_empty() {
        return Ok(deploy::Environment::default());
    }
    let meant = did_you_mean(name, environments.keys().map(String::as_str));
    let message = format!("plimsoll.yml has no environment `{name}` below `deploy.environments`{meant}");
    Err(Failure::message(FailureKind::Usage, message))
}

fn figures(environment: &str, settings: &deploy::Environment) -> Result<Vec<Arc<Endpoint>>, Failure> {
    let endpoint = |watched: &deploy::Watched| {
        let wrong = |error| Failure::message(FailureKind::Configuration, error);
        let url = address(&watched.url).map_err(wrong)?;
        let name = EndpointName { environment: environment.to_owned(), endpoint: watched.name.clone() };
        let mut endpoint = Endpoint { interval: settings.verify.every, ..Endpoint::new(name, url) };
        endpoint.expect.form = Form::Figure(watched.name.clone());
        Ok(Arc::new(endpoint))
    };
    settings.verify.metrics.iter().map(endpoint).collect()
}
