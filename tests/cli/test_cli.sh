#!/bin/bash
# The command as a user meets it: every exit code, what stands on stdout and on stderr, both languages, the formats
# for programs, and that a failure writes nothing.
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
unset LC_ALL LC_MESSAGES LANG LANGUAGE
q=$QINGHE
cd "$TMPDIR" || exit 1

absent() { # NAME FILE...
  local name=$1 found=''
  shift
  for f in "$@"; do [ ! -e "$f" ] || found+=" $f"; done
  [ -z "$found" ]
  check_report $? "$name" "there is$found"
}
program() { /usr/bin/python3 -; }

# ------------------------------------------------------------------------------------------------ a small case
# One reach of 20 km with an outfall, a withdrawal and two sections. `load` kg/d of the outfall decides who attains.
make_case() { # DIR LOAD [more lines of run:]
  mkdir -p "$1"
  cat >"$1/case.yaml" <<EOF
format: 1
name: small
title: 小河
note: 示例，非实测
standard: GB3838-2002
run:
  type: ${3:-steady}
  month: 1
  temperature: 20 degC
${4:-}
constituents:
  - {name: COD, title: 化学需氧量, item: COD, k20: 0.2 1/d, theta: 1.047}
  - {name: chloride, item: chloride, k20: 0 1/d, theta: 1}
solver: {cell_length: 100 m}
EOF
  cat >"$1/reaches.csv" <<EOF
name,river,from,to,length [km],law,area [m2],width [m],slope [m/m],dispersion [m2/s]
上段,小河,源头,河口,20,fixed,40,20,0.001,50
EOF
  cat >"$1/headwaters.csv" <<EOF
name,node,flow [m3/s],inlet,COD [mg/L],chloride [mg/L]
源头,源头,10,concentration,10,5
EOF
  cat >"$1/outfalls.csv" <<EOF
code,name,reach,chainage [km],flow [m3/d],COD [kg/d],chloride [mg/L]
P1,污水厂,上段,5,20000,$2,100
EOF
  cat >"$1/withdrawals.csv" <<EOF
code,name,kind,reach,chainage [km],flow [m3/s]
W1,水厂,intake,上段,2,0.5
EOF
  cat >"$1/sections.csv" <<EOF
code,name,reach,chainage [km],target
S1,上游断面,上段,4,Ⅲ
S2,"下游,断面",上段,15,Ⅲ
EOF
}
unsteady='  start: 2024-01-01T00:00
  duration: 40 d
  output_interval: 10 d
  sample_interval: 6 h
  initial: steady'
make_case clean 1000
make_case dirty 17000
make_case slow 17000 unsteady "$unsteady"

