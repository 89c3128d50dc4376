//! Every way of failing, and what the client makes of it.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::time::Duration;

use plimsoll::github::{Advice, Client, Method, RequestError, Settings, Timeouts};
use serde_json::{Value, json};

use super::{Bench, client, repository, run};
use crate::support::fake_github::{Fault, Limit};
use crate::support::outside::{FakeTime, NOW};

#[test]
fn a_server_error_is_tried_again_with_growing_waits() {
    let bench = Bench::new();
    bench.server.fail(2, Fault::Status(502));
    assert_eq!(bench.get().unwrap()["run_number"], 1);
    assert_eq!(bench.waits(), [0.5, 1.0]);
    assert_eq!((bench.server.seen().len(), bench.client.usage().requests), (3, 3));
}

#[test]
fn a_server_that_stays_broken_is_given_up() {
    let bench = Bench::new();
    bench.server.fail(9, Fault::Status(503));
    let error = bench.get().unwrap_err();
    assert_eq!(error.to_string(), "GET /repos/octo/hello/actions/runs/20000000000: 503: Server Error");
    assert_eq!((error.status(), error.advice()), (Some(503), Advice::TryLater));
    assert_eq!(bench.waits(), [0.5, 1.0, 2.0]);
}

#[test]
fn a_change_is_never_sent_twice() {
    for fault in [Fault::Status(500), Fault::Truncated, Fault::TooMany(Some(1)), Fault::Status(429)] {
        let bench = Bench::new();
        bench.server.fail(1, fault.clone());
        let body = json!({"name": "gate", "head_sha": "0".repeat(40)});
        let sent = bench.client.send::<_, Value>(Method::Post, &repository().part("check-runs"), &body);
        assert!(sent.is_err(), "{fault:?}");
        assert_eq!((bench.server.seen().len(), bench.waits().len()), (1, 0), "{fault:?}");
    }
}

#[test]
fn a_wait_that_is_asked_for_is_kept() {
    for fault in [Fault::TooMany(Some(7)), Fault::Secondary(Some(7)), Fault::Primary(NOW + 7)] {
        let bench = Bench::new();
        bench.server.fail(1, fault.clone());
        bench.get().unwrap();
        assert_eq!(bench.waits(), [8.0], "{fault:?}");
    }
}

#[test]
fn a_limit_without_a_time_waits_as_documented() {
    for fault in [Fault::TooMany(None), Fault::Secondary(None)] {
        let bench = Bench::new();
        bench.server.fail(2, fault.clone());
        bench.get().unwrap();
        assert_eq!(bench.waits(), [60.0, 120.0], "{fault:?}");
    }
}

#[test]
fn a_wait_beyond_reason_is_told_instead_of_kept() {
    let bench = Bench::new();
    bench.server.limit(Limit { granted: 60, remaining: 0, reset: NOW + 3000 });
    let error = bench.get().unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /repos/octo/hello/actions/runs/20000000000: no requests are left in this hour, \
         more at 2026-01-01T00:40:00Z: API rate limit exceeded for installation ID 1."
    );
    assert_eq!((error.advice(), bench.waits().len()), (Advice::WaitForLimit, 0));
    let limit = bench.client.usage().limit.unwrap();
    assert_eq!((limit.limit, limit.remaining), (60, 0));
}

#[test]
fn a_truncated_answer_is_asked_for_again() {
    let bench = Bench::new();
    bench.server.fail(1, Fault::Truncated);
    assert_eq!(bench.get().unwrap()["run_number"], 1);
    bench.server.fail(9, Fault::Truncated);
    assert!(bench.error().contains("the connection broke before the answer was complete"), "{}", bench.error());
}

#[test]
fn a_server_that_hangs_is_given_up_in_time() {
    let bench = Bench::new();
    bench.server.fail(9, Fault::Slow(Duration::from_secs(30)));
    let timeouts = Timeouts { read: Duration::from_millis(50), ..Timeouts::default() };
    let settings = Settings { address: bench.server.url().parse().unwrap(), token: None, timeouts };
    let client = Client::new(settings, bench.time.outside()).unwrap();
    let error = client.get::<Value>(&run()).unwrap_err().to_string();
    assert!(error.contains("no answer in time (127.0.0.1: "), "{error}");
    assert_eq!(bench.waits(), [0.5, 1.0, 2.0]);
}

#[test]
fn no_server_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let time = FakeTime::default();
    let error = client(&address, None, &time).unwrap().get::<Value>(&run()).unwrap_err();
    assert_eq!(error.advice(), Advice::CheckNetwork);
    assert!(error.to_string().contains("no connection (127.0.0.1: Connection refused"), "{error}");
}

#[test]
fn an_unknown_host_is_named() {
    let time = FakeTime::default();
    let error = client("https://api.nowhere.invalid", None, &time).unwrap().get::<Value>(&run()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("api.nowhere.invalid") && error.advice() == Advice::CheckNetwork, "{text}");
}

#[test]
fn a_server_without_tls_is_not_trusted() {
    let bench = Bench::new();
    let address = bench.server.url().replace("http://", "https://");
    let error = client(&address, None, &bench.time).unwrap().get::<Value>(&run()).unwrap_err();
    assert_eq!(error.advice(), Advice::CheckCertificates, "{error}");
    assert!(error.to_string().contains("the connection is not trusted"), "{error}");
    assert!(bench.waits().is_empty());
}

#[test]
fn a_web_page_is_not_an_answer() {
    let bench = Bench::new();
    bench.server.fail(1, Fault::NotJson);
    let error = bench.get().unwrap_err();
    assert!(error.to_string().ends_with("the answer cannot be read: it is text/html, not JSON"), "{error}");
    assert_eq!(error.advice(), Advice::CheckAddress);
}

#[test]
fn refusals_say_what_to_do() {
    let bench = Bench::new();
    let mut told = Vec::new();
    for status in [401, 403, 404, 410, 422] {
        bench.server.fail(1, Fault::Status(status));
        told.push(bench.get().unwrap_err().advice());
    }
    let expected =
        [Advice::RenewToken, Advice::GrantPermission, Advice::CheckName, Advice::CheckName, Advice::ReportBug];
    assert_eq!((told.as_slice(), bench.waits().len()), (expected.as_slice(), 0));
}

#[test]
fn a_next_page_elsewhere_is_not_followed() {
    let bench = Bench::new();
    let list = repository().part("actions/runs");
    let itself = format!("{}/repos/octo/hello/actions/runs", bench.server.url());
    for elsewhere in ["http://127.0.0.2:9/x", "https://api.github.com/x", "/relative", itself.as_str()] {
        bench.server.fail(1, Fault::NextPage(elsewhere.to_owned()));
        let mut pages = 0;
        let read = bench.client.pages(&list, |_: Value| {
            pages += 1;
            ControlFlow::Continue(())
        });
        assert!(matches!(read, Err(RequestError::ForeignPage { .. })), "{elsewhere}: {read:?}");
        assert_eq!(pages, 1);
    }
}

#[test]
fn redirections_in_circles_end() {
    let bench = Bench::new();
    let itself = format!("{}/repos/octo/hello/actions/runs/20000000000", bench.server.url());
    bench.server.fail(99, Fault::Redirect(302, itself));
    let error = bench.error();
    assert!(error.contains("the redirection was not followed (127.0.0.1: it goes on and on)"), "{error}");
    assert!(bench.server.seen().len() < 10);
}
