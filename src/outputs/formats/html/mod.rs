//! HTML pages that need nothing but themselves: no script, no font, no request.

mod chart;
mod delivery;
mod goals;
pub mod report;
