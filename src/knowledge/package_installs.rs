//! Commands that install a package by its name, and how firmly they name its version.
//!
//! The commands stand in `installers.rs`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::installers::{HASHES, INSTALLERS, Installer, LISTED, LOCKFILE, Settles, Takes};
use crate::model::finding::Persona;

/// A package that a command installs by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Install<'word> {
    /// The package as written, without its version.
    pub package: &'word str,
    /// How firmly its version is named.
    pub version: Version,
    /// Who is to be told of it.
    pub persona: Persona,
    /// What to do instead.
    pub help: &'static str,
}

/// How firmly a version is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Not at all, or by what moves: `latest`, a branch, a range.
    Open,
    /// One is named, while those of its dependencies are not.
    Exact,
}

/// Packages without which no other can be installed; nobody has them in a lockfile.
const BOOTSTRAP: &[&str] = &["pip", "setuptools", "wheel"];

/// The endings of files that are packages themselves.
const FILES: &[&str] = &[".gem", ".nupkg", ".tar.gz", ".tgz", ".whl", ".zip"];

/// The installers by their programs.
static PROGRAMS: LazyLock<BTreeMap<&str, Vec<&Installer>>> = LazyLock::new(|| {
    let mut programs: BTreeMap<&str, Vec<&Installer>> = BTreeMap::new();
    for installer in INSTALLERS {
        for name in installer.command.split(' ').take(1).flat_map(|names| names.split('|')) {
            programs.entry(name).or_default().push(installer);
        }
    }
    programs
});

/// Tells whether a program can install packages, by its name without a path.
pub fn is_installer(program: &str) -> bool {
    PROGRAMS.contains_key(program)
}

/// Returns what a command installs by its name, if anything: what is named least firmly. The words
/// begin with the program's own name.
pub fn of_command<'word>(words: &[&'word str]) -> Option<Install<'word>> {
    let installers = PROGRAMS.get(words.first()?)?;
    let (installer, rest) = installers.iter().find_map(|installer| Some((installer, installer.arguments(words)?)))?;
    let arguments = Arguments::read(installer, rest)?;
    let named = arguments.named(installer);
    let judged = named.into_iter().filter_map(|word| installer.judge(word, &arguments));
    judged.min_by_key(|install| (install.version == Version::Exact, install.persona))
}

/// The arguments of a command that installs.
#[derive(Debug, Default)]
struct Arguments<'word> {
    /// What is no option and no option's value.
    words: Vec<&'word str>,
    options: Vec<&'word str>,
    /// What options name that stand for packages.
    packages: Vec<&'word str>,
    /// What options say of the version.
    version: Option<&'word str>,
}

impl<'word> Arguments<'word> {
    /// Reads arguments; nothing where an option says that nothing is chosen anew.
    fn read(installer: &Installer, rest: &[&'word str]) -> Option<Self> {
        let naming = match installer.takes {
            Takes::Program(options) | Takes::Foreign(options) => options,
            Takes::Names | Takes::Slashes | Takes::Versioned => &[],
        };
        let runs = matches!(installer.takes, Takes::Program(_) | Takes::Foreign(_));
        let mut found = Self::default();
        let mut rest = rest.iter().copied();
        // What stands behind a program that is run is its own.
        while let Some(word) = rest.next().filter(|_| !runs || found.words.is_empty()) {
            if !word.starts_with('-') {
                found.words.push(word);
                continue;
            }
            let (option, joined) = word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
            if installer.fixed.contains(&option) {
                return None;
            }
            found.options.push(option);
            if installer.versions.contains(&option) {
                found.version = joined.or_else(|| rest.next());
            } else if naming.contains(&option) {
                found.packages.extend(joined.or_else(|| rest.next()));
            } else if installer.values.contains(&option) && joined.is_none() {
                rest.next();
            }
        }
        Some(found)
    }

    /// Returns the words that name packages.
    fn named(&self, installer: &Installer) -> Vec<&'word str> {
        let first = || self.words.iter().copied().take(1).collect::<Vec<_>>();
        match installer.takes {
            Takes::Names | Takes::Slashes | Takes::Versioned => self.words.clone(),
            Takes::Program(_) if self.packages.is_empty() => first(),
            Takes::Program(_) => self.packages.clone(),
            Takes::Foreign(_) if !self.packages.is_empty() => self.packages.clone(),
            Takes::Foreign(_) => {
                let may_fetch = self.options.iter().any(|option| matches!(*option, "-y" | "--yes"));
                first().into_iter().filter(|word| may_fetch || installer.split(word).1.is_some()).collect()
            }
        }
    }
}

