#!/usr/bin/env bash
# Puts the released program on the PATH of the job's later steps.
#
# VERSION and BASE_URL come from the action's inputs. In a released commit SHA256SUMS stands beside
# this file: who pins the action by its commit then pins the program with it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1)

main() {
  local version=${VERSION:-$own} arguments=()
  version=${version#v}
  local folder=${RUNNER_TOOL_CACHE:-${RUNNER_TEMP:?is set by the runner}}/plimsoll/$version
  arguments=(--version "$version" --to "$folder")
  if [ -n "${BASE_URL:-}" ]; then arguments+=(--base-url "$BASE_URL"); fi
  if [ "$version" = "$own" ] && [ -f "$here/SHA256SUMS" ]; then arguments+=(--sums "$here/SHA256SUMS"); fi
  if ! is_there "$folder" "$version"; then
    PATH=$folder:$PATH sh "$here/../../install.sh" "${arguments[@]}" 2>"${RUNNER_TEMP:-/tmp}/plimsoll-setup.log" || refuse
  fi
  echo "$folder" >>"$GITHUB_PATH"
  {
    echo "version=$version"
    echo "path=$folder/plimsoll"
  } >>"$GITHUB_OUTPUT"
}

# A runner of one's own keeps what an earlier job has installed.
is_there() {
  [ "$("$1/plimsoll" --version 2>/dev/null)" = "plimsoll $2" ]
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
