#!/bin/bash
# qinghe init: the template is a sound case that runs, and nothing that is there is ever written over.
# Run as `QINGHE=build/qinghe tests/io/test_init.sh`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
qinghe=${QINGHE:-build/qinghe}
new=$TMPDIR/a/b/new

gives() { # exit code, command...
  local code=$1 got=0
  shift
  "$@" || got=$?
  [ "$got" -eq "$code" ] || { echo "exit $got" && return 1; }
}
has_every_file() { diff -r io/template "$1"; }
no_errors_in() { ! "$qinghe" validate "$1" --lang en 2>&1 | grep -E ': (error|warning): '; }
as_gb18030() {
  local f
  cp -r "$new" "$TMPDIR/gbk"
  for f in "$TMPDIR"/gbk/*.csv; do
    sed '1s/^\xEF\xBB\xBF//' "$f" | iconv -f UTF-8 -t GB18030 >"$f.new" && mv "$f.new" "$f" || return 1
  done
  "$qinghe" validate -q "$TMPDIR/gbk"
}

check 'init makes the folder and those above it' gives 0 "$qinghe" init "$new"
check 'init writes the template byte for byte' has_every_file "$new"
check 'the template has no error and no warning' no_errors_in "$new"
check 'the template runs' gives 0 "$qinghe" run -q "$new" -o "$TMPDIR/run.h5"
check 'its scenario runs too' gives 0 "$qinghe" run -q "$new" --scenario cleaner -o "$TMPDIR/cleaner.h5"
check 'and makes the river cleaner' gives 0 "$qinghe" compare "$TMPDIR/run.h5" "$TMPDIR/cleaner.h5"
check 'the template can be saved as GB18030' as_gb18030
echo mine >"$new/case.yaml"
check 'init refuses a folder that is not empty' gives 2 "$qinghe" init "$new"
check 'and leaves it as it was' grep -qx mine "$new/case.yaml"
mkdir "$TMPDIR/empty"
check 'init takes an empty folder' gives 0 "$qinghe" init "$TMPDIR/empty"
check 'init refuses a file' gives 2 "$qinghe" init "$new/case.yaml"
check 'init says when it cannot write' gives 4 "$qinghe" init "$new/case.yaml/below"
says 'init tells what comes next' 'qinghe run' "$qinghe" init --lang en "$TMPDIR/next"
