//! The way to GitHub that every verb takes: whom to ask, as whom, and what to tell when it fails.

use std::path::{Path, PathBuf};

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::{Advice, BaseAddress, Client, Outside, RequestError, Settings, Timeouts, Usage};
use crate::model::secret::Secret;
use crate::outputs::formats::totals;
use crate::sources::certificates;
use crate::world::{Environment, World};

/// Whether GitHub is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// If there is a token.
    #[default]
    WithToken,
    /// Never.
    Offline,
    /// Always.
    Online,
}

impl Network {
    /// Tells whether GitHub is asked, given the token that was typed.
    pub(super) fn is_asked(self, token: Option<&Secret>, world: &World) -> bool {
        match self {
            Self::WithToken => token_of(token, world).is_some(),
            Self::Offline => false,
            Self::Online => true,
        }
    }
}

/// Makes a client for the API that the environment names. The token is the one given, or else
/// that of `GITHUB_TOKEN` or `GH_TOKEN`.
pub(super) fn connect(token: Option<&Secret>, world: &World) -> Result<Client, Failure> {
    check_certificates(&world.environment, &world.folder)?;
    let settings = Settings { address: address(world)?, token: token_of(token, world), timeouts: Timeouts::default() };
    let outside = Outside { clock: world.clock.clone(), sleeper: world.sleeper.clone(), random: world.random.clone() };
    Client::new(settings, outside).map_err(|error| failure(error, token, world))
}

/// Returns the API's address that the environment names, or GitHub's.
pub(super) fn address(world: &World) -> Result<BaseAddress, Failure> {
    let Some(address) = world.environment.get("GITHUB_API_URL") else { return Ok(BaseAddress::default()) };
    address
        .parse()
        .map_err(|error| Failure::new(FailureKind::Usage, error).hint("the address comes from GITHUB_API_URL"))
}

/// Returns a folder for what is read and thrown away.
pub(super) fn scratch(world: &World) -> PathBuf {
    let named = world.environment.get("RUNNER_TEMP").map(PathBuf::from);
    let mut folders = named.into_iter().chain([temporary(&world.environment), PathBuf::from("/tmp")]);
    // The image that the actions run in has no /tmp.
    folders.find(|folder| folder.is_dir()).unwrap_or_else(|| world.folder.clone())
}

/// Returns the folder that the system keeps for temporary files.
pub(super) fn temporary(environment: &Environment) -> PathBuf {
    // Windows has the second.
    let named = ["TMPDIR", "TEMP"].iter().find_map(|name| environment.get(name));
    PathBuf::from(named.unwrap_or("/tmp"))
}

/// Says what requests have cost.
pub(super) fn cost(host: &str, usage: Usage) -> String {
    let requests = usize::try_from(usage.requests).unwrap_or(usize::MAX);
    let spent = format!("{} to {host}", totals::number(requests, "request"));
    match usage.limit {
        Some(limit) => {
            format!("{spent}; {} of {} an hour are left until {}", limit.remaining, limit.limit, limit.reset)
        }
        None => spent,
    }
}

/// Explains a failed request to the person who asked for it.
pub(super) fn failure(error: RequestError, token: Option<&Secret>, world: &World) -> Failure {
    let hint = hint(error.advice(), token_of(token, world).is_some());
    Failure::new(FailureKind::Network, error).hint(hint)
}

/// Returns the token given, or else that of the environment.
pub(super) fn token_of(given: Option<&Secret>, world: &World) -> Option<Secret> {
    let said = |name| world.environment.get(name).map(Secret::new);
    given.cloned().or_else(|| said("GITHUB_TOKEN")).or_else(|| said("GH_TOKEN"))
}

fn hint(advice: Advice, with_token: bool) -> &'static str {
    match (advice, with_token) {
        (Advice::RenewToken, _) => {
            "the token is wrong, expired or revoked; it comes from --token, GITHUB_TOKEN or GH_TOKEN, in this order"
        }
        (Advice::GrantPermission, true) => "give the token the permission for it, such as `actions: read`",
        (Advice::GrantPermission, false) => "give a token with --token or in GITHUB_TOKEN",
        (Advice::CheckName, true) => {
            "check the name, and that the token may see it: GitHub answers 404 where it may not"
        }
        (Advice::CheckName, false) => {
            "check the name; a private repository is found only with a token (--token or GITHUB_TOKEN)"
        }
        (Advice::WaitForLimit, true) => "try again then, or ask for less",
        (Advice::WaitForLimit, false) => {
            "try again then, or give a token (--token or GITHUB_TOKEN): without one GitHub grants 60 requests an hour"
        }
        (Advice::CheckNetwork, _) => {
            "check the network and the proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); what needs no network works without"
        }
        (Advice::CheckCertificates, _) => {
            "where a proxy or an own server has a certificate authority of its own, name its file in SSL_CERT_FILE"
        }
        (Advice::CheckAddress, _) => {
            "check GITHUB_API_URL: it is https://api.github.com, or https://HOST/api/v3 of an own server"
        }
        (Advice::TryLater, _) => "GitHub has trouble, see https://www.githubstatus.com; try again later",
        (Advice::ReportBug, _) => "GitHub understood the request, but does not accept it: please report this",
    }
}

/// Refuses certificates that were named and cannot be used, rather than go on without them.
pub(super) fn check_certificates(environment: &Environment, folder: &Path) -> Result<(), Failure> {
    if let Some(path) = environment.get("SSL_CERT_FILE") {
        let checked = certificates::check_file(&folder.join(path)).kind(FailureKind::Input);
        checked.map_err(|failure| failure.hint("the file comes from SSL_CERT_FILE"))?;
    }
    // The variable holds a list, as PATH does.
    let folders = environment.get("SSL_CERT_DIR").into_iter().flat_map(std::env::split_paths);
    for path in folders.filter(|path| !path.as_os_str().is_empty()) {
        let checked = certificates::check_folder(&folder.join(path)).kind(FailureKind::Input);
        checked.map_err(|failure| failure.hint("the folder comes from SSL_CERT_DIR"))?;
    }
    Ok(())
}
