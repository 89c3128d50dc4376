#!/bin/sh
# Backs PostgreSQL and Redis up, and believes a backup only when it was restored: into an empty server of its own, where the
# number of rows of each table, or of keys, must be the same as in the backup's snapshot.
#
#   deploy/backup.sh              backs up what DATABASE_URL and REDIS_URL name, into $BACKUPS/TIME
#   deploy/backup.sh verify DIR   restores a backup once more
#
# deploy/backup.timer runs it every night. Backups older than $DAYS days go, but never the last good one.
set -eu

BACKUPS=${BACKUPS:-/var/backups/service}
DAYS=${DAYS:-14}
# shellcheck disable=SC2012 # names of versions
BIN=${PG_BIN:-$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | tail -n 1)}
PATH=$BIN:$PATH

COUNTS="select table_schema || '.' || table_name || ' ' ||
  (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I.%I', table_schema, table_name), false, true, '')))[1]
  from information_schema.tables
  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1"

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"; }

# Counts and dump are of the same moment: that of an exported snapshot.
dump_postgres() {
  fifo=$1/session
  mkfifo "$fifo"
  sql "$DATABASE_URL" <"$fifo" >"$1/counts" &
  exec 3>"$fifo"
  printf '%s\n' "begin isolation level repeatable read;" "select 'snapshot ' || pg_export_snapshot();" "$COUNTS;" "\\echo end" >&3
  until grep -q '^end$' "$1/counts" 2>/dev/null; do
    kill -0 $! 2>/dev/null || exit 1
    sleep 0.1
  done
  snapshot=$(sed -n 's/^snapshot //p' "$1/counts")
  pg_dump --format=custom --no-owner --snapshot="$snapshot" --file="$1/postgres.dump" "$DATABASE_URL"
  printf 'commit;\n' >&3
  exec 3>&-
  wait $!
  sed -e '/^snapshot /d' -e '/^end$/d' "$1/counts" >"$1/postgres.counts"
  rm "$fifo" "$1/counts"
}

# Root cannot run PostgreSQL.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

verify_postgres() {
  work=$(mktemp -d)
  if [ "$(id -u)" = 0 ]; then chown postgres "$work"; fi
  as_postgres "$BIN/initdb" --pgdata "$work/data" --auth trust --username plimsoll >/dev/null
  as_postgres "$BIN/pg_ctl" --pgdata "$work/data" --wait --log "$work/log" --options \
    "-c listen_addresses='' -c unix_socket_directories='$work' -c fsync=off" start >/dev/null
  status=0
  empty="postgresql:///postgres?host=$work&user=plimsoll"
  pg_restore --exit-on-error --no-owner --dbname="$empty" "$1/postgres.dump" &&
    sql "$empty" --command "$COUNTS" >"$work/counts" &&
    diff -u "$1/postgres.counts" "$work/counts" || status=1
  as_postgres "$BIN/pg_ctl" --pgdata "$work/data" --mode immediate stop >/dev/null
  rm -rf "$work"
  return "$status"
}

dump_redis() {
  redis-cli -u "$REDIS_URL" --rdb "$1/redis.rdb" >/dev/null
}

verify_redis() {
  work=$(mktemp -d)
  cp "$1/redis.rdb" "$work/dump.rdb"
  redis-server --port 0 --unixsocket "$work/socket" --dir "$work" --save '' --appendonly no --daemonize yes \
    --pidfile "$work/pid" --logfile "$work/log" >/dev/null
  status=0
  tries=100
  until redis-cli -s "$work/socket" ping >/dev/null 2>&1; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then break; fi
    sleep 0.1
  done
  # The file's own checksum and every key were read when it was loaded.
  keys=$(redis-cli -s "$work/socket" dbsize) || status=1
  if [ -s "$1/redis.keys" ]; then
    [ "$keys" = "$(cat "$1/redis.keys")" ] || status=1
  else
    echo "$keys" >"$1/redis.keys"
  fi
  redis-cli -s "$work/socket" shutdown nosave >/dev/null 2>&1 || status=1
  rm -rf "$work"
  return "$status"
}

verify() {
  if [ -e "$1/SHA256SUMS" ]; then (cd "$1" && sha256sum --check --quiet SHA256SUMS); fi
  if [ -e "$1/postgres.dump" ]; then verify_postgres "$1"; fi
  if [ -e "$1/redis.rdb" ]; then verify_redis "$1"; fi
}

if [ "${1:-}" = verify ]; then
  verify "$2"
  echo "$2 was restored, and holds what it should"
  exit 0
fi

now=$(date -u +%Y%m%dT%H%M%SZ)
new=$BACKUPS/$now.new
mkdir -p "$new"
chmod 700 "$new"
if [ -n "${DATABASE_URL:-}" ]; then dump_postgres "$new"; fi
if [ -n "${REDIS_URL:-}" ]; then dump_redis "$new"; fi
verify "$new"
(cd "$new" && sha256sum -- * >SHA256SUMS)
mv "$new" "$BACKUPS/$now"
echo "$BACKUPS/$now was restored, and holds what it should"
find "$BACKUPS" -mindepth 1 -maxdepth 1 -type d -mtime "+$DAYS" ! -name "$now" -exec rm -rf {} +
