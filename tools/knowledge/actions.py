#!/usr/bin/env python3
"""Write what actions take and give, and which commits their releases are, from a folder of manifests.

usage: actions.py MANIFESTS DATA

MANIFESTS is what manifests.py has gathered; DATA is the program's `src/knowledge/data`, where
`actions.tsv` and `action_commits.tsv` are written, whose headers explain them. An action's versions
stand in order, each with what it changes against the line before, so that every release costs no
more than what is new in it.
"""
import collections
import datetime
import pathlib
import re
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
VERSION = re.compile(r"v?(\d+(?:\.\d+){0,3})$", re.IGNORECASE)
LINE = re.compile(r"releases?/v?\d+(\.\d+)?$", re.IGNORECASE)
DEFAULT_BRANCHES = ("main", "master")
NOT_OFFERED = re.compile(
    r"(^|/)(\.github|node_modules|dist|src|internal|misc|examples?|tests?|testdata|__tests__|self-test|local-.*)(/|$)"
)
NAME = re.compile(r"[A-Za-z_][\w. -]*$", re.ASCII)
FUTILE = re.compile(
    r"no longer (required|used|needed|has any effect)|not (used|needed)|no effect|does nothing|not do anything"
    r"|not needed|redundant|obsolete|no operation",
    re.IGNORECASE,
)

HEADER = """\
# What widely used actions take and give at each of their releases.
# source: the manifests (action.yml) in the actions' public repositories, gathered by tools/knowledge/manifests.py
# date: {date}
#
# Written by tools/knowledge/actions.py. Blocks are separated by an empty line and stand in the order of
# their names. A block's lines, told apart by their first letter, the rest split by tabs:
#   the action's name in lower case, the title of its newest manifest
#   *  a note, the reason: inputs or outputs that are not declared work too; `moving` where branches and
#      moving tags may have changed since
#   @  a release: what follows changes what stood before
#   =  a branch or a moving tag that is no release, likewise
#   :  on what the action runs, as in `runs.using`
#   +  an input, `!` behind it where it must be given; takes the place of one with the same name
#   ~  an input that is deprecated, what to use instead (`-`: nothing, it is not needed any more)
#   -  an input that is gone
#   >  an output
#   <  an output that is gone
#   %  there is no manifest that could be read, up to the next release or branch
"""

COMMITS_HEADER = """\
# The commits of the releases of widely used actions, of the last {years} years.
# source: the tags of the actions' public repositories, gathered by tools/knowledge/manifests.py
# date: {date}
#
# Written by tools/knowledge/actions.py. Blocks are separated by an empty line and stand in the order of
# their names: the repository's name in lower case, and a line for each release: its numbers, the
# first {digits} digits of its commit, and a `-` where its tag has no `v` before the numbers.
"""
COMMIT_YEARS = 4
COMMIT_DIGITS = 7

Interface = collections.namedtuple("Interface", "title using inputs outputs")
Input = collections.namedtuple("Input", "name needed deprecated")


def read(text):
    """Returns a manifest's interface, or None where GitHub could not use it either."""
    try:
        manifest = yaml.load(text, yaml.CBaseLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("runs"), dict):
        return None
    runs = manifest["runs"]
    # The first runners had some actions built in, and called them plugins.
    using = "plugin" if "plugin" in runs else runs.get("using")
    inputs, outputs = (manifest.get(key) or {} for key in ("inputs", "outputs"))
    if not isinstance(using, str) or not isinstance(inputs, dict) or not isinstance(outputs, dict):
        return None
    title = manifest.get("name")
    title = " ".join(title.split()) if isinstance(title, str) else ""
    known = {
        name.lower(): Input(name, *declaration(name, details, inputs))
        for name, details in inputs.items()
        if NAME.match(name)
    }
    given = {name.lower(): name for name in outputs if NAME.match(name)}
    return Interface(title, using.strip().lower(), known, given)


def declaration(name, details, inputs):
    if not isinstance(details, dict):
        return False, None
    needed = str(details.get("required", "")).lower() == "true" and "default" not in details
    message = details.get("deprecationMessage")
    return needed, instead(name, message, inputs) if isinstance(message, str) else None


