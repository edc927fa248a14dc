# Shared by ./demo, ./test and .ci/run: says what a machine lacks, and installs it where it may. Sourced, never run.
#
# What is downloaded are packages of the system's own package manager, and Rust when it was asked for. Nothing is even
# looked up when nothing is missing: the second run costs a few milliseconds.

# The oldest minor of each PostgreSQL major without a known hole in row security. Also in src/http, which refuses older ones.
postgres_floors="15.20 16.16 17.12 18.7"

# Rust's oldest version that builds this, as in Cargo.toml.
rust_floor=1.92

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

# Whether version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Runs a command as root: directly, or by sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

can_be_root() {
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null || return 1
    # A password can only be typed on a terminal.
    [ -t 0 ] || sudo -n true 2>/dev/null
}

# Which of these Debian packages are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
    done
}

# Package lists at most once a day, and only when something is to be installed.
update_lists() {
    [ -n "$(find target/.apt-lists -mtime -1 2>/dev/null)" ] && [ -n "$(ls /var/lib/apt/lists/*Packages* 2>/dev/null)" ] && return
    say "apt-get update"
    as_root apt-get -qq update || die "apt-get update failed"
    mkdir -p target && touch target/.apt-lists
}

install_packages() {
    say "apt-get install $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$@" >/dev/null
}

# Debian's PostgreSQL makes a cluster `main` and starts it when it is installed. We need the binaries only: a server
# of ours lives in a directory of its own, and a stray one on port 5432 would be one more thing to patch and to guard.
# The setting is put back afterwards, so that whoever installs another version later gets what Debian promises.
install_postgres() {
    local config=/etc/postgresql-common/createcluster.conf ours=
    if [ ! -e "$config" ]; then
        as_root mkdir -p "${config%/*}"
        echo 'create_main_cluster = false' | as_root tee "$config" >/dev/null
        ours=yes
    fi
    install_packages postgresql || die "apt-get could not install postgresql"
    if [ -n "$ours" ] && [ -e /usr/share/postgresql-common/createcluster.conf ]; then
        as_root cp /usr/share/postgresql-common/createcluster.conf "$config"
    fi
}

# The version of the binaries the launcher will take: `15.20`, or nothing.
postgres_version() {
    local bin=${SHIKIRI_PG_BIN:-}
    [ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -x "${bin:-$(command -v pg_config >/dev/null && pg_config --bindir)}/postgres" ] || return 0
    "${bin:-$(pg_config --bindir)}/postgres" --version | awk '{ print $3 }'
}

# Whether a PostgreSQL version is patched; a major we know nothing about is newer than this list.
is_patched() {
    local floor
    for floor in $postgres_floors; do
        [ "${1%%[!0-9]*}" = "${floor%.*}" ] && { at_least "$1" "$floor"; return; }
    done
    [ "${1%%[!0-9]*}" -gt 18 ]
}

# Upgrades a server that is too old, when the system has a newer one.
patch_postgres() {
    local version
    version=$(postgres_version)
    is_patched "$version" && return
    if [ -z "${SHIKIRI_PG_BIN:-}" ] && can_be_root && command -v apt-get >/dev/null; then
        update_lists
        install_packages --only-upgrade "postgresql-${version%%.*}" "postgresql-client-${version%%.*}" || true
        version=$(postgres_version)
        is_patched "$version" && return
    fi
    say "WARNING: PostgreSQL $version has known holes in row security (patched: $postgres_floors), and no newer one is"
    say "WARNING: to be had here. SHIKIRI_ACCEPT_OLD_POSTGRES=1 is set for this run; never do that where there are real data."
    export SHIKIRI_ACCEPT_OLD_POSTGRES=1
}

