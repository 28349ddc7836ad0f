#!/bin/bash
# version.sh VERSION CONFIG CC: gen/version.h. No date and no path: the same sources give the same bytes.
set -euo pipefail
IFS=. read -r major minor patch <<<"$1"
# Only the hash: a tag may be set after the build, the commit it names cannot change.
commit=$(GIT_OPTIONAL_LOCKS=0 git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || echo unknown)
compiler=$("$3" --version 2>/dev/null | head -n 1 || true)
cat <<EOF
#ifndef QH_GEN_VERSION_H
#define QH_GEN_VERSION_H
#define QH_GEN_VERSION "$1"
#define QH_GEN_VERSION_MAJOR $major
#define QH_GEN_VERSION_MINOR $minor
#define QH_GEN_VERSION_PATCH $patch
#define QH_GEN_COMMIT "$commit"
#define QH_GEN_CONFIG "$2"
#define QH_GEN_COMPILER "${compiler//\"/}"
#endif
EOF