def instead(name, message, inputs):
    """Returns the inputs that a message names as successors, or a word for none."""
    current = (other for other, details in inputs.items() if "deprecationMessage" not in (details or ()))
    others = [other for other in current if other.lower() != name.lower()]
    for sentence in re.split(r"(?<=[.!])\s", message):
        places = sorted((place, other) for other in others if (place := mention(other, sentence)) is not None)
        if places:
            return " ".join(other for _, other in places[:2])
    return "-" if FUTILE.search(message) else ""


def mention(name, sentence):
    """Returns where a sentence names an input: a plain word may only be a word, so it must be quoted or be
    what to use."""
    word = r"(?<![\w-])" + re.escape(name) + r"(?![\w-])"
    if name.isalpha():
        word = rf"(?:(?:use|using|specify|in)\s+{word}|[`'\"]{word}[`'\"])"
    found = re.search(word, sentence, re.IGNORECASE)
    return found.start() if found else None


def version(name):
    """Returns the numbers of a release's tag."""
    found = VERSION.match(name)
    return tuple(map(int, found[1].split("."))) if found else None


def padded(numbers):
    return numbers + (0,) * (4 - len(numbers))


def releases(references):
    """Splits references into releases by their numbers, and into what moves. A tag is a moving one when
    others spell its numbers out."""
    numbered = {name: version(name) for name in references if version(name)}
    spelled = {numbers[:length] for numbers in numbered.values() for length in range(1, len(numbers))}
    fixed, moving = {}, {}
    for name in sorted(references, key=lambda name: (not name.lower().startswith("v"), name)):
        numbers = numbered.get(name)
        if numbers and numbers not in spelled:
            fixed.setdefault(padded(numbers), (numbers, references[name]))
        else:
            moving[name] = references[name]
    return fixed, moving


def resolved(name, fixed):
    """Returns the release that a moving reference should stand for."""
    numbers = version(name.rpartition("/")[2])
    line = [key for key in fixed if numbers and key[: len(numbers)] == numbers]
    return max(line, default=None)


def states(references, complete):
    """Yields the lines of an action: (mark and name, interface). `complete` has all references of the
    repository: where this action is missing there, it did not exist."""
    fixed, moving = releases(complete)
    interfaces = {key: references.get(name) for key, (_, name) in fixed.items()}
    first = min((key for key, interface in interfaces.items() if interface), default=None)
    before, previous = None, None
    order = sorted(key for key in fixed if first and key >= first)
    for at, key in enumerate(order):
        ends = at + 1 == len(order) or order[at + 1][0] != key[0]
        starts = before is None or before[0] != key[0]
        if ends or starts or interfaces[key] != previous:
            yield "@" + ".".join(map(str, fixed[key][0])), interfaces[key]
        before, previous = key, interfaces[key]
    for name in sorted(moving):
        interface = references.get(moving[name])
        release = resolved(name, fixed)
        if interface and (release is None or interfaces[release] != interface):
            yield "=" + name, interface


def block(name, references, complete, notes):
    lines, last = [], Interface("", "", {}, {})
    title = ""
    for head, interface in states(references, complete):
        lines.append(head)
        if interface is None:
            lines.append("%")
            continue
        title = interface.title or title
        lines.extend(changes(last, interface))
        last = interface
    if not any(line[0] in "@=" for line in lines):
        return None
    return "\n".join([f"{name}\t{title}", *(f"*{note}\t{why}" for note, why in notes), *lines])


def changes(old, new):
    if new.using != old.using:
        yield ":" + new.using
    for key in sorted(old.inputs.keys() - new.inputs.keys()):
        yield "-" + old.inputs[key].name
    for key in sorted(new.inputs):
        was, now = old.inputs.get(key), new.inputs[key]
        if now != was:
            if was is None or was[:2] != now[:2] or now.deprecated is None:
                yield f"+{now.name}{'!' * now.needed}"
            if now.deprecated is not None:
                yield f"~{now.name}\t{now.deprecated}"
    for key in sorted(old.outputs.keys() - new.outputs.keys()):
        yield "<" + old.outputs[key]
    for key in sorted(new.outputs):
        if old.outputs.get(key) != new.outputs[key]:
            yield ">" + new.outputs[key]


