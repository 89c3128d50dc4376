//! Which actions restore a cache, and which publish.

use crate::model::workflow::{ActionReference, Step};

/// How an action's input decides whether a cache is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    /// There is no switch.
    Always,
    /// On unless the input says `false`.
    OnUnless(&'static str),
    /// On unless the input says `true`.
    OffBy(&'static str),
    /// Off unless the input says `true`.
    OnBy(&'static str),
    /// Off unless the input names something, such as a package manager.
    Named(&'static str),
    /// On unless the first input says `false`, as long as the second is given.
    With(&'static str, &'static str),
}

const CACHES: &[(&str, Switch)] = &[
    ("actions-rust-lang/setup-rust-toolchain", Switch::OnUnless("cache")),
    ("actions/cache", Switch::OffBy("lookup-only")),
    ("actions/cache/restore", Switch::OffBy("lookup-only")),
    ("actions/setup-dotnet", Switch::OnBy("cache")),
    ("actions/setup-go", Switch::OnUnless("cache")),
    ("actions/setup-java", Switch::Named("cache")),
    ("actions/setup-node", Switch::OnUnless("package-manager-cache")),
    ("actions/setup-python", Switch::Named("cache")),
    ("astral-sh/setup-uv", Switch::OnUnless("enable-cache")),
    ("determinatesystems/magic-nix-cache-action", Switch::OnUnless("use-gha-cache")),
    ("docker/setup-buildx-action", Switch::With("cache-binary", "version")),
    ("golangci/golangci-lint-action", Switch::OffBy("skip-cache")),
    ("graalvm/setup-graalvm", Switch::Named("cache")),
    ("gradle/actions/setup-gradle", Switch::OffBy("cache-disabled")),
    ("jdx/mise-action", Switch::OnUnless("cache")),
    ("mlugg/setup-zig", Switch::OnUnless("use-cache")),
    ("mozilla-actions/sccache-action", Switch::Always),
    ("oven-sh/setup-bun", Switch::OffBy("no-cache")),
    ("pyo3/maturin-action", Switch::OnBy("sccache")),
    ("ramsey/composer-install", Switch::OffBy("ignore-cache")),
    ("ruby/setup-ruby", Switch::OnBy("bundler-cache")),
    ("swatinem/rust-cache", Switch::OffBy("lookup-only")),
];

const PUBLISHERS: &[&str] = &[
    "actions/create-release",
    "actions/deploy-pages",
    "azure/webapps-deploy",
    "cloudflare/pages-action",
    "cloudflare/wrangler-action",
    "docker/build-push-action",
    "goreleaser/goreleaser-action",
    "js-devtools/npm-publish",
    "ncipollo/release-action",
    "pypa/gh-action-pypi-publish",
    "rubygems/release-gem",
    "softprops/action-gh-release",
];

/// Returns the name of a step's action if it restores a cache.
pub fn restores(step: &Step) -> Option<String> {
    let ActionReference::Repository(reference) = step.reference()? else { return None };
    let name = reference.name();
    let (_, switch) = CACHES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name))?;
    let given = |input: &str| step.input(input).map(|value| value.value.to_ascii_lowercase());
    let is_true = |value: &str| matches!(value, "true" | "yes" | "1" | "on");
    let is_false = |value: &str| matches!(value, "false" | "no" | "0" | "off" | "");
    let restores = match switch {
        Switch::Always => true,
        Switch::OnUnless(input) => given(input).is_none_or(|value| !is_false(&value)),
        Switch::OffBy(input) => given(input).is_none_or(|value| !is_true(&value)),
        Switch::OnBy(input) => given(input).is_some_and(|value| is_true(&value)),
        Switch::Named(input) => given(input).is_some_and(|value| !is_false(&value)),
        Switch::With(input, other) => given(other).is_some() && given(input).is_none_or(|value| !is_false(&value)),
    };
    restores.then_some(name)
}

/// Tells whether an action publishes something.
pub fn is_publisher(action: &str) -> bool {
    PUBLISHERS.iter().any(|name| name.eq_ignore_ascii_case(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order() {
        assert!(CACHES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(PUBLISHERS.is_sorted());
    }
}
