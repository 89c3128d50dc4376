#!/usr/bin/env bash
# Tries a program on the system that it was built for: every verb that needs no network, on a repository with the
# line ends and, on Windows, the paths of Windows. Runs in any bash, Git's on Windows included.
#
#   bash tests/systems/try.sh target/debug/plimsoll
set -euo pipefail

# Git's bash would take arguments with slashes for paths of its own.
export MSYS_NO_PATHCONV=1
export NO_COLOR=1
unset GITHUB_ACTIONS GITHUB_REPOSITORY GITHUB_TOKEN GH_TOKEN PLIMSOLL_RESOURCE_LOG

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
case ${OSTYPE:-}${TRY_AS_WINDOWS:-} in
  msys* | cygwin* | *yes) windows=yes ;;
  *) windows= ;;
esac
if [ -n "$windows" ]; then shell=(cmd /c); else shell=(sh -c); fi

# usage: ends CODE ARGUMENT… — what it says is kept in $said.
ends() {
  local wanted=$1 code=0
  shift
  said=$("$program" "$@" 2>&1) || code=$?
  [ "$code" = "$wanted" ] || fail "plimsoll $* ended with $code, not $wanted"
}

# usage: says TEXT — in the last output.
says() {
  case $said in
    *"$1"*) ;;
    *) fail "this does not say \`$1\`" ;;
  esac
}

fail() {
  printf '%s\nerror: %s\n' "$said" "$1" >&2
  exit 1
}

# usage: count CHARACTER FILE…
count() {
  local character=$1
  shift
  cat "$@" | tr -cd "$character" | wc -c | tr -d ' '
}

repository() {
  mkdir -p "$scratch/repository/.github/workflows" "$scratch/repository/reports/deep"
  cd "$scratch/repository"
  git init --quiet .
  printf '%s\r\n' 'name: CI' 'on: push' 'jobs:' '  build:' '    runs-on: windows-2025' '    steps:' \
    '      - uses: actions/checkout@v4' '      - run: echo hello' >.github/workflows/ci.yml
  printf '%s\n' '<testsuite name="hull" tests="2" failures="1"><testcase name="floats" time="0.5"/>' \
    '<testcase name="sinks" time="1"><failure message="leak"/></testcase></testsuite>' >reports/deep/junit.xml
  printf '%s\n' 'gates:' '  - metric: test.failed' '    fail: "> 0"' >plimsoll.yml
}

try_lint() {
  ends 1 lint --offline --fail-on warning --format github '.github/workflows/*.yml'
  says '::warning file=.github/workflows/ci.yml,line=4,'
  ends 0 lint --offline --format sarif .github/workflows/ci.yml
  says '"uri": ".github/workflows/ci.yml"'
  if [ -n "$windows" ]; then
    ends 0 lint --offline '.github\workflows\*.yml' --format github
    says 'file=.github/workflows/ci.yml,line=4,'
  fi
  ends 0 lint --offline --fix=all
  says 'mended'
  [ "$(count '\r' .github/workflows/ci.yml)" = "$(count '\n' .github/workflows/ci.yml)" ] ||
    fail 'the mended file has other line ends than before'
}

try_tables() {
  ends 0 collect --input 'junit:reports/**/*.xml'
  says '3 new rows'
  if [ -n "$windows" ]; then ends 0 collect --input 'junit:reports\**\*.xml'; else ends 0 collect --input 'reports/deep/*.xml'; fi
  says '0 new rows'
  grep -q ',reports/deep/junit.xml,' metrics/test_metrics.csv || fail 'the table names no path with slashes'
  [ "$(count '\r' metrics/*.csv)" = 0 ] || fail 'the tables have line ends of Windows'
  ends 1 gate --preset none
  says 'test.failed'
  ends 0 report --format markdown
  says 'sinks'
  ends 0 report --format markdown --html out/report.html
  grep -q '<html' out/report.html || fail 'there is no report'
  ends 0 baseline save spring
  ends 0 export parquet --output out/tables
}

try_commands() {
  local runs=() at
  ends 3 time build -- "${shell[@]}" 'exit 3'
  ends 127 time missing -- no-such-program-anywhere
  # Whoever comes at the same time waits for the others.
  for at in 1 2 3 4; do
    "$program" time "run-$at" -- "${shell[@]}" 'exit 0' &
    runs+=($!)
  done
  for at in "${runs[@]}"; do wait "$at"; done
  said=$(cat metrics/measurements.csv)
  for at in 1 2 3 4; do says "command.wall_s,name=run-$at,"; done
  says 'command.exit_code,name=build,3,'
  ends 0 monitor resources -- "${shell[@]}" 'exit 0'
  [ -s metrics/resource_usage.csv ] || fail 'what a command used is not recorded'
  if [ -n "$windows" ]; then
    printf '@exit /b 7\r\n' >tool.cmd
    ends 7 time batch -- ./tool
    ends 2 deploy run --env staging -- cmd /c exit 0
    says 'there is no /bin/sh here'
  else
    ends 0 deploy run --env staging --force drill -- true
  fi
  ends 0 deploy start --env review --force drill
  ends 0 deploy finish --env review
}

try_the_rest() {
  ends 0 --version
  ends 0 score --offline
  says 'Production readiness'
  ends 0 doctor --offline
  ends 0 completions powershell
  ends 0 man
  mkdir "$scratch/new"
  cd "$scratch/new"
  git init --quiet .
  ends 0 init
  [ "$(count '\r' plimsoll.yml .github/workflows/*.yml)" = 0 ] || fail 'what init writes has line ends of Windows'
  ends 0 lint --offline --fail-on warning
}

repository
try_lint
try_tables
try_commands
try_the_rest
printf '%s: all is well\n' "$("$program" --version)"
