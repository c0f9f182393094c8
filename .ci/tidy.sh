#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy with the compile commands of build/dev.
#   tidy.sh --all       every source file
#   tidy.sh --changed   source files that the newest change touches (by themselves or through a
#                       header of the same name), at most TIDY_SECONDS (600): what did not fit is
#                       named, so that a bounded run is not mistaken for a whole one
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

database=build/dev/compile_commands.json
[ -f "$database" ] || { echo "tidy: no $database; run: cmake --preset dev" >&2; exit 2; }

# What this branch adds to the main one; on the main branch itself: the last commit.
changed_since() {
    local base head
    head=$(git rev-parse HEAD)
    for candidate in origin/main origin/master; do
        base=$(git merge-base HEAD "$candidate" 2>/dev/null) || continue
        if [ "$base" != "$head" ]; then
            printf '%s\n' "$base"
            return
        fi
    done
    git rev-parse --verify -q HEAD~1 || git hash-object -t tree /dev/null
}

case "${1:-}" in
    --all)
        mapfile -t files < <(our_files '*.cpp')
        limit=${TIDY_SECONDS:-86400} ;;
    --changed)
        base=$(changed_since)
        mapfile -t files < <({ git diff --name-only --diff-filter=d "$base"
                               git ls-files --others --exclude-standard; } |
            sed -nE 's/\.(cpp|hpp)$/.cpp/p' | sort -u |
            while IFS= read -r file; do if [ -f "$file" ]; then printf '%s\n' "$file"; fi; done)
        limit=${TIDY_SECONDS:-600} ;;
    *) echo "usage: tidy.sh --all | --changed" >&2; exit 2 ;;
esac

# Only files that the build knows (fuzz targets and the like are other presets').
known=()
for file in "${files[@]}"; do
    if grep -qF "\"$PWD/$file\"" "$database"; then known+=("$file"); fi
done
[ "${#known[@]}" -gt 0 ] || { echo "tidy: no file to check"; exit 0; }

export TIDY_LEFT TIDY_DEADLINE
TIDY_LEFT=$(mktemp)
TIDY_DEADLINE=$(($(date +%s) + limit))
trap 'rm -f "$TIDY_LEFT"' EXIT

check_one() {
    if [ "$(date +%s)" -ge "$TIDY_DEADLINE" ]; then
        echo "$1" >>"$TIDY_LEFT"
        return 0
    fi
    clang-tidy-14 --quiet -p build/dev --extra-arg=-Wno-unknown-warning-option "$1" 2>/dev/null || { echo "tidy: $1 has findings"; return 1; }
}
export -f check_one

# shellcheck disable=SC2016  # expanded by the inner shell
printf '%s\0' "${known[@]}" | xargs -0 -n 1 -P "${JOBS:-$(nproc)}" bash -c 'check_one "$1"' _
left=$(wc -l <"$TIDY_LEFT")
echo "tidy: $((${#known[@]} - left)) files checked, none has findings"
if [ "$left" -gt 0 ]; then
    echo "tidy: time was up before these $left files:"
    sed 's/^/  /' "$TIDY_LEFT"
fi