def repository(folder, notes, dates):
    """Yields the blocks of a repository's actions."""
    owner_and_name = f"{folder.parent.name}/{folder.name}"
    texts, paths, complete, newest = {}, collections.defaultdict(dict), {}, ""
    for row in (folder / "refs.tsv").read_text().splitlines():
        reference, _, date, path, blob = row.split("\t")
        action = path.rpartition("/")[0]
        complete[reference] = reference
        newest = max(newest, date)
        if NOT_OFFERED.search(action):
            continue
        if blob not in texts:
            texts[blob] = read((folder / f"{blob}.yml").read_text("utf-8", "replace"))
        if texts[blob]:
            paths[action][reference] = texts[blob]
    aged = list(age(dates[folder], newest, max(dates.values())))
    for path, references in paths.items():
        full = f"{owner_and_name}/{path}".rstrip("/").lower()
        noted = dict(notes.get(f"{owner_and_name.lower()}/*", []) + notes.get(full, []))
        kept = [] if noted.pop("final", None) else aged
        optional = {note.partition(" ")[2].lower() for note in noted if note.startswith("optional ")}
        shown = sorted(pair for pair in noted.items() if not pair[0].startswith("optional "))
        relaxed = {reference: without(interface, optional) for reference, interface in references.items()}
        written = block(full, relaxed, complete, [*shown, *kept])
        if written:
            yield full, written


def without(interface, optional):
    """Returns an interface in which some inputs need not be given."""
    inputs = {key: of._replace(needed=of.needed and key not in optional) for key, of in interface.inputs.items()}
    return interface._replace(inputs=inputs)


def age(date, newest, now):
    """Yields a note where a repository may have changed since it was cloned: the clone is a year older than
    the newest one, and the repository had not been still for two years before."""
    days = [datetime.date.fromisoformat(day).toordinal() for day in (newest, date, now)]
    if days[2] - days[1] > 365 and days[1] - days[0] < 730:
        yield "moving", f"seen {date}"


def read_notes():
    notes = collections.defaultdict(list)
    for row in (HERE / "action_notes.tsv").read_text().splitlines():
        if not row.startswith("#"):
            action, note, reason = row.split("\t")
            notes[action.lower()].append((note, reason))
    return notes


def commits(folder, since):
    """Returns the block of a repository's releases and their commits. Of several tags of a commit, the one
    that says most counts."""
    numbers, tags = {}, set()
    for row in (folder / "refs.tsv").read_text().splitlines():
        reference, commit, date, _, _ = row.split("\t")
        tags.add(reference.lower())
        found = version(reference)
        if found and date >= since:
            numbers[commit] = max(numbers.get(commit, ()), found, key=lambda numbers: (len(numbers), numbers))
    if not numbers:
        return None
    lines = sorted((padded(found), found, commit) for commit, found in numbers.items())
    names = ((".".join(map(str, found)), commit[:COMMIT_DIGITS]) for _, found, commit in lines)
    shown = (f"{name} {commit}" if f"v{name}" in tags else f"{name} {commit} -" for name, commit in names)
    return "\n".join([f"{folder.parent.name}/{folder.name}".lower(), *shown])


def write(table, header, blocks):
    table.write_text(header + "\n" + "\n\n".join(blocks[name] for name in sorted(blocks)) + "\n")
    print(f"{table.name}: {len(blocks)} blocks, {table.stat().st_size} bytes")


def main():
    manifests, data = map(pathlib.Path, sys.argv[1:])
    notes, blocks = read_notes(), {}
    folders = sorted(path.parent for path in manifests.glob("*/*/refs.tsv"))
    dates = {folder: (folder / "date").read_text().strip() for folder in folders}
    newest = max(dates.values())
    for folder in folders:
        blocks.update(repository(folder, notes, dates))
    names = [name.removesuffix("*").rstrip("/") for name in notes]
    unknown = [name for name in names if not any(f"{block}/".startswith(f"{name}/") for block in blocks)]
    if unknown:
        sys.exit(f"action_notes.tsv names what is not there: {', '.join(unknown)}")
    data.mkdir(parents=True, exist_ok=True)
    write(data / "actions.tsv", HEADER.format(date=newest), blocks)
    since = f"{int(newest[:4]) - COMMIT_YEARS}{newest[4:]}"
    released = {f"{folder.parent.name}/{folder.name}".lower(): commits(folder, since) for folder in folders}
    header = COMMITS_HEADER.format(date=newest, years=COMMIT_YEARS, digits=COMMIT_DIGITS)
    write(data / "action_commits.tsv", header, {name: block for name, block in released.items() if block})


if __name__ == "__main__":
    main()
