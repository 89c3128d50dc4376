//! Words of the model as values of options.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::model::finding::UnknownWord;

/// Takes one of the words that the model has for a type's values.
pub(super) fn parser<T>(words: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = UnknownWord> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| word.parse::<T>())
}
