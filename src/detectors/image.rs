//! Names of container images.

/// Says what is wrong with an image's name, by the grammar of
/// <https://github.com/distribution/reference>; nothing where an expression stands in it.
pub fn fault(image: &str) -> Option<String> {
    if image.contains("${{") || image.is_empty() {
        return None;
    }
    if let Some(odd) = image.chars().find(|character| character.is_whitespace() || !character.is_ascii_graphic()) {
        return Some(format!("it has the character `{}`", odd.escape_debug()));
    }
    let (rest, digest) = image.split_once('@').map_or((image, None), |(rest, digest)| (rest, Some(digest)));
    let last = rest.rfind('/').map_or(0, |at| at + 1);
    let colon = rest.get(last..).and_then(|name| name.find(':')).map(|at| last + at);
    let (name, tag) = match colon {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        None => (rest, None),
    };
    name_fault(name).or_else(|| tag.and_then(tag_fault)).or_else(|| digest.and_then(digest_fault))
}

/// Looks at the registry and the path.
fn name_fault(name: &str) -> Option<String> {
    // The first part is a registry if it looks like a host; letter case matters in the path only.
    let path = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => path,
        Some(_) | None => name,
    };
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some("its name must be in lower case".to_owned());
    }
    let is_part = |part: &str| {
        let is_end = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let bytes = part.as_bytes();
        let is_inner =
            |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
        is_end(bytes.first()) && is_end(bytes.last()) && bytes.iter().all(is_inner)
    };
    let wrong = path.split('/').find(|part| !is_part(part))?;
    Some(if wrong.is_empty() {
        "a part of its name is empty".to_owned()
    } else {
        format!("`{wrong}` is no part of a name")
    })
}

fn tag_fault(tag: &str) -> Option<String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_tag = tag.bytes().next().is_some_and(is_word)
        && tag.len() <= 128
        && tag.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'));
    // An empty tag is another rule's business.
    (!is_tag && !tag.is_empty()).then(|| format!("`{tag}` is no tag"))
}

fn digest_fault(digest: &str) -> Option<String> {
    let hash = digest.split_once(':').filter(|(algorithm, _)| !algorithm.is_empty()).map(|(_, hash)| hash);
    let is_hash = hash.is_some_and(|hash| hash.len() >= 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (!is_hash && !digest.is_empty()).then(|| format!("`{digest}` is no digest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_docker_reads_are_clean() {
        let hash = "0123456789012345678901234567890123456789012345678901234567890123";
        for image in [
            "alpine",
            "alpine:3.22",
            "ghcr.io/octo/app:v1_2-x",
            "localhost:5000/a/b__c",
            "REGISTRY.example.com/app",
            "a/b-c.d/e:latest",
            "app:${{ matrix.version }}",
            "alpine:",
        ] {
            assert_eq!(fault(image), None, "{image}");
        }
        assert_eq!(fault(&format!("alpine:3@sha256:{hash}")), None);
    }

    #[test]
    fn each_fault_is_told() {
        for (image, expected) in [
            ("Octo/app", "its name must be in lower case"),
            ("a b", "it has the character ` `"),
            ("a//b", "a part of its name is empty"),
            ("a/-b", "`-b` is no part of a name"),
            ("a:b:c", "`b:c` is no tag"),
            ("a@sha256:12", "`sha256:12` is no digest"),
        ] {
            assert_eq!(fault(image).as_deref(), Some(expected), "{image}");
        }
    }
}
