#!/usr/bin/env bash
# Audits our own schema with our own audit: a server of this system, bootstrap, migrate, `shikiri audit` without and with `--writes`.
#
#   .ci/audit.sh [FAIL_ON]    the severity from which a finding fails (medium)
set -euo pipefail
cd "$(dirname "$0")/.."

bin=${SHIKIRI_PG_BIN:-$(dirname "$(find /usr/lib/postgresql -name initdb 2>/dev/null | sort -V | tail -n 1)")}
work=$(mktemp -d)
run=()
# Postgres refuses to run as root.
if [ "$(id -u)" = 0 ]; then chown postgres "$work"; run=(runuser -u postgres --); fi
trap '"${run[@]}" "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

"${run[@]}" "$bin/initdb" -D "$work/data" -A trust -E UTF8 -U postgres >/dev/null
"${run[@]}" "$bin/pg_ctl" -D "$work/data" -o "-k $work -c listen_addresses= -c fsync=off" -l "$work/log" -w start >/dev/null

url() { echo "host=$work user=$1 dbname=postgres"; }
shikiri=${SHIKIRI_BIN:-target/debug/shikiri}
[ -x "$shikiri" ] || cargo build --locked
SHIKIRI_DATABASE_URL_ADMIN=$(url postgres)
export SHIKIRI_DATABASE_URL_ADMIN
"$shikiri" bootstrap >/dev/null
SHIKIRI_DATABASE_URL_MIGRATOR=$(url shikiri_migrator) "$shikiri" migrate
for login in app operator checker auditor; do
    export "SHIKIRI_DATABASE_URL_${login^^}=$(url "shikiri_$login")"
done
# As in production first: nothing is changed, and nothing may be left untried.
"$shikiri" audit --fail-on "${1:-medium}" >/dev/null
"$shikiri" audit --writes --fail-on "${1:-medium}"
