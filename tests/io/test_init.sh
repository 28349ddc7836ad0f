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

# ---- the full one: the same files but for those that it has of its own
full=$TMPDIR/full
full_files() {
  local all=$TMPDIR/all
  cp -r io/template "$all" && cp -r io/template_full/. "$all" && diff -r "$all" "$full"
}
full_tables() {
  local table
  for table in storage_curves reservoirs structures operation_rules stations withdrawals transfers; do
    [ "$(wc -l <"$full/$table.csv")" -ge 2 ] || { echo "$table.csv has no row" && return 1; }
  done
}
full_as_gb18030() {
  local f
  cp -r "$full" "$TMPDIR/full_gbk"
  for f in "$TMPDIR"/full_gbk/*.csv "$TMPDIR"/full_gbk/series/*.csv; do
    sed '1s/^\xEF\xBB\xBF//' "$f" | iconv -f UTF-8 -t GB18030 | sed 's/$/\r/' >"$f.new" && mv "$f.new" "$f" || return 1
  done
  "$qinghe" run -q "$TMPDIR/full_gbk" -o "$TMPDIR/full_gbk.h5" && "$qinghe" assess --json "$TMPDIR/full_gbk.h5" >"$TMPDIR/full_gbk.json"
}
full_days() { # all of it acts: the gate and the station draw the reservoir down, the town comes first, the transfer runs
  /usr/bin/python3 - "$1" <<'PY'
import json, sys
run = json.load(open(sys.argv[1], encoding="utf-8"))
pool = run["reservoirs"][0]
assert pool["days"] == 10 and 206 < pool["lowest_level_m"] < 210 < 212 < pool["highest_level_m"] and pool["diverted_m3"] > 1e6, pool["lowest_level_m"]
assert run["transfers"][0]["daily"]["moved_m3"] > 2e5 and [w["priority"] for w in run["withdrawals"]] == [0, 2]
assert run["stations"][0]["daily"]["days_kept"] == 10 and run["stations"][0]["binding_rule"] == "q90"
PY
}
check 'init --full writes a case' gives 0 "$qinghe" init --full "$full"
check 'the template with its own files over it' full_files
check 'every table of operation has a row' full_tables
check 'the full template has no error and no warning' no_errors_in "$full"
check 'the full template runs' gives 0 "$qinghe" run -q "$full" -o "$TMPDIR/full.h5"
"$qinghe" assess --json "$TMPDIR/full.h5" >"$TMPDIR/full.json"
check 'and all of it acts' full_days "$TMPDIR/full.json"
check 'saved by a spreadsheet as GB18030 with CR LF it runs as well' full_as_gb18030
check 'and means the same' full_days "$TMPDIR/full_gbk.json"
echo mine >"$new/case.yaml"
check 'init refuses a folder that is not empty' gives 2 "$qinghe" init "$new"
check 'and leaves it as it was' grep -qx mine "$new/case.yaml"
mkdir "$TMPDIR/empty"
check 'init takes an empty folder' gives 0 "$qinghe" init "$TMPDIR/empty"
check 'init refuses a file' gives 2 "$qinghe" init "$new/case.yaml"
check 'init says when it cannot write' gives 4 "$qinghe" init "$new/case.yaml/below"
says 'init tells what comes next' 'qinghe run' "$qinghe" init --lang en "$TMPDIR/next"
