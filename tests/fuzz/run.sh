#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target for a while from its seeds. An input that crashes is left in the folder
# that is named, to be turned into a unit test.
#   run.sh BIN_DIR SECONDS_EACH [PARALLEL]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=${1:?folder with the fuzz_* programs}
seconds=${2:?seconds for each target}
parallel=${3:-1}

# A leak of one run is an error; an input may take 5 s and 1 GB at most.
export here bin seconds
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1

fuzz_one() {
    local name=$1 work args=() seeds=("$here/corpus/$1") length=65536
    # The real maps are the best seeds; they are not copied, so that they do not grow old.
    if [ "$name" = mibmap ]; then
        seeds+=("$here/../../mibmap/maps")
        length=131072
    fi
    work=$(mktemp -d "${TMPDIR:-/tmp}/platen-fuzz-$name.XXXXXX")
    mkdir "$work/corpus" "$work/crashes"
    args=(-max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len="$length"
          -print_final_stats=1 -artifact_prefix="$work/crashes/")
    if [ -f "$here/dictionaries/$name.dict" ]; then
        args+=(-dict="$here/dictionaries/$name.dict")
    fi
    if ! "$bin/fuzz_$name" "${args[@]}" "$work/corpus" "${seeds[@]}" >"$work/log" 2>&1; then
        tail -n 60 "$work/log"
        echo "fuzz_$name: FAILED; inputs are in $work/crashes"
        return 1
    fi
    echo "fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log") runs in $seconds s," \
        "$(find "${seeds[@]}" -type f | wc -l) seeds, no finding"
    rm -rf "$work"
}
export -f fuzz_one

names=()
for source in "$here"/fuzz_*.cpp; do
    name=$(basename "$source" .cpp)
    name=${name#fuzz_}
    [ -x "$bin/fuzz_$name" ] || { echo "fuzz_$name is not built" >&2; exit 1; }
    names+=("$name")
done
# shellcheck disable=SC2016  # expanded by the inner shell
printf '%s\0' "${names[@]}" | xargs -0 -n 1 -P "$parallel" bash -c 'fuzz_one "$1"' _
