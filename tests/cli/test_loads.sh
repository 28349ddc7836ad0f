#!/bin/bash
# trace, capacity and optimise as a user meets them: tables, formats for programs, plans that run, exit codes.
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
unset LC_ALL LC_MESSAGES LANG LANGUAGE
root=$PWD
q=$QINGHE
cd "$TMPDIR" || exit 1
case=$root/examples/apengjiang
costs=$case/scenarios/costs.csv

# ---- trace
exits 'trace tells that targets are missed' 1 "$q" trace "$case" --section QJ-04
holds 'with the parts of the whole' out 'QJ-SH-001  黔江城区污水处理厂排污口'
holds 'that add up' out 'they differ by less than 1e-12'
exits 'a case that attains gives 0' 0 "$q" trace "$case" --scenario 提标 -o m.h5
check 'the matrix is written' test -s m.h5 -a ! -e m.h5.part
exits 'JSON' 1 "$q" trace "$case" --json
cp out t.json
py 'contributions add up to the whole, and the whole is that of a run' '
t = json.load(open("t.json"))
assert t["sum_error"] < 1e-12
for item in t["items"]:
    total = sum(p["contribution"] for p in item["contributions"])
    assert abs(total - item["value"]) <= 1e-10 * max(1, item["value"]), item
    assert abs(sum(p["share"] for p in item["contributions"]) - 1) < 1e-10
assert len(t["items"]) == 30'
"$q" run "$case" -o r.h5 --quiet --set solver.engine=exact
"$q" assess r.h5 --json >a.json
py 'which assess reads from its store' '
t = json.load(open("t.json")); a = json.load(open("a.json"))
got = {(i["section"], i["constituent"]): i["value"] for i in t["items"]}
n = 0
for i in a["items"]:
    n += 1
    assert abs(got[i["section"], i["constituent"]] - i["value"]) <= 1e-9 * i["value"], i
assert n == 30'
exits 'CSV' 1 "$q" trace "$case" --csv --by district
cp out t.csv
py 'groups are those of the register' '
rows = list(csv.DictReader(open("t.csv")))
assert {r["source"] for r in rows} == {"headwater", "tributary", "黔江区", "distributed inflow", "background"}'
exits 'in Chinese' 1 "$q" trace "$case" --by kind --lang zh
holds 'with Chinese names' out '沿程入流'
exits 'a section that is not there' 2 "$q" trace "$case" --section QJ-99
holds 'is told' err "there is no section 'QJ-99'"
exits 'a grouping that is not there' 2 "$q" trace "$case" --by river
exits 'a margin that is none' 2 "$q" trace "$case" --margin much
exits 'one format at a time' 2 "$q" trace "$case" --json --csv
exits 'a matrix that cannot be written' 4 "$q" trace "$case" -o no/such/m.h5
exits 'an unsteady case has no response' 2 "$q" trace "$root/examples/uvas-creek"

if command -v gnuplot >/dev/null; then
  exits 'a picture' 1 "$q" trace "$case" --plot s.svg --lang zh
  holds 'with its constituents' s.svg '氨氮 [mg/L]'
  holds 'its sources' s.svg '黔江城区污水处理厂排污口'
  holds 'and its sections' s.svg 'QJ-09'
else
  skip 'a picture' 'no gnuplot'
fi
exits 'a picture of no known form' 2 "$q" trace "$case" --plot s.gif
exits 'a picture that cannot be written' 4 "$q" trace "$case" --plot no/such/s.svg

# ---- capacity
exits 'capacity' 1 "$q" capacity "$case"
holds 'tells its forms' out 'GB/T 25173-2010'
exits 'as CSV' 1 "$q" capacity "$case" --csv --margin none
cp out c.csv
py 'every row has its columns; an outfall alone may give no less than now where all attain' '
rows = list(csv.DictReader(open("c.csv")))
assert all(None not in r and None not in r.values() for r in rows)
cod = [r for r in rows if r["constituent"] == "COD" and r["kind"] == "outfall"]
assert len(cod) == 8
assert all(float(r["same_factor_t_a"]) >= float(r["now_t_a"]) for r in cod)
nh3 = {r["code"]: r for r in rows if r["constituent"] == "NH3-N" and r["kind"] == "outfall"}
assert nh3["QJ-SH-001"]["bound_by"] == "QJ-04" and float(nh3["QJ-SH-001"]["network_t_a"]) < float(nh3["QJ-SH-001"]["now_t_a"])'
exits 'as JSON, attained' 0 "$q" capacity "$case" --scenario 提标 --margin none --json
cp out c.json
py 'no total may be less than now then' '
c = json.load(open("c.json"))
assert c["targets_missed"] == 0 and len(c["totals"]) == 3
assert all(t["feasible"] and t["factor"] >= 1 and t["largest_total_t_a"] >= t["now_t_a"] for t in c["totals"])'

