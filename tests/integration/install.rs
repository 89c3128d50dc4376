//! `install.sh` and the action `setup`, against releases on a server of this machine.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A server with a release on it, and a place to install to.
struct Release {
    folder: TempDir,
    address: String,
}

impl Release {
    /// Packs a program that says what version it is, as a release does.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let program = folder.path().join("plimsoll");
        std::fs::write(&program, format!("#!/bin/sh\necho 'plimsoll {VERSION}'\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let files = folder.path().join("served").join(format!("v{VERSION}"));
        let script = root().join("tools/release/release.py");
        let (program, into) = (program.to_str().unwrap(), files.to_str().unwrap());
        let calls: [&[&str]; 3] = [
            &["archive", "linux", architecture(), program, into],
            &["archive", "windows", "amd64", program, into],
            &["sums", into],
        ];
        for arguments in calls {
            let made = Command::new("python3").arg(&script).args(arguments).output().unwrap();
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        Self { address: serve(folder.path().join("served")), folder }
    }

    fn served(&self, name: &str) -> PathBuf {
        self.folder.path().join("served").join(format!("v{VERSION}")).join(name)
    }

    fn archive(&self) -> PathBuf {
        self.served(&format!("plimsoll-{VERSION}-linux-{}.tar.gz", architecture()))
    }

    /// A PATH in front of which stand what Git's bash on Windows has: its own `uname`, and `cygpath`.
    fn path_in_gits_bash(&self) -> OsString {
        let folder = self.folder.path().join("shims");
        std::fs::create_dir_all(&folder).unwrap();
        let shims = [
            ("uname", "echo MINGW64_NT-10.0-26100"),
            (
                "cygpath",
                r#"case $1 in --windows) printf '%s\n' "C:$2" | tr / '\\' ;; *) printf '%s\n' "${2#C:}" | tr '\\' / ;; esac"#,
            ),
        ];
        for (name, script) in shims {
            std::fs::write(folder.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let usual = std::env::var_os("PATH").unwrap();
        std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&usual))).unwrap()
    }

    /// Where the program goes.
    fn to(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn install(&self, arguments: &[&str]) -> Output {
        self.installer(arguments).output().unwrap()
    }

    fn installer(&self, arguments: &[&str]) -> Command {
        let mut shell = Command::new("sh");
        shell.arg(root().join("install.sh")).args(["--version", VERSION, "--base-url", &self.address, "--to"]);
        shell.arg(self.to()).args(arguments).env("HOME", self.folder.path());
        shell
    }

    /// Runs the action's script as its step does.
    fn set_up(&self, version: &str) -> (Output, String, String) {
        self.set_up_with(version, &[])
    }

    fn set_up_with(&self, version: &str, variables: &[(&str, OsString)]) -> (Output, String, String) {
        let path = |name: &str| self.folder.path().join(name);
        for name in ["path", "output"] {
            std::fs::write(path(name), "").unwrap();
        }
        let mut bash = Command::new("bash");
        bash.arg(root().join("actions/setup/setup.sh")).env("VERSION", version).env("BASE_URL", &self.address);
        bash.env("RUNNER_TOOL_CACHE", path("tools")).env("RUNNER_TEMP", self.folder.path());
        bash.env("GITHUB_PATH", path("path")).env("GITHUB_OUTPUT", path("output"));
        bash.envs(variables.iter().map(|(name, value)| (name, value)));
        let ran = bash.output().unwrap();
        let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
        (ran, read("path"), read("output"))
    }
}

fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" }
}

/// Serves the files of a folder until the tests end.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
            let (status, body) = match std::fs::read(folder.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)));
        }
    });
    address
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn what_was_released_is_installed() {
    let release = Release::new();
    let installed = release.install(&[]);
    let said = String::from_utf8(installed.stdout.clone()).unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    let program = release.to().join("plimsoll");
    assert_eq!(said, format!("plimsoll {VERSION}: {}\n", program.display()));
    let ran = Command::new(&program).output().unwrap();
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("plimsoll {VERSION}\n"));
    // Nothing else is left beside it.
    assert_eq!(std::fs::read_dir(release.to()).unwrap().count(), 1);
}

