#!/usr/bin/env python3
"""Measure what the rules about security cost, beside reading files and the rules about correctness.

usage: security.py PLIMSOLL FOLDER [RUNS]

FOLDER holds workflows at any depth. The two selections take turns, for an auditor, offline and without ShellCheck and
Pyflakes; the first turn only warms up. The last line is the CPU time with security for one without.
"""
import os
import statistics
import subprocess
import sys

CORRECTNESS = "syntax,schema,expressions,events,jobs,actions,shell"
SELECTIONS = {"correctness": CORRECTNESS, "and security": f"{CORRECTNESS},security"}


def cpu_seconds(plimsoll, folder, groups):
    """Returns the CPU time of one run, user and system."""
    before = os.times()
    subprocess.run(
        [plimsoll, "lint", "--no-config", "--offline", "--persona", "auditor", "--shellcheck", "off", "--pyflakes", "off",
         "--format", "json", "--exit-zero", "--select", groups, "."],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main():
    plimsoll, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    turns = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    seconds = {name: [] for name in SELECTIONS}
    for turn in range(turns + 1):
        for name, groups in SELECTIONS.items():
            taken = cpu_seconds(plimsoll, folder, groups)
            if turn > 0:
                seconds[name].append(taken)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name, values in seconds.items():
        print(f"{name}: median {medians[name]:.3f} s, least {min(values):.3f} s")
    print(f"ratio: {medians['and security'] / medians['correctness']:.2f}")


main()
