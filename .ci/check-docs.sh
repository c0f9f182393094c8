#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The documents: links between our pages lead somewhere, files named in architecture.md exist, the
# `make` targets and `platen` commands that pages show exist, one ADR a number, and no path of a
# developer's machine is in the tree.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

status=0
complain() { echo "documents: $*"; status=1; }

mapfile -t pages < <(our_files '*.md')
for page in "${pages[@]}"; do
    folder=$(dirname "$page")
    # [text](target), without web addresses and anchors within the page.
    while IFS= read -r target; do
        [ -e "$folder/${target%%#*}" ] || complain "$page: link to $target leads nowhere"
    done < <(grep -oE '\]\([^)]+\)' "$page" | sed -E 's/^\]\(//; s/\)$//' |
        grep -vE '^(https?:|mailto:|#)' || true)
    while IFS= read -r target; do
        grep -qE "^$target:" Makefile || complain "$page: there is no target \`make $target\`"
    done < <(grep -oE '`make [a-z][a-z-]*' "$page" | sed 's/^`make //' | sort -u)
done

# shellcheck disable=SC2016  # back-quotes of Markdown
# Paths in back-quotes on the page that follows a poll file by file.
while IFS= read -r path; do
    compgen -G "$path" >/dev/null || complain "docs/architecture.md: $path does not exist"
done < <(grep -oE '`(base|config|mfp-datamodel|mibmap|ews-scrapers|proxy|tests|packaging|docs)/[^` ]*`' \
    docs/architecture.md | tr -d '`' | sort -u)

duplicate=$(find docs/adr -name '[0-9]*.md' -printf '%f\n' | cut -c1-4 | sort | uniq -d)
[ -z "$duplicate" ] || complain "two decisions have number $duplicate"
for decision in docs/adr/[0-9]*.md; do
    for section in '## Context' '## Decision' '## Consequences'; do
        grep -q "^$section" "$decision" || complain "$decision: no section $section"
    done
done

# A path below a developer's own folder says nothing to anybody else.
mapfile -t all < <(our_files . | grep -vE '^(LICENSE|tests/fuzz/corpus/)')
if grep -nIE '(^|[^A-Za-z0-9_./-])/(home|root|Users)/[A-Za-z]' "${all[@]}"; then
    complain "a path of a developer's machine"
fi

[ "$status" -eq 0 ] && echo "documents: ${#pages[@]} pages, all links lead somewhere"
exit "$status"
