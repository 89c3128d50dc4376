//! Data files of blocks: lines that belong to a name, which stands in the first of them.

/// Splits a data file, without the comment at its top, into blocks: their names, and their texts.
pub(super) fn blocks(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let texts = file.split("\n\n").filter(|text| !text.starts_with('#'));
    texts.map(|text| (text.split(['\t', '\n']).next().unwrap_or_default(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_begin_with_their_name() {
        let found: Vec<_> = blocks("# about\n# it\n\na/b\tTitle\n+x\n\nc\n").collect();
        assert_eq!(found, [("a/b", "a/b\tTitle\n+x"), ("c", "c\n")]);
    }
}
