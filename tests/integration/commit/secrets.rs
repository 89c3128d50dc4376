//! Tokens and passwords: in no output, no error, no file, and in no argument of a process.

use super::api::{TABLE, program, started};
use super::deployments;
use crate::support::fake_github::{Fault, TOKEN};
use crate::support::git::{Remote, git, script};
use crate::support::program::{Program, Ran};

/// Looks for a secret in what a run left behind.
fn check(program: &Program, ran: &Ran, secret: &str, files: &[&std::path::Path]) {
    assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
    assert!(!ran.stderr.contains(secret), "{}", ran.stderr);
    let folders = std::iter::once(program.folder()).chain(files.iter().copied());
    for folder in folders {
        let found = search(folder, secret.as_bytes());
        assert_eq!(found, Vec::<String>::new());
    }
}

fn search(folder: &std::path::Path, secret: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(search(&path, secret));
        } else if std::fs::read(&path).unwrap_or_default().windows(secret.len()).any(|window| window == secret) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn the_token_of_the_api_appears_nowhere() {
    let echoed: &'static str = Box::leak(format!("the token {TOKEN} is not welcome").into_boxed_str());
    for fault in [
        None,
        Some(Fault::Echo),
        Some(Fault::Refused(422, echoed)),
        Some(Fault::Denied("UNPROCESSABLE", echoed)),
        Some(Fault::Denied("STALE_DATA", echoed)),
        Some(Fault::NotJson),
    ] {
        let server = started([1]);
        if let Some(fault) = fault {
            server.fail_at("POST /graphql", 99, fault);
        }
        let program = program(&server, deployments([2]))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_OUTPUT", "output")
            .env("GITHUB_STEP_SUMMARY", "summary");
        for arguments in [&["commit", "--tries", "1"][..], &["commit", "--tries", "1", "--format", "json", "--dry-run"]]
        {
            check(&program, &program.run(arguments), TOKEN, &[]);
        }
    }
}

#[test]
fn a_clones_credentials_appear_nowhere_but_in_its_configuration() {
    let secret = "s3cr3t-of-the-remote";
    let remote = Remote::new();
    let seen = tempfile::tempdir().unwrap();
    // What git and its children are started with, as everybody on the machine can read it.
    let watch = format!(
        "printf '%s\\n' \"$*\" >>'{0}/arguments'; exec /usr/bin/env PATH=/usr/bin:/bin git \"$@\"",
        seen.path().display()
    );
    let tools = tempfile::tempdir().unwrap();
    script(&tools.path().join("git"), &watch);
    let path = format!("{}:/usr/bin:/bin", tools.path().display());
    let clone = remote.clone().file(TABLE, deployments([1])).env("PATH", &path);
    let clone = clone.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "http.extraheader");
    let clone = clone.env("GIT_CONFIG_VALUE_0", &format!("AUTHORIZATION: basic {secret}"));
    let clone = clone.env("GIT_TRACE", "1").env("GIT_TRACE_CURL", "1").env("GIT_CURL_VERBOSE", "1");
    let clone = clone.env("GITHUB_TOKEN", secret);
    let ran = clone.run(&["commit", "--via", "git"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    check(&clone, &ran, secret, &[seen.path(), remote.folder()]);
    git(clone.folder(), &["remote", "set-url", "origin", "http://127.0.0.1:1/x"]);
    let ran = clone.run(&["commit", "--via", "git", "--tries", "1"]);
    assert_eq!(ran.code, 2);
    check(&clone, &ran, secret, &[seen.path()]);
    let address = format!("http://user:{secret}@127.0.0.1:1/x");
    git(clone.folder(), &["remote", "set-url", "origin", &address]);
    let ran = clone.run(&["commit", "--via", "git", "--tries", "1"]);
    assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{}", ran.stderr);
    assert!(search(seen.path(), secret.as_bytes()).is_empty());
}
