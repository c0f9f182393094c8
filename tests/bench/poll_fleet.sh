#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CPU of one full poll of many simulated printers by the gateway's parts, beside snmpbulkwalk on the
# same printers in the same run. Method and figures: docs/performance.md.
#   poll_fleet.sh BIN_DIR
# Environment: PRINTERS (1000), PEER_PRINTERS (200, at most PRINTERS), PORT (21161), ROUNDS (5),
# RECORDINGS (files or folders of them; our own office printers), CHANGES (none; `typical`: between two
# polls each printer prints and a supply's level moves).
set -euo pipefail
bin=$(cd "${1:?folder with the programs}" && pwd)
printers=${PRINTERS:-1000}
peers=${PEER_PRINTERS:-200}
[ "$peers" -le "$printers" ] || peers=$printers
port=${PORT:-21161}
first=127.1.0.1
. "$(dirname "$0")/common.sh"
if [ -n "${RECORDINGS:-}" ]; then
    read -r -a recordings <<<"$RECORDINGS"
else
    recordings=("${office[@]}")
fi

changes=()
case ${CHANGES:-none} in
none) ;;
typical)
    echo '{"printers": [{"address": "*", "counters":
        {"1.3.6.1.2.1.43.10.2.1.4.1.1": 60, "1.3.6.1.2.1.43.11.1.1.9.1.1": 60}}]}' >"$work/changes.json"
    changes=(--script "$work/changes.json")
    ;;
*) echo "CHANGES is none or typical"; exit 2 ;;
esac

start_sim 10 --recordings "${recordings[@]}" --listen "$first" --port "$port" \
    --count "$printers" --serials "${changes[@]}"

"$bin/platen-poll-bench" "$first" "$port" "$printers" "${ROUNDS:-5}" "$work/addresses" | tee "$work/ours"
# Recordings without a Printer-MIB are no printers: they are in neither figure.
printers=$(wc -l <"$work/addresses")
[ "$peers" -le "$printers" ] || peers=$printers

# field NAME LINE-START: a number of platen-poll-bench's output.
field() { sed -nE "s/^$2.*[ :]$1=([0-9.]+).*/\1/p" "$work/ours"; }
cpu=$(field cpu_s 'full poll')
echo
echo "| what | figure |"
echo "| --- | --- |"
awk -v cpu="$cpu" -v wall="$(field wall_s 'full poll')" -v n="$printers" \
    -v pdus="$(field pdus_per_device 'full poll')" -v status="$(field pdus_per_device 'status poll')" \
    -v heap="$(field heap_bytes_per_device 'devices=')" -v values="$(field values_per_device 'devices=')" 'BEGIN {
    printf "| full poll of %d printers, CPU of the polling process | %.3f s (%.2f ms a printer) |\n", n, cpu, cpu * 1000 / n
    printf "| the same, wall clock, simulator on the same machine | %.3f s |\n", wall
    printf "| PDUs a printer: full poll, status poll | %.1f, %.1f |\n", pdus, status
    printf "| heap a printer, with %d values | %.1f kB |\n", values, heap / 1000
}'

if ! command -v snmpbulkwalk >/dev/null 2>&1; then
    echo "| snmpbulkwalk | not installed (package snmp) |"
    exit 0
fi
mapfile -t addresses < <(head -n "$peers" "$work/addresses")
TIMEFORMAT='%U %S'
read -r user system < <({ time for address in "${addresses[@]}"; do
    MIBS='' snmpbulkwalk -v2c -c public -Cr20 -On -t 2 "$address:$port" 1.3.6.1.2.1.43
done >"$work/walk" 2>/dev/null; } 2>&1)
[ -s "$work/walk" ] || { echo "snmpbulkwalk got no answer"; exit 1; }
awk -v user="$user" -v sys="$system" -v n="${#addresses[@]}" -v rows="$(wc -l <"$work/walk")" \
    -v cpu="$cpu" -v printers="$printers" 'BEGIN {
    peer = (user + sys) / n; ours = cpu / printers
    printf "| snmpbulkwalk -Cr20 of the Printer-MIB, CPU | %.2f ms a printer (%d printers, %.0f rows each) |\n", peer * 1000, n, rows / n
    printf "| ratio: snmpbulkwalk to ours | %.1f |\n", peer / ours
}'
