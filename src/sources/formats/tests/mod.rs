//! What test runners write.

pub(super) mod go;
pub(super) mod junit;
pub(super) mod libtest;
pub(super) mod libtest_json;
pub(super) mod nextest;
pub(super) mod tap;
pub(super) mod trx;
