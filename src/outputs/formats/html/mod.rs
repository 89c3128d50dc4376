//! HTML pages that need nothing but themselves: no font, no request; the one script sorts tables.

mod delivery;
mod goals;
pub mod report;
mod table;
mod timing;
