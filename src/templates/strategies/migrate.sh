#!/bin/sh
# Applies migrations to PostgreSQL, with a check before and after. A migration is a file `migrations/NNN_name.sql`; each is
# applied in a transaction of its own, together with the row that says so.
#
#   deploy/migrate.sh check      says what would be applied, and refuses what was changed afterwards
#   deploy/migrate.sh apply      the check, the migrations, and the checks of `migrations/checks/*.sql` before and after
#
# A check is a query that finds what must not be: any row fails. Where one fails afterwards, nothing is kept: all new
# migrations and all checks are one transaction.
set -eu

DATABASE_URL=${DATABASE_URL:?DATABASE_URL says which database}
MIGRATIONS=${MIGRATIONS:-migrations}

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$DATABASE_URL" "$@"; }

sql --command "
  create table if not exists schema_migrations (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())" 2>/dev/null

pending=
for file in "$MIGRATIONS"/[0-9]*.sql; do
  [ -e "$file" ] || continue
  name=$(basename "$file")
  sum=$(sha256sum "$file" | cut -d ' ' -f 1)
  known=$(sql --command "select sha256 from schema_migrations where name = '$name'")
  if [ -z "$known" ]; then
    pending="$pending $file"
  elif [ "$known" != "$sum" ]; then
    echo "$file was changed after it was applied: write another migration" >&2
    exit 1
  fi
done

checks() {
  for check in "$MIGRATIONS"/checks/*.sql; do
    [ -e "$check" ] || continue
    printf '\\echo check %s\n' "$check"
    printf 'create temporary view plimsoll_check as\n'
    cat "$check"
    # A division by zero is the shortest way to fail.
    printf ';\nselect 1 / (case when exists (select from plimsoll_check) then 0 else 1 end) \\g /dev/null\n'
    printf 'drop view plimsoll_check;\n'
  done
}

case "${1:-}" in
check)
  for file in $pending; do echo "would apply $file"; done
  ;;
apply)
  {
    echo 'begin;'
    # Nobody else migrates meanwhile, and nobody waits for a lock for long.
    echo "select pg_advisory_xact_lock(20260301) \\g /dev/null"
    echo "set local lock_timeout = '10s';"
    checks
    for file in $pending; do
      printf '\\echo apply %s\n' "$file"
      cat "$file"
      printf '\n;\n'
      printf "insert into schema_migrations (name, sha256) values ('%s', '%s');\n" \
        "$(basename "$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
    done
    checks
    echo 'commit;'
  } | sql --file -
  ;;
*)
  echo "usage: $0 check|apply" >&2
  exit 2
  ;;
esac
