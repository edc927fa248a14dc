# A Docker engine of this run's own, for the container leg. Sourced by .ci/run after .ci/setup.sh.
#
# What it takes, measured on a Debian 12 virtual machine (kernel 6.18, docker.io 20.10): root with CAP_SYS_ADMIN and
# CAP_NET_ADMIN, iptables, cgroups mounted. Plain dockerd then works as it is: overlay2, the default bridge, published
# ports. Without these capabilities dockerd ends by itself within a second; its last words are printed and the leg is
# reported as not run.

engine_pid=
engine_bridge=

# Removes what an engine of ours left that was killed before it could. The mount of a container's network namespace keeps
# that container's interface on the bridge, and with it the address that the next engine gives its first container: seen
# here, its port refused every other connection.
clear_dead_engines() {
    local dir pid
    for dir in /tmp/shikiri-engine.*; do
        # One that is just being started has no pid yet.
        [ -n "$(find "$dir" -maxdepth 0 -mmin +1 2>/dev/null)" ] || continue
        pid=$(cat "$dir/pid" 2>/dev/null) || pid=
        if [ -n "$pid" ] && grep -qsF "$dir/" "/proc/$pid/cmdline"; then continue; fi
        say "removing what a killed Docker engine left: $dir"
        remove_engine_dir "$dir"
    done
}

# dockerd may leave the mount of a network namespace behind, even when it ends in order.
remove_engine_dir() {
    awk -v below="$1/" 'index($2, below) == 1 { print $2 }' /proc/mounts | xargs -r umount -l || true
    rm -rf "$1" || true
}

# Starts one unless one answers already. Says why when there is none; never fails the run by itself.
start_engine() {
    if command -v docker >/dev/null && timeout 10 docker version >/dev/null 2>&1; then
        say "a Docker engine answers already"
        return
    fi
    [ "$(id -u)" = 0 ] || { say "no Docker engine: none answers, and only root can start one"; return; }
    if ! command -v dockerd >/dev/null; then
        command -v apt-get >/dev/null || { say "no Docker engine: dockerd is not installed"; return; }
        update_lists
        # iptables is only recommended by docker.io, but without it no port is published.
        install_packages docker.io iptables || { say "no Docker engine: docker.io cannot be installed"; return; }
    fi
    clear_dead_engines
    # The path of containerd's socket below it has 107 bytes at most, so not in a deep working directory.
    engine_dir=$(mktemp -d /tmp/shikiri-engine.XXXXXX)
    [ -e /sys/class/net/docker0 ] || engine_bridge=docker0
    # Images stay in target/, so that the second run need not build them again.
    setsid dockerd --host "unix://$engine_dir/docker.sock" --data-root "$PWD/target/engine" \
        --exec-root "$engine_dir/exec" --pidfile "$engine_dir/pid" >"$engine_dir/log" 2>&1 </dev/null &
    engine_pid=$!
    export DOCKER_HOST=unix://$engine_dir/docker.sock
    local tries
    for tries in $(seq 60); do
        timeout 10 docker version >/dev/null 2>&1 && return
        kill -0 "$engine_pid" 2>/dev/null || break
        sleep 0.5
    done
    say "no Docker engine: dockerd does not run here ($tries tries). Its last words:"
    grep -v 'level=info' "$engine_dir/log" | tail -n 5 >&2 || true
    stop_engine
    unset DOCKER_HOST
}

# Ends what start_engine started, and nothing else.
stop_engine() {
    [ -n "$engine_pid" ] || return 0
    kill "$engine_pid" 2>/dev/null || true
    wait "$engine_pid" 2>/dev/null || true
    engine_pid=
    remove_engine_dir "$engine_dir"
    if [ -n "$engine_bridge" ] && command -v ip >/dev/null; then ip link delete "$engine_bridge" 2>/dev/null || true; fi
}

# What docker/smoke.sh needs besides an engine: compose, and a client that can build with BuildKit (Debian 12's can; newer
# ones need a plugin). Without them the smoke test says that it did not run.
install_compose() {
    timeout 10 docker version >/dev/null 2>&1 || return 0
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
    local wanted=()
    docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || wanted+=(docker-compose)
    if ! docker buildx version >/dev/null 2>&1 && apt-cache show docker-buildx >/dev/null 2>&1; then wanted+=(docker-buildx); fi
    [ ${#wanted[@]} = 0 ] && return
    update_lists
    install_packages "${wanted[@]}" || say "${wanted[*]} cannot be installed"
}

# The image of the container tests, built once a week: long enough to be fast, short enough for security updates.
build_image() {
    local image=${SHIKIRI_TEST_IMAGE:-shikiri-test-postgres:15} built
    timeout 10 docker version >/dev/null 2>&1 || return 0
    built=$(docker image inspect --format '{{.Created}}' "$image" 2>/dev/null) || built=
    if [ -n "$built" ] && [ $(($(date +%s) - $(date -d "$built" +%s))) -lt 604800 ]; then return; fi
    [ "$(id -u)" = 0 ] || { say "no image $image, and only root can build it"; return; }
    [ -z "$(missing_packages debootstrap)" ] || { update_lists; install_packages debootstrap; }
    docker/test-image.sh "$image"
}
