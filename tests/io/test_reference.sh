#!/bin/bash
# docs/reference is what `qinghe explain --markdown` prints today; and what explain says of single keys.
# Run as `QINGHE=build/qinghe tests/io/test_reference.sh`. A stale reference: `make docs`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
qinghe=${QINGHE:-build/qinghe}
failed=0

check() { # name, command...
  local name=$1 && shift
  if "$@"; then echo "ok - $name"; else echo "not ok - $name" && failed=1; fi
}
same_as() { diff -u "$1" <("$qinghe" explain --markdown --lang "$2") | head -20; return "${PIPESTATUS[0]}"; }
says() { # arguments of explain, then a text that must be in the answer
  local text=${*: -1}
  "$qinghe" explain "${@:1:$#-1}" | grep -F -- "$text" >/dev/null
}
refuses() { # arguments of explain, then what stderr must say
  local text=${*: -1} answer
  answer=$("$qinghe" explain "${@:1:$#-1}" 2>&1 >/dev/null)
  [ $? -eq 2 ] && grep -qF -- "$text" <<<"$answer"
}

check 'docs/reference/case.md is up to date' same_as docs/reference/case.md en
check 'docs/reference/case.zh.md is up to date' same_as docs/reference/case.zh.md zh
check 'explain gives unit, range and default' says solver.cell_length --lang en 'default 100 m'
check 'explain gives the range in the shown unit' says outfalls.flow --lang en 'at least 0 m3/d'
check 'explain lists choices with their Chinese' says outfalls.status --lang en '销号'
check 'explain finds a key by its Chinese names' says 排污口.流量 --lang zh '不小于 0 m3/d'
check 'explain finds a bare key in every table' says 比降 --lang en 'reaches.slope'
check 'explain shows a table' says outfalls --lang en 'COD limit [mg/L]'
check 'explain lists everything' says --lang en 'tailrace_chainage'
check 'an unknown key is refused with a suggestion' refuses outfall.flo --lang en "did you mean 'outfalls.flow'?"
check 'an unknown key far from any is refused' refuses xyzzy --lang en "there is no key 'xyzzy'"
exit $failed
