#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-format over all our C++ files: --check fails where a file would change, --write changes it.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

mapfile -t files < <(our_files '*.cpp' '*.hpp')
case "${1:-}" in
    --check)
        clang-format-14 --dry-run --Werror --ferror-limit=3 "${files[@]}"
        echo "format: ${#files[@]} files are as clang-format wants them" ;;
    --write)
        clang-format-14 -i "${files[@]}"
        echo "format: ${#files[@]} files" ;;
    *) echo "usage: format.sh --check | --write" >&2; exit 2 ;;
esac
