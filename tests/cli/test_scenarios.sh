#!/bin/bash
# Scenarios and comparison as a user meets them: run, validate, list, assess, compare and plot; languages, formats for
# programs, exit codes.
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
unset LC_ALL LC_MESSAGES LANG LANGUAGE
root=$PWD
q=$QINGHE
cd "$TMPDIR" || exit 1
case=$root/examples/apengjiang

# ---- run and validate
exits 'a case runs as it is' 0 "$q" run "$case" -o a.h5 --quiet
exits 'a scenario is laid over a case' 0 "$q" run "$case" --scenario 提标 -o b.h5
holds 'the run tells the scenario' out 'scenario  提标  污水厂提标至一级A、加大生态下泄'
holds 'and what it changes' out 'QJ-SH-001  NH3-N'
holds 'with the limit that does it' out 'GB 18918-2002, Table 1, item 8 and note ②'
exits 'a scenario is validated' 0 "$q" validate "$case" --scenario 更枯 --lang zh
holds 'in Chinese' out '情景: 更枯'
holds 'kinds of change have their Chinese names' out '设计流量'
exits 'the file is called after case and scenario' 0 "$q" run "$case" --scenario 截流 --quiet
check 'in the current folder' test -s apengjiang-截流.h5
exits 'a setting and a scenario go together' 0 "$q" run "$case" --scenario 提标 --set solver.cell_length='500 m' -o c.h5 --quiet
exits 'a scenario that is not there' 2 "$q" run "$case" --scenario 提彪 -o x.h5
holds 'the nearest is offered' err "there is no scenario '提彪'; did you mean '提标'?"
check 'nothing is written' test ! -e x.h5 -a ! -e x.h5.part
mkdir -p bad/scenarios && cp "$case"/*.csv "$case/case.yaml" bad/
printf 'changes:\n- close: QJ-SH-01\n- {scale: {district: 黔江}, load: 0.5}\n' >bad/scenarios/s.yaml
exits 'all problems of a scenario are told' 2 "$q" validate bad --scenario s
holds 'with their places' err "scenarios/s.yaml:2:10: error: 'close' is 'QJ-SH-01', but there is no such outfall; did you mean 'QJ-SH-001'?"
holds 'each of them' err "scenarios/s.yaml:3:22: error: 'district' is '黔江', which no outfall has; did you mean '黔江区'?"

# ---- an overlay that changes nothing gives the same file but for its name
printf 'changes: []\n' >bad/scenarios/nothing.yaml
exits 'an empty scenario runs' 0 "$q" run bad --scenario nothing -o n.h5
holds 'and says that it is empty' out 'the scenario leaves everything as it is'
"$q" assess a.h5 --csv >a.csv
"$q" assess n.h5 --csv >n.csv
check 'and gives the same verdict, to the digit' cmp a.csv n.csv

# ---- list and explain
exits 'scenarios are listed' 0 "$q" list scenarios --case "$case"
holds 'with what they extend' out '提标并封堵合流制溢流口'
exits 'also as JSON' 0 "$q" list scenarios --case "$case" --json
py 'the JSON names all six' 'assert sorted(s["name"] for s in json.load(open("out"))) == sorted(["提标", "仅提标", "截流", "更枯", "丰水", "已批未建"])'
exits 'discharge standards are listed' 0 "$q" list discharge
holds 'with the limits of cold water' out '1A 5 (8 <= 12 degC)'
exits 'a folder that is no case' 4 "$q" list scenarios --case nowhere
exits 'a key of a scenario is explained' 0 "$q" explain scenario.upgrade.grade
exits 'also in Chinese' 0 "$q" explain 情景.提标 --lang zh
holds 'with its aliases' out '等级'

# ---- assess
"$q" assess b.h5 >out
holds 'assess names the scenario' out 'Scenario: 提标  污水厂提标至一级A、加大生态下泄'
"$q" assess c.h5 --json >c.json
py 'so does its JSON' 'run = json.load(open("c.json"))["run"]
assert run["scenario"] == "提标" and run["scenario_files"] == ["scenarios/提标.yaml"]'
"$q" assess a.h5 --json >a.json
py 'which is null for the case as it is' 'run = json.load(open("a.json"))["run"]; assert run["scenario"] is None and run["scenario_files"] == []'

# ---- compare
exits 'runs are compared' 0 "$q" compare a.h5 b.h5
holds 'by section' out 'QJ-04  黔江河口下游'
check 'columns line up, whatever the script' /usr/bin/python3 -c '
import unicodedata
width = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
rows = [l.rstrip("\n") for l in open("out") if l.startswith("QJ-")]
columns = {width(r[:r.index(" mg/L ")]) for r in rows}
assert len(rows) == 30 and len(columns) == 1, columns'
exits 'only what is missed' 0 "$q" compare a.h5 b.h5 --missed
check 'three rows are left' test "$(grep -c '^QJ-' out)" -eq 3
exits 'what gets worse ends with 1' 1 "$q" compare b.h5 a.h5
exits 'the other way with 0' 0 "$q" compare a.h5 b.h5 apengjiang-截流.h5 --json
py 'the JSON has every run' 'd = json.load(open("out")); runs = d["runs"]
assert d["format"] == 1 and [r["scenario"] for r in runs] == [None, "提标", "截流"] and not d["any_target_lost"]
assert [(r["sections_attained"], r["sections_now_attained"]) for r in runs] == [(8, 0), (10, 2), (10, 2)]
assert "items" not in runs[0] and len(runs[1]["items"]) == len(runs[2]["items"]) == 30
i = next(i for i in runs[1]["items"] if (i["section"], i["constituent"]) == ("QJ-09", "NH3-N"))
assert i["verdict"] == "now attained" and i["base_class_name"] == ">Ⅴ" and i["class_name"] == "Ⅳ" and i["attained"] is True
assert abs(i["change"] - (i["value"] - i["base_value"])) < 1e-10 and abs(i["relative_change"] - i["change"] / i["base_value"]) < 1e-10
verdicts = {s["section"]: s["verdict"] for s in runs[1]["section_verdicts"]}
assert verdicts["QJ-04"] == "now attained" and verdicts["QJ-06"] == "attained"'
"$q" assess b.h5 --json >b.json
py 'values are those of assess' 'd = json.load(open("out")); b = json.load(open("b.json"))
key = lambda i: (i["section"], i["constituent"])
values = {key(i): i["value"] for i in b["items"]}
assert all(abs(i["value"] - values[key(i)]) < 1e-10 for i in d["runs"][1]["items"])'
exits 'CSV with a byte order mark' 0 "$q" compare a.h5 b.h5 --csv --bom --missed --lang zh
py 'it reads back, the same in all languages' 'rows = list(csv.DictReader(open("out", encoding="utf-8-sig")))
assert [r["section"] + r["constituent"] for r in rows] == ["QJ-04NH3-N", "QJ-04TP", "QJ-09NH3-N"]
assert all(r["scenario"] == "提标" and r["verdict"] == "now attained" for r in rows)'
exits 'in Chinese' 0 "$q" compare a.h5 b.h5 --missed --lang zh
holds 'verdicts are Chinese' out '转为达标'
exits 'a standard that is not there' 4 "$q" compare a.h5 b.h5 --standard GB9999-2002

# ---- runs that cannot be compared
sed 's/^QJ-10,/QJ-99,/' "$case/sections.csv" >bad/sections.csv
"$q" run bad -o other.h5 --quiet
exits 'other sections' 2 "$q" compare a.h5 other.h5
holds 'the one that is missing' err "other.h5 has no section 'QJ-10' (蒲花河河口), which a.h5 has"
holds 'and the one that is new' err "a.h5 has no section 'QJ-99' (蒲花河河口), which other.h5 has"
"$q" run "$root/tests/cases/unsteady" -o u.h5 --quiet
exits 'a steady and an unsteady run' 2 "$q" compare a.h5 u.h5
holds 'are no pair' err 'a.h5 is a steady run, u.h5 an unsteady one'
exits 'one run is no comparison' 2 "$q" compare a.h5
exits 'a file that is not there' 4 "$q" compare a.h5 nowhere.h5
exits 'a wrong pair of options' 2 "$q" compare a.h5 b.h5 --json --csv
exits 'unsteady runs are compared by a statistic' 0 "$q" compare u.h5 u.h5 --statistic daily --json
py 'which is told' 'd = json.load(open("out")); assert d["statistic"] == "daily" and d["runs"][1]["items"][0]["change"] == 0'
