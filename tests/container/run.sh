#!/usr/bin/env bash
# Starts a container engine, builds the image around the static program, and runs the tests beside
# this script, which start every action the way GitHub's runner does.
#
# Uses the engine that is there, or starts one of its own as root from Debian's docker.io. Where
# neither is possible it says so and passes, except where CI=true: there it fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=$(mktemp -d)
daemon=
trap 'stop_engine; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

main() {
  find_engine || start_engine || no_engine "$(tail -n 3 "$folder/log" 2>/dev/null)"
  build_program
  build_images
  PLIMSOLL_DOCKER=$docker cargo test --locked --test container -- --test-threads=1 --nocapture
}

# An engine of this machine's own, if it answers and its client can build with BuildKit.
find_engine() {
  docker=$(command -v docker) || return 1
  "$docker" info >/dev/null 2>&1 && DOCKER_BUILDKIT=1 "$docker" build --help >/dev/null 2>&1
}

start_engine() {
  docker=/usr/bin/docker
  if [ "$(id -u)" != 0 ] || ! [ -x /usr/sbin/dockerd ] || ! [ -x "$docker" ]; then
    echo 'there is no engine, and only root with the package docker.io can start one' >"$folder/log"
    return 1
  fi
  export DOCKER_HOST=unix://$folder/docker.sock
  /usr/sbin/dockerd --data-root "$folder/root" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    -H "$DOCKER_HOST" >"$folder/log" 2>&1 &
  daemon=$!
  for _ in $(seq 100); do
    "$docker" info >/dev/null 2>&1 && return 0
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  return 1
}

stop_engine() {
  [ -n "$daemon" ] || return 0
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" || true
  # What the engine mounted below its folder would keep the folder from being removed.
  awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount; do umount "$mount" || true; done
}

no_engine() {
  printf 'no container engine: %s\n' "$1" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  echo 'skipped: the container test'
  exit 0
}

build_program() {
  local target=${CARGO_TARGET_DIR:-target}
  bash tools/release/static.sh
  mkdir -p target/image
  cp "$target/release/plimsoll" target/image/plimsoll
  if ldd target/image/plimsoll 2>/dev/null | grep '=>'; then
    echo 'error: the program is not static: it asks for the libraries above' >&2
    return 1
  fi
}

# The image, and beside it one that does nothing at all, to compare start-up times with.
build_images() {
  export DOCKER_BUILDKIT=1 PLIMSOLL_IMAGE=plimsoll:test PLIMSOLL_EMPTY_IMAGE=plimsoll-empty:test
  "$docker" build --quiet --target prebuilt -t "$PLIMSOLL_IMAGE" .
  mkdir "$folder/empty"
  printf 'int main(void) { return 0; }\n' | cc -static -Os -x c -o "$folder/empty/nothing" -
  printf 'FROM scratch\nCOPY nothing /nothing\nENTRYPOINT ["/nothing"]\n' >"$folder/empty/Dockerfile"
  "$docker" build --quiet -t "$PLIMSOLL_EMPTY_IMAGE" "$folder/empty"
}

main
