#!/bin/bash
# docs/reference is what `qinghe explain --markdown` prints today; and what explain says of single keys.
# Run as `QINGHE=build/qinghe tests/io/test_reference.sh`. A stale reference: `make docs`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
qinghe=${QINGHE:-build/qinghe}

reference() { "$qinghe" explain --markdown --lang "$1" >"$TMPDIR/reference.md" && diff -u "$2" "$TMPDIR/reference.md"; }
explain() { "$qinghe" explain --lang en "$@"; }

check 'docs/reference/case.md is up to date' reference en docs/reference/case.md
check 'docs/reference/case.zh.md is up to date' reference zh docs/reference/case.zh.md
says 'explain gives the default' 'default 100 m' explain solver.cell_length
says 'explain gives the range in the unit shown' 'at least 0 m3/d' explain outfalls.flow
says 'explain lists choices with their Chinese' 销号 explain outfalls.status
says 'explain tells what a reference refers to' 'name of a row of constituents' explain constituents.becomes
says 'explain names the formulas of a registry' oconnor-dobbins explain constituents.reaeration
says 'explain finds kinetics by their Chinese names' '4.57' "$qinghe" explain --lang zh 污染物.耗氧系数
says 'explain finds a key by its Chinese names' '不小于 0 m3/d' "$qinghe" explain --lang zh 排污口.流量
says 'explain finds a bare key in every table that has it' reaches.slope explain 比降
says 'explain shows a table with its columns of constituents' 'COD limit [mg/L]' explain outfalls
says 'explain without a key lists everything' tailrace_chainage explain
says 'an unknown key is refused with a suggestion' "did you mean 'outfalls.flow'?" explain outfall.flo
says 'an unknown key far from any is refused' "there is no key 'xyzzy'" explain xyzzy
refuse 'an unknown key is an error' explain outfall.flo
