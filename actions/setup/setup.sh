#!/usr/bin/env bash
# Puts the released program on the PATH of the job's later steps.
#
# VERSION and BASE_URL come from the action's inputs. In a released commit SHA256SUMS stands beside
# this file: who pins the action by its commit then pins the program with it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1)

main() {
  local version=${VERSION:-$own} arguments=() program=plimsoll place folder
  version=${version#v}
  place=${RUNNER_TOOL_CACHE:-${RUNNER_TEMP:?is set by the runner}}/plimsoll/$version
  folder=$place
  # The runner of Windows writes paths as Windows does, and reads them so, and its bash does neither.
  if [ "${RUNNER_OS:-}" = Windows ]; then
    program=plimsoll.exe
    place=$(cygpath --windows "$place")
    folder=$(cygpath --unix "$place")
  fi
  arguments=(--version "$version" --to "$folder")
  if [ -n "${BASE_URL:-}" ]; then arguments+=(--base-url "$BASE_URL"); fi
  if [ "$version" = "$own" ] && [ -f "$here/SHA256SUMS" ]; then arguments+=(--sums "$here/SHA256SUMS"); fi
  if ! is_there "$folder/$program" "$version"; then
    PATH=$folder:$PATH sh "$here/../../install.sh" "${arguments[@]}" 2>"${RUNNER_TEMP:-/tmp}/plimsoll-setup.log" || refuse
  fi
  echo "$place" >>"$GITHUB_PATH"
  {
    echo "version=$version"
    if [ "$place" = "$folder" ]; then echo "path=$place/$program"; else echo "path=$place\\$program"; fi
  } >>"$GITHUB_OUTPUT"
}

# A runner of one's own keeps what an earlier job has installed.
is_there() {
  [ "$("$1" --version 2>/dev/null)" = "plimsoll $2" ]
}

# One error on the step, on one line as the runner wants it.
refuse() {
  local text
  text=$(cat "${RUNNER_TEMP:-/tmp}/plimsoll-setup.log")
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  echo "::error title=plimsoll::$text"
  exit 1
}

main
