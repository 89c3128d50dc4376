//! What a probe has seen becomes a verdict. Pure.

use std::time::Duration;

use jiff::Timestamp;

use super::body::{self, Told};
use super::exchange::Seen;
use super::settings::{Endpoint, Form};
use super::trouble::Trouble;
use crate::model::health::{Component, Probe, Status};

/// The most characters of a message that are kept.
const LONGEST: usize = 300;

/// Judges a probe that began at `at` and took `total`.
pub(super) fn verdict(
    endpoint: &Endpoint,
    at: Timestamp,
    ended: Result<(), Trouble>,
    seen: &Seen,
    total: Duration,
) -> Probe {
    let judged = match ended {
        Ok(()) => judge(endpoint, seen, total),
        Err(trouble) => Judged::down(trouble.to_string()),
    };
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    Probe {
        name: endpoint.name.clone(),
        at,
        status: judged.status,
        http_status: seen.http_status,
        total_ms: Some(milliseconds(total)),
        dns_ms: seen.dns.map(milliseconds),
        connect_ms: seen.connect.map(milliseconds),
        tls_ms: seen.tls.map(milliseconds),
        first_byte_ms: seen.first_byte.map(milliseconds),
        certificate_days: seen.expires.map(|end| end.duration_since(at).as_secs().div_euclid(24 * 60 * 60)),
        failures_in_a_row: 0,
        error: judged.reason.map(|reason| clean(endpoint, &reason)),
        components: judged.components,
        value: judged.value,
    }
}

struct Judged {
    status: Status,
    reason: Option<String>,
    components: Vec<Component>,
    value: Option<f64>,
}

impl Judged {
    fn down(reason: String) -> Self {
        Self { status: Status::Down, reason: Some(reason), components: Vec::new(), value: None }
    }
}

fn judge(endpoint: &Endpoint, seen: &Seen, total: Duration) -> Judged {
    let status = seen.http_status.unwrap_or(0);
    let expected = &endpoint.expect.status;
    let mut value = None;
    let body = match &endpoint.expect.form {
        Form::Any => Ok(None),
        Form::Metrics => body::metrics(&seen.body).map(|_| None),
        Form::Figure(name) => body::figure(&seen.body, name).map(|figure| {
            value = Some(figure);
            None
        }),
        Form::Components(shape) => body::components(&seen.body, shape).map(Some),
    };
    let told = body.as_ref().ok().cloned().flatten();
    // A service that is unwell answers with 503 and says what it is that ails it.
    let components = told.as_ref().map(|told| told.components.clone()).unwrap_or_default();
    let down = |reason: String| Judged { components: components.clone(), ..Judged::down(reason) };
    if !(expected.contains(&status) || (expected.is_empty() && (200..300).contains(&status))) {
        return down(format!("the answer is {status}, but {} was expected", codes(expected)));
    }
    if let Err(reason) = body {
        return down(reason);
    }
    if let Some(text) = endpoint.expect.body.as_ref().filter(|text| !contains(&seen.body, text.as_bytes())) {
        return down(format!("the body does not hold `{text}`"));
    }
    let own = told.as_ref().map_or((Status::Up, None), tells);
    let slow = slow(endpoint, total);
    let (status, reason) = if slow.0 > own.0 { slow } else { own };
    Judged { status, reason, components, value }
}

/// Returns what a service says of itself: its own word, or that of its worst part.
fn tells(told: &Told) -> (Status, Option<String>) {
    let worst = told.components.iter().max_by_key(|component| component.status);
    let status = told.status.or(worst.map(|component| component.status)).unwrap_or(Status::Up);
    if status == Status::Up {
        return (status, None);
    }
    let names: Vec<&str> =
        told.components.iter().filter(|part| part.status != Status::Up).map(|part| part.name.as_str()).collect();
    let parts = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    (status, Some(format!("it says that it is {}{parts}", status.health())))
}

fn slow(endpoint: &Endpoint, total: Duration) -> (Status, Option<String>) {
    let above = |bound: Duration| format!("it took {} ms, more than {}", total.as_millis(), bound.as_millis());
    if total > endpoint.too_slow {
        (Status::Down, Some(above(endpoint.too_slow)))
    } else if total > endpoint.slow {
        (Status::Degraded, Some(above(endpoint.slow)))
    } else {
        (Status::Up, None)
    }
}

