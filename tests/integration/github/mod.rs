//! The client against a GitHub that fails in every way.

mod endpoints;
mod failures;
mod secrets;

use std::time::Duration;

use plimsoll::github::{Client, RequestError, Route, Settings, Timeouts};
use plimsoll::model::secret::Secret;
use serde_json::Value;

use crate::support::fake_github::{FakeGitHub, TOKEN, seed};
use crate::support::outside::FakeTime;

/// The repository all tests ask for.
const NAME: &str = "octo/hello";

struct Bench {
    server: FakeGitHub,
    time: FakeTime,
    client: Client,
}

impl Bench {
    fn new() -> Self {
        Self::of(FakeGitHub::start(vec![seed::history(NAME, 5, 1)]))
    }

    fn of(server: FakeGitHub) -> Self {
        let time = FakeTime::default();
        let client = client(&server.url(), Some(TOKEN), &time).unwrap();
        Self { server, time, client }
    }

    /// Reads one run, which is there.
    fn get(&self) -> Result<Value, RequestError> {
        self.client.get(&run())
    }

    fn waits(&self) -> Vec<f64> {
        self.time.waits().iter().map(Duration::as_secs_f64).collect()
    }

    fn error(&self) -> String {
        self.get().unwrap_err().to_string()
    }
}

fn client(address: &str, token: Option<&str>, time: &FakeTime) -> Result<Client, RequestError> {
    let settings = Settings { address: address.parse()?, token: token.map(Secret::new), timeouts: Timeouts::default() };
    Client::new(settings, time.outside())
}

fn repository() -> Route {
    Route::repository(&NAME.parse().unwrap())
}

fn run() -> Route {
    repository().part("actions/runs").number(20_000_000_000)
}
