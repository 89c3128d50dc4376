//! Probes what was deployed, and tells when somebody should look.

mod body;
mod certificate;
mod exchange;
mod lookup;
mod prober;
mod settings;
mod standing;
mod trouble;
mod verdict;

pub use exchange::is_localhost;
pub use prober::{Next, Prober, ProberError, Watched};
pub use settings::{Endpoint, Expect, Form, Redirects, Shape, address};
pub use standing::{Patience, Standing};
