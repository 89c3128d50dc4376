#!/bin/sh
# shellcheck disable=SC2154 # deploy/sides.sh sets `active` and `idle`
# A new version gets a small share of the traffic, and more and more of it while it answers well.
#
#   deploy/canary.sh deploy      $PLIMSOLL_VERSION goes through the shares of $WEIGHTS (in steps of 5), $STEP seconds each
#   deploy/canary.sh rollback    all traffic goes to $PLIMSOLL_VERSION again
#
# The side with the old version runs until the next deployment.
set -eu
# shellcheck source=/dev/null
. "$(dirname "$0")/sides.sh"

WEIGHTS=${WEIGHTS:-5 25 50}
STEP=${STEP:-60}
# What the new side may do worse than the old one: percent of the requests that fail beyond the old side's, and how many
# times as long the slowest twentieth takes. Judged from so many requests of each side on.
ERRORS=${ERRORS:-1}
SLOWER=${SLOWER:-2}
LEAST=${LEAST:-20}
# The page that both sides are asked for each second, for services with few users.
PAGE=${PAGE:-$HEALTH}
# Where nginx writes side, status and seconds of each request while a canary is watched (deploy/nginx.conf).
LOG=${LOG:-/var/log/nginx/sides.log}

# The new side must answer, and do no worse than the old one, for as long as a share lasts.
watch() {
  left=$STEP
  failed=0
  : >"$STATE/probes"
  from=$({ wc -c <"$LOG"; } 2>/dev/null || echo 0)
  while [ "$left" -gt 0 ]; do
    probe blue
    probe green
    if answers "$1"; then failed=0; else failed=$((failed + 1)); fi
    if [ "$failed" -ge 3 ]; then
      echo "the $1 side does not answer" >&2
      return 1
    fi
    compare "$1" || return 1
    left=$((left - 1))
    sleep 1
  done
}

probe() {
  curl --silent --output /dev/null --max-time 2 --write-out "$1 %{http_code} %{time_total}\n" \
    "http://127.0.0.1:$(port "$1")$PAGE" >>"$STATE/probes" || true
}

# Holds the side against the other one, by the latest requests of users since the share was given, and the probes.
compare() {
  { tail -c "+$((from + 1))" "$LOG" 2>/dev/null | tail -n 10000; cat "$STATE/probes"; } | sort -k 1,1 -k 3,3n |
    awk -v new="$1" -v old="$(other "$1")" -v errors="$ERRORS" -v slower="$SLOWER" -v least="$LEAST" '
      { all[$1]++ }
      $2 < 100 || $2 >= 500 { bad[$1]++; next }
      { seconds[$1, ++good[$1]] = $3 }
      function rate(side) { return 100 * bad[side] / all[side] }
      function p95(side) { return seconds[side, int((good[side] * 95 + 99) / 100)] }
      END {
        if (all[new] < least || all[old] < least) exit 0
        if (rate(new) > rate(old) + errors) {
          printf "%.1f %% of the requests to the %s side fail, %.1f %% of the others\n", rate(new), new, rate(old) >"/dev/stderr"
          exit 1
        }
        if (good[new] && good[old] && p95(new) > slower * p95(old) && p95(new) > p95(old) + 0.05) {
          printf "the %s side takes %.3f s (p95), the other %.3f s\n", new, p95(new), p95(old) >"/dev/stderr"
          exit 1
        }
      }'
}

case "${1:-}" in
deploy)
  start "$idle"
  [ -r "$LOG" ] || echo "$LOG cannot be read: the sides are compared by the page $PAGE alone" >&2
  trap 'rm -f "$STATE/watched"' EXIT
  : >"$STATE/watched"
  for weight in $WEIGHTS; do
    share "$idle" "$weight"
    if ! watch "$idle"; then
      share "$active" 100
      exit 1
    fi
  done
  settle "$idle"
  ;;
rollback)
  go_back
  ;;
*)
  echo "usage: $0 deploy|rollback" >&2
  exit 2
  ;;
esac
