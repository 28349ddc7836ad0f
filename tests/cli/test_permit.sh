#!/bin/bash
# permit as a user meets it: the proposals that ship, a forbidden one, cuts and other outfalls, formats for programs, both
# languages, exit codes.
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
unset LC_ALL LC_MESSAGES LANG LANGUAGE
root=$PWD
q=$QINGHE
cd "$TMPDIR" || exit 1
case=$root/examples/apengjiang

# ---- one that attains
exits 'the proposal on the brook attains' 0 "$q" permit "$case" --proposal puhua
holds 'and says so' out 'attains'
holds 'with its grade' out 'W 10950 equivalents a year, by COD'
holds 'its accounting section moved to the spawning ground' out '蒲1, 12.5'
holds 'what is not verified is told' out 'not checked against the document (M+)'
exits 'in Chinese' 0 "$q" permit "$case" --outfall QJ-SH-011 --lang zh
holds 'with the same conclusion' out '达标'
holds 'and the same footnotes' out '未与原文核对'
check 'and no English but names of standards and units' test "$(grep -cE '[A-Za-z]{4,} [A-Za-z]{4,}' out)" -le 8
exits 'JSON' 0 "$q" permit "$case" --proposal puhua --json
cp out p.json
py 'JSON holds together' '
p = json.load(open("p.json"))
assert p["format"] == 1 and p["conclusion"] == "attains" and p["judged"] == "cumulative"
assert p["grade"]["grade"] == "2" and p["grade"]["equivalents"] == 10950
assert not any(f["kind"] in ("forbids", "fails", "condition") for f in p["findings"])
assert all(f["rule"]["clause"] and f["rule"]["confidence"] for f in p["findings"] + p["places"])
dry = p["periods"][0]
assert [x["season"] for x in p["periods"]] == ["dry", "wet"]
states = {v["state"] for v in dry["values"]}
assert states == {"without", "normal", "accident", "cumulative"}, states
for v in dry["values"]:
    assert v["met"] == (v["judged_mg_L"] <= v["allowed_mg_L"] * (1 + 1e-9))
    assert abs(v["allowed_mg_L"] - v["limit_mg_L"] * (1 - v["margin"])) < 1e-12
    if v["state"] == "without": assert v["increment_mg_L"] == 0
terms = {t["constituent"]: t for t in p["terms"]}
# 600 m3/d * 50 mg/L * 365 d / 10^6 = 10.95 t/a
assert abs(terms["COD"]["permit_t_a"] - 10.95) < 1e-9 and terms["COD"]["set_by"] == "applied"
assert abs(terms["NH3-N"]["permit_t_a"] - 1.095) < 1e-9
assert terms["NH3-N"]["permissible_t_a"] > terms["NH3-N"]["permit_t_a"]
for near in dry["near"]: assert abs(near["annex_e_mg_L"] / near["network_mg_L"] - 1) < 1e-3, near
assert max(a["peak_mg_L"] for a in dry["accident"] if a["constituent"] == "COD") < 10.1'

# ---- the network says what a run of the same case says
mkdir -p same && cp -r "$case/." same/ && cat >same/scenarios/with.yaml <<'YAML'
changes:
- {add: QJ-SH-011, reach: 蒲1, chainage: 11 km, flow: 600 m3/d, COD: 50 mg/L, NH3-N: 5 mg/L, TP: 0.5 mg/L}
YAML
"$q" run same --scenario with -o with.h5 --quiet --set solver.engine=exact 2>err && "$q" assess with.h5 --json >a.json
py 'the sections of a run with the outfall have the same values' '
p = json.load(open("p.json")); a = json.load(open("a.json"))
got = {(i["section"], i["constituent"]): i["value"] for i in a["items"]}
n = 0
for v in p["periods"][0]["values"]:
    place = p["places"][v["place"]]
    if v["state"] != "normal" or place["kind"] != "section": continue
    n += 1
    assert abs(v["mean_mg_L"] / got[place["code"], v["constituent"]] - 1) < 1e-9, v
assert n == 12, n'

# ---- one that does not
exits 'the industrial park does not attain' 1 "$q" permit "$case" --proposal zhengyang
holds 'and says where and by how much' out 'NH3-N at QJ-04 黔江河口下游, 枯水期: 1.055 mg/L, at most 0.45 allowed (limit 0.5 of class Ⅱ less 10 %)'
holds 'and that the cuts do not help' out 'even with the regional cuts of scenario 提标 3 targets are missed'
holds 'no terms of a permit' out 'these are no terms of a permit'
exits 'CSV' 1 "$q" permit "$case" --proposal zhengyang --csv --bom
cp out p.csv
py 'CSV is a table with clause and confidence in every row' '
text = open("p.csv", encoding="utf-8").read()
assert text[0] == "\ufeff"
rows = list(csv.DictReader(text[1:].splitlines()))
assert len(rows) > 300 and all(None not in r and None not in r.values() for r in rows)
assert all(r["clause"] and r["confidence"] in ("V", "V2", "M+", "M~", "M-") for r in rows), [r for r in rows if not r["clause"]]
assert rows[0]["what"] == "fails"
n = [r for r in rows if r["part"] == "terms" and r["what"] == "permissible" and r["constituent"] == "NH3-N"]
assert len(n) == 1 and float(n[0]["value"]) < 0 and n[0]["place"] == "QJ-04"'

