#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, and has the licence line and #pragma once.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

read -r -a includes <<<"$(pkg-config --cflags netsnmp libxml-2.0 | sed 's/-I/-isystem/g')"
export FLAGS="-std=c++20 -DPLATEN_SOURCE=\"\" -DPLATEN_SHARED=\"\" -DPLATEN_BIN=\"\" -x c++ -fsyntax-only -I. -DJSON_DIAGNOSTICS=1
    -DJSON_USE_IMPLICIT_CONVERSIONS=0 -Wall -Wextra ${includes[*]}"

check_one() {
    local header=$1 failed=0
    head -n 1 "$header" | grep -q '^// SPDX-License-Identifier: Apache-2.0$' ||
        { echo "$header:1: no licence line"; failed=1; }
    grep -q '^#pragma once$' "$header" || { echo "$header:1: no #pragma once"; failed=1; }
    # shellcheck disable=SC2086  # flags are words
    printf '#include "%s"\n' "$header" | g++ $FLAGS - 2>&1 ||
        { echo "$header: does not compile alone"; failed=1; }
    return $failed
}
export -f check_one

mapfile -t headers < <(our_files '*.hpp')
# shellcheck disable=SC2016  # expanded by the inner shell
printf '%s\0' "${headers[@]}" | xargs -0 -n 1 -P "${JOBS:-$(nproc)}" bash -c 'check_one "$1"' _
echo "headers: ${#headers[@]} compile alone"
