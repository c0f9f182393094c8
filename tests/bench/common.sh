# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034  # what it sets is for the scripts that source it
# Sourced by the benchmarks with `bin` set: $work, a folder, and `processes`, which end with the script.
data=$(cd "$(dirname "${BASH_SOURCE[0]}")/../data/recordings" && pwd)
# Full office printers, about 350 objects each.
office=("$data/acme-colorworks-c310-de.snmprec" "$data/acme-laserpoint-410.snmprec"
        "$data/kyocera-style-m5540.snmprec" "$data/acme-colorworks-c7200.snmprec")

work=$(mktemp -d)
processes=()
cleanup() {
    for process in "${processes[@]}"; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

# wait_for FILE PATTERN PROCESS SECONDS
wait_for() {
    for _ in $(seq 1 $(($4 * 20))); do
        if grep -q "$2" "$1"; then return; fi
        kill -0 "$3" 2>/dev/null || break
        sleep 0.05
    done
    tail -n 20 "$1"
    echo "$(basename "$0" .sh): no '$2' within $4 s"
    exit 1
}

# start_sim SECONDS ARGUMENT...: platen-sim as $sim, ready within so many seconds.
start_sim() {
    "$bin/platen-sim" "${@:2}" >"$work/sim.log" 2>&1 &
    sim=$!
    processes+=("$sim")
    wait_for "$work/sim.log" '^ready' "$sim" "$1"
}