# ---- cuts that help: an outfall small enough beside them
cat >small.yaml <<'YAML'
kind: new
outfall: {code: N1, name: 小厂, reach: 黔3, chainage: 3 km, flow: 2000 m3/d, standard: GB18918-2002, grade: 1A}
discharge:
- {constituent: COD, concentration: 50 mg/L}
- {constituent: NH3-N, concentration: 5 mg/L}
- {constituent: TP, concentration: 0.5 mg/L}
periods: [{name: 枯水期, season: dry, basis: q90}]
cuts: 大幅削减
YAML
cat >same/scenarios/大幅削减.yaml <<'YAML'
extends: 提标
changes:
- {close: QJ-HL-001}
- {scale: [QJ-SH-001, QJ-GY-001], load: 30 %}
YAML
exits 'with the cuts it attains, on that condition' 0 "$q" permit same --proposal small.yaml --json
cp out s.json
py 'cuts first, twice what is added' '
s = json.load(open("s.json"))
assert s["conclusion"] == "conditional" and s["terms_hold"] == "cuts"
conditions = [f for f in s["findings"] if f["kind"] == "condition"]
assert [f["code"] for f in conditions] == ["cuts"], conditions
assert any(f["code"] == "replacement" and "2 times are asked" in f["text"] for f in s["findings"])
terms = {t["constituent"]: t for t in s["terms"]}
assert terms["NH3-N"]["permissible_t_a"] < 0 < terms["NH3-N"]["permissible_with_cuts_t_a"]
assert abs(terms["NH3-N"]["permit_t_a"] - 3.65) < 1e-9'
sed 's/^cuts:.*//' small.yaml >bare.yaml
exits 'without them it does not' 1 "$q" permit same --proposal bare.yaml

# ---- where no outfall may stand
cat >source.yaml <<'YAML'
kind: new
outfall: {code: N2, name: 取水口上游, reach: 阿1, chainage: 4.5 km, flow: 100 m3/d}
discharge: [{constituent: COD, load: 5 kg/d}, {constituent: NH3-N, load: 0.5 kg/d}, {constituent: TP, load: 0.05 kg/d}]
periods: [{name: 枯水期, season: dry, basis: q90}]
YAML
exits 'a drinking-water source stops it' 1 "$q" permit "$case" --proposal source.yaml
holds 'with the article' out 'no outfall may stand there'
exits 'and no numbers pretend otherwise' 1 "$q" permit "$case" --proposal source.yaml --json
cp out f.json
py 'only the reasons' '
f = json.load(open("f.json"))
assert f["conclusion"] == "forbidden" and f["periods"] == [] and f["terms"] == []
clauses = [x["rule"]["clause"] for x in f["findings"] if x["kind"] == "forbids"]
assert any("Article 64" in c for c in clauses) and any("GB 8978" in c for c in clauses), clauses'

exits 'its report is written' 1 "$q" permit "$case" --proposal source.yaml --report source.md --lang zh
grep -m1 '^\*\*' source.md >source.first
holds 'it begins with the conclusion' source.first '**该处不得设置排污口**'
holds 'and the article' source.md '水污染防治法'
check 'and shows the river without the project only' bash -c '[ "$(grep -c "^## 评价结论" source.md)" = 1 ] && grep -q "^## 评价结论 — 枯水期：无项目" source.md'

# ---- an outfall of the case
exits 'an outfall of the case is evaluated as it stands' 1 "$q" permit "$case" --outfall QJ-SH-001
holds 'as existing' out '(existing)'
holds 'its only period has a name that a reader knows' out 'NH3-N at accounting section, as it stands: '
exits 'in Chinese too' 1 "$q" permit "$case" --outfall QJ-SH-001 --lang zh
holds 'in words of its own' out '现状：'
exits 'one that discharges nothing is not' 2 "$q" permit "$case" --outfall QJ-GY-002
holds 'which is said' err 'outfall QJ-GY-002 discharges no water'

# ---- wrong use
exits 'neither proposal nor outfall' 2 "$q" permit "$case"
holds 'is told' err 'give either --proposal or --outfall'
exits 'both' 2 "$q" permit "$case" --proposal puhua --outfall QJ-SH-011
exits '--json and --csv' 2 "$q" permit "$case" --proposal puhua --json --csv
exits '--bom alone' 2 "$q" permit "$case" --proposal puhua --bom
exits 'a folder that is no case' 4 "$q" permit nowhere --proposal puhua
exits 'help' 0 "$q" permit --help
holds 'names the standard' out 'HJ 2.3-2018'
exits 'keys of a proposal are explained' 0 "$q" explain proposal.outfall.bank_distance
exits 'in Chinese too' 0 "$q" explain 申请.排污口.距岸距离 --lang zh
