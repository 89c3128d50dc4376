//! `plimsoll monitor health` against a server that does everything wrong.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::support::csv;
use crate::support::program::Program;

/// A server whose path says how it misbehaves.
struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let heard = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let heard = heard.clone();
                thread::spawn(move || serve(stream.unwrap(), port, &heard));
            }
        });
        Self { port, requests }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn heard(&self, path: &str) -> Vec<String> {
        let start = format!("/{path} ");
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|request| request.split_once(' ').unwrap().1.starts_with(&start)).cloned().collect()
    }
}

fn serve(mut stream: TcpStream, port: u16, heard: &Mutex<Vec<String>>) {
    let mut bytes = [0; 4096];
    // What was peeked at stays unread, so that closing the connection resets it.
    let length = stream.peek(&mut bytes).unwrap();
    let request = String::from_utf8_lossy(&bytes[..length]).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    if path == "/reset" {
        return;
    }
    let _read = stream.read(&mut bytes).unwrap();
    if !path.is_empty() {
        heard.lock().unwrap().push(request);
    }
    let redirect = |to: &str| format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    let body = |code: &str, text: &str| format!("HTTP/1.1 {code}\r\ncontent-length: {}\r\n\r\n{text}", text.len());
    let (first, again): (String, &[u8]) = match path.as_str() {
        "/ok" | "/hook" => (body("200 OK", "all is well"), b""),
        "/unwell" => (
            body(
                "503 Service Unavailable",
                r#"{"status":"down","checks":[{"name":"db","status":"down","latency":12},{"name":"web","status":"ok"}]}"#,
            ),
            b"",
        ),
        "/metrics" => (body("200 OK", "# TYPE up gauge\nup 1\n# EOF\n"), b""),
        "/circle" => (redirect("/round"), b""),
        "/round" => (redirect("/circle"), b""),
        "/self" => (redirect("/self"), b""),
        "/away" => (redirect(&format!("http://localhost:{port}/ok")), b""),
        "/garbage" => ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), b""),
        "/cut" => ("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_owned(), b""),
        "/endless" => ("HTTP/1.1 200 OK\r\n\r\n".to_owned(), &[b'x'; 8192]),
        "/chunks" => ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned(), b"4\r\nxxxx\r\n"),
        "/headers" => ("HTTP/1.1 200 OK\r\n".to_owned(), b"x-more: and more and more and more and more\r\n"),
        // It begins and stalls, or says nothing at all.
        "/half" => ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_owned(), b"stall"),
        "/stall" => (String::new(), b"stall"),
        // Such as the first words of TLS.
        _ => (body("400 Bad Request", "what?"), b""),
    };
    let mut sent = stream.write_all(first.as_bytes());
    while again != b"stall" && !again.is_empty() && sent.is_ok() {
        sent = stream.write_all(again);
    }
    if again == b"stall" {
        // Until the other side gives up.
        drop(stream.read(&mut bytes));
    }
}

/// A configuration that probes paths of the server.
fn configuration(server: &Server, endpoints: &[(&str, &str)]) -> String {
    let mut text = "preset: none\nhealth:\n  environments:\n    test:\n      endpoints:\n".to_owned();
    for (path, more) in endpoints {
        let url = server.url(path);
        // A busy machine must not look like a slow server.
        let bounds = "timeout: 1s, degraded: 30s, down: 30s, max_bytes: 100000";
        text = format!("{text}        {path}: {{url: \"{url}\", {bounds}{more}}}\n");
    }
    text
}

