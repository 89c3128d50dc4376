#!/usr/bin/env bash
# Holds the fake GitHub of the tests, and our requests, against GitHub's own API descriptions (REST and
# GraphQL), and our SARIF against the standard's schema.
#
#   tests/contract/run.sh
#
# Installs Prism, the descriptions, their readers and Ajv by npm into a folder outside the tree's own files
# ($PLIMSOLL_CONTRACT_CACHE, or target/contract), once, and runs the test `contract` with them. The
# test starts Prism and stops it. The schema comes from a crate that carries it. Without Node.js this is skipped with exit code 77, but fails where
# CI=true.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${PLIMSOLL_CONTRACT_CACHE:-$root/target/contract}
schema_crate=serde-sarif-0.8.0
schema_sum=a053c46f18a8043570d4e32fefc4c6377f82bf29ec310a33e93f273048e3b0be
readonly here root cache schema_crate schema_sum

if ! command -v node >/dev/null || ! command -v npm >/dev/null || ! command -v python3 >/dev/null; then
  echo 'skipped: the contract test needs node, npm and python3'
  [ "${CI:-}" != true ] || exit 1
  exit 77
fi

install() {
  cp "$here/package.json" "$here/package-lock.json" "$cache/"
  local pause
  for pause in 2 5 15; do
    npm ci --prefix "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error && return 0
    printf 'retrying in %d s\n' "$pause" >&2
    sleep "$pause"
  done
  npm ci --prefix "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error
}

install_schema() {
  local archive=$cache/$schema_crate.crate
  curl --silent --show-error --fail --location --retry 5 --output "$archive" \
    "https://static.crates.io/crates/${schema_crate%-*}/$schema_crate.crate"
  printf '%s  %s\n' "$schema_sum" "$archive" | sha256sum --check --quiet
  tar --extract --gzip --file "$archive" --directory "$cache" --strip-components 2 "$schema_crate/src/schema.json"
  mv "$cache/schema.json" "$cache/$schema_crate.json"
}

mkdir -p "$cache"
[ -f "$cache/$schema_crate.json" ] || install_schema
if ! cmp -s "$here/package-lock.json" "$cache/installed.json"; then
  started=$SECONDS
  install
  cp "$here/package-lock.json" "$cache/installed.json"
  printf 'installed Prism and the description in %d s\n' $((SECONDS - started))
fi
description=$cache/node_modules/@octokit/openapi/generated/api.github.com.json
python3 "$here/subset.py" "$description" "$cache/subset.json"

started=$SECONDS
cd "$root"
PLIMSOLL_PRISM=$cache/node_modules/.bin/prism PLIMSOLL_OPENAPI=$cache/subset.json \
  PLIMSOLL_SARIF_SCHEMA=$cache/$schema_crate.json PLIMSOLL_NODE_MODULES=$cache/node_modules \
  cargo test --locked --test integration contract:: -- --nocapture --test-threads 1
printf 'contract test: %d s\n' $((SECONDS - started))
