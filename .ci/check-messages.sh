#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every event id that the code logs is explained in docs/messages.md, with its level, and the page
# names no event that the code does not log.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

page=docs/messages.md
in_code=$(mktemp)
in_page=$(mktemp)
trap 'rm -f "$in_code" "$in_page"' EXIT

# LOG_WARNING(area, "event.id", ...), also when the call is spread over lines.
mapfile -t sources < <(our_files 'base/*.cpp' 'config/*.cpp' 'mfp-datamodel/*.cpp' 'mibmap/*.cpp' \
    'ews-scrapers/*.cpp' 'proxy/*.cpp' 'base/*.hpp' 'proxy/*.hpp' | grep -v '^base/log\.')
cat "${sources[@]}" | tr '\n' ' ' |
    grep -oE 'LOG_(DEBUG|INFO|WARNING|ERROR|CRITICAL)\( *[^,]{1,60}, *"[^"]+"' |
    sed -E 's/LOG_([A-Z]+)\(.*"([^"]+)"$/\2 \1/' | tr '[:upper:]' '[:lower:]' | sort -u >"$in_code"

# | `event.id` | warning | ... |
# shellcheck disable=SC2016  # back-quotes of Markdown
sed -nE 's/^\| `([^`]+)` \| ([a-z, ]+) \|.*/\1|\2/p' "$page" |
    while IFS='|' read -r event levels; do
        for level in ${levels//,/ }; do printf '%s %s\n' "$event" "$level"; done
    done | sort -u >"$in_page"

status=0
if [ ! -s "$in_code" ]; then
    echo "messages: found no log calls in the code; is the pattern still right?"
    status=1
fi
while read -r event level; do
    echo "messages: $event ($level) is logged but not explained in $page"
    status=1
done < <(comm -23 "$in_code" "$in_page")
while read -r event level; do
    echo "messages: $page explains $event ($level), which the code does not log"
    status=1
done < <(comm -13 "$in_code" "$in_page")
[ "$status" -eq 0 ] && echo "messages: $(wc -l <"$in_code") events, all explained"
exit "$status"
