//! The numbers of releases, as they stand in tags and behind `@`.

/// A release's numbers; those that are not written are zero.
pub type Release = [u32; 4];

/// The releases that a version may stand for: one for `v4.2.2.0`, a line of them for `v4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Releases {
    /// The oldest.
    pub first: Release,
    /// The newest that there could be.
    pub last: Release,
}

impl Releases {
    /// Reads the name of a tag or of a line's branch: `v4`, `4.2`, `v2.x`, `release/v1`.
    pub fn read(name: &str) -> Option<Self> {
        let line = name.strip_prefix("releases/").or_else(|| name.strip_prefix("release/"));
        let name = line.unwrap_or(name);
        let numbers = name.strip_prefix(['v', 'V']).unwrap_or(name);
        let numbers = numbers.strip_suffix(".x").unwrap_or(numbers);
        let mut releases = Self { first: [0; 4], last: [u32::MAX; 4] };
        let mut places = releases.first.iter_mut().zip(releases.last.iter_mut());
        for part in numbers.split('.') {
            let (first, last) = places.next()?;
            *first = number(part)?;
            *last = *first;
        }
        Some(releases)
    }

    /// Returns the major version of all of them.
    pub fn major(&self) -> u32 {
        let [major, ..] = self.first;
        major
    }

    /// Tells whether there can be further ones: fewer than three numbers are given.
    pub fn is_line(&self) -> bool {
        let [.., patch, _] = self.last;
        patch == u32::MAX
    }

    /// Returns all releases of a major version.
    pub fn of_major(major: u32) -> Self {
        let last = u32::MAX;
        Self { first: [major, 0, 0, 0], last: [major, last, last, last] }
    }
}

/// Reads digits; a sign, which Rust's own reading allows, is none.
fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Option<(Release, usize)> {
        let releases = Releases::read(name)?;
        Some((releases.first, releases.last.iter().filter(|number| **number != u32::MAX).count()))
    }

    #[test]
    fn versions_are_read_in_every_form() {
        assert_eq!(read("v4"), Some(([4, 0, 0, 0], 1)));
        assert_eq!(read("V4"), read("4"));
        assert_eq!(read("v2.x"), read("v2"));
        assert_eq!(read("releases/v1"), read("release/v1"));
        assert_eq!(read("release/1.2"), Some(([1, 2, 0, 0], 2)));
        assert_eq!(read("v4.2.1"), Some(([4, 2, 1, 0], 3)));
        assert_eq!(read("1.2.3.4"), Some(([1, 2, 3, 4], 4)));
        assert_eq!(Releases::read("v7"), Some(Releases::of_major(7)));
        assert_eq!(Releases::read("v7.1").map(|releases| (releases.major(), releases.is_line())), Some((7, true)));
        assert_eq!(Releases::read("v7.1.0").map(|releases| releases.is_line()), Some(false));
    }

    #[test]
    fn other_names_are_no_versions() {
        for name in
            ["", "v", "main", "v4-beta", "v1.2.3.4.5", "v+4", "v1..2", "v99999999999", "x1", "vv1", ".x", "v1.2.3-rc.1"]
        {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
