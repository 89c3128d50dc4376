//! GitHub's APIs: one client that every other room goes through.
//!
//! A [`Route`] is an address that cannot lead anywhere else, the [`Client`] sends it, and the
//! answer comes back as the caller's own type or as a [`RequestError`] that says which endpoint failed
//! and what can be [done about it](Advice). Repeating, waiting and paging happen here and nowhere
//! else; requests that change something are sent once.
//!
//! Invariants: the token goes to the API's own origin only and appears in no text; a client's requests
//! go out one after the other, but for lists of which a few are read at once.

mod address;
mod answer;
mod changes;
mod client;
mod download;
mod error;
mod graphql;
mod inspection;
mod limits;
mod lists;
mod network;
mod pace;
mod pages;
pub mod records;
mod retry;
mod route;
mod settings;

pub use address::{AddressError, BaseAddress};
pub use changes::Method;
pub use client::{Client, NamedCommit, Usage};
pub use download::DownloadError;
pub use error::{Advice, Endpoint, LimitKind, NetworkTrouble, RequestError};
pub use graphql::Document;
pub use inspection::Inspected;
pub use limits::RateLimit;
pub use lists::{NextPage, Page};
pub use network::{diagnose, foreign_client};
pub use route::{Route, RouteError};
pub use settings::{Outside, Settings, Timeouts};