# Everything but Rust: `setup_system package...`. PostgreSQL is asked for as `postgresql` and counts as there when
# its binaries are, whoever packaged them.
setup_system() {
    local wanted=() package missing
    for package in "$@"; do
        [ "$package" = postgresql ] && [ -n "$(postgres_version)" ] && continue
        wanted+=("$package")
    done
    if ! command -v dpkg-query >/dev/null; then
        [ -n "$(postgres_version)" ] || die "no PostgreSQL server binaries: install them, or name them in SHIKIRI_PG_BIN"
        say "not a Debian or Ubuntu: taking for granted what these packages hold: ${wanted[*]}"
        return
    fi
    missing=$(missing_packages "${wanted[@]}")
    if [ -n "$missing" ]; then
        can_be_root || die "missing packages, and neither root nor sudo to install them. As root:
  apt-get update && apt-get install --no-install-recommends $missing"
        update_lists
        case " $missing" in *" postgresql "*) install_postgres; missing=${missing/postgresql /} ;; esac
        # shellcheck disable=SC2086 # a list
        [ -z "${missing// /}" ] || install_packages $missing || die "apt-get could not install: $missing"
    fi
    case " $* " in *" postgresql "*) patch_postgres ;; esac
}

# Where a Rust of our own goes when the machine has none: inside the project, so that nothing outside of it changes.
own_rust=$PWD/target/rust

# The version of the Rust that would be used, or nothing.
rust_version() { rustc --version 2>/dev/null | awk '{ print $2 }' || true; }

# Asked for once: `--yes`, or a person at a terminal who types y. A pipe is no person.
may_install_rust() {
    [ "${yes:-}" = yes ] && return
    [ -t 0 ] && [ -t 2 ] || return 1
    local answer
    printf '%s: Rust %s or newer is needed. Install it %s, into target/rust? [y/N] ' "$0" "$rust_floor" "$1" >&2
    read -r answer
    [ "$answer" = y ] || [ "$answer" = Y ]
}

# Whether the system's package manager has rustup, or has installed it.
has_rustup_package() {
    command -v rustup >/dev/null && return
    command -v apt-cache >/dev/null && can_be_root || return 1
    update_lists
    apt-cache policy rustup 2>/dev/null | grep -q 'Candidate: [0-9]'
}

# A toolchain by the system's rustup where there is one, else by the official installer. Both put it into target/rust.
install_rust() {
    export RUSTUP_HOME=$own_rust/rustup CARGO_HOME=$own_rust/cargo
    if has_rustup_package; then
        may_install_rust "by the system's rustup package" || return 1
        command -v rustup >/dev/null || install_packages rustup || return 1
        say "rustup toolchain install stable (into target/rust)"
        rustup toolchain install stable --profile minimal --component clippy,rustfmt >&2 && rustup default stable >&2
    else
        may_install_rust "by its official installer" || return 1
        command -v curl >/dev/null || setup_system curl ca-certificates
        say "the installer of rustup.rs (into target/rust)"
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
            sh -s -- -y --no-modify-path --profile minimal --component clippy,rustfmt --default-toolchain stable >&2
    fi
}

# A Rust that is new enough: the one that is there, else one of our own. Without consent or network it says what to paste.
setup_rust() {
    local version
    [ -x "${CARGO:-$(command -v cargo)}" ] || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    version=$(rust_version)
    [ -n "$version" ] && at_least "$version" "$rust_floor" && return
    if [ -d "$own_rust/rustup" ]; then export RUSTUP_HOME=$own_rust/rustup CARGO_HOME=$own_rust/cargo; fi
    PATH=$own_rust/cargo/bin:$PATH
    hash -r
    version=$(rust_version)
    [ -n "$version" ] && at_least "$version" "$rust_floor" && return
    if install_rust; then
        hash -r
        version=$(rust_version)
        [ -n "$version" ] && at_least "$version" "$rust_floor" && return
    fi
    die "Rust $rust_floor or newer is needed, and here is ${version:-none}. Nothing was built. Paste one of these, then start again:
  $0 --yes                                                     (installs it into target/rust, nothing outside)
  apt-get install rustup && rustup default stable              (Debian 13, Ubuntu 24.04 and newer, as root)
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh   (for your user)"
}

cargo() { command "${CARGO:-cargo}" "$@"; }