fn codes(expected: &[u16]) -> String {
    if expected.is_empty() {
        return "2xx".to_owned();
    }
    expected.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ")
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(body, text).is_some()
}

/// Takes secrets and line breaks out of a message, and shortens it.
fn clean(endpoint: &Endpoint, reason: &str) -> String {
    let flat: String = endpoint.redact(reason).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.chars().count() <= LONGEST { flat } else { flat.chars().take(LONGEST - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::health::EndpointName;
    use crate::model::secret::Secret;
    use crate::monitor::health::settings::{Expect, Shape};

    fn endpoint(expect: Expect) -> Endpoint {
        let name = EndpointName { environment: "test".to_owned(), endpoint: "api".to_owned() };
        let headers = vec![("authorization".to_owned(), Secret::new("s3cret"))];
        Endpoint { headers, expect, ..Endpoint::new(name, "http://localhost/".parse().unwrap()) }
    }

    fn judged(expect: Expect, status: u16, body: &str, milliseconds: u64) -> (Status, String) {
        let seen = Seen { http_status: Some(status), body: body.as_bytes().to_vec(), ..Seen::default() };
        let total = Duration::from_millis(milliseconds);
        let probe = verdict(&endpoint(expect), Timestamp::UNIX_EPOCH, Ok(()), &seen, total);
        (probe.status, probe.error.unwrap_or_default())
    }

    #[test]
    fn the_bands_are_those_of_the_documentation() {
        let at = |milliseconds| judged(Expect::default(), 204, "", milliseconds);
        assert_eq!(at(500), (Status::Up, String::new()));
        assert_eq!(at(501), (Status::Degraded, "it took 501 ms, more than 500".to_owned()));
        assert_eq!(at(2000).0, Status::Degraded);
        assert_eq!(at(2001), (Status::Down, "it took 2001 ms, more than 2000".to_owned()));
    }

    #[test]
    fn an_answer_must_be_what_is_expected() {
        let expect = |status: &[u16], body: Option<&str>| Expect {
            status: status.to_vec(),
            body: body.map(str::to_owned),
            ..Expect::default()
        };
        assert_eq!(judged(expect(&[], None), 301, "", 1).1, "the answer is 301, but 2xx was expected");
        assert_eq!(judged(expect(&[401, 403], None), 401, "", 1).0, Status::Up);
        assert_eq!(judged(expect(&[401, 403], None), 200, "", 1).1, "the answer is 200, but 401 or 403 was expected");
        assert_eq!(judged(expect(&[], Some("ready")), 200, "not yet", 1).1, "the body does not hold `ready`");
        assert_eq!(judged(expect(&[], Some("ready")), 200, "is ready", 1).0, Status::Up);
    }

    #[test]
    fn a_service_tells_of_its_parts() {
        let expect = || Expect { form: Form::Components(Shape::default()), ..Expect::default() };
        let body = r#"{"checks":[{"name":"db","status":"ok"},{"name":"queue","status":"warn"}]}"#;
        assert_eq!(judged(expect(), 200, body, 1), (Status::Degraded, "it says that it is degraded: queue".to_owned()));
        assert_eq!(judged(expect(), 200, r#"{"status":"down"}"#, 1).0, Status::Down);
        assert_eq!(judged(expect(), 503, body, 1).1, "the answer is 503, but 2xx was expected");
        // What is worse counts: being far too slow.
        assert_eq!(judged(expect(), 200, body, 3000).0, Status::Down);
    }

    #[test]
    fn a_message_holds_no_secret_and_is_short() {
        let trouble = Trouble::Connect(format!("s3cret\n{}", "x".repeat(1000)));
        let probe = verdict(
            &endpoint(Expect::default()),
            Timestamp::UNIX_EPOCH,
            Err(trouble),
            &Seen::default(),
            Duration::ZERO,
        );
        let error = probe.error.unwrap();
        assert!(error.starts_with("cannot connect: *** xxx") && error.chars().count() == LONGEST, "{error}");
    }

    #[test]
    fn days_of_a_certificate_are_whole_and_may_be_over() {
        let days = |seconds| {
            let seen = Seen { expires: Timestamp::from_second(seconds).ok(), ..Seen::default() };
            verdict(&endpoint(Expect::default()), Timestamp::UNIX_EPOCH, Ok(()), &seen, Duration::ZERO).certificate_days
        };
        assert_eq!((days(86_400 * 3 + 5), days(-1)), (Some(3), Some(-1)));
    }
}
