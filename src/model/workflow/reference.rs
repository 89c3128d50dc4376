//! What `uses` refers to.

/// What a `uses` value refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionReference<'text> {
    /// `owner/repo[/path]@ref`.
    Repository(RepositoryReference<'text>),
    /// `./path`: the workspace.
    Local(&'text str),
    /// `$/path`: the repository that holds the file, at the commit that runs.
    SelfRepository(&'text str),
    /// `docker://image`.
    Docker(&'text str),
    /// None of these.
    Unknown,
}

/// An action or a workflow in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepositoryReference<'text> {
    /// The owner.
    pub owner: &'text str,
    /// The repository.
    pub repository: &'text str,
    /// The path inside it; empty for its root.
    pub path: &'text str,
    /// The branch, tag or commit behind `@`; `None` where it is missing.
    pub reference: Option<&'text str>,
}

impl<'text> ActionReference<'text> {
    /// Reads a `uses` value.
    pub fn parse(uses: &'text str) -> Self {
        let uses = uses.trim();
        let special = match uses.as_bytes() {
            [b'$', b'/', ..] => uses.get(2..).map(Self::SelfRepository),
            [b'.'] | [b'.', b'/' | b'\\', ..] | [b'.', b'.', b'/', ..] => Some(Self::Local(uses)),
            [b'd' | b'D', ..] => uses
                .split_at_checked(9)
                .and_then(|(prefix, image)| prefix.eq_ignore_ascii_case("docker://").then_some(Self::Docker(image))),
            _ => None,
        };
        special.unwrap_or_else(|| Self::named(uses))
    }

    /// Reads `owner/repo[/path]@ref`.
    fn named(uses: &'text str) -> Self {
        if memchr::memchr3(b' ', b'\t', b'\n', uses.as_bytes()).is_some() && has_stray_blank(uses) {
            return Self::Unknown;
        }
        let (name, reference) = split(uses, b'@');
        let (owner, Some(rest)) = split(name, b'/') else { return Self::Unknown };
        let (repository, path) = split(rest, b'/');
        if owner.is_empty() || repository.is_empty() {
            return Self::Unknown;
        }
        Self::Repository(RepositoryReference { owner, repository, path: path.unwrap_or_default(), reference })
    }
}

/// Tells whether a blank stands beside a separator or in the reference, where no name has one.
fn has_stray_blank(uses: &str) -> bool {
    let (name, reference) = split(uses, b'@');
    let is_stray = name.split('/').any(|part| part.trim() != part);
    !uses.contains("${{") && (is_stray || reference.is_some_and(|reference| reference.contains(char::is_whitespace)))
}

/// Splits a text at the first of a character. Many rules ask what a `uses` refers to, so this has to
/// be quick.
fn split(text: &str, at: u8) -> (&str, Option<&str>) {
    let found = memchr::memchr(at, text.as_bytes()).and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)));
    found.map_or((text, None), |(before, behind)| (before, Some(behind)))
}

impl RepositoryReference<'_> {
    /// Tells whether the reference is a full commit hash.
    pub fn is_pinned(&self) -> bool {
        self.reference.is_some_and(|reference| {
            matches!(reference.len(), 40 | 64) && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }

    /// Returns `owner/repo` or `owner/repo/path`.
    pub fn name(&self) -> String {
        let before_path = if self.path.is_empty() { "" } else { "/" };
        [self.owner, "/", self.repository, before_path, self.path].concat()
    }

    /// Tells whether the reference is to this name, without regard to case.
    pub fn name_is(&self, name: &str) -> bool {
        let mut parts = name.splitn(3, '/');
        let mut is_next = |part: &str| parts.next().unwrap_or_default().eq_ignore_ascii_case(part);
        is_next(self.owner) && is_next(self.repository) && is_next(self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_uses_is_told_apart() {
        let name = |uses| {
            let parsed = ActionReference::parse(uses);
            if let ActionReference::Repository(found) = parsed {
                return format!("{}@{:?} {}", found.name(), found.reference, found.is_pinned());
            }
            format!("{parsed:?}")
        };
        assert_eq!(name("actions/checkout@v4"), "actions/checkout@Some(\"v4\") false");
        assert_eq!(name("o/r/a/b@v1"), "o/r/a/b@Some(\"v1\") false");
        assert_eq!(
            name("o/r@0123456789012345678901234567890123456789"),
            "o/r@Some(\"0123456789012345678901234567890123456789\") true"
        );
        assert_eq!(name("o/r"), "o/r@None false");
        assert_eq!(name("./a"), "Local(\"./a\")");
        assert_eq!(name("$/a"), "SelfRepository(\"a\")");
        assert_eq!(name("Docker://alpine:3"), "Docker(\"alpine:3\")");
        assert_eq!(name("checkout@v4"), "Unknown");
        assert_eq!(name(" o/r@v1 "), "o/r@Some(\"v1\") false");
        for blank in ["o/r @v1", "o /r@v1", "o/r@ v1", "o/r@v1 # latest"] {
            assert_eq!(name(blank), "Unknown");
        }
        assert_eq!(name("o/r@${{ matrix.ref }}"), "o/r@Some(\"${{ matrix.ref }}\") false");
    }
}
