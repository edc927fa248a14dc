#!/bin/bash
# Entry point of a plain Debian PostgreSQL in a container: reads the variables of the official image that compose.yaml sets.
set -euo pipefail

home=${PGDATA%/*} # the volume
new=$PGDATA.new
socket=/var/run/postgresql
PATH=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1):$PATH

# Root makes the directories and reads the secret; the server itself never runs as root.
if [ "$(id -u)" = 0 ]; then
    chown postgres:postgres "$home"
    install -d -o postgres -g postgres -m 755 "$socket"
    POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE")
    export POSTGRES_PASSWORD
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

# Made aside and renamed, so that a set-up that was interrupted is begun again.
if [ ! -d "$PGDATA" ]; then
    rm -rf "$new"
    # shellcheck disable=SC2086 # a list, as the official image takes it
    initdb -D "$new" -U postgres --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
    echo "host all all all scram-sha-256" >>"$new/pg_hba.conf"
    pg_ctl -D "$new" -w -o "-c listen_addresses= -c unix_socket_directories=$socket" start
    PGPASSWORD=$POSTGRES_PASSWORD createdb -h "$socket" -U postgres "$POSTGRES_DB"
    pg_ctl -D "$new" -w -m fast stop
    mv "$new" "$PGDATA"
fi
unset POSTGRES_PASSWORD
exec "$@" -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories="$socket"
