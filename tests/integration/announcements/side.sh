# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the ends with the printers share; sourced. What they start is named in `children`, and ends
# with them.
children=()
trap 'kill "${children[@]}" 2>/dev/null || true; wait "${children[@]}" 2>/dev/null || true' EXIT
trap 'exit 0' TERM

# The other end hands over the link pr0.
waitForLink() {
    for _ in $(seq 1 500); do
        if ip link show pr0 >/dev/null 2>&1; then break; fi
        sleep 0.02
    done
    ip link set lo up
}

# waitForLine PATTERN FILE COUNT
waitForLine() {
    for _ in $(seq 1 500); do
        seen=$(grep -cs -- "$1" "$2" || true)
        if [ "${seen:-0}" -ge "$3" ]; then return 0; fi
        sleep 0.02
    done
    echo "$2 has not $3 lines with $1"
    return 1
}
