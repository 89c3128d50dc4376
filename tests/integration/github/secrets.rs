//! The token goes where it belongs and nowhere else.

use plimsoll::github::{AddressError, RequestError};
use serde_json::Value;

use super::{Bench, client, repository, run};
use crate::support::fake_github::{FakeGitHub, Fault, Repository, TOKEN};
use crate::support::outside::FakeTime;

#[test]
fn requests_say_who_asks_and_what_they_understand() {
    let bench = Bench::new();
    bench.get().unwrap();
    let seen = bench.server.seen().pop().unwrap();
    assert_eq!(seen.header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(seen.header("user-agent"), concat!("plimsoll/", env!("CARGO_PKG_VERSION")));
    assert_eq!(seen.header("accept"), "application/vnd.github+json");
    assert_eq!(seen.header("x-github-api-version"), "2022-11-28");
}

#[test]
fn a_redirection_to_another_host_loses_the_token() {
    let elsewhere = FakeGitHub::start(Vec::new());
    let bench = Bench::new();
    let target = format!("{}/elsewhere", elsewhere.url());
    bench.server.fail(1, Fault::Redirect(302, target));
    bench.get().unwrap_err();
    let seen = elsewhere.seen();
    assert_eq!(seen.len(), 1);
    assert!(!seen[0].headers.contains_key("authorization"), "{seen:?}");
}

#[test]
fn a_renamed_repository_is_found_with_the_token() {
    let bench = Bench::new();
    let target = format!("{}/repos/octo/hello/actions/runs/20000000100", bench.server.url());
    bench.server.fail(1, Fault::Redirect(301, target));
    assert_eq!(bench.get().unwrap()["run_number"], 2);
    assert_eq!(bench.server.seen()[1].header("authorization"), format!("Bearer {TOKEN}"));
}

#[test]
fn no_text_shows_the_token() {
    let bench = Bench::new();
    bench.server.fail(1, Fault::Echo);
    let error = bench.get().unwrap_err();
    assert!(error.to_string().ends_with("401: Bad credentials: Bearer ***"), "{error}");
    for text in [format!("{error:?}"), format!("{:?}", bench.client), format!("{:#?}", bench.client)] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_token_is_not_sent_in_clear_text() {
    let time = FakeTime::default();
    let refused = client("http://ghe.example/api/v3", Some(TOKEN), &time).unwrap_err();
    assert!(matches!(refused, RequestError::Address(AddressError::ClearText(_))), "{refused}");
    assert!(client("http://ghe.example/api/v3", None, &time).is_ok());
}

#[test]
fn a_token_that_cannot_be_sent_is_refused_without_being_shown() {
    let time = FakeTime::default();
    for token in ["ghp_line\nbreak", "", " ", "ghp_\u{7f}"] {
        let refused = client("http://127.0.0.1:9", Some(token), &time).unwrap_err();
        assert_eq!(refused.to_string(), "the token holds characters that no token has", "{token:?}");
    }
}

#[test]
fn a_private_repository_is_hidden_without_the_token() {
    let server = FakeGitHub::start(vec![Repository::new(super::NAME).private()]);
    let time = FakeTime::default();
    let list = repository().part("actions/runs");
    let without = client(&server.url(), None, &time).unwrap().get::<Value>(&list);
    assert_eq!(without.unwrap_err().status(), Some(404));
    assert!(client(&server.url(), Some(TOKEN), &time).unwrap().get::<Value>(&list).is_ok());
    let wrong = client(&server.url(), Some("ghp_wrong"), &time).unwrap().get::<Value>(&run());
    assert_eq!(wrong.unwrap_err().status(), Some(401));
}
