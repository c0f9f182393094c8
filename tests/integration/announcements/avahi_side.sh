#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The other end of gateway_side.sh with Debian's avahi-daemon: it runs on the host of one simulated
# printer (198.18.5.7, fd12:5::7) and announces what WORK_DIR/avahi says: avahi-daemon.conf, hosts
# (addresses of other names) and services/*.service. Its places in /etc and /run are this
# namespace's own, so that it meets no other one of this machine.
#   avahi_side.sh BIN_DIR WORK_DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tests=$here/../..
bin=$1 work=$2
. "$here/side.sh"

mount --bind "$work/avahi" /etc/avahi
mount -t tmpfs -o mode=755 none /run
waitForLink
ip address add 198.18.5.7/24 dev pr0
ip address add fd12:5::7/64 dev pr0 nodad
# Nobody may ask anything here. Not on pr0: avahi takes its addresses for its own host's.
ip address add 198.18.5.9/32 dev lo
ip link set pr0 up
"$bin/platen-sim" --recordings "$tests/data/recordings/acme-laserpoint-410.snmprec" --listen 127.5.5.7 \
    --port 1161 >"$work/sim.log" 2>&1 &
children+=($!)
python3 "$tests/sim/announcers.py" --watch 198.18.5.9:161 --relay 198.18.5.7:161=127.5.5.7:1161 \
    --relay '[fd12:5::7]:161=127.5.5.7:1161' >"$work/announcers.log" 2>&1 &
children+=($!)
avahi-daemon --no-chroot --no-drop-root --no-rlimits --no-proc-title --debug \
    --file=/etc/avahi/avahi-daemon.conf >"$work/avahi.log" 2>&1 &
children+=($!)
# It has asked whether its names are taken, and nobody has them.
services=("$work"/avahi/services/*.service)
waitForLine 'Service .* successfully established' "$work/avahi.log" "${#services[@]}"
waitForLine 'Static host name .* successfully established' "$work/avahi.log" "$(grep -c . "$work/avahi/hosts")"
waitForLine '^ready' "$work/sim.log" 1
waitForLine '^ready' "$work/announcers.log" 1
touch "$work/ready"
wait