# ---- optimise
mkdir case && cp -r "$case"/* case/
for objective in least-cut equal-percent equal-concentration; do
  exits "$objective" 0 "$q" optimise case --objective "$objective" --margin 10% -o "case/scenarios/$objective.yaml"
  holds 'the full run attains' out 'The full run attains every target.'
  exits 'the plan is a scenario' 0 "$q" run case --scenario "$objective" -o p.h5 --quiet
  exits 'by which every section attains' 0 "$q" assess p.h5
done
exits 'the cheapest' 0 "$q" optimise case --costs "$costs" -o case/scenarios/cheapest.yaml --json
cp out p.json
exits 'is a scenario too' 0 "$q" run case --scenario cheapest -o p.h5 --quiet
"$q" assess p.h5 --json >a.json
py 'and its run is the one that the plan told of' '
p = json.load(open("p.json")); a = json.load(open("a.json"))
assert p["feasible"] and p["attained"] and p["cost"] > 0
got = {(i["section"], i["constituent"]): i["value"] for i in a["items"]}
for l in p["limits"]:
    assert abs(l["after_mg_L"] - got[l["section"], l["constituent"]]) <= 1e-9 * l["after_mg_L"]
    assert l["after_mg_L"] <= l["allowed_mg_L"] * (1 + 1e-8)
assert any(l["binds"] and l["price"] > 0 for l in p["limits"])'
exits 'a plan upon a scenario' 0 "$q" optimise case --scenario 提标 -o case/scenarios/more.yaml
holds 'extends it' case/scenarios/more.yaml 'extends: "提标"'
exits 'and runs' 0 "$q" run case --scenario more -o p.h5 --quiet
exits 'what cannot be met gives 1' 1 "$q" optimise case --margin 60%
holds 'and says where and by how much' out 'is still off by'
exits 'in Chinese' 1 "$q" optimise case --margin 60% --lang zh
holds 'too' out '仍差'
exits 'rates of trade' 0 "$q" optimise case --trade QJ-GY-001
holds 'of those who could cut' out 'QJ-SH-001'
exits 'as JSON' 0 "$q" optimise case --trade QJ-GY-001 --json
cp out p.json
py 'a plant above pays more than one for one, what stands on another river cannot' '
r = {(x["constituent"], x["outfall"]): x for x in json.load(open("p.json"))["rates"]}
assert 1 < r["NH3-N", "QJ-SH-001"]["rate"] < 1.1 and r["NH3-N", "QJ-NC-001"]["covers"] is False'
exits 'of an outfall that is not there' 2 "$q" optimise case --trade QJ-99
exits 'and of no plan' 2 "$q" optimise case --trade QJ-GY-001 --costs "$costs"
exits 'no plant can cut all of a load' 0 "$q" optimise case --most 80% --json
cp out p.json
py 'so none cuts more than it may' '
p = json.load(open("p.json"))
assert p["attained"] and all(l["factor"] >= 0.2 - 1e-6 for l in p["loads"]) and any(l["factor"] < 0.21 for l in p["loads"])'
exits 'a part that is none' 2 "$q" optimise case --most none
exits 'a part beside costs' 2 "$q" optimise case --most 80% --costs "$costs"
exits 'least-cost without costs' 2 "$q" optimise case --objective least-cost
exits 'costs without least-cost' 2 "$q" optimise case --objective least-cut --costs "$costs"
exits 'a table that is not there' 4 "$q" optimise case --costs none.csv
exits 'a plan that cannot be written' 4 "$q" optimise case -o no/such/plan.yaml
cat >bad.csv <<'EOF'
outfall,standard,grade,constituent,cost,most
QJ-SH-01,GB18918-2002,1A,,10,
QJ-SH-001,GB18918-2002,1C,,10,
QJ-SH-001,GB1,1A,,10,
QJ-SH-001,,,NH3,10,
QJ-GY-001,,,TP,-1,
QJ-GY-001,,,TP,ten,
QJ-GY-001,,,TP,5,120%
QJ-HL-001,GB18918-2002,1A,TP,5,
QJ-HL-001,,,,5,
QJ-SH-002,GB18918-2002,1A,,,
QJ-SH-003,GB18918-2002,,,7,
QJ-NY-001,GB18918-2002,1A,,7,
QJ-NY-001,,,TP,7,
QJ-NC-001,,,TP,7,
QJ-NC-001,,,TP,8,
EOF
exits 'all slips in a table of costs' 2 "$q" optimise case --costs bad.csv
holds 'an outfall' err "bad.csv:2:1: error: there is no outfall 'QJ-SH-01'; did you mean 'QJ-SH-001'?"
holds 'a grade' err "bad.csv:3:24: error: GB18918-2002 has no grade '1C'"
holds 'a standard' err "there is no discharge standard 'GB1'"
holds 'a constituent' err "there is no constituent 'NH3'"
holds 'a cost below 0' err "bad.csv:6:16: error: '-1' must be at least 0"
holds 'a cost that is no number' err "'ten' is no number"
holds 'a part over 1' err "'120%' must be from 0 to 1"
holds 'both kinds in a row' err 'bad.csv:9:1: error: give either a standard with its grade or a constituent'
holds 'none of them' err 'bad.csv:10:1: error: give either'
holds 'no cost' err 'the cost is missing'
holds 'half a level' err "'standard' and 'grade' go together"
holds 'both kinds of an outfall' err 'outfall QJ-NY-001 has both levels and costs by the tonne'
holds 'a cost twice' err 'bad.csv:16:13: error: the cost of TP of this outfall stands twice'
printf 'outfall,price\nQJ-SH-001,3\n' >bad.csv
exits 'a column that is none' 2 "$q" optimise case --costs bad.csv
holds 'is told' err "unknown column 'price'"
holds 'with the one that is missing' err "column 'cost' is missing"
