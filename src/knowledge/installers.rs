//! The commands of package managers that install a package by its name.
//!
//! source: the package managers' own documentation of their command lines
//! date: 2026-11-27

use crate::model::finding::Persona;

/// A command that installs packages.
#[derive(Debug)]
pub(super) struct Installer {
    /// The program and what it is asked to do; `a|b` is either.
    pub(super) command: &'static str,
    /// What stands between a package and its version.
    pub(super) separators: &'static [&'static str],
    /// Options that name the version of all packages, or the commit of their source.
    pub(super) versions: &'static [&'static str],
    /// Other options that are followed by a value.
    pub(super) values: &'static [&'static str],
    /// Options with which nothing is chosen anew, or nothing comes from a registry.
    pub(super) fixed: &'static [&'static str],
    /// How many numbers a version needs to stand for one release.
    pub(super) numbers: usize,
    /// What an exact version settles.
    pub(super) settles: Settles,
    /// Which words are packages.
    pub(super) takes: Takes,
    /// Who is told where a version is open, and where it is exact.
    pub(super) personas: (Persona, Persona),
    pub(super) help: &'static str,
}

/// What an exact version settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settles {
    /// The package alone.
    Package,
    /// All that it depends on, too.
    All,
    /// All, with an option.
    AllWith(&'static str),
}

/// Which words of a command are packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// All that are no options; one with a slash is a path.
    Names,
    /// All that are no options; a slash belongs to a name.
    Slashes,
    /// All that have a version; others are packages of the project.
    Versioned,
    /// The first one, which is run; or those that these options name.
    Program(&'static [&'static str]),
    /// The same, for what is fetched only if the project has no such program: where it has a version, or an
    /// option says that it may be fetched.
    Foreign(&'static [&'static str]),
}

const USUAL: (Persona, Persona) = (Persona::Regular, Persona::Pedantic);
/// Programs of the system, of which hardly anybody names versions.
const SYSTEM: (Persona, Persona) = (Persona::Pedantic, Persona::Auditor);

pub(super) const LOCKFILE: &str = "add it to the project's manifest and install from the lockfile";
pub(super) const HASHES: &str =
    "name its version, or install from a list with hashes: `pip install --require-hashes -r FILE`";
/// The same, where the version is named.
pub(super) const LISTED: &str = "install from a list with hashes: `pip install --require-hashes -r FILE`";
const PIP_VALUES: &[&str] = &[
    "-C",
    "-P",
    "-e",
    "-f",
    "-i",
    "-p",
    "-r",
    "-t",
    "--cache-dir",
    "--cert",
    "--config-setting",
    "--config-settings",
    "--default-index",
    "--editable",
    "--exclude-newer",
    "--extra",
    "--extra-index-url",
    "--find-links",
    "--group",
    "--index",
    "--index-strategy",
    "--index-url",
    "--keyring-provider",
    "--link-mode",
    "--log",
    "--no-binary",
    "--only-binary",
    "--platform",
    "--prefix",
    "--progress-bar",
    "--proxy",
    "--python",
    "--python-platform",
    "--python-version",
    "--refresh-package",
    "--reinstall-package",
    "--report",
    "--requirement",
    "--resolution",
    "--retries",
    "--root",
    "--src",
    "--target",
    "--timeout",
    "--torch-backend",
    "--trusted-host",
    "--upgrade-package",
    "--upgrade-strategy",
    "--with",
];
const PIP_FIXED: &[&str] = &["-c", "--constraint", "--no-index", "--require-hashes"];
/// What `uvx` is asked about itself, beside what fixes versions.
const UVX_FIXED: &[&str] = &[
    "-c",
    "--constraint",
    "--constraints",
    "--generate-shell-completion",
    "--help",
    "--no-index",
    "--offline",
    "--version",
    "-h",
    "-V",
];
const NPM_VALUES: &[&str] = &[
    "-C",
    "-F",
    "-w",
    "--cache",
    "--cpu",
    "--dir",
    "--filter",
    "--include",
    "--loglevel",
    "--omit",
    "--os",
    "--prefix",
    "--registry",
    "--tag",
    "--userconfig",
    "--workspace",
];

const BASE: Installer = Installer {
    command: "",
    separators: &["@"],
    versions: &[],
    values: &[],
    fixed: &[],
    numbers: 3,
    settles: Settles::Package,
    takes: Takes::Names,
    personas: USUAL,
    help: LOCKFILE,
};

const NPM: Installer = Installer { values: NPM_VALUES, takes: Takes::Slashes, ..BASE };
const PIP: Installer = Installer {
    separators: &["===", " @ ", "=="],
    values: PIP_VALUES,
    fixed: PIP_FIXED,
    numbers: 1,
    help: HASHES,
    ..BASE
};
const GEM: Installer = Installer {
    separators: &[":"],
    versions: &["-v", "--version"],
    values: &["-i", "--install-dir", "-n", "--bindir", "--source", "-s", "-P", "--trust-policy"],
    fixed: &["-l", "--local"],
    numbers: 1,
    ..BASE
};

