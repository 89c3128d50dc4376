//! The token: what kind it is, what it may do, and how long. Nothing of it is ever shown.

use jiff::{SignedDuration, Timestamp};

use crate::github::Inspected;
use crate::model::diagnosis::Check;
use crate::model::secret::Secret;
use crate::world::World;

/// How tokens begin
/// (<https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats>).
const KINDS: &[(&str, &str)] = &[
    ("github_pat_", "a fine-grained personal token"),
    ("ghp_", "a classic personal token"),
    ("gho_", "an OAuth app's token"),
    ("ghu_", "a GitHub app's token for a user"),
    ("ghs_", "a GitHub app's token, as each job has one"),
    ("ghr_", "a refresh token, which the API does not take"),
];

/// Scopes that let a lost token do harm which nothing here needs.
const DANGEROUS: &[&str] = &["delete_repo", "admin:", "site_admin", "write:packages", "delete:packages", "user"];

/// A token that ends within this time is worth a word.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Says which token there is.
pub(super) fn kind(token: Option<&Secret>, is_given: bool, world: &World) -> Check {
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Check::unknown("token", "none: GitHub grants 60 requests an hour, and shows public repositories only");
    };
    let named = |name: &'static str| world.environment.get(name).map(|_| name);
    let from = if is_given { Some("--token") } else { named("GITHUB_TOKEN").or_else(|| named("GH_TOKEN")) };
    let from = from.unwrap_or("the environment");
    let begins = |(start, _): &&(&str, &str)| token.expose_for_sending().starts_with(start);
    let kind = KINDS.iter().find(begins).map_or("a token of a kind that is not known", |(_, kind)| kind);
    Check::good("token", format!("{kind}, from {from}"))
}

/// Says what the server tells of the token.
pub(super) fn standing<T>(answer: &Inspected<T>, now: Timestamp) -> Vec<Check> {
    let scopes = answer.scopes.as_ref().map(|scopes| {
        let list = if scopes.is_empty() { "none".to_owned() } else { scopes.join(", ") };
        let dangerous = scopes.iter().any(|scope| DANGEROUS.iter().any(|start| scope.starts_with(start)));
        if dangerous {
            let advice = "take a fine-grained token for the repository alone: nothing here needs that much";
            Check::warning("scopes", list, advice)
        } else {
            Check::good("scopes", list)
        }
    });
    let expiry = answer.expires.as_ref().map(|expires| {
        let left = end(expires).map(|end| end.duration_since(now));
        if left.is_some_and(|left| left < SOON) {
            Check::warning("expiry", format!("the token ends at {expires}"), "make a new one in time")
        } else {
            Check::good("expiry", format!("the token ends at {expires}"))
        }
    });
    scopes.into_iter().chain(expiry).collect()
}

/// Reads `2026-12-01 08:00:00 UTC`, and the same with an offset.
fn end(words: &str) -> Option<Timestamp> {
    let mut parts = words.split(' ');
    let (day, time, zone) = (parts.next()?, parts.next()?, parts.next().unwrap_or("UTC"));
    format!("{day}T{time}{}", if zone == "UTC" { "Z" } else { zone }).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnosis::Standing;

    fn answer(scopes: Option<&[&str]>, expires: Option<&str>) -> Inspected<()> {
        Inspected {
            answer: (),
            date: None,
            limit: None,
            scopes: scopes.map(|scopes| scopes.iter().map(|scope| (*scope).to_owned()).collect()),
            expires: expires.map(str::to_owned),
            server_version: None,
        }
    }

    #[test]
    fn scopes_and_ends_are_judged() {
        let now = "2026-11-26T12:00:00Z".parse().unwrap();
        let judged = |scopes: Option<&[&str]>, expires| -> Vec<(&str, Standing)> {
            standing(&answer(scopes, expires), now).iter().map(|check| (check.id, check.standing)).collect()
        };
        assert_eq!(judged(None, None), []);
        assert_eq!(judged(Some(&["repo"]), None), [("scopes", Standing::Good)]);
        assert_eq!(judged(Some(&["repo", "admin:org"]), None), [("scopes", Standing::Warning)]);
        assert_eq!(judged(None, Some("2026-11-30 08:00:00 UTC")), [("expiry", Standing::Warning)]);
        assert_eq!(judged(None, Some("2027-11-30 08:00:00 +0100")), [("expiry", Standing::Good)]);
        assert_eq!(judged(None, Some("never")), [("expiry", Standing::Good)]);
    }
}
