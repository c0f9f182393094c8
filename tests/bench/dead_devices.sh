#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 10,000 printers on one loop, 3,000 of which are dead: met by the gateway's parts, then silent (no
# answer and no ICMP). The normal schedule of polls runs for SECONDS. Method and figures:
# docs/performance.md.
#   dead_devices.sh BIN_DIR
# Environment: PRINTERS (10000), DEAD (3000), SECONDS_LONG (300), PORT (21361; the next one is taken too),
# LAUNCH (put before the program: "chrt -r 10" keeps other work on the machine out of the callbacks' times).
set -euo pipefail
bin=$(cd "${1:?folder with the programs}" && pwd)
printers=${PRINTERS:-10000}
port=${PORT:-21361}
first=127.1.0.1

. "$(dirname "$0")/common.sh"

start_sim 60 --recordings "${office[@]}" --listen "$first" --port "$port" --count "$printers" --serials

read -r -a launch <<<"${LAUNCH:-}"
"${launch[@]}" "$bin/platen-dead-bench" "$first" "$port" "$printers" "${DEAD:-3000}" "${SECONDS_LONG:-300}"