pub(super) static INSTALLERS: &[Installer] = &[
    Installer {
        command: "brew install|reinstall",
        numbers: 1,
        takes: Takes::Slashes,
        personas: SYSTEM,
        help: "install a release by its address, and check its hash",
        ..BASE
    },
    Installer { command: "bun add", ..NPM },
    Installer { command: "bundle|bundler add", versions: &["-v", "--version"], ..GEM },
    Installer { command: "bunx", takes: Takes::Foreign(&["-p", "--package"]), ..BASE },
    Installer {
        command: "cargo binstall",
        versions: &["--version"],
        values: &[
            "--bin-dir",
            "--git",
            "--github-token",
            "--index",
            "--install-path",
            "--log-level",
            "--pkg-fmt",
            "--pkg-url",
            "--registry",
            "--root",
            "--strategies",
            "--targets",
        ],
        fixed: &["--manifest-path"],
        settles: Settles::All,
        help: "name its version behind `@`",
        ..BASE
    },
    Installer {
        command: "cargo install",
        versions: &["--version", "--vers", "--rev", "--tag"],
        values: &[
            "--git",
            "--branch",
            "--root",
            "--features",
            "-F",
            "--target",
            "-j",
            "--jobs",
            "--profile",
            "--registry",
            "--index",
            "--bin",
            "--config",
        ],
        fixed: &["--path", "--list"],
        settles: Settles::AllWith("--locked"),
        help: "name a version and keep to its lockfile: `cargo install NAME --version VERSION --locked`",
        ..BASE
    },
    Installer {
        command: "choco install",
        versions: &["--version"],
        values: &["-s", "--source", "--params"],
        numbers: 1,
        personas: SYSTEM,
        help: "name its version by `--version`",
        ..BASE
    },
    Installer {
        command: "composer global require",
        separators: &[":", "="],
        values: &["-d", "--working-dir"],
        takes: Takes::Slashes,
        ..BASE
    },
    Installer {
        command: "composer require",
        separators: &[":", "="],
        values: &["-d", "--working-dir"],
        fixed: &["--dry-run", "--no-update"],
        takes: Takes::Slashes,
        ..BASE
    },
    Installer {
        command: "conda|mamba|micromamba install",
        separators: &["==", "="],
        values: &["-c", "--channel", "-n", "--name", "-p", "--prefix", "-f", "--file"],
        numbers: 2,
        takes: Takes::Slashes,
        help: "install from an `environment.yml` or a lockfile",
        ..BASE
    },
    Installer { command: "cpanm", numbers: 1, help: "install from a `cpanfile` and its snapshot", ..BASE },
    Installer {
        command: "dart pub global activate",
        separators: &[],
        numbers: 3,
        fixed: &["-s", "--source"],
        help: "name its version behind it",
        ..BASE
    },
    Installer {
        command: "dotnet tool install",
        versions: &["--version"],
        values: &[
            "--tool-path",
            "--add-source",
            "--source",
            "--configfile",
            "--framework",
            "-f",
            "-v",
            "--verbosity",
            "--arch",
            "-a",
        ],
        fixed: &["--tool-manifest"],
        numbers: 2,
        settles: Settles::All,
        help: "name its version by `--version`, or list it in `dotnet-tools.json` and run `dotnet tool restore`",
        ..BASE
    },
    Installer { command: "gem install|i", ..GEM },
    Installer {
        command: "go install|get",
        settles: Settles::All,
        takes: Takes::Versioned,
        help: "name a release or a commit behind `@`",
        ..BASE
    },
    Installer {
        command: "go run",
        settles: Settles::All,
        takes: Takes::Versioned,
        help: "name a release or a commit behind `@`",
        ..BASE
    },
    Installer {
        command: "luarocks install",
        separators: &[],
        versions: &[],
        values: &["--tree", "--server"],
        help: "name its version behind it",
        ..BASE
    },
    Installer { command: "npm exec|x", takes: Takes::Foreign(&["-p", "--package"]), ..BASE },
    Installer { command: "npm install|i|add", ..NPM },
    Installer { command: "npx", takes: Takes::Foreign(&["-p", "--package"]), ..BASE },
    Installer {
        command: "opam install",
        separators: &["."],
        values: &["--switch"],
        numbers: 1,
        help: "install from the project's `.opam.locked` file",
        ..BASE
    },
    Installer { command: "pdm add", ..PIP },
    Installer { command: "pipenv install", fixed: &["-r", "--requirements", "--deploy", "--ignore-pipfile"], ..PIP },
    Installer { command: "pipx install", values: &["--python", "--suffix", "--index-url", "-i", "--pip-args"], ..PIP },
    Installer { command: "pipx run", separators: &["=="], takes: Takes::Program(&["--spec"]), ..PIP },
    Installer { command: "pip|pip3 install", ..PIP },
    Installer { command: "pnpm add", ..NPM },
    Installer { command: "pnpm dlx", takes: Takes::Program(&["--package"]), ..BASE },
    Installer { command: "pnpx", takes: Takes::Program(&["-p", "--package"]), ..BASE },
    Installer {
        command: "poetry add",
        separators: &["==", "@"],
        values: &["-G", "--group", "--source", "-E", "--extras"],
        ..PIP
    },
    Installer { command: "uv add", ..PIP },
    Installer { command: "uv pip install", ..PIP },
    Installer { command: "uv tool install", separators: &["==", "@"], ..PIP },
    Installer {
        command: "uv tool run",
        separators: &["==", "@"],
        fixed: UVX_FIXED,
        takes: Takes::Program(&["--from"]),
        ..PIP
    },
    Installer { command: "uvx", separators: &["==", "@"], fixed: UVX_FIXED, takes: Takes::Program(&["--from"]), ..PIP },
    Installer { command: "yarn add", ..NPM },
    Installer { command: "yarn dlx", takes: Takes::Program(&["-p", "--package"]), ..BASE },
    Installer { command: "yarn global add", ..NPM },
];
