#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The other end of gateway_side.sh: one simulated printer at 198.18.5.7, and announcements of it and
# of others.
#   printers_side.sh BIN_DIR WORK_DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tests=$here/../..
bin=$1 work=$2
. "$here/side.sh"

waitForLink
for host in 7 8 9 10; do ip address add "198.18.5.$host/24" dev pr0; done
ip link set pr0 up
"$bin/platen-sim" --recordings "$tests/data/recordings/acme-laserpoint-410.snmprec" --listen 127.5.5.7 \
    --port 1161 >"$work/sim.log" 2>&1 &
children+=($!)
# 198.18.5.8 prints by WS-Discovery and has no SNMP; .9 is excluded, 198.18.6.9 outside the ranges.
python3 "$tests/sim/announcers.py" --interface pr0 --broadcast 198.18.5.255 --broadcast-from 198.18.5.10 \
    --mdns 'Laserpoint 410=198.18.5.7' --mdns 'Excluded=198.18.5.9' --mdns 'Elsewhere=198.18.6.9' \
    --mdns 'Six=fd12:5::66' --wsd 198.18.5.8 --watch 198.18.5.9:161 --relay 198.18.5.7:161=127.5.5.7:1161 \
    >"$work/announcers.log" 2>&1 &
children+=($!)
waitForLine '^ready' "$work/sim.log" 1
waitForLine '^ready' "$work/announcers.log" 1
touch "$work/ready"
wait
