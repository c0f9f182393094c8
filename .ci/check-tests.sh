#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests run beside each other and in any order: their files stand in folders of their own
# (tests/support/temporary_folder.hpp), and unit tests do not sleep.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

status=0
complain() { sed "s/^/tests: $1: /"; status=1; }

mapfile -t all < <(our_files 'tests/*.cpp' 'tests/*.hpp')
mapfile -t unit < <(our_files 'tests/unit/*.cpp' 'tests/unit/*.hpp')
if found=$(grep -nE 'TempDir\(|temp_directory_path\(|mkdtemp\(|mkstemp\(|"/tmp/' "${all[@]}" |
    grep -vE '^tests/(support/temporary_folder\.hpp|sim/demo/demo\.cpp):'); then
    complain 'use test::TemporaryFolder' <<<"$found"
fi
if found=$(grep -nE '\b(sleep_for|sleep_until|usleep|nanosleep)\b' "${unit[@]}"); then
    complain 'no sleeping in unit tests' <<<"$found"
fi
[ "$status" -eq 0 ] && echo "tests: ${#all[@]} sources use folders of their own, ${#unit[@]} do not sleep"
exit "$status"
