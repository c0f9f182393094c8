#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what Platen needs to be built and tested on Debian 12 (bookworm), from Debian's own
# packages only. Needs root, or sudo. A second run finds everything installed, changes nothing and
# does not touch the network.
#
#   sh packaging/install-deps.sh          what `make demo`, `make test` and `make build` need
#   sh packaging/install-deps.sh --ci     also the tools of .ci/run (clang 14, lintian, snmpd, ...)
#   sh packaging/install-deps.sh --list   prints the packages and installs nothing (with --ci: of CI)
set -eu

BUILD_PACKAGES="
    make g++ cmake ninja-build pkg-config ccache
    libsnmp-dev libcurl4-openssl-dev libpoco-dev nlohmann-json3-dev libsqlite3-dev
    libpugixml-dev libxml2-dev libxml2-utils libssl-dev libexpected-dev
    libstrophe-dev libgtest-dev libgmock-dev libbenchmark-dev"

CI_PACKAGES="
    git clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev
    snmp snmpd snmpsim coturn prosody openssl
    curl nginx-light stunnel4 tinyproxy vsftpd
    avahi-daemon iproute2
    debhelper lintian dpkg-dev fakeroot"

LOCK_TRIES=30      # another package manager may be at work: wait for it, 10 s a try
LOCK_PAUSE=10

say() { printf 'install-deps: %s\n' "$*"; }
die() { printf 'install-deps: %s\n' "$*" >&2; exit 1; }

wanted=$BUILD_PACKAGES
list_only=no
for argument in "$@"; do
    case $argument in
        --ci) wanted="$wanted $CI_PACKAGES" ;;
        --list) list_only=yes ;;
        -h | --help) sed -n '3,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) die "unknown option '$argument' (known: --ci, --list, --help)" ;;
    esac
done

if [ "$list_only" = yes ]; then
    # shellcheck disable=SC2086  # one package a word
    printf '%s\n' $wanted
    exit 0
fi

# shellcheck disable=SC2086  # one package a word
command -v dpkg-query >/dev/null 2>&1 ||
    die "this is not a Debian system; install the equivalents of:" $wanted

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
count=0
for package in $wanted; do
    count=$((count + 1))
    is_installed "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
    say "all $count packages are installed; nothing to do"
    exit 0
fi
say "missing:$missing"

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
        die "root is needed to install packages, and there is no sudo; run as root: apt-get install$missing"
    as_root=sudo
fi

# Retries while another process holds one of apt's locks; any other failure is final.
apt() {
    log=$(mktemp)
    try=1
    while :; do
        status=0
        $as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y \
            -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 || status=$?
        if [ "$status" -eq 0 ]; then
            rm -f "$log"
            return 0
        fi
        if grep -q 'Could not get lock' "$log" && [ "$try" -lt "$LOCK_TRIES" ]; then
            say "another package manager is at work; trying again in $LOCK_PAUSE s ($try of $LOCK_TRIES)"
            try=$((try + 1))
            sleep "$LOCK_PAUSE"
            continue
        fi
        cat "$log" >&2
        rm -f "$log"
        return "$status"
    done
}

# Some of the packages are servers (avahi would speak to everybody on the network). The tests start
# them by themselves, so none is started now: Debian's tools ask this file first.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap '$as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
fi

say "reading the package lists"
apt update || die "apt-get update failed"
say "installing"
# shellcheck disable=SC2086  # one package a word
apt install --no-install-recommends $missing || die "apt-get install failed"

for package in $missing; do
    is_installed "$package" || die "$package is still not installed"
done
say "installed:$missing"
