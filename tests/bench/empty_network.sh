#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How long one discovery pass over a /24 takes in which nobody answers, at the default packet rate.
# Twice: addresses that swallow packets, and (as root) a network of its own on which no address
# resolves, which is what an empty office network looks like.
#   empty_network.sh BIN_DIR
# Environment: PORT (21861), BUDGET (30, seconds), WIDE (0; 1: also a /20 at the default rate, what a /16 takes
# by that, and a whole /16 at the highest rate, 1,000 packets a second; about six minutes).
set -euo pipefail
bin=$(cd "${1:?folder with the programs}" && pwd)
port=${PORT:-21861}
budget=${BUDGET:-30}

. "$(dirname "$0")/common.sh"

# write_config NAME RANGE PORT [PACKETS_A_SECOND]
write_config() {
    cat >"$work/$1.json" <<CONFIG
{ "gateway": { "state_dir": "$work/state" },
  "discovery": { "ranges": ["$2"]${4:+, "packets_per_second": $4} },
  "snmp": { "port": $3 } }
CONFIG
}

# report WHAT FOUND NANOSECONDS
late=0
report() {
    local what=$1 found=$2 took=$3
    awk -v what="$what" -v found="$found" -v ns="$took" -v budget="$budget" \
        'BEGIN { printf "| %s | %d | %.1f s | %d s |\n", what, found, ns / 1e9, budget }'
    if [ "$took" -gt $((budget * 1000000000)) ]; then late=1; fi
}

# One printer, silent; its socket takes the packets for all other addresses of 127.0.0.0/8, too.
start_sim 10 --recordings "$data/acme-laserpoint-410.snmprec" --listen 127.9.8.1 --port "$port" --fault '*:silent'

echo "| 254 addresses | answered | discovery took | budget |"
echo "| --- | --- | --- | --- |"
write_config silent 127.9.7.0/24 "$port"
started=$(date +%s%N)
timeout 120 "$bin/platen" discover --config "$work/silent.json" --json >"$work/found" 2>"$work/log"
small=$(($(date +%s%N) - started))
report "packets vanish" "$(grep -c '"address"' "$work/found" || true)" "$small"

# vanishing NAME RANGE SECONDS_AT_MOST [PACKETS_A_SECOND]: nanoseconds that a pass took.
vanishing() {
    write_config "$1" "$2" "$port" "${4:-}"
    local began
    began=$(date +%s%N)
    timeout "$3" "$bin/platen" discover --config "$work/$1.json" --json >"$work/found" 2>"$work/log"
    echo $(($(date +%s%N) - began))
}
if [ "${WIDE:-0}" = 1 ]; then
    middle=$(vanishing middle 127.8.0.0/20 900)
    wide=$(vanishing wide 127.7.0.0/16 900 1000)
    awk -v small="$small" -v middle="$middle" -v wide="$wide" 'BEGIN {
        each = (middle - small) / (4094 - 254) / 1e9
        printf "| a /20, packets vanish, default rate | %.1f s: %.1f addresses a second |\n", middle / 1e9, 1 / each
        printf "| so a /16 at the default rate | %.0f minutes |\n", (small / 1e9 + each * (65534 - 254)) / 60
        printf "| a whole /16, packets vanish, 1,000 packets a second | %.1f s |\n", wide / 1e9
    }'
fi

# Own network namespace: a link whose other end has no address, so that ARP gets no answer.
write_config empty 198.18.7.0/24 161
cat >"$work/in-namespace" <<'SCRIPT'
set -e
ip link set lo up
ip link add bench0 type veth peer name bench1
ip address add 198.18.0.1/15 dev bench0
ip link set bench0 up
ip link set bench1 up
exec "$@"
SCRIPT
if unshare -n true 2>/dev/null && unshare -n bash -c 'ip link add bench0 type veth peer name bench1' 2>/dev/null; then
    started=$(date +%s%N)
    timeout 120 unshare -n bash "$work/in-namespace" "$bin/platen" discover --config "$work/empty.json" --json \
        >"$work/found" 2>"$work/log"
    report "no address resolves (ARP)" "$(grep -c '"address"' "$work/found" || true)" $(($(date +%s%N) - started))
else
    echo "| no address resolves (ARP) | | not measured: needs root and network namespaces | |"
fi
exit "$late"
