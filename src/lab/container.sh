# Runs a PostgreSQL in a container for as long as somebody outside keeps saying so.
#
# Standard input is the leash: the test process writes a line every few seconds. When none came for LEASH_SECONDS (it
# ended, was killed, or its machine is gone) the server stops and the container ends. SHIKIRI_PASSWORD is the password
# of every role; further settings come as arguments. Works in any image with bash, setpriv and a user `postgres`.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
# Not a function: a function in the background is a shell of its own, and $! would be that shell.
as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
mkdir -p /pg
chown postgres:postgres /pg
chmod 0700 /pg
(umask 077 && printf '%s\n' "$SHIKIRI_PASSWORD" >/pg/password && chown postgres:postgres /pg/password)
unset SHIKIRI_PASSWORD
"${as_postgres[@]}" "$bin/initdb" --no-sync --auth=scram-sha-256 --pwfile=/pg/password --username=postgres --encoding=UTF8 \
    --locale=C.UTF-8 -D /pg/cluster >/dev/null
rm /pg/password
echo 'host all all all scram-sha-256' >>/pg/cluster/pg_hba.conf
settings=()
for setting in "$@"; do settings+=(-c "$setting"); done
"${as_postgres[@]}" "$bin/postgres" -D /pg/cluster -k /pg -c listen_addresses='*' -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c shared_buffers=64MB "${settings[@]}" </dev/null &
server=$!
trap 'kill -QUIT "$server"' TERM INT
# A background job's standard input is /dev/null unless it is given one.
exec 3<&0
(while read -r -t "$LEASH_SECONDS" _ <&3; do :; done; kill -QUIT "$server") &
wait "$server" || true
