//! What actions run on, `runs.using`, and what has become of it.
//!
//! The facts are those of GitHub's runner, `ActionManifestManager.cs` and `Constants.cs`, read in
//! August 2026: Node.js 12 and 16 are not part of it any more, and what asks for them gets a later
//! one; Node.js 20 has been replaced by 24 unless a workflow insists, and is to be removed.

/// What has become of a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Runners have it.
    Current,
    /// It is about to go.
    Leaving,
    /// Runners do not have it any more.
    Gone,
}

/// Tells what has become of a value of `runs.using`, in lower case; `None` where it is no runtime.
pub fn support(using: &str) -> Option<Support> {
    match using {
        "composite" | "docker" | "node24" => Some(Support::Current),
        "node20" => Some(Support::Leaving),
        // `plugin` is how the first runners had some actions built in.
        "node12" | "node16" | "plugin" => Some(Support::Gone),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_come_and_go() {
        assert_eq!(support("node24"), Some(Support::Current));
        assert_eq!(support("node20"), Some(Support::Leaving));
        assert_eq!(support("node16"), Some(Support::Gone));
        assert_eq!(support("node18"), None);
        assert_eq!(support(""), None);
    }
}