#[test]
fn gits_bash_on_windows_installs_its_program() {
    let release = Release::new();
    let path = release.path_in_gits_bash();
    let program = release.to().join("plimsoll.exe");
    for system in ["MINGW64_NT-10.0-26100", "CLANGARM64_NT-10.0-26100"] {
        std::fs::write(release.folder.path().join("shims/uname"), format!("#!/bin/sh\necho {system}\n")).unwrap();
        let installed = release.installer(&[]).env("PATH", &path).output().unwrap();
        assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
        let said = String::from_utf8(installed.stdout).unwrap();
        assert_eq!(said, format!("plimsoll {VERSION}: {}\n", program.display()), "{system}");
    }
    let ran = Command::new(&program).output().unwrap();
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("plimsoll {VERSION}\n"));
    assert_eq!(std::fs::read_dir(release.to()).unwrap().count(), 1);
    // Another archive than was released is no program, here as elsewhere.
    std::fs::write(release.served(&format!("plimsoll-{VERSION}-windows-amd64.zip")), "other").unwrap();
    let other = release.installer(&[]).env("PATH", release.path_in_gits_bash()).output().unwrap();
    let said = refused(&other);
    assert!(said.contains("is not what was released: its SHA-256 is"), "{said}");
}

#[test]
fn a_system_without_an_archive_is_told_what_to_do() {
    let release = Release::new();
    let path = release.path_in_gits_bash();
    std::fs::write(release.folder.path().join("shims/uname"), "#!/bin/sh\necho Plan9\n").unwrap();
    let said = refused(&release.installer(&[]).env("PATH", path).output().unwrap());
    assert!(said.starts_with("error: there is no archive for Plan9 on Plan9\nhint: where Rust is installed"), "{said}");
}

#[test]
fn what_was_not_released_is_not_installed() {
    let release = Release::new();
    let untouched = |what: &str| assert!(!release.to().exists(), "{what}");
    let sums = std::fs::read_to_string(release.served("SHA256SUMS")).unwrap();
    let mut archive = std::fs::read(release.archive()).unwrap();
    archive.push(0);
    std::fs::write(release.archive(), &archive).unwrap();
    let said = refused(&release.install(&[]));
    assert!(said.contains("is not what was released: its SHA-256 is"), "{said}");
    untouched("another archive");
    std::fs::write(release.served("SHA256SUMS"), sums.replace("linux", "plan9")).unwrap();
    let said = refused(&release.install(&[]));
    assert!(said.contains("there is no sum for plimsoll-"), "{said}");
    untouched("no sum");
    let said = refused(&release.install(&["--version", "9.9.9"]));
    assert!(said.contains("cannot download") && said.contains("hint: is this a released version?"), "{said}");
    for version in ["../../x", "1.2.3;id", ""] {
        assert!(refused(&release.install(&["--version", version])).contains("error: "), "{version}");
    }
    untouched("no release");
}

#[test]
fn the_action_puts_the_program_on_the_path() {
    let release = Release::new();
    let (ran, path, output) = release.set_up("");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let folder = release.folder.path().join("tools/plimsoll").join(VERSION);
    assert_eq!(path, format!("{}\n", folder.display()));
    assert_eq!(output, format!("version={VERSION}\npath={}\n", folder.join("plimsoll").display()));
    // A second time nothing is fetched: the server has nothing any more.
    std::fs::remove_file(release.archive()).unwrap();
    let (ran, ..) = release.set_up(&format!("v{VERSION}"));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

#[test]
fn the_action_writes_paths_as_the_runner_of_windows_reads_them() {
    let release = Release::new();
    let variables = [("PATH", release.path_in_gits_bash()), ("RUNNER_OS", "Windows".into())];
    let (ran, path, output) = release.set_up_with("", &variables);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let folder = release.folder.path().join("tools/plimsoll").join(VERSION);
    let shown = format!("C:{}", folder.display()).replace('/', "\\");
    assert_eq!(path, format!("{shown}\n"));
    assert_eq!(output, format!("version={VERSION}\npath={shown}\\plimsoll.exe\n"));
    assert!(folder.join("plimsoll.exe").is_file());
}

#[test]
fn the_action_fails_with_one_error_on_the_step() {
    let release = Release::new();
    let (ran, path, _) = release.set_up("9.9.9");
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(!ran.status.success() && path.is_empty(), "{said}");
    assert!(said.starts_with("::error title=plimsoll::"), "{said}");
    assert!(said.contains("%0Ahint: is this a released version?") && said.lines().count() == 1, "{said}");
}