impl Installer {
    /// Returns what follows the command in words, if they begin with it.
    fn arguments<'words, 'word>(&self, words: &'words [&'word str]) -> Option<&'words [&'word str]> {
        let mut at = 0;
        for (index, part) in self.command.split(' ').enumerate() {
            // Options may stand in front of what a program is asked to do.
            while let Some(option) = words.get(at).filter(|word| index > 0 && word.starts_with('-')) {
                at += 1 + usize::from(self.values.contains(option));
            }
            let word = words.get(at)?;
            if !part.split('|').any(|name| name == *word) {
                return None;
            }
            at += 1;
        }
        words.get(at..)
    }

    /// Splits a word into a package and its version.
    fn split<'word>(&self, word: &'word str) -> (&'word str, Option<&'word str>) {
        // A scope such as `@types` begins with what ends a name elsewhere.
        let start = word.char_indices().nth(1).map_or(word.len(), |(at, _)| at);
        let rest = word.get(start..).unwrap_or_default();
        let at = self.separators.iter().find_map(|separator| Some((rest.find(separator)?, separator.len())));
        let cut = at.and_then(|(at, length)| Some((word.get(..start + at)?, rest.get(at + length..)?)));
        cut.map_or((word, None), |(package, version)| (package, Some(version)))
    }

    fn judge<'word>(&self, word: &'word str, arguments: &Arguments<'_>) -> Option<Install<'word>> {
        if !self.is_package(word) {
            return None;
        }
        let (package, written) = self.split(word);
        if self.takes == Takes::Versioned && written.is_none() {
            return None;
        }
        let package = name_of(package);
        let version = arguments.version.or(written).or_else(|| self.behind(arguments));
        let is_exact = version.is_some_and(|version| self.is_exact(version)) || has_commit(word);
        let is_settled = match self.settles {
            Settles::Package => false,
            Settles::All => true,
            Settles::AllWith(option) => arguments.options.contains(&option),
        };
        if is_exact && is_settled {
            return None;
        }
        let (open, exact) = self.personas;
        let persona = if is_exact { exact } else { open };
        let is_bootstrap = self.numbers == 1 && BOOTSTRAP.contains(&package);
        Some(Install {
            package,
            version: if is_exact { Version::Exact } else { Version::Open },
            persona: if is_bootstrap && persona == Persona::Regular { Persona::Pedantic } else { persona },
            help: self.advice(arguments, is_exact),
        })
    }

    /// Says what to do instead. What is installed for all belongs to no project that could lock it.
    fn advice(&self, arguments: &Arguments<'_>, is_exact: bool) -> &'static str {
        let is_option = |option: &&str| matches!(*option, "-g" | "--global");
        let is_global = self.takes == Takes::Slashes && arguments.options.iter().any(is_option);
        let is_for_all = self.command.contains(" global ") || is_global;
        match (self.help, is_exact) {
            (HASHES, true) => LISTED,
            (LOCKFILE, false) if is_for_all => "name its exact version",
            (LOCKFILE, true) if is_for_all => "install it into a folder that has a manifest and a lockfile of its own",
            (help, _) => help,
        }
    }

    /// Returns the version where it stands behind the package as a word of its own.
    fn behind<'word>(&self, arguments: &Arguments<'word>) -> Option<&'word str> {
        self.separators.is_empty().then(|| arguments.words.get(1).copied()).flatten()
    }

    /// Tells whether a word names a package, and not a file, a folder or what nobody knows.
    fn is_package(&self, word: &str) -> bool {
        let is_path = word.starts_with(['.', '/', '~', '\\']) || word.starts_with("file:");
        let is_file = FILES.iter().any(|end| word.ends_with(end)) && !word.contains("://");
        let (package, version) = self.split(word);
        let is_unknown = word.starts_with('$')
            || name_of(package).contains(['*', '(', ')', '`'])
            || word.contains("${{") && version.is_none();
        let is_version = self.separators.is_empty() && word.starts_with(|first: char| first.is_ascii_digit());
        let is_folder = match self.takes {
            Takes::Names => word.contains('/'),
            Takes::Program(_) | Takes::Foreign(_) => word.contains('/') && !word.starts_with('@'),
            Takes::Slashes | Takes::Versioned => false,
        };
        let is_folder = is_folder && !word.contains("://");
        !word.is_empty() && !is_path && !is_file && !is_unknown && !is_version && !is_folder
    }

    /// Tells whether a version stands for one release. What a variable holds is somebody's choice.
    fn is_exact(&self, version: &str) -> bool {
        let version = version.trim_start_matches('=').trim();
        if version.contains('$') || has_commit(version) {
            return true;
        }
        let version = version.split(';').next().unwrap_or(version).trim();
        let number = version.strip_prefix('v').unwrap_or(version).split(['-', '+']).next().unwrap_or_default();
        let mut parts = number.split('.').filter(|part| !is_stage(part)).peekable();
        let is_number = number.starts_with(|first: char| first.is_ascii_digit());
        let is_plain = parts.clone().all(|part| part.starts_with(|first: char| first.is_ascii_digit()));
        let has_range = version.contains(['*', '^', '~', '<', '>', '|', ',', ' ']);
        is_number && is_plain && !has_range && parts.by_ref().count() >= self.numbers
    }
}

