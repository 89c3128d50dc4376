#!/usr/bin/env python3
"""What a release needs and no other program does. Python 3.9 and nothing else.

  release.py check VERSION            fails unless Cargo.toml and CHANGELOG.md say this version
  release.py notes VERSION            prints the changelog's section of the version
  release.py moving VERSION           prints the tag that moves with it, such as v1
  release.py archive OS ARCH BINARY FOLDER   packs the program for a platform, the same bytes each time;
                                      where it does not run here, --speaker names the same one that does
  release.py sums FOLDER              writes SHA256SUMS for the archives of a folder
  release.py pin IMAGE                makes the actions use a pushed image, by its digest
  release.py bundle SUMS              makes actions/setup check what it downloads against these sums
  release.py formula VERSION SUMS     prints Homebrew's formula of the version

`check`, `notes`, `moving`, `archive`, `pin` and `bundle` work on the repository around this file,
or on the one that --root names.
"""
import argparse
import gzip
import hashlib
import io
import pathlib
import re
import subprocess
import sys
import tarfile
import zipfile

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")
IMAGE = re.compile(r"[a-z0-9.-]+(:\d+)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}")
SUM = re.compile(r"[0-9a-f]{64}  plimsoll-[0-9A-Za-z.-]+\.(tar\.gz|zip)")
PLATFORMS = ("linux-amd64", "linux-arm64", "macos-amd64", "macos-arm64", "windows-amd64")
ENDINGS = (".tar.gz", ".zip")
BESIDE = ("README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT")
SHELLS = ("bash", "zsh", "fish", "powershell", "elvish")


class Refused(Exception):
    """Why a release is not made."""


