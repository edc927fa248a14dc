#!/usr/bin/env bash
# Shows what the two commands do on a bare machine: a fresh Debian in a directory, with nothing but this tree in it.
#
#   .ci/bare.sh [release]            bookworm or trixie; the machine's own release when left out
#   .ci/bare.sh [release] --build    also builds there and runs the unit tests, with the Rust of this machine lent to it
#
# Needs root and debootstrap. What it could not look at, because a server of Rust's was out of reach, it says.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/setup.sh

build= release=
for word in "$@"; do
    case $word in --build) build=yes ;; -*) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; *) release=$word ;; esac
done
[ "$(id -u)" = 0 ] || die "needs root (debootstrap makes device nodes)"
command -v debootstrap >/dev/null || { update_lists; install_packages debootstrap; }
. /etc/os-release
release=${release:-$VERSION_CODENAME}
mirror=$(apt-get indextargets --format '$(CREATED_BY) $(CODENAME) $(REPO_URI)' |
    awk -v r="$VERSION_CODENAME" '$1 == "Packages" && $2 == r { print $3; exit }')
[ -n "$mirror" ] || die "apt has no index of $VERSION_CODENAME (run apt-get update first)"

root=$(mktemp -d /var/tmp/shikiri-bare.XXXXXX)
chmod 755 "$root"
mounted=()
clean_up() {
    local it
    for it in "${mounted[@]}"; do umount -l "$it" || true; done
    rm -rf --one-file-system "$root" "$root.log"
}
trap clean_up EXIT
lend() { mkdir -p "$root$2"; mount --bind -o ro "$1" "$root$2"; mounted+=("$root$2"); }

say "a bare $release in a directory"
debootstrap --variant=minbase "$release" "$root" "$mirror" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; die "debootstrap failed"; }
grep -hEi '^ *Acquire::.*Proxy' /etc/apt/apt.conf /etc/apt/apt.conf.d/* 2>/dev/null >"$root/etc/apt/apt.conf.d/99build" || true
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc" && mounted+=("$root/proc")
mkdir -p "$root/srv/shikiri"
git ls-files -z | tar --null -T - -c | tar -x -C "$root/srv/shikiri"

# Runs a command in the tree, on that machine: its exit code, and all that it said in $said.
inside() {
    code=0
    said=$(chroot "$root" env -i HOME=/nobody PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "${lent[@]}" \
        sh -c 'cd /srv/shikiri && "$@"' sh "$@" 2>&1 </dev/null) || code=$?
}
lent=()
failures=0
hold() { if eval "$2"; then say "ok    $1"; else failures=$((failures + 1)); say "FAILED  $1 (exit $code):"; tail -n 12 <<<"$said" >&2; fi; }

# 1. Nobody was asked, and nobody said yes: nothing is installed for Rust, and the lines to paste are printed.
for command in ./demo ./test; do
    inside "$command"
    hold "$command without Rust and without --yes stops and says what to paste" \
        '[ "$code" = 1 ] && grep -q "Nothing was built" <<<"$said" && grep -q -- "--yes" <<<"$said"'
done
hold "the system packages are there, a PostgreSQL among them" '[ -n "$(ls "$root"/usr/lib/postgresql/*/bin/postgres)" ]'
hold "no cluster of PostgreSQL was made or started" '[ -z "$(ls "$root"/etc/postgresql/*/main 2>/dev/null)" ]'
hold "nothing was written to a home directory" '[ ! -e "$root/nobody" ]'

# 2. With --yes Rust goes into target/rust. Where its server is out of reach this cannot be looked at.
inside bash -c '. .ci/setup.sh; yes=yes; setup_rust; rustc --version'
if grep -q '^rustc ' <<<"$said"; then
    hold "--yes installs Rust into target/rust" '[ "$code" = 0 ] && [ -d "$root/srv/shikiri/target/rust" ]'
else
    say "NOT LOOKED AT: Rust itself could not be fetched from here. What was tried ended with:"
    grep -vE '^$' <<<"$said" | tail -n 6 >&2
    hold "and the failure says what to paste" '[ "$code" = 1 ] && grep -q "Nothing was built" <<<"$said"'
fi
hold "nothing was written to a home directory" '[ ! -e "$root/nobody" ]'

# 3. The same tree builds and passes there, with the compiler and the crates of this machine lent read-only.
if [ -n "$build" ]; then
    setup_rust
    sysroot=$(rustc --print sysroot) home=${CARGO_HOME:-$HOME/.cargo}
    lend "$sysroot" /opt/rust
    mkdir -p "$root/opt/cargo" && for it in config.toml config registry; do [ ! -e "$home/$it" ] || cp -a "$home/$it" "$root/opt/cargo/"; done
    lent=(CARGO=/opt/rust/bin/cargo CARGO_HOME=/opt/cargo "PATH=/opt/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    inside ./test --only unit
    hold "./test --only unit passes" '[ "$code" = 0 ]'
    grep -E '^[0-9]+ passed' <<<"$said" >&2 || true
fi
[ "$failures" = 0 ] || die "$failures of the above failed on a bare $release"
say "a bare $release: all of the above holds"
