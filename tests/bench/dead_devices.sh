#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 10,000 printers on one loop, 3,000 of which are dead: met by the gateway's parts, then silent (no
# answer and no ICMP). The normal schedule of polls runs for SECONDS. Method and figures:
# docs/performance.md.
#   dead_devices.sh BIN_DIR
# Environment: PRINTERS (10000), DEAD (3000), SECONDS_LONG (300), PORT (21361; the next one is taken too),
# LAUNCH (put before the program: "chrt -r 10" keeps other work on the machine out of the callbacks' times).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:?folder with the programs}" && pwd)
printers=${PRINTERS:-10000}
port=${PORT:-21361}
first=127.1.0.1
data=$here/../data/recordings

work=$(mktemp -d)
sim=
cleanup() {
    if [ -n "$sim" ]; then
        kill "$sim" 2>/dev/null || true
        wait "$sim" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

"$bin/platen-sim" --recordings "$data/acme-colorworks-c310-de.snmprec" "$data/acme-laserpoint-410.snmprec" \
    "$data/kyocera-style-m5540.snmprec" "$data/acme-colorworks-c7200.snmprec" \
    --listen "$first" --port "$port" --count "$printers" --serials >"$work/sim.log" 2>&1 &
sim=$!
for _ in $(seq 1 1200); do
    if grep -q '^ready' "$work/sim.log"; then break; fi
    kill -0 "$sim" 2>/dev/null || { cat "$work/sim.log"; exit 1; }
    sleep 0.05
done
grep -q '^ready' "$work/sim.log" || { echo "platen-sim is not ready after 60 s"; exit 1; }

read -r -a launch <<<"${LAUNCH:-}"
"${launch[@]}" "$bin/platen-dead-bench" "$first" "$port" "$printers" "${DEAD:-3000}" "${SECONDS_LONG:-300}"
