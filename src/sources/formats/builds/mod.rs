//! What build tools write: how long they took, what their caches did, how large the results are; and
//! measurements of one's own.

pub(super) mod bazel;
pub(super) mod cargo_timings;
pub(super) mod ccache;
pub(super) mod gradle;
pub(super) mod next;
pub(super) mod own;
pub(super) mod sccache;
pub(super) mod size_limit;
pub(super) mod turbo;
