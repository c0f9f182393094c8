#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How long `platen run` takes from its start until it is ready, with many printers known. The store is
# the gateway's own: it meets that many simulated printers, polls them and tells a null ACS of them,
# is stopped, and then started again with nobody there to answer.
#   start_5000.sh BIN_DIR
# Environment: PRINTERS (5000), STARTS (3), BUDGET (2, seconds), PORT (21961 for SNMP, the next for the ACS).
set -euo pipefail
bin=$(cd "${1:?folder with the programs}" && pwd)
printers=${PRINTERS:-5000}
starts=${STARTS:-3}
budget=${BUDGET:-2}
port=${PORT:-21961}
acs_port=$((port + 1))

. "$(dirname "$0")/common.sh"

"$bin/platen-null-acs" "$acs_port" >"$work/acs.log" 2>&1 &
processes+=($!)
wait_for "$work/acs.log" '^ready' $! 5
start_sim 60 --recordings "${office[@]}" --listen 127.1.0.1 --port "$port" --count "$printers" --serials
last=$(grep -oE '^127\.[0-9.]+' "$work/sim.log" | tail -n 1)

mkdir "$work/state"
cat >"$work/platen.json" <<CONFIG
{ "gateway": { "state_dir": "$work/state" },
  "acs": { "url": "http://127.0.0.1:$acs_port/", "max_sessions": 64, "periodic_inform": "24h" },
  "discovery": { "ranges": ["127.1.0.1-$last"], "packets_per_second": 1000 },
  "snmp": { "port": $port },
  "polling": { "status": "10m", "supplies": "30m", "counters": "60m", "configuration": "24h" },
  "api": { "listen": "" } }
CONFIG

# start_gateway: `gateway` is its process, `took` the nanoseconds until it was ready.
start_gateway() {
    local began line
    rm -f "$work/pipe"
    mkfifo "$work/pipe"
    began=$(date +%s%N)
    "$bin/platen" run --config "$work/platen.json" >/dev/null 2>"$work/pipe" &
    gateway=$!
    processes+=("$gateway")
    exec 3<"$work/pipe"
    took=
    while IFS= read -r line <&3; do
        printf '%s\n' "$line" >>"$work/gateway.log"
        case $line in
            *"app started"*) took=$(($(date +%s%N) - began)); break ;;
        esac
    done
    [ -n "$took" ] || { tail -n 20 "$work/gateway.log"; echo "start_5000: platen run ended"; exit 1; }
    cat <&3 >>"$work/gateway.log" &
    exec 3<&-
}
stop_gateway() {
    kill -TERM "$gateway"
    wait "$gateway" || { echo "start_5000: platen run did not end well"; exit 1; }
}
acs_sessions() {
    local line sessions=0
    exec 4<>"/dev/tcp/127.0.0.1/$acs_port"
    printf 'GET /stats HTTP/1.1\r\nHost: bench\r\n\r\n' >&4
    while IFS= read -r -t 5 line <&4; do
        case $line in
            connections=*) sessions=$(sed -E 's/.* sessions=([0-9]+).*/\1/' <<<"$line"); break ;;
        esac
    done
    exec 4<&-
    echo "$sessions"
}

start_gateway
for _ in $(seq 1 180); do
    [ "$(acs_sessions)" -le "$printers" ] || break   # each printer, and the gateway itself
    sleep 1
done
known=$(acs_sessions)
stop_gateway
[ "$known" -gt "$printers" ] || { echo "start_5000: only $known sessions, more than $printers wanted"; exit 1; }
kill "$sim"
wait "$sim" 2>/dev/null || true

echo "| start with $printers known printers ($(du -m "$work/state/platen.db" | cut -f1) MB of store) | until ready | CPU by then | resident by then | budget |"
echo "| --- | --- | --- | --- | --- |"
late=0
ticks=$(getconf CLK_TCK)
for number in $(seq 1 "$starts"); do
    start_gateway
    cpu=$(awk -v ticks="$ticks" '{ sub(/.*\) /, ""); printf "%.2f", ($12 + $13) / ticks }' "/proc/$gateway/stat")
    memory=$(awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$gateway/status")
    awk -v n="$number" -v ns="$took" -v cpu="$cpu" -v mb="$memory" -v budget="$budget" \
        'BEGIN { printf "| start %d | %.2f s | %.2f s | %d MB | %s s |\n", n, ns / 1e9, cpu, mb, budget }'
    if [ "$took" -gt $((budget * 1000000000)) ]; then late=1; fi
    stop_gateway
done
grep -o 'fleet.restored.*' "$work/gateway.log" | tail -n 1
exit "$late"
