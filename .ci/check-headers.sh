#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, with both compilers, and has the licence line and #pragma once.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

read -r -a includes <<<"$(pkg-config --cflags netsnmp libxml-2.0 | sed 's/-I/-isystem/g')"
export FLAGS="-std=c++20 -DPLATEN_SOURCE=\"\" -DPLATEN_SHARED=\"\" -DPLATEN_BIN=\"\" -x c++ -fsyntax-only -I. -DJSON_DIAGNOSTICS=1
    -DJSON_USE_IMPLICIT_CONVERSIONS=0 -Wall -Wextra -Wno-pragma-once-outside-header ${includes[*]}"

# The build has shown it with g++ already: its own source file begins with it.
begins_its_source() {
    local source=${1%.hpp}.cpp
    [ -f "$source" ] && [ "$(grep -m 1 '^#include' "$source")" = "#include \"$1\"" ]
}

check_one() {
    local header=$1 compiler compilers=(clang++-14) failed=0
    begins_its_source "$header" || compilers+=(g++)
    head -n 1 "$header" | grep -q '^// SPDX-License-Identifier: Apache-2.0$' ||
        { echo "$header:1: no licence line"; failed=1; }
    grep -q '^#pragma once$' "$header" || { echo "$header:1: no #pragma once"; failed=1; }
    for compiler in "${compilers[@]}"; do
        # shellcheck disable=SC2086  # flags are words
        printf '#include "%s"\n' "$header" | $compiler $FLAGS - 2>&1 ||
            { echo "$header: does not compile alone with $compiler"; failed=1; }
    done
    return $failed
}
export -f begins_its_source check_one

mapfile -t headers < <(our_files '*.hpp')
# shellcheck disable=SC2016  # expanded by the inner shell
printf '%s\0' "${headers[@]}" | xargs -0 -n 1 -P "${JOBS:-$(nproc)}" bash -c 'check_one "$1"' _
echo "headers: ${#headers[@]} compile alone with g++ and clang"
