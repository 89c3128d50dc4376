#!/bin/sh
# One service on one host, under systemd: a release is a folder, `current` is a link to one of them.
#
#   deploy/systemd.sh deploy      makes $PLIMSOLL_VERSION of $PLIMSOLL_ARCHIVE the current one, and restarts the service
#   deploy/systemd.sh rollback    makes $PLIMSOLL_VERSION, which is still there, the current one again
#
# deploy/service.service is the unit. A restart takes as long as the service does to start.
set -eu

ROOT=${ROOT:-/srv/service}
UNIT=${UNIT:-service.service}
HEALTH=${HEALTH:-http://127.0.0.1:8080/health}
PATIENCE=${PATIENCE:-30}
KEEP=${KEEP:-5}
SYSTEMCTL=${SYSTEMCTL:-systemctl}
version=${PLIMSOLL_VERSION:?PLIMSOLL_VERSION says which version}
release=$ROOT/releases/$version

case "${1:-}" in
deploy)
  if [ ! -d "$release" ]; then
    rm -rf "$release.new"
    mkdir -p "$release.new"
    tar -xzf "${PLIMSOLL_ARCHIVE:?PLIMSOLL_ARCHIVE says which archive}" -C "$release.new"
    mv "$release.new" "$release"
  fi
  ;;
rollback)
  if [ ! -d "$release" ]; then
    echo "there is no release $version in $ROOT/releases" >&2
    exit 1
  fi
  ;;
*)
  echo "usage: $0 deploy|rollback" >&2
  exit 2
  ;;
esac

ln -sfn "$release" "$ROOT/current.new"
mv -T "$ROOT/current.new" "$ROOT/current"
$SYSTEMCTL restart "$UNIT"

left=$PATIENCE
until curl --fail --silent --output /dev/null --max-time 2 "$HEALTH"; do
  left=$((left - 1))
  if [ "$left" -le 0 ]; then
    echo "$UNIT does not answer within $PATIENCE s" >&2
    exit 1
  fi
  sleep 1
done

# Old releases go, but never the current one, nor the one before it.
find "$ROOT/releases" -mindepth 1 -maxdepth 1 -type d ! -name "$version" -printf '%T@ %p\n' | sort -rn | cut -d ' ' -f 2- |
  tail -n "+$KEEP" | while read -r old; do rm -rf "$old"; done
