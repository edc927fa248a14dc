#!/usr/bin/env bash
# Shows that the image and docker/compose.yaml work: builds, starts, logs in, exports, restarts, stops, and cleans up.
#
#   docker/smoke.sh        needs a Docker engine on this machine, docker-compose, curl, and docker/test-image.sh's images
#
# The program is the host's: PREBUILT=target/debug/shikiri unless set. Set SMOKE_BASE, POSTGRES_IMAGE to use other images
# than shikiri-base:<release> and shikiri-test-postgres:15. Without an engine it says so and succeeds.
set -euo pipefail
cd "$(dirname "$0")/.."
prebuilt=${PREBUILT:-target/debug/shikiri}
base=${SMOKE_BASE:-shikiri-base:$(. /etc/os-release && echo "$VERSION_CODENAME")}
export POSTGRES_IMAGE=${POSTGRES_IMAGE:-shikiri-test-postgres:15}

say() { printf 'smoke: %s\n' "$*"; }
die() { say "FAILED: $*" >&2; exit 1; }
not_run() { printf '\n!! docker/smoke.sh: NOT RUN: %s !!\n' "$*" >&2; exit 0; }

timeout 10 docker version >/dev/null 2>&1 || not_run "no Docker engine answers"
for image in "$base" "$POSTGRES_IMAGE"; do
    docker image inspect "$image" >/dev/null 2>&1 || not_run "image $image is not in the engine (docker/test-image.sh builds it)"
done
if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
"${compose[@]}" version >/dev/null 2>&1 || not_run "neither 'docker compose' nor docker-compose"
# Clients since 23 build with a plugin only; older ones have BuildKit inside. Take the first that can.
builder=
for client in $(type -ap docker); do
    case $("$client" --version) in *" 20."* | *" 19."*) builder=$client ;; *) "$client" buildx version >/dev/null 2>&1 && builder=$client ;; esac
    [ -z "$builder" ] || break
done
[ -n "$builder" ] || not_run "no docker client with BuildKit (docker-buildx)"
[ -x "$prebuilt" ] || die "$prebuilt is not there; build it first (cargo build)"

# A copy, so that neither docker/secrets nor docker/.env of this directory is read or touched.
work=$(mktemp -d "$PWD/target/smoke.XXXXXX")
project=shikiri-smoke-$$
image=$project:local
export COMPOSE_PROJECT_NAME=$project SHIKIRI_IMAGE=$image SHIKIRI_CONTACT='smoke test' SHIKIRI_PORT=0
mkdir "$work/docker"
cp docker/compose.yaml docker/compose.local.yaml docker/postgres-entry.sh docker/secrets.sh "$work/docker"
compose+=(--project-directory "$work/docker" -f "$work/docker/compose.yaml" -f "$work/docker/compose.local.yaml")

clean() {
    local code=$?
    [ "$code" = 0 ] || "${compose[@]}" --profile operator logs --no-color --tail 30 >&2 || true
    "${compose[@]}" --profile operator down --volumes --remove-orphans >"$work/log" 2>&1 || tail -n 5 "$work/log" >&2
    docker image rm "$image" >/dev/null 2>&1 || true
    rm -rf "$work"
    say "removed what it made ($SECONDS s in all)"
}
trap clean EXIT

quietly() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; return 1; }; }
operator() { "${compose[@]}" run --rm operator "$@" 2>"$work/log" || { cat "$work/log" >&2; return 1; }; }
# `call METHOD PATH [curl arguments]`: the status, and the body in $work/body.
call() { curl -sS -m 20 -o "$work/body" -w '%{http_code}' -X "$1" "http://$address$2" -H 'content-type: application/json' "${@:3}"; }
expect() { [ "$2" = "$1" ] || die "$3: status $2 instead of $1: $(head -c 500 "$work/body")"; }
field() { grep -o "\"$1\":[^,}]*" "$work/body" | head -n 1 | cut -d: -f2- | tr -d '"'; }
rows() { grep -o '"bill_number"' "$work/body" | wc -l; }
health() { docker inspect --format '{{.State.Health.Status}}' "$serve"; }
until_healthy() {
    local began=$SECONDS
    until [ "$(health)" = healthy ]; do
        [ $((SECONDS - began)) -lt 60 ] || die "serve is $(health) after 60 s"
        sleep 0.5
    done
    # The port is another one after a restart.
    address=$("${compose[@]}" port serve 8080)
    expect 200 "$(call GET /readyz)" readyz
    say "serve is healthy after $((SECONDS - began)) s: $(cat "$work/body")"
}
log_in() { # tenant, login, password: the token
    expect 201 "$(call POST /v1/sessions -d "{\"tenant_code\":\"$1\",\"login\":\"$2\",\"password\":\"$3\"}")" "login at $1" >&2
    field token
}

