#!/bin/sh
# Starts and stops one side of the service. Fit it to yours: what stands here runs releases below $RELEASES as processes.
#
#   deploy/service.sh start SIDE PORT VERSION
#   deploy/service.sh stop SIDE PORT
#
# `start` comes back at once; who called it waits until the side answers. `stop` of what does not run is no error, and
# lets requests come to their end.
set -eu

STATE=${STATE:-/var/lib/service}
RELEASES=${RELEASES:-/srv/releases}
GRACE=${GRACE:-10}
side=$2
pid_file=$STATE/$side.pid

case "$1" in
start)
  release=$RELEASES/$4
  if [ -n "${PLIMSOLL_ARCHIVE:-}" ] && [ ! -d "$release" ]; then
    mkdir -p "$release.new"
    tar -xzf "$PLIMSOLL_ARCHIVE" -C "$release.new"
    mv "$release.new" "$release"
  fi
  cd "$release"
  # A session of its own: the end of the deployment is not the end of the service.
  PORT=$3 setsid ./run >>"$STATE/$side.log" 2>&1 </dev/null &
  echo $! >"$pid_file"
  ;;
stop)
  pid=$(cat "$pid_file" 2>/dev/null || true)
  if [ -z "$pid" ] || ! kill -TERM "$pid" 2>/dev/null; then
    exit 0
  fi
  left=$((GRACE * 10))
  while kill -0 "$pid" 2>/dev/null && [ "$left" -gt 0 ]; do
    left=$((left - 1))
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  rm -f "$pid_file"
  ;;
*)
  echo "usage: $0 start SIDE PORT VERSION | stop SIDE PORT" >&2
  exit 2
  ;;
esac