# --------------------------------------------------------------------------------------------------- exit codes
exits '--version' 0 "$q" --version
check 'the version is that of VERSION' grep -q "^qinghe $(cat "$OLDPWD/VERSION") (" out
exits '--help' 0 "$q" --help
exits 'no command is wrong use' 2 "$q"
empty 'wrong use says nothing on stdout' out
holds 'but shows the help on stderr' err 'Commands:'
exits 'unknown command' 2 "$q" asess
holds 'suggests the nearest' err "there is no command 'asess'; did you mean 'assess'?"
exits 'unknown option of the whole' 2 "$q" --verbose
exits 'unknown option' 2 "$q" run clean --outptu x.h5
holds 'suggests the nearest option' err 'did you mean --output?'
exits 'missing argument' 2 "$q" run
exits 'one argument too many' 2 "$q" run clean dirty
holds 'names the one too many' err "one argument too many: 'dirty'"
exits 'option without its value' 2 "$q" run clean -o
exits 'value for a flag' 2 "$q" run clean --quiet=yes
exits 'choice that is none' 2 "$q" assess a.h5 --statistic weekly
holds 'names the choices' err 'mean|instant|daily|monthly|annual'
exits '--set without =' 2 "$q" run clean --set run.month
exits '--json and --csv together' 2 "$q" assess a.h5 --json --csv
exits '--bom without --csv' 2 "$q" assess a.h5 --bom
exits 'unknown list' 2 "$q" list dispersions
holds 'suggests the nearest list' err "did you mean 'dispersion'?"
exits 'a language that is none' 2 "$q" --lang fr list
exits 'plot without output' 2 "$q" plot a.h5
exits 'plot at no time' 2 "$q" plot a.h5 -o a.png --time noon
absent 'wrong use wrote no file' ./*.h5 ./*.part

exits 'run: done' 0 "$q" run clean -o clean.h5
empty 'a case without advice says nothing on stderr' err
holds 'the summary names the store' out clean.h5
exits 'assess: all attained' 0 "$q" assess clean.h5
exits 'run dirty' 0 "$q" run dirty -o dirty.h5
exits 'assess: a target is missed' 1 "$q" assess dirty.h5
exits 'default name of the store' 0 "$q" run clean
check 'it is the case'"'"'s' test -s small.h5
exits '--quiet' 0 "$q" run -q clean -o quiet.h5
empty '--quiet: nothing on stdout' out
empty '--quiet: nothing on stderr' err
exits 'options before the operand, short form with its value' 0 "$q" run -oglued.h5 -- clean
check 'the short form took it' test -s glued.h5

cp -r clean broken && sed -i 's/steady/stedy/' broken/case.yaml && sed -i 's/m3\/d/m3\/x/' broken/outfalls.csv
exits 'errors of the input' 2 "$q" run broken -o broken.h5
check 'with file, line and column' grep -qE '^case.yaml:7:[0-9]+: error: ' err
check 'all in one run' grep -qE '^outfalls.csv:1:[0-9]+: error: ' err
empty 'errors do not go to stdout' out
absent 'and no file is written' broken.h5 broken.h5.part
exits '--set with a key that is none' 2 "$q" run clean --set run.mouth=1 -o set.h5
absent 'wrote no file' set.h5 set.h5.part
exits '--set changes a key' 0 "$q" run clean --set run.temperature='5 degC' -o cold.h5
exits 'a numerical failure' 3 "$q" run slow --set solver.engine=general --set solver.max_steps=1 -o failed.h5
absent 'has no store of that name' failed.h5
holds 'tells where what was computed is' err failed.h5.part
exits 'a mass balance that does not close' 3 "$q" run clean --set solver.balance_tolerance=1e-18 -o open.h5
holds 'names constituent and tolerance' err 'the mass balance of COD does not close'
absent 'such a run never gets the name of a good one' open.h5
exits 'a case that is not there' 4 "$q" run nowhere
exits 'a store that is not there' 4 "$q" assess nowhere.h5
holds 'names it' err nowhere.h5
exits 'a store that is none' 4 "$q" assess clean/case.yaml
exits 'a folder that cannot be written' 4 "$q" run clean -o nowhere/a.h5
exits 'a standard that is not there' 4 "$q" assess clean.h5 --standard GB9999
empty 'prints no half assessment' out
# shellcheck disable=SC2016 # expanded by the inner shell
[ ! -e /dev/full ] || exits 'a full disk' 4 bash -c '"$1" assess clean.h5 >/dev/full' - "$q"

# ------------------------------------------------------------------------------------------------ interruption
# Long enough for a signal to find it at work: many steps, a sample an hour.
make_case long 17000 unsteady '  start: 2024-01-01T00:00
  duration: 36500 d
  output_interval: 1 d
  sample_interval: 1 h
  initial: steady'
"$q" run long --set solver.engine=general -o long.h5 >out 2>err &
pid=$!
for _ in $(seq 100); do # until something stands in the part
  [ -s long.h5.part ] && sleep 1 && break
  sleep 0.1
done
kill -INT $pid
status=0
wait $pid || status=$?
check 'an interrupted run exits 130' test $status -eq 130
absent 'its store does not appear' long.h5
check 'what was finished is kept' test -s long.h5.part
holds 'and it says where' err long.h5.part
exits 'the part can be judged' 1 "$q" assess long.h5.part --statistic mean
holds 'with a warning' err 'the run was stopped'
holds 'also in the table' out 'STOPPED'
exits 'the store itself is not there' 4 "$q" assess long.h5
holds 'but the part is, and it says so' err 'there is long.h5.part, a run that was stopped'
exits 'the part as JSON' 1 "$q" assess long.h5.part --json
check 'says that it is not complete' program <<'EOF'
import json
run = json.load(open("out"))["run"]
assert run["complete"] is False and run["samples"] > 10, run
EOF

# ------------------------------------------------------------------------------------------ formats for programs
exits 'assess --json' 1 "$q" assess dirty.h5 --json
empty 'JSON: stderr is empty' err
cp out dirty.json
check 'JSON: valid, one object a section and item, in order' program <<'EOF'
import json
a = json.load(open("dirty.json", encoding="utf-8"))
assert a["format"] == 1
assert [(i["section"], i["constituent"]) for i in a["items"]] == [
    ("S1", "COD"), ("S1", "chloride"), ("S2", "COD"), ("S2", "chloride")]
assert set(a) == {"format", "run", "standard", "items", "sections", "river", "rivers", "stations", "withdrawals",
                  "transfers", "reservoirs", "budget", "messages", "verdict"}, sorted(a)
EOF
check 'JSON: values, classes, multiples and their bases' program <<'EOF'
import json
a = json.load(open("dirty.json", encoding="utf-8"))
good, salt, bad, _ = a["items"]
assert good["class"] == 1 and good["attained"] is True and good["exceedance_of_target"] == 0, good
assert 8 < good["value"] < 10 and good["unit"] == "mg/L"
assert bad["class"] > 3 and bad["attained"] is False and bad["section_name"] == "下游,断面"
assert abs(bad["exceedance_of_target"] - (bad["value"] / 20 - 1)) < 1e-9
assert bad["clause"] == "GB 3838-2002 表1 第5项 (Table 1, item 5)" and bad["confidence"] == "V"
assert salt["judged"] is False and salt["class"] is None and salt["attained"] is None and salt["item"] is None
assert a["standard"]["exceedance_national"]["base_class_name"] == "Ⅲ"
EOF
check 'JSON: sections, river, withdrawal, budget and verdict' program <<'EOF'
import json
a = json.load(open("dirty.json", encoding="utf-8"))
assert [s["attained"] for s in a["sections"]] == [True, False]
assert a["sections"][1]["main_items"][0]["item"] == "COD"
assert a["river"]["attainment_rate"] == 0.5 and a["river"]["grade_by"] == "mean over sections"
assert a["withdrawals"][0]["met"] is True and a["withdrawals"][0]["taken_m3s"] == 0.5
whole = [b for b in a["budget"] if b["reach"] is None]
assert len(whole) == 2 and all(abs(b["residual"]) <= 1e-10 * b["throughput"] for b in whole), whole
assert a["verdict"] == {"sections_attained": False, "ecological_flow_met": True, "withdrawals_met": True, "all_attained": False}
assert a["run"]["steady"] is True and a["run"]["case"] == "small" and a["run"]["note"] == "示例，非实测"
assert "run dirty -o dirty.h5" in a["run"]["command"]
EOF
exits 'JSON in Chinese' 1 "$q" --lang zh assess dirty.h5 --json
check 'JSON does not depend on the language' cmp out dirty.json

exits 'assess --csv' 1 "$q" assess dirty.h5 --csv
cp out dirty.csv
check 'CSV: one row a section and item, quoted where needed' program <<'EOF'
import csv, json
rows = list(csv.DictReader(open("dirty.csv", encoding="utf-8", newline="")))
items = json.load(open("dirty.json", encoding="utf-8"))["items"]
assert len(rows) == len(items) == 4
for row, item in zip(rows, items):
    assert row["section_name"] == item["section_name"] and row["constituent"] == item["constituent"]
    assert abs(float(row["value"]) - item["value"]) <= 1e-9 * item["value"]
    assert row["class"] == (item["class_name"] or "")
assert rows[2]["attained"] == "no" and rows[1]["judged"] == "no" and rows[1]["attained"] == ""
EOF
exits 'assess --csv --bom' 1 "$q" assess dirty.h5 --csv --bom
check 'CSV: the mark comes first, the rest is the same' cmp <(printf '\xef\xbb\xbf' | cat - dirty.csv) out

# ------------------------------------------------------------------------------------------------------- unsteady
exits 'run unsteady' 0 "$q" run slow -o slow.h5
exits 'assess unsteady' 1 "$q" assess slow.h5
holds 'a month is complete: its mean is judged' out 'worst monthly mean'
for statistic in mean instant daily monthly; do
  exits "assess --statistic $statistic" 1 "$q" assess slow.h5 --statistic $statistic --json
  check "$statistic stands in the output" grep -q "\"statistic\": \"$statistic\"" out
done
check 'days attained are counted' program <<'EOF'
import json
a = json.load(open("out", encoding="utf-8"))
assert a["items"][0]["days"] == 40 and a["items"][0]["days_attained"] == 40 and a["items"][2]["days_attained"] == 0
assert a["items"][0]["from"] == "2024-01-01 00:00" and a["items"][0]["to"] == "2024-02-01 00:00"
EOF
exits 'assess --statistic annual of 40 days' 2 "$q" assess slow.h5 --statistic annual
holds 'says what is missing' err 'needs 12 complete months; the run covers 1'
exits 'assess --statistic daily of a steady run' 2 "$q" assess dirty.h5 --statistic daily

# ------------------------------------------------------------------------------------- water that is not there
cp -r clean thirsty && sed -i 's/,2,0.5$/,2,8/' thirsty/withdrawals.csv
cat >thirsty/stations.csv <<'EOF'
name,reach,chainage [km],tailrace_reach,tailrace_chainage [km],capacity [m3/s],rule,eco_flow [m3/s]
小水电,上段,8,上段,12,5,fixed,3
EOF
exits 'run with an ecological flow that cannot be met' 0 "$q" run thirsty -o thirsty.h5
holds 'warns with the place' err 'stations.csv:2:'
exits 'assess: the unmet ecological flow is a missed target' 1 "$q" assess thirsty.h5
holds 'counted in the verdict' out '1 of 1 stations release less than the ecological flow'
exits 'in JSON as well' 1 "$q" assess thirsty.h5 --json
check 'with target, release and deficit' program <<'EOF'
import json
a = json.load(open("out", encoding="utf-8"))
s = a["stations"][0]
assert s["target_m3s"] == 3 and abs(s["deficit_m3s"] - (3 - s["released_m3s"])) < 1e-9 and s["diverted_m3s"] == 0 and not s["met"], s
assert a["verdict"]["sections_attained"] and not a["verdict"]["ecological_flow_met"] and not a["verdict"]["all_attained"]
assert any("小水电" in m for m in a["messages"]), a["messages"]
EOF
cp -r clean dry && sed -i 's/,2,0.5$/,2,20/' dry/withdrawals.csv
exits 'run with a withdrawal that asks for more than there is' 0 "$q" run dry -o dry.h5
holds 'warns with the place' err 'withdrawals.csv:2:'
exits 'assess: a withdrawal without its water counts' 1 "$q" assess dry.h5
holds 'counted in the verdict as well' out '1 of 1 withdrawals get less water than they ask for'

# ------------------------------------------------------------------------------------------------ another standard
cat >strict.yaml <<'EOF'
code: STRICT
title: {en: a stricter standard, zh: 更严的标准}
source: a test
classes: [A, B, C]
exceedance: {base_class: 2, clause: a rule, confidence: M-}
items:
  - code: chloride
    title: {en: chloride, zh: 氯化物}
    unit: mg/L
    sense: max
    limits: [1, 2, 4]
    clause: table 7
    confidence: M~
EOF
exits 'a standard of the user' 1 "$q" assess clean.h5 --standard strict.yaml
holds 'judges its own items' out 'worse than C'
holds 'marks what was not verified' out 'table 7: from working knowledge'
holds 'and the base of the multiple' out 'a rule: from working knowledge, unsure'
sed -i 's/limits: \[1, 2, 4\]/limits: [100, 200, 400]/' strict.yaml
exits 'the same run under other limits' 0 "$q" assess clean.h5 --standard strict.yaml
sed -i 's/code: chloride/code: mercury/' strict.yaml
exits 'a standard that has none of the items' 0 "$q" assess clean.h5 --standard strict.yaml
holds 'lists values only' out 'values only'
refuse 'without marks of rules that were not used' grep -q 'from working knowledge' out
echo 'code: [' >broken.yaml
exits 'a standard with errors' 2 "$q" assess clean.h5 --standard broken.yaml
check 'is told with its place' grep -qE '^broken.yaml:[0-9]+:[0-9]+: error: ' err

# ------------------------------------------------------------------------------------------------------ languages
exits 'assess in Chinese' 1 "$q" --lang zh assess dirty.h5
for text in 断面评价 达标率 '评价标准：GB3838-2002《地表水环境质量标准》' 主要污染指标 超Ⅲ类倍数 水质状况 评价结论 轻度污染 '化学需氧量(0.3'; do
  holds "Chinese table: $text" out "$text"
done
LANG=zh_CN.UTF-8 exits 'LANG chooses the language' 0 "$q" --help
holds 'LANG=zh_CN: help in Chinese' out 命令：
LC_ALL=C LANG=zh_CN.UTF-8 exits 'LC_ALL goes before LANG' 0 "$q" --help
holds 'LC_ALL=C: help in English' out Commands:
LC_MESSAGES=zh_CN LANG=C exits 'LC_MESSAGES goes before LANG' 0 "$q" --help
holds 'LC_MESSAGES=zh_CN: help in Chinese' out 命令：
LANG=zh_CN.UTF-8 exits '--lang goes before all, also behind the command' 0 "$q" run --help --lang en
holds '--lang en: English' out 'Usage: qinghe run'
check 'columns line up under wide characters' program <<'EOF'
import os, subprocess, unicodedata
text = subprocess.run([os.environ["QINGHE"], "--lang", "zh", "assess", "dirty.h5"], capture_output=True, text=True).stdout
lines = text.split("\n")
start = next(i for i, l in enumerate(lines) if l.startswith("断面 ") and "项目" in l)
def width(s): return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
def column(line, word): return width(line[:line.index(word)])
units = [column(l, "mg/L") for l in lines[start + 1:start + 5]]
assert len(set(units)) == 1 and units[0] == column(lines[start], "单位"), units
EOF

# ------------------------------------------------------------------------------------------------------- listings
english_in() { grep -E '[a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+' "$1" | grep -v '^  qinghe\|^用法'; }
for kind in kinetics reaeration standards items plots dispersion channels ecoflow structures engines units commands; do
  exits "list $kind" 0 "$q" list $kind
  check "list $kind has entries under a header" test "$(wc -l <out)" -ge 2
  exits "list $kind --json" 0 "$q" list $kind --json
  check "list $kind --json is an array of objects" program <<'EOF'
import json
a = json.load(open("out", encoding="utf-8"))
assert a and all(isinstance(o, dict) and set(o) == set(a[0]) for o in a)
EOF
done
"$q" list kinetics --json >out
check 'list kinetics tells what is nonlinear and what couples' program <<'EOF'
import json
kinds = {p["name"]: (p["nonlinear"], p["couples"]) for p in json.load(open("out", encoding="utf-8"))}
assert kinds["decay"] == (True, True) and kinds["settling"] == (False, False), kinds
assert kinds["second-order"] == (True, False) and kinds["reaeration"] == (False, False), kinds
EOF
"$q" list structures --json >out
check 'list structures tells what series and rules set' program <<'EOF'
import json
laws = {p["name"]: p["setting"] for p in json.load(open("out", encoding="utf-8"))}
assert laws == {"gate": "opening", "release": "discharge", "weir": "fixed"}, laws
EOF
"$q" --lang zh list structures >out
holds 'its words in Chinese' out '闸孔出流，自由或淹没，开度由序列或规则给定  开度'
exits 'list alone' 0 "$q" list
holds 'tells what can be listed' out dispersion
"$q" list items >out
holds 'limits stand with their clause' out 'GB 3838-2002 表1 第18项 (Table 1, item 18)'
holds 'and with their confidence' out 'M~'
"$q" list commands --json >out
mapfile -t commands < <(program <<'EOF'
import json
print("\n".join(c["name"] for c in json.load(open("out"))))
EOF
)
for c in "${commands[@]}"; do
  exits "$c --help" 0 "$q" "$c" --help
  check "$c --help has options, an example and exit codes" test "$(grep -cE '^(Options|Examples|Exit codes):$' out)" -eq 3
  exits "$c --help in Chinese" 0 "$q" --lang zh "$c" --help
  refuse "$c --help in Chinese has no English sentence left" english_in out
done

# --------------------------------------------------------------------------------------------------- the terminal
if command -v script >/dev/null; then
  on_terminal() { TERM=xterm script -qec "$1" /dev/null </dev/null; }
  on_terminal "$q assess dirty.h5" >out
  check 'classes are coloured on a terminal' grep -q $'\033\[3[0-9;]*m' out
  NO_COLOR=1 on_terminal "$q assess dirty.h5" >out
  refuse 'NO_COLOR is respected' grep -q $'\033\[3' out
  "$q" assess dirty.h5 >out
  refuse 'no colour into a file' grep -q $'\033' out
  for lang in en zh; do
    columns=50 && [ $lang = en ] || columns=30
    on_terminal "stty cols $columns; $q --lang $lang list" | tr -d '\r' >folded
    "$q" --lang $lang list >out
    export columns
    check "$lang: the last column is folded to the terminal, and no text is lost" program <<'EOF'
import os, unicodedata
folded, whole = (open(f, encoding="utf-8").read() for f in ("folded", "out"))
def width(s): return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
assert max(map(width, folded.split("\n"))) <= int(os.environ["columns"]), folded
assert "".join(folded.split()) == "".join(whole.split())
assert folded.count("\n") > whole.count("\n")
EOF
  done
  on_terminal "timeout -s INT 3 $q run long --set solver.engine=general -o bar.h5" >out
  check 'a bar on a terminal, with rate and remaining time' grep -qE '\] +[0-9]+ % +[0-9.e+]+ d/s +remaining [0-9:]+' out
else
  skip 'colours and progress on a terminal' 'no script command'
fi