/// Tells whether a part of a version says how far the release is, as in `2.5.1.post1`.
fn is_stage(part: &str) -> bool {
    let number = ["post", "dev", "rc"].iter().find_map(|stage| part.strip_prefix(stage));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns a package's name without its extras and a range, and an address without its fragment.
fn name_of(package: &str) -> &str {
    if package.contains("://") {
        return package.split('#').next().unwrap_or(package);
    }
    package.split(['[', '<', '>', '=', '~', '!', ';', ' ']).next().unwrap_or(package)
}

/// Tells whether a text names the hash of a commit.
fn has_commit(text: &str) -> bool {
    let is_hash = |part: &str| part.len() == 40 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split(['@', '#', '=']).any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says who is told of what: `package` for one whose version is open, `package=` for an exact one.
    fn told(command: &str) -> Option<(String, Persona)> {
        let words: Vec<&str> = command.split(' ').collect();
        of_command(&words).map(|install| {
            let sign = if install.version == Version::Exact { "=" } else { "" };
            (format!("{}{sign}", install.package), install.persona)
        })
    }

    #[test]
    fn commands_are_in_order() {
        assert!(INSTALLERS.is_sorted_by_key(|installer| installer.command));
    }

    #[test]
    fn open_versions_are_told_of() {
        for (command, package) in [
            ("npm install eslint", "eslint"),
            ("npm i -g npm@latest", "npm"),
            ("npm install -g @anthropic-ai/claude-code", "@anthropic-ai/claude-code"),
            ("npm install oxlint@^1.55.0", "oxlint"),
            ("npm --prefix web add lodash", "lodash"),
            ("yarn add left-pad", "left-pad"),
            ("yarn global add x", "x"),
            ("pnpm add -D x", "x"),
            ("bun add x", "x"),
            ("npx -y cowsay", "cowsay"),
            ("npx cowsay@latest", "cowsay"),
            ("npx --package typescript tsc", "typescript"),
            ("npm exec --yes x", "x"),
            ("pnpm dlx create-x", "create-x"),
            ("yarn dlx @scope/x@2", "@scope/x"),
            ("bunx x@next", "x"),
            ("gem install rake", "rake"),
            ("gem i rake", "rake"),
            ("bundle add rake", "rake"),
            ("pip install tox", "tox"),
            ("pip3 install --user virtualenv", "virtualenv"),
            ("pip install tox>=4", "tox"),
            ("pip install tox==4.*", "tox"),
            ("pip install uv~=0.11.2", "uv"),
            ("pip install -r requirements.txt tox", "tox"),
            ("pip install PyGithub==2.3.0 requests", "requests"),
            ("pip install git+https://github.com/o/r@main", "git+https://github.com/o/r@main"),
            ("pipx install poetry", "poetry"),
            ("pipx run build", "build"),
            ("pipx run --spec black[jupyter] black .", "black"),
            ("uv pip install --system ruff", "ruff"),
            ("uv tool install ruff", "ruff"),
            ("uv tool install ruff@latest", "ruff"),
            ("uvx ruff check .", "ruff"),
            ("uvx --from httpie http", "httpie"),
            ("uv add x", "x"),
            ("pdm add x", "x"),
            ("poetry add x@^2", "x"),
            ("pipenv install x", "x"),
            ("cargo install cargo-deny", "cargo-deny"),
            ("cargo install cargo-deny --locked", "cargo-deny"),
            ("cargo install --git https://x.example/y --branch main z", "z"),
            ("cargo binstall cross", "cross"),
            ("go install golang.org/x/tools/gopls@latest", "golang.org/x/tools/gopls"),
            ("go install example.com/x@main", "example.com/x"),
            ("go run example.com/x@v1 -a", "example.com/x"),
            ("composer require phpunit/phpunit", "phpunit/phpunit"),
            ("composer global require phpstan/phpstan:^1.0", "phpstan/phpstan"),
            ("dotnet tool install -g dotnet-ef", "dotnet-ef"),
            ("dotnet tool install --global x --version 8.*", "x"),
            ("dart pub global activate melos", "melos"),
            ("conda install -y numpy", "numpy"),
            ("opam install -y dune", "dune"),
            ("cpanm Moose", "Moose"),
            ("luarocks install busted", "busted"),
        ] {
            assert_eq!(told(command), Some((package.to_owned(), Persona::Regular)), "{command}");
        }
    }

    #[test]
    fn exact_versions_leave_dependencies_open() {
        for (command, package, persona) in [
            ("npm install oxlint@1.55.0", "oxlint=", Persona::Pedantic),
            ("gem install rake -v 13.0.6", "rake=", Persona::Pedantic),
            ("gem install rake:13.0.6", "rake=", Persona::Pedantic),
            ("npx cowsay@1.6.0", "cowsay=", Persona::Pedantic),
            ("pnpm dlx x@1.2.3", "x=", Persona::Pedantic),
            ("pip install tox==4.1", "tox=", Persona::Pedantic),
            ("pip install pkgconf==2.5.1.post1", "pkgconf=", Persona::Pedantic),
            ("pip install x==4.dev0", "x=", Persona::Pedantic),
            ("pip install numpy==${{env.N}}", "numpy=", Persona::Pedantic),
            ("pipx install poetry==1.8.3", "poetry=", Persona::Pedantic),
            ("uvx zizmor@1.24.1 .", "zizmor=", Persona::Pedantic),
            ("cargo install wasm-bindgen-cli --version 0.2.117", "wasm-bindgen-cli=", Persona::Pedantic),
            ("composer require a/b:1.2.3", "a/b=", Persona::Pedantic),
            ("conda install numpy=1.26", "numpy=", Persona::Pedantic),
            ("luarocks install busted 2.2.0", "busted=", Persona::Pedantic),
            (
                "pip install git+https://github.com/o/r@0123456789012345678901234567890123456789#egg=r",
                "git+https://github.com/o/r@0123456789012345678901234567890123456789=",
                Persona::Pedantic,
            ),
            ("dart pub global activate melos 6.1.0", "melos=", Persona::Pedantic),
            ("pip install --upgrade pip", "pip", Persona::Pedantic),
            ("brew install vale", "vale", Persona::Pedantic),
            ("choco install cmake", "cmake", Persona::Pedantic),
        ] {
            assert_eq!(told(command), Some((package.to_owned(), persona)), "{command}");
        }
    }

    #[test]
    fn what_is_installed_for_all_is_not_told_to_be_locked() {
        let help = |command: &str| of_command(&command.split(' ').collect::<Vec<_>>()).map(|install| install.help);
        for command in [
            "npm install -g npm@latest",
            "pnpm add --global corepack",
            "yarn global add x",
            "composer global require a/b",
        ] {
            assert_eq!(help(command), Some("name its exact version"), "{command}");
        }
        assert!(help("npm install -g npm@11.0.0").unwrap().contains("a folder"));
        assert_eq!(help("cargo binstall cross"), Some("name its version behind `@`"));
        assert_eq!(help("npm install eslint"), Some(LOCKFILE));
        assert_eq!(help("bundle add rake -g test"), Some(LOCKFILE));
        assert_eq!((help("pip install tox"), help("pip install tox==4.1")), (Some(HASHES), Some(LISTED)));
    }

    #[test]
    fn what_a_lock_holds_is_clean() {
        for command in [
            "npm ci",
            "npm install",
            "npm install --no-fund",
            "npm install --prefix web",
            "npm install ./pkg.tgz",
            "npm install dist/x-1.0.0.tgz",
            "npx vitest run",
            "npx --no-install eslint .",
            "bunx vitest",
            "pnpm install --frozen-lockfile",
            "yarn",
            "yarn install",
            "bundle install",
            "gem install --local pkg/x.gem",
            "gem install x-1.0.gem",
            "gem build x.gemspec",
            "pip install .",
            "pip install -e .[test]",
            "pip install -e dev/archery[docker]",
            "pip install -r requirements.txt",
            "pip install -r requirements.txt --require-hashes",
            "pip install -c constraints.txt tox",
            "pip install --no-index --find-links dist x",
            "pip install dist/x.whl",
            "pip install $WHEEL",
            "pip install git+https://github.com/o/r@0123456789012345678901234567890123456789 -c x",
            "pip download x",
            "pip --no-input install --progress-bar off --prefer-binary -r requirements.txt",
            "npm install --loglevel verbose ./x.tgz",
            "pipx run tools/update.py",
            "uv sync --locked",
            "uv pip install -r build/requirements.txt",
            "uv run pytest",
            "uvx --generate-shell-completion powershell",
            "uvx --version",
            "cargo binstall cross@0.2.5",
            "cargo binstall cross --version 0.2.5",
            "composer require x/y --no-update",
            "poetry install",
            "pipenv install --deploy",
            "cargo install --path .",
            "cargo install --path services/cli --locked",
            "cargo install cargo-deny --version 0.16.1 --locked",
            "cargo install --locked --version=0.16.1 cargo-deny",
            "cargo install --git https://x.example/y --rev 0123456789012345678901234567890123456789 --locked z",
            "cargo build",
            "go install mvdan.cc/gofumpt@v0.6.0",
            "go install gotest.tools/gotestsum@${{env.V}}",
            "go install github.com/google/addlicense@2fe3ee94479d08be985a84861de4e6b06a1c7208",
            "go install ./cmd/x",
            "go run ./x",
            "go run example.com/x@v1.2.3",
            "composer install",
            "dotnet tool restore",
            "dotnet tool install -g dotnet-ef --version 8.0.1",
            "apt-get install -y curl",
            "apt install curl",
            "dnf install curl",
            "apk add curl",
        ] {
            assert_eq!(told(command), None, "{command}");
        }
    }
}
