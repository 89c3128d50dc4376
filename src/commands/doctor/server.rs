//! The way to GitHub, its clock, its limit, and what the token may read there.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Options, token};
use crate::commands::online::{address, connect, failure, token_of};
use crate::error::Failure;
use crate::github::{Advice, Client, Inspected, RateLimit, RequestError, Route};
use crate::model::diagnosis::{Check, Standing};
use crate::model::repository_name::RepositoryName;
use crate::world::World;

/// From here on a difference of clocks is worth a word: durations that are measured here are
/// compared with times of GitHub's.
const NOTICEABLE: SignedDuration = SignedDuration::from_secs(30);

/// From here on tokens and signed addresses are refused.
const HARMFUL: SignedDuration = SignedDuration::from_mins(5);

/// What everybody gets, counted against nobody's limit.
#[derive(Deserialize)]
struct Limits {
    resources: Resources,
}

#[derive(Deserialize)]
struct Resources {
    core: Counted,
}

#[derive(Deserialize)]
struct Counted {
    limit: u64,
    remaining: u64,
    reset: i64,
}

/// A repository, as far as it says what a user's token may do there.
#[derive(Deserialize)]
struct Repository {
    permissions: Option<Permissions>,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default)]
    push: bool,
}

/// What is read to learn whether it may be read, and who needs it.
const READS: &[(&str, &[&str], &str)] = &[
    ("contents: read", &["branches"], "`lint --online`, `score` and `commit`"),
    ("actions: read", &["actions", "runs"], "`collect`"),
    ("pull-requests: read", &["pulls"], "DORA's figures of `collect`"),
    ("deployments: read", &["deployments"], "DORA's figures of `collect`"),
];

/// Looks at all of it, as far as the network is wanted.
pub(super) fn checks(options: &Options, world: &World) -> Vec<Check> {
    let given = token_of(options.token.as_ref(), world);
    let mut checks = vec![token::kind(given.as_ref(), options.token.is_some(), world)];
    if !options.network.is_asked(options.token.as_ref(), world) {
        checks.push(Check::unknown("api", "not asked; `--online` asks"));
        return checks;
    }
    let client = match connect(options.token.as_ref(), world) {
        Ok(client) => client,
        Err(failure) => {
            checks.push(wrong("api", &failure));
            return checks;
        }
    };
    let host = address(world).map_or_else(|_| client.host().to_owned(), |address| address.to_string());
    match client.inspect::<Limits>(&Route::root("rate_limit")) {
        Ok(answer) => {
            let version = answer.server_version.as_ref().map(|version| format!(", version {version}"));
            checks.push(Check::good("api", format!("{host} answers{}", version.unwrap_or_default())));
            checks.push(clock(answer.date, world.clock.now()));
            checks.extend(token::standing(&answer, world.clock.now()));
            checks.push(limit(&answer));
            checks.extend(repository(options, &client, world));
        }
        Err(error) => {
            let id = if error.advice() == Advice::RenewToken { "token" } else { "api" };
            checks.retain(|check| check.id != id);
            checks.push(wrong(id, &failure(error, options.token.as_ref(), world)));
        }
    }
    checks
}

fn wrong(id: &'static str, failure: &Failure) -> Check {
    Check::wrong(id, failure.to_string(), failure.hints().join("; "))
}

fn clock(server: Option<Timestamp>, here: Timestamp) -> Check {
    let Some(server) = server else { return Check::unknown("clock", "the server does not tell its time") };
    let apart = here.duration_since(server);
    let side = if apart.is_negative() { "behind" } else { "ahead of" };
    let found = format!("{} s {side} the server's", apart.as_secs().unsigned_abs());
    match apart.abs() {
        apart if apart >= HARMFUL => {
            Check::wrong("clock", found, "set the machine's clock: tokens and signed addresses are refused like this")
        }
        apart if apart >= NOTICEABLE => Check::warning("clock", found, "let the machine's clock follow a time server"),
        _ => Check::good("clock", "agrees with the server's"),
    }
}

fn limit(answer: &Inspected<Limits>) -> Check {
    let Counted { limit, remaining, reset } = answer.answer.resources.core;
    let counted = Timestamp::from_second(reset).ok().map(|reset| RateLimit { limit, remaining, reset });
    let Some(RateLimit { limit, remaining, reset }) = counted.or(answer.limit) else {
        return Check::unknown("rate-limit", "the server states none");
    };
    let found = format!("{remaining} of {limit} requests are left until {reset}");
    match remaining {
        0 => Check::wrong("rate-limit", found, "wait until then, or use a token of its own"),
        remaining if remaining < limit / 10 => {
            Check::warning("rate-limit", found, "other jobs with this token may use them up; `--budget` keeps within")
        }
        _ => Check::good("rate-limit", found),
    }
}

fn repository(options: &Options, client: &Client, world: &World) -> Vec<Check> {
    let named = options.repository.as_deref().or_else(|| world.environment.get("GITHUB_REPOSITORY"));
    let Some(named) = named else {
        return vec![Check::unknown("repository", "none is named; `--repository` or GITHUB_REPOSITORY does")];
    };
    let Ok(name) = named.parse::<RepositoryName>() else {
        return vec![Check::wrong("repository", format!("`{named}` is no repository"), "write it as OWNER/NAME")];
    };
    let route = Route::repository(&name);
    let found = match client.inspect::<Repository>(&route) {
        Ok(found) => found.answer,
        Err(error) => return vec![wrong("repository", &failure(error, options.token.as_ref(), world))],
    };
    let mut checks = vec![Check::good("repository", format!("{name} can be seen"))];
    for (permission, path, user) in READS {
        let route = path.iter().fold(route.clone(), |route, part| route.part(part)).query("per_page", "1");
        let read = client.inspect::<IgnoredAny>(&route);
        checks.push(granted(permission, user, read.map(drop), options, world));
    }
    checks.push(match found.permissions {
        Some(Permissions { push: true }) => Check::good("contents: write", "granted"),
        Some(Permissions { push: false }) => {
            Check::warning("contents: write", "not granted", "`commit` needs it, and nothing else does")
        }
        None => Check::unknown("contents: write", "not tried: `commit` needs it, and nothing else does"),
    });
    checks
}

fn granted(
    permission: &'static str,
    user: &str,
    read: Result<(), RequestError>,
    options: &Options,
    world: &World,
) -> Check {
    let error = match read {
        Ok(()) => return Check::good(permission, "granted"),
        Err(error) => error,
    };
    if matches!(error.advice(), Advice::GrantPermission | Advice::CheckName) {
        let advice = format!("needed by {user}; add it to the job's `permissions`");
        return Check::warning(permission, "not granted", advice);
    }
    Check { standing: Standing::Warning, ..wrong(permission, &failure(error, options.token.as_ref(), world)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared() {
        let here = Timestamp::from_second(1_000_000).unwrap();
        let check = |seconds: i64| {
            let check = clock(Timestamp::from_second(1_000_000 + seconds).ok(), here);
            (check.standing, check.found)
        };
        assert_eq!(check(1), (Standing::Good, "agrees with the server's".to_owned()));
        assert_eq!(check(40), (Standing::Warning, "40 s behind the server's".to_owned()));
        assert_eq!(check(-400), (Standing::Wrong, "400 s ahead of the server's".to_owned()));
        assert_eq!(clock(None, here).standing, Standing::Unknown);
    }
}