#[test]
fn a_server_that_misbehaves_is_down_and_costs_little() {
    let server = Server::start();
    let expected = [
        ("ok", "up", ""),
        ("stall", "down", "no answer within 1 s: time was over while it waited for the answer"),
        ("half", "down", "no answer within 1 s: time was over while the answer came"),
        ("reset", "down", "the answer is no HTTP, or was cut off: "),
        ("cut", "down", "the answer is no HTTP, or was cut off: "),
        ("garbage", "down", "the answer is no HTTP, or was cut off: "),
        ("headers", "down", "the answer is no HTTP, or was cut off: "),
        ("endless", "down", "the answer did not end within 100000 bytes"),
        ("chunks", "down", "the answer did not end within 100000 bytes"),
        ("circle", "down", "the redirection is not followed: it leads on and on, maybe in circles"),
        ("self", "down", "the redirection is not followed: it leads to itself"),
        ("away", "down", "the redirection is not followed: it leads to another host, localhost"),
        ("unwell", "down", "the answer is 503, but 2xx was expected"),
    ];
    let endpoints: Vec<(&str, &str)> = expected.iter().map(|(path, ..)| (*path, "")).collect();
    let configuration = format!(
        "{}        tls: {{url: \"https://127.0.0.1:{}/ok\", timeout: 5s}}\n        \
         closed: {{url: \"http://127.0.0.1:1/\"}}\n        nowhere: {{url: \"http://no-such-name.invalid/\"}}\n",
        configuration(&server, &endpoints),
        server.port
    );
    let program = Program::new().file("plimsoll.yml", configuration);
    let binary = env!("CARGO_BIN_EXE_plimsoll");
    let ran = program.run(&["time", "probes", "--", binary, "monitor", "health"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let rows = csv::read(&program.path("metrics/health_checks.csv"));
    let row = |endpoint: &str| rows.iter().find(|row| row["endpoint"] == endpoint).unwrap();
    let others = [
        ("tls", "down", "TLS: "),
        ("closed", "down", "cannot connect: "),
        ("nowhere", "down", "the name cannot be looked up: "),
    ];
    for (endpoint, status, error) in expected.into_iter().chain(others) {
        let row = row(endpoint);
        assert_eq!(row["status"], status, "{row:?}");
        assert!(row["error"].starts_with(error) && row["error"].is_empty() == error.is_empty(), "{row:?}");
    }
    assert_eq!(
        (rows.len(), row("cut")["http_status"].as_str(), row("closed")["http_status"].as_str()),
        (16, "200", "")
    );
    let took = csv::read(&program.path("metrics/measurements.csv"));
    let took = |name: &str| took.iter().find(|row| row["name"] == name).unwrap()["value"].parse::<f64>().unwrap();
    assert!(took("command.peak_memory_bytes") < 100e6 && took("command.wall_s") < 20.0);
}

#[test]
fn one_address_is_probed_without_configuration() {
    let server = Server::start();
    let program = Program::new();
    let ran = program.run(&["monitor", "health", "--url", &server.url("ok")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("1 endpoint: ") && ran.stdout.ends_with(", 0 unhealthy\n"), "{}", ran.stdout);
    let row = &csv::read(&program.path("metrics/health_checks.csv"))[0];
    assert_eq!(
        (row["environment"].as_str(), row["http_status"].as_str(), row["failures_in_a_row"].as_str()),
        ("url", "200", "0")
    );
    assert!(row["connect_ms"].parse::<f64>().unwrap() > 0.0 && row["dns_ms"].is_empty() && row["tls_ms"].is_empty());
    let wrong = program.run(&["monitor", "health", "--url", "ftp://example.org"]);
    assert_eq!(
        (wrong.code, wrong.stderr.lines().next()),
        (2, Some("error: `ftp://example.org` is neither http:// nor https://"))
    );
    assert_eq!(program.run(&["monitor", "health"]).code, 2);
}

#[test]
fn bodies_are_read_as_the_configuration_says() {
    let server = Server::start();
    let endpoints = [
        ("unwell", ", components: {}"),
        ("metrics", ", metrics: true, expect: {body: \"up 1\"}"),
        ("ok", ", metrics: true"),
    ];
    let program = Program::new().file("plimsoll.yml", configuration(&server, &endpoints));
    let ran = program.run(&["monitor", "health", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let probe = |at: usize| &report["endpoints"][at]["probe"];
    assert_eq!((probe(0)["endpoint"].as_str(), probe(0)["status"].as_str()), (Some("metrics"), Some("up")));
    assert_eq!(probe(1)["error"], "line 1 of the metrics is no sample");
    assert_eq!(probe(2)["components"][0]["name"], "db");
    assert_eq!(probe(2)["components"][1]["status"], "up");
}

#[test]
fn secrets_are_sent_where_they_belong_and_shown_nowhere() {
    let server = Server::start();
    let headers = ", headers: {authorization: \"Bearer ${API_TOKEN}\"}";
    let away = format!("{headers}, redirects: any");
    let endpoints = [("stall", headers), ("away", away.as_str())];
    let text = configuration(&server, &endpoints);
    let program = Program::new().file("plimsoll.yml", &text).env("API_TOKEN", "t0p-s3cret");
    let ran = program.run(&["monitor", "health"]);
    let sent = |path: &str| server.heard(path).iter().any(|request| request.contains("t0p-s3cret"));
    assert!(sent("stall") && sent("away") && !sent("ok"), "{:?}", server.requests.lock().unwrap());
    assert_eq!(server.heard("ok").len(), 1);
    let shown = ran.stdout + &ran.stderr + &program.read("metrics/health_checks.csv");
    assert!(!shown.contains("s3cret"), "{shown}");
    let unset = Program::new().file("plimsoll.yml", text).run(&["monitor", "health"]);
    assert_eq!((unset.code, unset.stderr.lines().next()), (2, Some("error: the variable API_TOKEN is not set")));
}

#[test]
fn the_third_failure_in_a_row_is_told_and_so_is_the_end() {
    let server = Server::start();
    let mut failing = configuration(&server, &[("reset", "")]);
    failing.push_str("  webhooks:\n    - \n      url: ${HOOK}\n    - {url: \"${HOOK}\", form: json}\n");
    let program = Program::new().file("plimsoll.yml", &failing).env("HOOK", &server.url("hook"));
    let failures = |program: &Program| -> Vec<String> {
        let rows = csv::read(&program.path("metrics/health_checks.csv"));
        rows.into_iter().map(|row| row["failures_in_a_row"].clone()).collect()
    };
    // Two runs of a schedule, as the table keeps them.
    let header = "repository,at,environment,endpoint,status,http_status,total_ms,dns_ms,connect_ms,tls_ms,first_byte_ms,certificate_days,failures_in_a_row,error\n";
    let before =
        "o/r,2026-03-01T12:00:00Z,test,reset,down,,,,,,,,1,x\no/r,2026-03-01T12:05:00Z,test,reset,down,,,,,,,,2,x\n";
    let program = program.file("metrics/health_checks.csv", format!("{header}{before}"));
    let ran = program.run(&["monitor", "health"]);
    assert_eq!((ran.code, failures(&program)), (1, vec!["1".to_owned(), "2".to_owned(), "3".to_owned()]));
    assert!(ran.stderr.starts_with("alert: test/reset is down: 3 probes in a row failed: "), "{}", ran.stderr);
    let hooks = server.heard("hook");
    assert_eq!(hooks.len(), 2, "{hooks:?}");
    assert!(
        hooks.iter().any(|hook| hook.contains("\"text\":\"🔴 test/reset is down: 3 probes in a row failed: ")),
        "{hooks:?}"
    );
    assert!(
        hooks.iter().any(|hook| hook.contains("\"kind\":\"down\"") && hook.starts_with("POST /hook ")),
        "{hooks:?}"
    );
    assert_eq!(program.read("metrics/health/alerts.jsonl").lines().count(), 1);
    // The fourth failure is no news.
    assert_eq!(program.run(&["monitor", "health"]).stderr, "");
    assert_eq!(server.heard("hook").len(), 2);
}

#[test]
fn watching_ends_with_its_time_and_tells_the_job() {
    let server = Server::start();
    let text = configuration(&server, &[("ok", ""), ("cut", "")]).replace("test:\n", "test:\n      interval: 1s\n");
    let program = Program::new()
        .file("plimsoll.yml", text)
        .file("out", "")
        .file("summary.md", "")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", "out")
        .env("GITHUB_STEP_SUMMARY", "summary.md");
    let ran = program.run(&["monitor", "health", "--for", "700ms"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("::error title=test/cut is unhealthy::the answer is no HTTP"), "{}", ran.stdout);
    let outputs = program.read("out");
    assert!(outputs.contains("down<<") && outputs.contains("outcome<<"), "{outputs}");
    assert!(program.read("summary.md").contains("| ❌ | test/cut | 200 |"), "{}", program.read("summary.md"));
    let log = std::fs::read_dir(program.path("metrics/health")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(log).unwrap().lines().count(), 2);
}

#[test]
fn a_configuration_that_cannot_be_probed_is_refused_with_its_places() {
    let text = "health:\n  environments:\n    production:\n      interval: 0s\n      endpoints:\n        a: example.org\n        b: {url: \"http://u:p@h/\", method: DELETE}\n        c: {url: \"http://h/\", degraded: 3s, expect: {status: [99]}}\n        d: {metrics: true}\n  alert_after: 0\n";
    let ran = Program::new().file("plimsoll.yml", text).run(&["monitor", "health"]);
    assert_eq!(ran.code, 2);
    for words in [
        "plimsoll.yml:4:17: a time from 1s to 24h was expected",
        "plimsoll.yml:6:12: `example.org` is no address",
        "plimsoll.yml:7:18: an address must not hold a password",
        "plimsoll.yml:8:12: `down` must not be shorter than `degraded`",
        "plimsoll.yml:8:63: a whole number from 100 to 599",
        "plimsoll.yml:9:12: an endpoint needs a `url`",
        "plimsoll.yml:10:16: a whole number from 1 to 1000",
    ] {
        assert!(ran.stderr.contains(words), "{words}\n{}", ran.stderr);
    }
}

#[test]
fn a_signal_ends_the_watch_with_what_was_seen() {
    let server = Server::start();
    let program = Program::new().file("plimsoll.yml", configuration(&server, &[("ok", "")]));
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["monitor", "health", "--for", "1h"])
        .current_dir(program.folder())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !program.path("metrics/health").is_dir() {
        thread::yield_now();
    }
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(csv::read(&program.path("metrics/health_checks.csv")).len(), 1);
}