def version_of(root):
    """The version of the package."""
    found = re.search(r'^version = "(.+)"$', (root / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise Refused("Cargo.toml states no version")
    return found.group(1)


def section(root, version):
    """The changelog's section of a version, without its heading."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE)
    if not heading:
        raise Refused(f"CHANGELOG.md has no `## [{version}] - YYYY-MM-DD`")
    body = re.split(r"^## \[", text[heading.end():], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not body:
        raise Refused(f"the section of {version} in CHANGELOG.md is empty")
    return body


def check(root, version):
    """Refuses a version that the repository does not say it is."""
    if not VERSION.fullmatch(version):
        raise Refused(f"`{version}` is no version: three numbers, without `v`")
    stated = version_of(root)
    if stated != version:
        raise Refused(f"Cargo.toml says {stated}, not {version}")
    section(root, version)


def moving(version):
    """The tag that users follow; a pre-release moves nothing."""
    found = VERSION.fullmatch(version)
    if not found:
        raise Refused(f"`{version}` is no version")
    return "" if found.group(4) else f"v{found.group(1)}"


def run(binary, *arguments):
    """What the program itself prints."""
    return subprocess.run([str(binary), *arguments], check=True, stdout=subprocess.PIPE).stdout


def contents(root, name, binary, speaker):
    """The files of an archive by name: the program, and what it says of itself."""
    files = {name: binary.read_bytes()}
    files.update({beside: (root / beside).read_bytes() for beside in BESIDE})
    for shell in SHELLS:
        files[f"completions/plimsoll.{shell}"] = run(speaker, "completions", shell)
    files["man/plimsoll.1"] = run(speaker, "man")
    return files


def tar(files, folder):
    """A compressed tar without times, owners and chance."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size = len(content)
            entry.mode = 0o755 if name == "plimsoll" else 0o644
            archive.addfile(entry, io.BytesIO(content))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as stream:
        stream.write(plain.getvalue())
    return packed.getvalue()


def zipped(files, folder):
    """The same as a zip, which is what Windows opens by itself."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}")
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def pack(root, platform, binary, speaker, folder):
    """Writes the archive of a platform and returns its path."""
    if platform not in PLATFORMS:
        raise Refused(f"{platform} is no platform: {', '.join(PLATFORMS)}")
    version = version_of(root)
    said = run(speaker, "--version").decode().strip()
    if said != f"plimsoll {version}":
        raise Refused(f"the program says `{said}`, not version {version}")
    name = f"plimsoll-{version}-{platform}"
    folder.mkdir(parents=True, exist_ok=True)
    if platform.startswith("windows-"):
        path = folder / f"{name}.zip"
        path.write_bytes(zipped(contents(root, "plimsoll.exe", binary, speaker), name))
    else:
        path = folder / f"{name}.tar.gz"
        path.write_bytes(tar(contents(root, "plimsoll", binary, speaker), name))
    return path


def sums(folder):
    """Writes what `sha256sum -c` reads."""
    archives = sorted(path for path in folder.iterdir() if path.name.endswith(ENDINGS))
    if not archives:
        raise Refused(f"there is no archive in {folder}")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in archives]
    (folder / "SHA256SUMS").write_bytes("".join(lines).encode())


def pin(root, image):
    """Makes every container action use an image instead of building one."""
    if not IMAGE.fullmatch(image):
        raise Refused(f"`{image}` is not host/name@sha256:digest")
    files = [root / "action.yml", *sorted((root / "actions").glob("*/action.yml"))]
    changed = []
    for path in files:
        text = path.read_text(encoding="utf-8")
        if not re.search(r"^  using: docker$", text, re.MULTILINE):
            continue
        pinned, count = re.subn(r"^  image: (\.\./\.\./)?Dockerfile$", f"  image: docker://{image}", text, flags=re.MULTILINE)
        if count != 1:
            raise Refused(f"{path} has no `image: Dockerfile` below `runs:`")
        changed.append((path, pinned))
    # Nothing is written unless all can be.
    for path, text in changed:
        path.write_bytes(text.encode())
    return [str(path.relative_to(root)) for path, _ in changed]


def bundle(root, path):
    """Puts the sums beside the action that checks them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not all(SUM.fullmatch(line) for line in lines):
        raise Refused(f"{path} holds other things than sums of archives")
    (root / "actions/setup/SHA256SUMS").write_bytes(("\n".join(lines) + "\n").encode())


def formula(root, version, path):
    """Homebrew's formula, from the template beside this file and the sums of the archives."""
    text = pathlib.Path(__file__).with_name("plimsoll.rb.in").read_text(encoding="utf-8").replace("{version}", version)
    known = dict(reversed(line.split()) for line in path.read_text(encoding="utf-8").splitlines())
    for platform in PLATFORMS:
        archive = f"plimsoll-{version}-{platform}.tar.gz"
        if f"{{{platform}}}" not in text:
            continue
        if archive not in known:
            raise Refused(f"{path} has no sum for {archive}")
        text = text.replace(f"{{{platform}}}", known[archive])
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("check", "notes", "moving"):
        verbs.add_parser(verb).add_argument("version")
    archive = verbs.add_parser("archive")
    archive.add_argument("system")
    archive.add_argument("architecture")
    archive.add_argument("binary", type=pathlib.Path)
    archive.add_argument("folder", type=pathlib.Path)
    archive.add_argument("--speaker", type=pathlib.Path)
    verbs.add_parser("sums").add_argument("folder", type=pathlib.Path)
    verbs.add_parser("pin").add_argument("image")
    verbs.add_parser("bundle").add_argument("sums", type=pathlib.Path)
    brew = verbs.add_parser("formula")
    brew.add_argument("version")
    brew.add_argument("sums", type=pathlib.Path)
    given = parser.parse_args()
    if given.verb == "check":
        check(given.root, given.version)
    elif given.verb == "notes":
        print(section(given.root, given.version))
    elif given.verb == "moving":
        print(moving(given.version))
    elif given.verb == "archive":
        speaker = (given.speaker or given.binary).resolve()
        print(pack(given.root, f"{given.system}-{given.architecture}", given.binary, speaker, given.folder))
    elif given.verb == "sums":
        sums(given.folder)
    elif given.verb == "pin":
        print("\n".join(pin(given.root, given.image)))
    elif given.verb == "bundle":
        bundle(given.root, given.sums)
    else:
        print(formula(given.root, given.version, given.sums), end="")


if __name__ == "__main__":
    try:
        main()
    except (Refused, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"error: {error}")
