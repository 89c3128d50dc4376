# shellcheck shell=sh
# What deploy/blue-green.sh and deploy/canary.sh share: two sides of a service behind nginx (deploy/nginx.conf), of which
# one has the traffic. deploy/service.sh starts and stops a side.

STATE=${STATE:-/var/lib/service}
BLUE_PORT=${BLUE_PORT:-8081}
GREEN_PORT=${GREEN_PORT:-8082}
HEALTH=${HEALTH:-/health}
PATIENCE=${PATIENCE:-30}
SERVICE=${SERVICE:-$(dirname "$0")/service.sh}
version=${PLIMSOLL_VERSION:?PLIMSOLL_VERSION says which version}

port() { if [ "$1" = blue ]; then echo "$BLUE_PORT"; else echo "$GREEN_PORT"; fi; }
other() { if [ "$1" = blue ]; then echo green; else echo blue; fi; }
version_of() { cat "$STATE/$1.version" 2>/dev/null || true; }
answers() { curl --fail --silent --output /dev/null --max-time 2 "http://127.0.0.1:$(port "$1")$HEALTH"; }
runs() { [ "$(version_of "$1")" = "$version" ] && answers "$1"; }

# Starts the version on a side that has no traffic; one that does not answer is stopped again.
start() {
  $SERVICE stop "$1" "$(port "$1")"
  echo "$version" >"$STATE/$1.version"
  $SERVICE start "$1" "$(port "$1")" "$version"
  left=$PATIENCE
  until answers "$1"; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      echo "the $1 side does not answer within $PATIENCE s" >&2
      $SERVICE stop "$1" "$(port "$1")"
      rm -f "$STATE/$1.version"
      return 1
    fi
    sleep 1
  done
}

# usage: share SIDE PERCENT — in steps of 5; the rest goes to the other side. nginx looks at each request whether the file
# of the request's bucket is below `green`, so that a link which is replaced moves traffic at once: nothing is
# reloaded, and no connection is closed.
share() {
  green=$2
  if [ "$1" = blue ]; then green=$((100 - $2)); fi
  mkdir -p "$STATE/shares/$green"
  bucket=1
  while [ $((bucket * 5)) -le "$green" ]; do
    : >"$STATE/shares/$green/$bucket"
    bucket=$((bucket + 1))
  done
  ln -sfn "shares/$green" "$STATE/green.new"
  mv -T "$STATE/green.new" "$STATE/green"
  echo "$2 % of the traffic go to $1, version $(version_of "$1")"
}

# Gives a side all the traffic, and remembers it.
settle() {
  share "$1" 100
  echo "$1" >"$STATE/active.new"
  mv "$STATE/active.new" "$STATE/active"
}

# Brings the version back: to the side that still runs it, or started anew.
go_back() {
  if runs "$active"; then
    settle "$active"
  else
    runs "$idle" || start "$idle"
    settle "$idle"
  fi
}

mkdir -p "$STATE"
active=$(cat "$STATE/active" 2>/dev/null || echo green)
# shellcheck disable=SC2034 # who sources this uses it
idle=$(other "$active")
