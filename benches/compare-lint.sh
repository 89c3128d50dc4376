#!/usr/bin/env bash
# Compares how long linters take for the same files, and how much memory.
#
#   benches/compare-lint.sh [--runs N] [--plimsoll FILE] [--zizmor FILE] [--actionlint FILE] FOLDER
#
# FOLDER holds repositories, or is one: every workflow below a `.github/workflows`, and every
# `action.yml`, however deep. Each program lints all of them offline, with its own defaults and its
# output thrown away. The programs take turns, so that a busy machine is busy for all of them, and
# one round before the first is not counted: it brings the files into memory.
#
# Printed are the medians of the wall time, the processor time and the peak memory over the rounds,
# and each program's wall time divided by plimsoll's.
#
# It needs bash, GNU time (`/usr/bin/time`), GNU find and awk. Of the programs it takes those that
# are there: plimsoll from `target/release` unless it is given, zizmor and actionlint from PATH.
#
# What is not the same for all: zizmor refuses a whole run over a named file that is no workflow to
# it, so it gets the files that it reads, one by one before the first round, and actionlint gets the
# workflows only, without ShellCheck and pyflakes, since it knows actions through workflows alone.
# The count of files stands in the table.
set -euo pipefail

runs=9
plimsoll=target/release/plimsoll
zizmor=$(command -v zizmor || true)
actionlint=$(command -v actionlint || true)
folder=

usage() {
    sed -n '4s/^# *//p' "$0" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=${2:?} && shift 2 ;;
        --plimsoll) plimsoll=${2:?} && shift 2 ;;
        --zizmor) zizmor=${2:?} && shift 2 ;;
        --actionlint) actionlint=${2:?} && shift 2 ;;
        -*) usage ;;
        *) folder=$1 && shift ;;
    esac
done
[ -d "$folder" ] || usage
[ -x "$plimsoll" ] || { echo "no $plimsoll: build it with cargo build --release, or name it" >&2; exit 2; }
[ -x /usr/bin/time ] || { echo "no /usr/bin/time: install GNU time" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
plimsoll=$(realpath "$plimsoll")
[ -z "$zizmor" ] || zizmor=$(realpath -s "$zizmor")
[ -z "$actionlint" ] || actionlint=$(realpath -s "$actionlint")
cd "$folder"

workflow=(-path '*.github/workflows/*.yml' -o -path '*.github/workflows/*.yaml')
find . -type f \( "${workflow[@]}" \) -print0 | grep -zE '/?\.github/workflows/[^/]+$' | sort -z > "$work/workflows"
find . -type f \( -name action.yml -o -name action.yaml \) -print0 | sort -z > "$work/actions"
sort -zu "$work/workflows" "$work/actions" > "$work/all"

# Which files zizmor takes.
if [ -n "$zizmor" ]; then
    while IFS= read -r -d '' file; do
        code=0
        "$zizmor" --offline --no-config --quiet "$file" > /dev/null 2>&1 || code=$?
        # 1 is a refusal, 0 and 10 to 14 tell about findings.
        [ "$code" -eq 1 ] || [ "$code" -eq 3 ] || printf '%s\0' "$file"
    done < "$work/all" > "$work/zizmor"
fi

count() { tr -cd '\0' < "$1" | wc -c; }

# Runs a program once and adds a line "wall cpu kibibytes" to its figures. The exit code tells
# about findings, and is of no matter here.
measure() {
    local name=$1
    shift
    /usr/bin/time -q -o "$work/time" -f '%e %U %S %M' "$@" > /dev/null 2>&1 || true
    tail -n 1 "$work/time" | awk '{ print $1, $2 + $3, $4 }' >> "$work/figures.$name"
}

# GNU time counts in hundredths of a second; bash's clock counts finer.
clock() {
    local name=$1 start end
    shift
    start=$EPOCHREALTIME
    "$@" > /dev/null 2>&1 || true
    end=$EPOCHREALTIME
    awk -v a="$start" -v b="$end" 'BEGIN { printf "%.4f\n", b - a }' >> "$work/wall.$name"
}

both() {
    measure "$@"
    clock "$@"
}

round() {
    both plimsoll "$plimsoll" lint --no-config .
    [ -z "$zizmor" ] || both zizmor xargs -0 -n 100000 -a "$work/zizmor" "$zizmor" --offline --no-config
    [ -z "$actionlint" ] ||
        both actionlint xargs -0 -n 100000 -a "$work/workflows" "$actionlint" -shellcheck= -pyflakes=
}

median() { sort -n | awk '{ row[NR] = $1 } END { print (row[int((NR + 1) / 2)] + row[int(NR / 2) + 1]) / 2 }'; }

round
rm -f "$work"/figures.* "$work"/wall.*
for _ in $(seq "$runs"); do round; done

echo "median of $runs rounds, $(nproc) processors"
printf '%-11s %6s %9s %9s %12s %9s\n' program files 'wall s' 'cpu s' 'memory MiB' 'slower'
base=$(median < "$work/wall.plimsoll")
for name in plimsoll zizmor actionlint; do
    [ -f "$work/wall.$name" ] || continue
    case $name in
        plimsoll) files=$work/all ;;
        zizmor) files=$work/zizmor ;;
        actionlint) files=$work/workflows ;;
    esac
    wall=$(median < "$work/wall.$name")
    cpu=$(cut -d' ' -f2 "$work/figures.$name" | median)
    memory=$(cut -d' ' -f3 "$work/figures.$name" | median)
    awk -v name="$name" -v files="$(count "$files")" -v wall="$wall" -v cpu="$cpu" -v memory="$memory" -v base="$base" \
        'BEGIN { printf "%-11s %6d %9.3f %9.2f %12.1f %8.1fx\n", name, files, wall, cpu, memory / 1024, wall / base }'
done
