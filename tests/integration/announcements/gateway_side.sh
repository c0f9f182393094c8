#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs in a network namespace of its own (unshare -n), as root: makes a link to a second namespace
# with printers, then runs a command at this end of it.
#   gateway_side.sh SIDE BIN_DIR WORK_DIR COMMAND...
# SIDE is the script of the other end, beside this one: printers_side.sh or avahi_side.sh. It writes
# WORK_DIR/ready when all is there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
side=$1 bin=$2 work=$3
shift 3

ip link set lo up
ip link add gw0 type veth peer name pr0
rm -f "$work/ready"
unshare -n -m "$here/$side" "$bin" "$work" >"$work/printers.log" 2>&1 &
printers=$!
trap 'kill "$printers" 2>/dev/null || true; wait "$printers" 2>/dev/null || true' EXIT

# Not before it has left this namespace.
mine=$(readlink /proc/self/ns/net)
for _ in $(seq 1 200); do
    if [ "$(readlink "/proc/$printers/ns/net")" != "$mine" ]; then break; fi
    sleep 0.02
done
ip link set pr0 netns "$printers"
ip address add 198.18.5.1/24 dev gw0
ip address add fd12:5::1/64 dev gw0 nodad
ip link set gw0 up
for _ in $(seq 1 500); do
    if [ -e "$work/ready" ] || ! kill -0 "$printers" 2>/dev/null; then break; fi
    sleep 0.02
done
[ -e "$work/ready" ] || { cat "$work"/*.log; exit 90; }
"$@"
