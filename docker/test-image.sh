#!/usr/bin/env bash
# Builds the image the container tests use (shikiri-test-postgres:15) from Debian packages, without any image registry.
#
#   docker/test-image.sh [name:tag]        needs root, debootstrap and a Docker engine (DOCKER_HOST is honoured)
#
# Two images come out of it: `shikiri-base:<release>`, a bare system, and the named one, which adds PostgreSQL's
# server. Release, mirror and keys are those of the machine it runs on, so a company's mirror is used where there is
# one, and the server is the release's own, fully patched (its security archive included).
set -euo pipefail

image=${1:-shikiri-test-postgres:15}
[ "$(id -u)" = 0 ] || { echo "docker/test-image.sh: needs root (debootstrap makes device nodes)" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "docker/test-image.sh: debootstrap is missing (apt-get install debootstrap)" >&2; exit 1; }
docker version >/dev/null || { echo "docker/test-image.sh: no Docker engine answers" >&2; exit 1; }

. /etc/os-release
release=$VERSION_CODENAME
# The first archive of this release that apt itself is configured with.
mirror=$(apt-get indextargets --format '$(CREATED_BY) $(CODENAME) $(REPO_URI)' |
    awk -v r="$release" '$1 == "Packages" && $2 == r { print $3; exit }')
[ -n "$mirror" ] || { echo "docker/test-image.sh: apt has no index of $release (run apt-get update first)" >&2; exit 1; }

# On disk, not in /tmp: a tmpfs may be too small for a system.
root=$(mktemp -d /var/tmp/shikiri-image.XXXXXX)
log=$root.log
chmod 755 "$root" # maintainer scripts change user, and the user must get in
trap 'umount -q "$root/proc" || true; rm -rf --one-file-system "$root" "$log"' EXIT

quietly() { "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }; }
quietly debootstrap --variant=minbase "$release" "$root" "$mirror"

# apt inside works as it does outside, but only for this release's own archives.
{
    for suite in "$release" "$release-updates"; do echo "deb $mirror $suite main"; done
    security=$(apt-get indextargets --format '$(CREATED_BY) $(CODENAME) $(REPO_URI)' |
        awk -v r="$release-security" '$1 == "Packages" && $2 == r { print $3; exit }')
    [ -z "$security" ] || echo "deb $security $release-security main"
} >"$root/etc/apt/sources.list"
grep -hEi '^ *Acquire::.*Proxy' /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null >"$root/etc/apt/apt.conf.d/99build" || true
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Nothing may start while a package is being configured.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
into() {
    inside apt-get clean
    tar -C "$root" --numeric-owner --one-file-system --exclude=./proc/* --exclude=./var/lib/apt/lists/* \
        --exclude=./etc/resolv.conf --exclude=./etc/apt/apt.conf.d/99build --exclude=./usr/sbin/policy-rc.d -c . |
        docker import --change 'ENV LC_ALL=C.UTF-8' "$@" >/dev/null
}
quietly inside apt-get -qq update
quietly inside apt-get -qq -y upgrade
into - "shikiri-base:$release"

# No cluster is wanted: each container makes its own.
mkdir -p "$root/etc/postgresql-common"
echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
quietly inside apt-get -qq -y install --no-install-recommends postgresql
into --change 'EXPOSE 5432' - "$image"

echo "built shikiri-base:$release and $image: $(inside sh -c '/usr/lib/postgresql/*/bin/postgres --version')"
