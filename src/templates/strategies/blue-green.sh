#!/bin/sh
# shellcheck disable=SC2154 # deploy/sides.sh sets `active` and `idle`
# Two sides of a service behind nginx: the new version starts on the idle one, and traffic moves only once it answers. The old
# side runs on, so that going back is a matter of a second.
#
#   deploy/blue-green.sh deploy      brings $PLIMSOLL_VERSION to the idle side, and moves traffic there
#   deploy/blue-green.sh rollback    moves traffic to $PLIMSOLL_VERSION: to the side that still runs it, or started anew
set -eu
# shellcheck source=/dev/null
. "$(dirname "$0")/sides.sh"

case "${1:-}" in
deploy)
  start "$idle"
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
