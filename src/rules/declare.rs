//! How a rule is written down.

/// Declares a rule: its documentation as doc comment, its id, and what it is.
///
/// `severity` and `check` are given by every rule; `confidence` is high and `persona` regular
/// unless they are said; a rule stays offline and has no fix unless `network` and `fixable` say so.
macro_rules! declare_rule {
    (
        $(#[doc = $line:literal])+
        $id:literal,
        group: $group:ident,
        since: $since:literal,
        severity: $severity:ident,
        $(confidence: $confidence:ident,)?
        $(persona: $persona:ident,)?
        $(network: $network:literal,)?
        $(fixable: $fixable:ident,)?
        $(peers: { $($peer:literal: [$($name:literal),+ $(,)?]),+ $(,)? },)?
        checks: [$($depth:ident($check:path)),+ $(,)?] $(,)?
    ) => {
        $(#[doc = $line])+
        pub(super) static RULE: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            documentation: concat!($($line, "\n"),+),
            group: $crate::rules::Group::$group,
            since: $since,
            severity: $crate::model::finding::Severity::$severity,
            confidence: $crate::rules::declare::or_default!($crate::model::finding::Confidence, High $(, $confidence)?),
            persona: $crate::rules::declare::or_default!($crate::model::finding::Persona, Regular $(, $persona)?),
            network: false $(|| $network)?,
            fixable: $crate::rules::declare::or_default!($crate::model::finding::Fixable, No $(, $fixable)?),
            peers: &[$($(($peer, &[$($name),+])),+)?],
            checks: &[$($crate::rules::Check::$depth($check)),+],
        };
    };
}

/// Takes the second word if there is one, else the first.
macro_rules! or_default {
    ($type:path, $default:ident) => {
        <$type>::$default
    };
    ($type:path, $default:ident, $given:ident) => {
        <$type>::$given
    };
}

/// Declares the modules of all rules and the table of them.
macro_rules! rules {
    ($($module:ident),+ $(,)?) => {
        $(mod $module;)+

        /// All rules, in order of their id.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),+];
    };
}

pub(super) use {declare_rule, or_default, rules};
