#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian packages from the project's files as they are now, into build/package, and
# checks them with lintian. The source tree is not written to: debian/ lives in packaging/.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/files.sh

version=$(sed -nE 's/^project\(platen VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
packaged=$(sed -nE '1s/^platen \(([^)]+)\).*/\1/p' packaging/debian/changelog)
[ "$version" = "$packaged" ] ||
    { echo "build-deb: CMakeLists.txt says $version, packaging/debian/changelog $packaged"; exit 1; }

out=$PWD/build/package
source=$out/platen-$version
rm -rf "$out"
mkdir -p "$source"
our_files . | tar -cf - -T - | tar -xf - -C "$source"
cp -a "$source/packaging/debian" "$source/debian"

# ccache finds what another folder compiled before.
export CCACHE_BASEDIR=$source CCACHE_NOHASHDIR=1
export DEB_BUILD_OPTIONS="parallel=${JOBS:-$(nproc)} noautodbgsym"
log=$out/build.log
(cd "$source" && dpkg-buildpackage -b -us -uc) >"$log" 2>&1 ||
    { tail -n 40 "$log"; echo "build-deb: failed; the log is $log"; exit 1; }
rm -rf "$source"

lintian --fail-on error,warning --suppress-tags-from-file packaging/lintian-suppressed \
    "$out"/*.changes
(cd "$out" && ls -l ./*.deb)
