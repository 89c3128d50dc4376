#!/usr/bin/env python3
"""Gather the manifests of actions from clones of their repositories.

usage: manifests.py CLONES MANIFESTS

CLONES holds git repositories, bare or not, as CLONES/owner/repository, with their tags. For each of
them MANIFESTS/owner/repository gets
  date         the day on which the clone was brought up to date
  refs.tsv     a line per reference and manifest: reference, commit, date, path, name of the text
  <blob>.yml   the texts, each once, named for their git blob
References are the tags and branches that people put behind `@`: releases, moving majors, channels,
and the default branch.
"""
import concurrent.futures
import datetime
import pathlib
import re
import subprocess
import sys

RELEASE = re.compile(r"v?\d+(\.\d+){0,3}$", re.IGNORECASE)
LINE = re.compile(r"releases?/v?\d+(\.\d+)?$", re.IGNORECASE)
CHANNELS = {"stable", "beta", "nightly", "latest", "main", "master"}
MANIFEST = re.compile(r"(^|.*/)action\.ya?ml$")


def git(repository, *arguments, text=True):
    done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace") if text else done.stdout


def references(repository):
    """Yields (name, commit, date) of tags, then of branches that no tag hides."""
    fields = "%(refname)%09%(objectname)%09%(*objectname)%09%(committerdate:short)%(*committerdate:short)"
    seen = set()
    for kind in ("tags", "heads"):
        for line in git(repository, "for-each-ref", f"--format={fields}", f"refs/{kind}").splitlines():
            full, commit, peeled, date = line.split("\t")
            name = full.removeprefix(f"refs/{kind}/")
            if name not in seen and (RELEASE.match(name) or LINE.match(name) or name in CHANNELS):
                seen.add(name)
                yield name, peeled or commit, date
    head = git(repository, "symbolic-ref", "HEAD").strip().removeprefix("refs/heads/")
    if head not in seen:
        date = git(repository, "log", "-1", "--format=%cs", "HEAD").strip()
        yield head, git(repository, "rev-parse", "HEAD").strip(), date


def manifests(repository, commit):
    """Yields (path, blob) of a commit's manifests; `.yml` goes before `.yaml`, as on GitHub."""
    found = {}
    for line in git(repository, "ls-tree", "-r", "-z", commit).split("\0"):
        details, _, path = line.partition("\t")
        if MANIFEST.match(path) and details.split()[1] == "blob" and not details.startswith("120000"):
            folder = path.rpartition("/")[0]
            if path.endswith(".yml") or folder not in found:
                found[folder] = (path, details.split()[2])
    yield from found.values()


def brought_up_to_date(repository):
    folder = pathlib.Path(repository, git(repository, "rev-parse", "--git-dir").strip())
    files = [folder / name for name in ("FETCH_HEAD", "HEAD", "packed-refs")]
    newest = max(file.stat().st_mtime for file in files if file.exists())
    return datetime.date.fromtimestamp(newest).isoformat()


def gather(repository, target):
    rows, blobs, trees = [], {}, {}
    for name, commit, date in references(repository):
        try:
            if commit not in trees:
                trees[commit] = list(manifests(repository, commit))
        except subprocess.CalledProcessError:
            continue
        for path, blob in trees[commit]:
            rows.append((name, commit, date, path, blob))
            blobs[blob] = None
    target.mkdir(parents=True, exist_ok=True)
    for blob in blobs:
        file = target / f"{blob}.yml"
        if not file.exists():
            file.write_bytes(git(repository, "cat-file", "blob", blob, text=False))
    (target / "date").write_text(brought_up_to_date(repository) + "\n")
    (target / "refs.tsv").write_text("".join("\t".join(row) + "\n" for row in sorted(rows)))
    return len(rows), len(blobs)


def main():
    clones, target = map(pathlib.Path, sys.argv[1:])
    repositories = sorted(path for path in clones.glob("*/*") if path.is_dir())
    with concurrent.futures.ThreadPoolExecutor() as pool:
        jobs = {pool.submit(gather, path, target / path.parent.name / path.name): path for path in repositories}
        for job in concurrent.futures.as_completed(jobs):
            path = jobs[job]
            rows, texts = job.result()
            print(f"{path.parent.name}/{path.name}: {rows} references, {texts} texts", flush=True)


if __name__ == "__main__":
    main()
