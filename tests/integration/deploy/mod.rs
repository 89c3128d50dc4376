//! `plimsoll deploy`: real commands, a real service, real kills.

mod delivery;
mod github;
mod kills;
mod local;
mod service;
