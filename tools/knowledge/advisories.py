#!/usr/bin/env python3
"""Write which releases of actions have an advisory, from a folder of OSV records.

usage: advisories.py RECORDS DATA

RECORDS is a folder, searched at any depth, of JSON records in the OSV format
(https://ossf.github.io/osv-schema/), such as GitHub's advisory database or osv.dev's export of the
ecosystem "GitHub Actions"; those of other ecosystems are passed over. DATA is the program's
`src/knowledge/data`, where `advisories.tsv` is written, whose header explains it.

What a release does is said in words of our own: those of `advisory_notes.tsv` by id, else words for the
kind of weakness. The records' own sentences are their authors'.
"""
import datetime
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ECOSYSTEM = "GitHub Actions"
VERSION = re.compile(r"v?\d+(\.\d+){0,3}$", re.IGNORECASE)
KNOWN_RANGE = re.compile(r"(<=?)\s*(\S+)$")

HEADER = """\
# Releases of actions and workflows that have an advisory: its id, what it is about, the first release
# that is affected, those up to which, and what they do, in words of our own.
#
# source: GitHub's advisory database (ecosystem "GitHub Actions"), as far as its entries name releases
# date: {date}
#
# Written by tools/knowledge/advisories.py.
"""

# What a weakness comes to, by its number in the Common Weakness Enumeration (https://cwe.mitre.org);
# the first that a record has counts.
WORDS = [
    ({"506", "912"}, "held code that attacks those who use it"),
    ({"74", "77", "78", "88", "94", "95", "96", "116", "140", "20"}, "runs code that its input holds"),
    ({"22", "23", "59"}, "writes files outside of its folder"),
    ({"200", "212", "215", "312", "522", "527", "532"}, "shows secrets to those who should not have them"),
    ({"345", "347", "349", "353", "494", "829"}, "trusts what it does not check"),
    ({"276", "284", "285", "732", "778", "862", "863"}, "lets others do what they should not"),
]
OTHERWISE = "has a known weakness"


def notes():
    """Returns the words of our own by id."""
    lines = (HERE / "advisory_notes.tsv").read_text().splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {number: words for number, words in pairs}


def words(record, own):
    if record["id"] in own:
        return own[record["id"]]
    numbers = {name.removeprefix("CWE-") for name in record.get("database_specific", {}).get("cwe_ids", [])}
    return next((text for kinds, text in WORDS if kinds & numbers), OTHERWISE)


def spans(affected):
    """Returns the affected releases: from which on, and up to which; None where the record does not say."""
    last_known = KNOWN_RANGE.search(affected.get("database_specific", {}).get("last_known_affected_version_range", ""))
    for found in affected.get("ranges", []):
        if found.get("type") not in ("ECOSYSTEM", "SEMVER"):
            continue
        first = None
        for event in found.get("events", []):
            if "introduced" in event:
                first = event["introduced"]
            elif "fixed" in event and first is not None:
                yield first, f"<{event['fixed']}"
                first = None
            elif "last_affected" in event and first is not None:
                yield first, f"<={event['last_affected']}"
                first = None
        if first is not None:
            yield first, "".join(last_known.groups()) if last_known else None


def rows(record, own):
    for affected in record.get("affected", []):
        package = affected.get("package", {})
        if package.get("ecosystem") != ECOSYSTEM:
            continue
        for first, limit in spans(affected):
            if limit is None or not all(VERSION.match(text.lstrip("<=")) for text in (first, limit)):
                print(f"left out: {record['id']} {package['name']} {first} {limit}", file=sys.stderr)
                continue
            yield record["id"], package["name"].lower(), first, limit, words(record, own)


def main():
    records, data = map(pathlib.Path, sys.argv[1:])
    own, found, names = notes(), set(), set()
    for path in sorted(records.rglob("*.json")):
        record = json.loads(path.read_text())
        if isinstance(record, dict) and "id" in record and not record.get("withdrawn"):
            found.update(rows(record, own))
    names.update(row[0] for row in found)
    for missing in sorted(set(own) - names):
        print(f"no record for the note of {missing}", file=sys.stderr)
    header = HEADER.format(date=datetime.date.today())
    (data / "advisories.tsv").write_text(header + "".join("\t".join(row) + "\n" for row in sorted(found)))


main()
