//! Settings become endpoints: variables are filled in, names chosen.

use super::Options;
use crate::commands::variables;
use crate::config::{Config, Target};
use crate::error::{Failure, FailureKind};
use crate::model::health::EndpointName;
use crate::model::suggest::did_you_mean;
use crate::monitor::health::{Endpoint, address};
use crate::world::World;

/// Returns what is to be probed.
pub(super) fn targets(options: &Options, config: &Config, world: &World) -> Result<Vec<Endpoint>, Failure> {
    if let Some(url) = &options.url {
        let url = address(url).map_err(|error| Failure::message(FailureKind::Usage, error))?;
        let host = url.host_str().unwrap_or_default();
        let endpoint = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let name = EndpointName { environment: "url".to_owned(), endpoint };
        return Ok(vec![Endpoint::new(name, url)]);
    }
    let targets = &config.health.targets;
    let environments = || targets.iter().map(|target| target.endpoint.name.environment.as_str());
    if let Some(unknown) = options.environments.iter().find(|name| !environments().any(|known| known == name.as_str()))
    {
        let meant = did_you_mean(unknown, environments());
        let message = format!("plimsoll.yml has no environment `{unknown}` with endpoints{meant}");
        return Err(Failure::message(FailureKind::Usage, message));
    }
    let wanted = |name: &str| options.environments.is_empty() || options.environments.iter().any(|known| known == name);
    let chosen = targets.iter().filter(|target| wanted(&target.endpoint.name.environment));
    let endpoints: Vec<Endpoint> = chosen.map(|target| filled(target, world)).collect::<Result<_, Failure>>()?;
    if endpoints.is_empty() {
        return Err(Failure::message(FailureKind::Usage, "there is nothing to probe")
            .hint("name an address with --url, or endpoints below `health.environments` in plimsoll.yml"));
    }
    Ok(endpoints)
}

/// Returns the endpoints of one environment, which may have none.
pub(in crate::commands) fn of_environment(
    config: &Config,
    name: &str,
    world: &World,
) -> Result<Vec<Endpoint>, Failure> {
    let targets = config.health.targets.iter().filter(|target| target.endpoint.name.environment == name);
    targets.map(|target| filled(target, world)).collect()
}

fn filled(target: &Target, world: &World) -> Result<Endpoint, Failure> {
    let headers = target.headers.iter().map(|(name, value)| Ok((name.clone(), variables::fill(value, world)?)));
    Ok(Endpoint { headers: headers.collect::<Result<_, Failure>>()?, ..target.endpoint.clone() })
}
