#!/bin/bash
# bench/run on fabricated rows: the table, the verdicts, bench.json, and what it refuses. Nothing is measured.
. tests/support/check.sh
rows=$TMPDIR/rows
mkdir -p "$rows"
# Without gnuplot, so that the test does not depend on it.
collect() {
  rm -rf "$TMPDIR/out"
  PATH=$TMPDIR /usr/bin/python3 -B bench/run --from "$rows" --out "$TMPDIR/out" 2>&1
}

cat >"$rows/bench_one.jsonl" <<'EOF'
a line for people
{"protocol":1,"group":"race","row":"quick","value":0.5,"unit":"s","baseline":"loop","baseline_value":2,"mark":3}
{"protocol":1,"group":"race","row":"slow","value":1,"unit":"s","baseline":"loop","baseline_value":2,"mark":3}
{"protocol":1,"group":"memory","row":"河网","value":700,"unit":"B","mark":400,"holds":false}
{"protocol":1,"group":"peer","row":"absent","skipped":"not installed"}
{"protocol":1,"group":"precision","plot":"precision","curve":"general, 50 m","x":5e-4,"y":0.25}
EOF
check 'rows are collected' collect
check 'a missed mark is no failure' collect
says 'what is missed stands in its row' 'MISSED' collect
says 'and below the table' 'missed: race: slow' collect
says 'also where the mark is a largest value' 'missed: memory: 河网' collect
says 'marks are counted' '3 marks, 2 missed, 1 rows skipped' collect
says 'what is skipped is told with its reason' 'skipped: not installed' collect
says 'a plot that cannot be drawn is told' 'gnuplot is not installed' collect
row() { collect | grep -- "^$1"; }
says 'the ratio is derived' '    4     3  yes' row 'race *quick'
refuse 'what holds is not called missed' bash -c '[[ $1 == *"missed: race: quick"* ]]' - "$(collect)"
fields() {
  collect >/dev/null
  /usr/bin/python3 - "$TMPDIR/out/bench.json" <<'EOF'
import json, sys
found = json.load(open(sys.argv[1], encoding="utf-8"))
rows = {r["row"]: r for r in found["rows"]}
assert [rows[k].get("holds") for k in ("quick", "slow", "河网", "absent")] == [True, False, False, None], rows
assert rows["quick"]["ratio"] == 4 and len(found["points"]) == 1 and found["machine"]["date"], found
EOF
}
check 'bench.json holds them' fields

echo '{"protocol":1,"group":"peer","plot":"precision","curve":"other","x":1e-3,"y":1}' >"$rows/peer_other.jsonl"
says 'an engine is compared with a peer of equal error' '    4' row 'peer *general, error 0.001 '
echo '{"protocol":1,"group":"peer","plot":"precision","curve":"other","x":2e-3,"y":1}' >"$rows/peer_other.jsonl"
refuse 'but not with one that is less exact' row 'peer *general, error 0.001 '
rm "$rows/peer_other.jsonl"

broken() { # NAME TEXT ROW
  echo "$3" >"$rows/bench_two.jsonl"
  refuse "$1: a failure" collect
  says "$1: told" "$2" collect
  rm "$rows/bench_two.jsonl"
}
broken 'a row cut short' 'bench_two.jsonl, line 1' '{"group":"race","row":'
broken 'a row without a value' 'has no value' '{"group":"race","row":"x","unit":"s"}'
broken 'a value that is text' 'value is no number' '{"group":"race","row":"x","value":"1","unit":"s"}'
broken 'a verdict against its numbers' 'its numbers say False' \
  '{"group":"race","row":"x","value":1,"unit":"s","baseline":"b","baseline_value":2,"mark":3,"holds":true}'
broken 'a ratio against its values' 'its values give 2' \
  '{"group":"race","row":"x","value":1,"unit":"s","baseline":"b","baseline_value":2,"ratio":5}'
broken 'a measurement without rows' 'no rows' 'nothing'
rm "$rows"/*
refuse 'nothing to collect is a failure' collect
