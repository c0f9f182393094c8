#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs a build into a temporary folder and shows that the installed tree works by itself: every
# sample configuration passes `platen check-config`, and `platen run` starts, serves and stops on
# SIGTERM within 5 s with exit 0.
#   install-check.sh BUILD_DIR
set -euo pipefail
build=${1:?build folder}
work=$(mktemp -d)
pid=
cleanup() {
    if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

cmake --install "$build" --prefix "$work/usr" --strip >"$work/install.log"
platen=$work/usr/bin/platen
for file in bin/platen bin/platen-sim share/platen/makers.json share/platen/maps/standard.json \
    share/platen/acs-profiles/strict.json share/platen/acs-profiles/genieacs.json \
    lib/systemd/system/platen.service lib/sysusers.d/platen.conf; do
    [ -f "$work/usr/$file" ] || { echo "install-check: $file was not installed"; exit 1; }
done

samples=0
while IFS= read -r -d '' sample; do
    # A sample may name secret files that a real site has beside it.
    site=$work/site-$samples
    mkdir "$site"
    cp "$sample" "$site/platen.json"
    for name in acs.password snmp.community client.key client.pem; do
        (umask 077; echo placeholder >"$site/$name")
    done
    "$platen" check-config "$site/platen.json" ||
        { echo "install-check: $(basename "$sample") does not pass check-config"; exit 1; }
    samples=$((samples + 1))
done < <(find "$work/usr/share/doc" -path '*samples*' -name '*.json' -print0)
[ "$samples" -gt 0 ] || { echo "install-check: no sample configuration was installed"; exit 1; }

# A gateway whose ACS does not exist and that has no printers: it must start and stop all the same.
mkdir "$work/state"
cat >"$work/platen.json" <<CONFIG
{ "gateway": { "state_dir": "$work/state" },
  "acs": { "url": "http://127.0.0.1:9/" },
  "connection_requests": { "listen": "127.0.0.1:0", "public_url": "http://127.0.0.1:7548/" },
  "discovery": { "ranges": [] },
  "api": { "listen": "" } }
CONFIG

# A stand-in for systemd's notification socket would need another program; the log line will do.
"$platen" run --config "$work/platen.json" >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 1 100); do
    if grep -q 'app started' "$work/err"; then break; fi
    kill -0 "$pid" 2>/dev/null || { cat "$work/err"; echo "install-check: platen run ended"; exit 1; }
    sleep 0.1
done
grep -q 'app started' "$work/err" || { cat "$work/err"; echo "install-check: not ready in 10 s"; exit 1; }

kill -TERM "$pid"
started=$(date +%s%N)
for _ in $(seq 1 60); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
done
if kill -0 "$pid" 2>/dev/null; then
    echo "install-check: still running 6 s after SIGTERM"
    exit 1
fi
status=0
wait "$pid" || status=$?
pid=
[ "$status" -eq 0 ] || { cat "$work/err"; echo "install-check: exit $status after SIGTERM"; exit 1; }
echo "install-check: $samples samples pass check-config; started, and stopped" \
    "$((($(date +%s%N) - started) / 1000000)) ms after SIGTERM"
