//! Versions of Python packages that the manifest leaves to a file: `__version__` of a module.

use super::versions::Version;
use crate::model::place::Position;
use crate::model::repository::{Repository, folder_of, join, name_of};

/// Where a manifest says that the version stands.
#[derive(Debug, PartialEq, Eq)]
struct Source {
    /// The paths that the file may have, below the manifest's folder.
    paths: Vec<String>,
    /// The names that the version may have.
    names: Vec<String>,
}

/// Finds the version that a manifest leaves to a file: setuptools' `attr`, or the `path` of Hatch and PDM.
pub(super) fn dynamic_version<'facts>(
    repository: &'facts Repository,
    manifest: &'facts str,
    text: &str,
) -> Option<Version<'facts>> {
    let source = match name_of(manifest).to_lowercase().as_str() {
        "pyproject.toml" | "setup.cfg" => source(text)?,
        _ => return None,
    };
    source.paths.iter().find_map(|path| {
        let path = join(folder_of(manifest), path)?;
        let (path, file) = repository.texts.get_key_value(&path)?;
        file.text.lines().enumerate().find_map(|(index, line)| {
            let (name, value) = line.split_once('=')?;
            let name = name.split(':').next().unwrap_or_default().trim();
            let value = value.trim().trim_start_matches(['"', '\'']).split(['"', '\'']).next()?;
            let is_version =
                source.names.iter().any(|own| own == name) && value.starts_with(|first: char| first.is_ascii_digit());
            is_version.then_some(Version {
                manifest,
                path,
                position: Position { line: index + 1, column: 1 },
                text: value,
            })
        })
    })
}

/// Reads where a manifest says that the version stands.
fn source(text: &str) -> Option<Source> {
    let mut section = "";
    text.lines().map(str::trim).find_map(|line| {
        if line.starts_with('[') {
            section = line;
        }
        let (key, value) = line.split_once('=')?;
        match (section, key.trim()) {
            ("[tool.setuptools.dynamic]" | "[metadata]", "version") => {
                let attribute = value.split_once("attr")?.1.trim_start_matches([' ', '=', ':', '"', '\'']);
                of_attribute(attribute.split(['"', '\'', '}', ' ', '#']).next()?)
            }
            ("[tool.hatch.version]" | "[tool.pdm.version]", "path") => Some(Source {
                paths: vec![value.split('#').next()?.trim().trim_matches(['"', '\'']).to_owned()],
                names: ["__version__", "VERSION", "version"].map(str::to_owned).to_vec(),
            }),
            _ => None,
        }
    })
}

/// Returns where an attribute of a module stands: `package.module.__version__`.
fn of_attribute(attribute: &str) -> Option<Source> {
    let (module, name) = attribute.rsplit_once('.')?;
    let module = module.replace('.', "/");
    let paths = ["", "src/", "lib/"]
        .iter()
        .flat_map(|folder| [format!("{folder}{module}.py"), format!("{folder}{module}/__init__.py")]);
    Some(Source { paths: paths.collect(), names: vec![name.to_owned()] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_say_where_the_version_stands() {
        for (text, path) in [
            ("[tool.setuptools.dynamic]\nversion = {attr = \"a.b.__version__\"}\n", "src/a/b.py"),
            ("[metadata]\nname = a\nversion = attr: a.__version__\n", "a/__init__.py"),
            ("[tool.hatch.version]\npath = 'src/a/about.py'\n", "src/a/about.py"),
        ] {
            let found = source(text).unwrap();
            assert!(found.paths.iter().any(|own| own == path), "{found:?}");
        }
        for text in [
            "[tool.setuptools.dynamic]\nversion = {file = \"VERSION\"}\n",
            "[tool.other]\nversion = {attr = \"a.__version__\"}\n",
            "[project]\nversion = '1.2.3'\n",
        ] {
            assert_eq!(source(text), None, "{text}");
        }
    }
}
