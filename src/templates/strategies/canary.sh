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

# Three looks in a row that find nothing end it. Replace it by what knows more of the new side than one page.
watch() {
  left=$STEP
  failed=0
  while [ "$left" -gt 0 ]; do
    if answers "$1"; then failed=0; else failed=$((failed + 1)); fi
    if [ "$failed" -ge 3 ]; then
      echo "the $1 side fails" >&2
      return 1
    fi
    left=$((left - 1))
    sleep 1
  done
}

case "${1:-}" in
deploy)
  start "$idle"
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
