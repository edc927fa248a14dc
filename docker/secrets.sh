#!/usr/bin/env bash
# Makes random passwords and the connection URLs that docker/compose.yaml mounts, in docker/secrets/. Never overwrites.
set -euo pipefail
cd "$(dirname "$0")"

# The user of the image. A file that is mounted as a secret keeps its owner and mode, and must be readable to that user.
user=65532

if [ -e secrets ]; then
    echo "docker/secrets.sh: docker/secrets exists. Its passwords are those of a database that may be in use: nothing is" >&2
    echo "  changed. For a new set move the directory away; afterwards 'docker compose up' gives the roles their new" >&2
    echo "  passwords, but the superuser's must be changed by hand first (alter role postgres password '...')." >&2
    exit 1
fi

umask 077
# Made aside and put there whole, so that an interrupted run leaves no half set behind.
new=$(mktemp -d ./secrets.XXXXXX)
trap 'rm -rf "$new"' EXIT

password() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; } # 256 bits, and safe inside a URL
url() { printf 'postgres://%s:%s@postgres:5432/shikiri\n' "$1" "$(cat "$new/$2")"; }

password >"$new/postgres_password"
url postgres postgres_password >"$new/url_admin"
for role in migrator app checker operator auditor; do password >"$new/password_$role"; done
for role in migrator app checker operator; do url "shikiri_$role" "password_$role" >"$new/url_$role"; done

if [ "$(id -u)" = 0 ]; then
    chown "$user:$user" "$new"/*
    chmod 400 "$new"/*
    how="owner $user, mode 0400"
else
    # Only root can give a file away. The directory (0700) is the lock then: nobody else on this machine gets past it.
    chmod 444 "$new"/*
    how="mode 0444 below a directory 0700; copy them only together with it"
fi
mv -T "$new" secrets
trap - EXIT
echo "docker/secrets: made, $how"
