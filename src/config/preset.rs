//! The gates that come with the program.

use std::fmt;
use std::str::FromStr;

use crate::gates::Gate;
use crate::model::finding::{UnknownWord, words};
use crate::model::verdict::OnNoData;

use super::Config;

/// A set of gates with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// What suits most repositories.
    Standard,
    /// `standard`, with tighter bounds.
    Strict,
    /// `standard`, with what a service promises its users.
    Saas,
    /// No gates but one's own.
    None,
}

words!(Preset {
    "standard" => Self::Standard,
    "strict" => Self::Strict,
    "saas" => Self::Saas,
    "none" => Self::None,
});

const STANDARD: &str = include_str!("presets/standard.yml");
const STRICT: &str = include_str!("presets/strict.yml");
const SAAS: &str = include_str!("presets/saas.yml");

impl Preset {
    /// Returns the files that make the preset, as `plimsoll.yml` would write their gates. Where
    /// two have a gate on the same selector, the former's counts.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::Standard => &[STANDARD],
            Self::Strict => &[STRICT, STANDARD],
            Self::Saas => &[SAAS, STANDARD],
            Self::None => &[],
        }
    }

    /// Returns the preset's gates.
    pub fn gates(self, on_no_data: OnNoData) -> Vec<Gate> {
        let mut gates: Vec<Gate> = Vec::new();
        for file in self.files() {
            // A test holds that every preset can be read.
            let further = Config::parse(self.word(), file).map(|config| config.gates).unwrap_or_default();
            let further: Vec<Gate> = further
                .into_iter()
                .filter(|gate| !gates.iter().any(|earlier| earlier.selector == gate.selector))
                .collect();
            gates.extend(further);
        }
        for gate in &mut gates {
            gate.on_no_data = on_no_data;
            gate.origin.position = None;
        }
        gates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be_read() {
        for file in [STANDARD, STRICT, SAAS] {
            let config = Config::parse("preset", file).unwrap_or_else(|problems| panic!("{problems}"));
            assert!(!config.gates.is_empty());
        }
    }

    #[test]
    fn tighter_bounds_replace_the_usual_ones() {
        let bound = |preset: Preset, metric: &str| {
            let gates = preset.gates(OnNoData::Pass);
            let found: Vec<&Gate> = gates.iter().filter(|gate| gate.selector.to_string() == metric).collect();
            assert!(found.len() <= 1, "{metric} stands twice");
            found.first().and_then(|gate| gate.fail.as_ref()).map(|bound| bound.text.clone())
        };
        assert_eq!(bound(Preset::Standard, "build.duration_s"), Some("> 40min".to_owned()));
        assert_eq!(bound(Preset::Strict, "build.duration_s"), Some("> 10min".to_owned()));
        assert_eq!(bound(Preset::Saas, "build.duration_s"), Some("> 40min".to_owned()));
        assert_eq!(bound(Preset::Saas, "load.p95_s"), Some("> 200ms".to_owned()));
        assert_eq!(bound(Preset::None, "build.duration_s"), None);
    }
}
