#!/usr/bin/env python3
"""Write which repositories of actions and hooks are archived, and what to use instead.

usage: archived.py DATA LIST...

A LIST holds names, `owner/repository` one a line; what stands behind `#` is a comment. Our own notes,
`archived_notes.tsv`, hold what to use instead; what they name counts as archived as well. DATA is the
program's `src/knowledge/data`, where `archived.tsv` is written.
"""
import datetime
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
NAME = re.compile(r"[a-z0-9][a-z0-9-]*/[a-z0-9._-]+$")

HEADER = """\
# Repositories of actions and of hooks that are archived, in lower case, and what to use instead as far as
# there is something.
#
# source: GitHub says so of each; the names from tools/knowledge/archived_notes.tsv and from lists of other
#   linters, as tools/knowledge/README.md says
# date: {date}
#
# Written by tools/knowledge/archived.py.
"""


def lines(path):
    for line in path.read_text().splitlines():
        text = line.split("#")[0].rstrip()
        if text:
            yield text


def main():
    data, *lists = map(pathlib.Path, sys.argv[1:])
    instead = {}
    for name in (line.strip().lower() for path in lists for line in lines(path)):
        instead.setdefault(name, "")
    for line in lines(HERE / "archived_notes.tsv"):
        name, _, note = line.partition("\t")
        instead[name.lower()] = note
    wrong = [name for name in instead if not NAME.match(name)]
    if wrong:
        sys.exit(f"no names of repositories: {wrong}")
    body = "".join(f"{name}\t{note}\n" for name, note in sorted(instead.items()))
    (data / "archived.tsv").write_text(HEADER.format(date=datetime.date.today()) + body)


main()
