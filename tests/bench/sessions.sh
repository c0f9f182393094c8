#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CWMP sessions a CPU second of the gateway's session code against a null ACS on loopback, plain and
# TLS, beside libcurl alone and wrk doing the same exchanges in the same run. Method and figures:
# docs/performance.md.
#   sessions.sh BIN_DIR
# Environment: DEVICES (1000), SESSIONS_AT_ONCE (8, the default of acs.max_sessions), KEY (rsa, or
# ec for P-256), PORT (21547 and the next).
set -euo pipefail
bin=$(cd "${1:?folder with the programs}" && pwd)
scripts=$(cd "$(dirname "$0")" && pwd)
devices=${DEVICES:-1000}
most=${SESSIONS_AT_ONCE:-8}
port=${PORT:-21547}
tls_port=$((port + 1))
bundle=/etc/ssl/certs/ca-certificates.crt

. "$scripts/common.sh"

# A test authority, a server certificate of it, and the system's anchors with the authority added.
case "${KEY:-rsa}" in
    rsa) key=(-newkey rsa:2048) ;;
    ec) key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256) ;;
    *) echo "KEY is rsa or ec"; exit 2 ;;
esac
{
    openssl req -x509 "${key[@]}" -nodes -days 2 -subj '/CN=platen benchmark authority' \
        -addext 'basicConstraints=critical,CA:TRUE' -keyout "$work/ca.key" -out "$work/ca.crt"
    openssl req "${key[@]}" -nodes -subj '/CN=127.0.0.1' -keyout "$work/acs.key" -out "$work/acs.csr"
    printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >"$work/acs.ext"
    openssl x509 -req -in "$work/acs.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -set_serial 1 \
        -days 2 -extfile "$work/acs.ext" -out "$work/acs.crt"
} 2>"$work/openssl.log" || { cat "$work/openssl.log"; exit 1; }
cat "$bundle" "$work/ca.crt" >"$work/bundle.crt"

# start_acs NAME PORT [CERTIFICATE KEY]
start_acs() {
    local name=$1
    shift
    "$bin/platen-null-acs" "$@" >"$work/$name.log" 2>&1 &
    processes+=($!)
    wait_for "$work/$name.log" '^ready' "$!" 5
}
start_acs plain "$port"
start_acs tls "$tls_port" "$work/acs.crt" "$work/acs.key"

plain=http://127.0.0.1:$port/
tls=https://127.0.0.1:$tls_port/
status=0
run() {
    local name=$1
    shift
    "$bin/platen-session-bench" "$@" >"$work/$name" || status=1
    sed "s/^/$name: /" "$work/$name"
}
run plain gateway "$plain" "$devices" "$most" sqlite
run plain-memory gateway "$plain" "$devices" "$most" memory
run plain-bare bare "$plain" "$devices"
run tls gateway "$tls" "$devices" "$most" sqlite "$work/bundle.crt"
run tls-bare bare "$tls" "$devices" "$work/bundle.crt"
[ "$status" -eq 0 ] || { echo "a run failed"; exit 1; }

# A second peer, where it is installed: wrk with the same exchanges. Its CPU, the null ACS's count.
sessions_of() { curl -sf --cacert "$work/ca.crt" "$1stats" | sed -nE 's/.* sessions=([0-9]+).*/\1/p'; }
run_wrk() {
    local name=$1 url=$2 before
    before=$(sessions_of "$url")
    TIMEFORMAT='%U %S'
    { time wrk -t "$most" -c "$most" -d 5s -s "$scripts/sessions.lua" "$url" -- "$work/inform" >"$work/$name.out" 2>&1; } 2>"$work/$name.cpu"
    awk -v n="$(($(sessions_of "$url") - before))" '{printf "wrk: sessions=%d sessions_per_cpu_s=%.0f\n", n, n / ($1 + $2)}' \
        "$work/$name.cpu" | tee "$work/$name"
}
if command -v wrk >/dev/null; then
    head -c 2700 /dev/zero | tr '\0' x >"$work/inform"
    run_wrk plain-wrk "$plain"
    run_wrk tls-wrk "$tls"
else
    echo "wrk is not installed: no second peer"
fi

# field NAME FIGURE: a number of platen-session-bench's output.
field() { sed -nE "s/^(gateway|bare|wrk):.* $2=([0-9.]+).*/\2/p" "$work/$1"; }
row() {
    local name=$1 what=$2 budget=$3 peer
    peer=$(field "${name%%-*}-bare" sessions_per_cpu_s)
    printf '| %s | %s | %s to %s | %s | %s %% | %s s | %s | %s | %s | %s MB |\n' "$what" \
        "$(field "$name" sessions_per_cpu_s)" "$(field "$name" slowest)" "$(field "$name" fastest)" \
        "$budget" "$(awk -v a="$(field "$name" sessions_per_cpu_s)" -v b="$peer" 'BEGIN {printf "%.0f", 100 * a / b}')" \
        "$(field "$name" wall_s)" "$(field "$name" sessions)" "$(field "$name" failed)" \
        "$(field "$name" connections)" "$(field "$name" peak_mb)"
}
echo
echo "$devices devices, a session each in five rounds (the middle one counts), $most at once, ${KEY:-rsa} certificates"
echo
echo "| what | sessions a CPU second | all rounds | budget | of the peer | wall, a round | sessions | failed | TCP connections | peak memory |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
row plain "gateway, http" 7500
row plain-memory "gateway, http, store in memory" ""
row plain-bare "peer: libcurl alone, http" ""
row tls "gateway, https" 900
row tls-bare "peer: libcurl alone, https" ""
for name in plain tls; do
    if [ -f "$work/$name-wrk" ]; then
        printf '| peer: wrk, %s | %s | | | | 5 s | %s | | | |\n' "$name" "$(field "$name-wrk" sessions_per_cpu_s)" "$(field "$name-wrk" sessions)"
    fi
done
echo
for name in plain tls; do
    echo "Loop, $name:"
    grep -E '^(callbacks|slow callback):' "$work/$name"
done
