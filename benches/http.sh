#!/usr/bin/env bash
# Builds the service, the same service without a wall, and the peer; then lets benches/http measure them in turn.
#
# The service without a wall is a copy of this tree under target/, with benches/http/plain.patch: no seal, no reset
# between billers, and `where s.tenant_id = $12` in the statement. All else is the same code.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in wrk pgbench patch; do
    command -v "$tool" >/dev/null || { echo "missing: $tool (apt-get install wrk postgresql patch)" >&2; exit 1; }
done
# A target directory of its own: Cargo names a program after its package, not after its directory, and would take
# one build for the other.
plain=target/plain
mkdir -p "$plain"
find "$plain" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
git ls-files -z | tar --null --files-from=- -cf - | tar -xf - -C "$plain"
patch --quiet -d "$plain" -p1 < benches/http/plain.patch

build() { # the directory of the package: prints its benchmark program
    (cd "$1" && CARGO_TARGET_DIR="$PWD/target" cargo bench --quiet --no-run --features testkit --bench http --message-format=json) |
        sed -n 's/.*"name":"http".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1
}
ours=$(build .)
without=$(build "$plain")
(export CARGO_TARGET_DIR=$PWD/target/peers; cd benches/peers/axum_sqlx && cargo build --quiet --release --locked)
exec "$ours" run "$without" target/peers/release/axum_sqlx