began=$SECONDS
quietly env DOCKER_BUILDKIT=1 "$builder" build -f docker/Dockerfile --target runtime --build-arg BINARY=prebuilt \
    --build-arg PREBUILT="$prebuilt" --build-arg RUNTIME_IMAGE="$base" --build-arg FONTS_IMAGE="$base" -t "$image" .
say "built the image from $prebuilt in $((SECONDS - began)) s: $(($(docker image inspect --format '{{.Size}}' "$image") / 1000000)) MB"

"$work/docker/secrets.sh" >/dev/null
if "$work/docker/secrets.sh" 2>/dev/null; then die "secrets.sh overwrites"; fi
began=$SECONDS
quietly "${compose[@]}" up -d --no-build
serve=$("${compose[@]}" ps -q serve)
say "bootstrap, migrate, key and serve started in $((SECONDS - began)) s"
until_healthy

declare -A passwords
for tenant in 10001 10002; do
    operator tenant add "$tenant" "smoke $tenant" >/dev/null
    passwords[$tenant]=$(operator user add "$tenant" clerk "clerk of $tenant" | sed -n 's/^password: *//p' | tr -d '\r')
done
a=$(log_in 10001 clerk "${passwords[10001]}")
b=$(log_in 10002 clerk "${passwords[10002]}")
expect 201 "$(call POST /v1/slips -H "authorization: Bearer $a" -H "idempotency-key: smoke-slip-000000001" -d '{"bill_number":"0000000000000017",
    "customer_number":"C-1","customer_name":"髙橋 花子","due_date":"2030-03-31","amount_yen":1200}')" "registering a slip"
expect 200 "$(call GET /v1/slips -H "authorization: Bearer $a")" "list of 10001"
[ "$(rows)" = 1 ] || die "10001 sees $(rows) slips"
expect 200 "$(call GET /v1/slips -H "authorization: Bearer $b")" "list of 10002"
[ "$(rows)" = 0 ] || die "10002 sees $(rows) slips"
expect 401 "$(call GET /v1/slips)" "list of nobody"
say "logged in twice, registered one slip: its biller sees 1, the other 0, nobody 401"

expect 202 "$(call POST /v1/exports -H "authorization: Bearer $a" -H "idempotency-key: smoke-export-00000001" \
    -d '{"report":"slip_list","filter":{"all":true},"expect":{"rows":1},"purpose":"smoke"}')" "ordering an export"
export_id=$(field id)
for _ in $(seq 60); do
    expect 200 "$(call GET "/v1/exports/$export_id" -H "authorization: Bearer $a")" "the export"
    state=$(field state)
    case $state in ready) break ;; failed | cancelled | tripped) die "the export: $(cat "$work/body")" ;; esac
    sleep 0.5
done
[ "$state" = ready ] || die "the export is $state after 30 s"
expect 200 "$(call GET "/v1/exports/$export_id/file" -H "authorization: Bearer $a")" "the export's file"
[ "$(head -c 5 "$work/body")" = %PDF- ] || die "the export's file is no PDF"
sum=$(sha256sum <"$work/body")
say "an export drew $(wc -c <"$work/body") bytes with the fonts in the image"

docker inspect --format '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "$serve" >"$work/log"
[ "$(cat "$work/log")" = "65532:65532 true [ALL] [no-new-privileges:true]" ] || die "serve runs as $(cat "$work/log")"
docker top "$serve" -eo pid,uid | awk 'NR > 1 && $2 != 65532 { wrong = 1 } END { exit wrong || NR < 2 }' || die "a process of serve is not user 65532"
if "${compose[@]}" run --rm --no-deps -e SHIKIRI_DATABASE_URL_OPERATOR=x serve >"$work/log" 2>&1; then die "serve takes the operator's URL"; fi
grep -q 'refuses to hold that login' "$work/log" || die "serve with the operator's URL: $(cat "$work/log")"
say "user 65532 without capabilities on a read-only root; serve refuses the operator's URL"

began=$(date +%s%N)
docker stop -t 20 "$serve" >/dev/null
took=$((($(date +%s%N) - began) / 1000000))
code=$(docker inspect --format '{{.State.ExitCode}}' "$serve")
[ "$code,$((took < 10000))" = 0,1 ] || die "SIGTERM: code $code after $took ms"
say "SIGTERM ended serve in $took ms, code $code"

quietly "${compose[@]}" up -d --no-build
until_healthy
expect 200 "$(call GET "/v1/exports/$export_id/file" -H "authorization: Bearer $a")" "the file after a restart"
[ "$(sha256sum <"$work/body")" = "$sum" ] || die "the file is another one after a restart"
docker logs "$("${compose[@]}" ps -aq key)" 2>&1 | tail -n 1 | grep -q "no key made" || die "a restart made another key"
say "after a restart the old token is believed and the file is the same"
say "passed"
