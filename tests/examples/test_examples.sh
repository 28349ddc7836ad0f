#!/bin/bash
# The cases that ship: each is valid, runs, closes its budget and tells the story that its README tells. Values are held
# to what plug flow with first-order loss and mixing gives (worked out apart from the program), within 3 %.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
python=/usr/bin/python3
out=$(mktemp -d)

# run_and_judge NAME EXIT [SCENARIO]: validate, run, assess examples/NAME, with a scenario over it; what is made is called NAME or
# SCENARIO. The verdict's exit status is EXIT.
run_and_judge() {
  local name=$1 expected=$2 made=${3:-$1} status=0 with=()
  [ $# -lt 3 ] || with=(--scenario "$3")
  check "$made is valid" "$QINGHE" validate "examples/$name" "${with[@]}"
  check "$made runs" "$QINGHE" run "examples/$name" "${with[@]}" -o "$out/$made.h5" --quiet
  "$QINGHE" assess "$out/$made.h5" --json >"$out/$made.json" 2>"$out/$made.err" || status=$?
  check "$made is judged with exit status $expected" test "$status" -eq "$expected"
}
verdict() { # NAME CASE CHECK...
  local name=$1 case=$2
  shift 2
  check "$name" "$python" tests/examples/verdict.py "$out/$case.json" "$@"
}

# ---- apengjiang: the town tributary misses, the dewatered main stem below it too; upgraded, all attain
run_and_judge apengjiang 1
run_and_judge apengjiang 0 提标
run_and_judge apengjiang 1 仅提标
run_and_judge apengjiang 0 截流
run_and_judge apengjiang 1 更枯
verdict 'today the town tributary is worse than its class Ⅳ' apengjiang 'section:QJ-09:>Ⅴ:no' item:QJ-09:NH3-N:2.04:2.17 \
  item:QJ-09:COD:19.8:21.0 item:QJ-09:TP:0.271:0.287
verdict 'the dewatered main stem below it misses class Ⅱ' apengjiang 'section:QJ-04:Ⅲ:no' item:QJ-04:NH3-N:0.825:0.877 \
  flow:嘉禾电站:4.8
verdict 'the two exit sections hold class Ⅱ' apengjiang 'section:QJ-06:Ⅱ:yes' 'section:QJ-07:Ⅱ:yes'
verdict 'eight of ten sections attain today' apengjiang 'rate::0.8' residual:1e-10
verdict 'upgraded plants bring the town tributary to class Ⅳ' 提标 'section:QJ-09:Ⅳ:yes' \
  item:QJ-09:NH3-N:1.39:1.475
verdict 'the larger release brings the main stem to class Ⅱ' 提标 'section:QJ-04:Ⅱ:yes' \
  item:QJ-04:NH3-N:0.41:0.436 flow:嘉禾电站:9.6
verdict 'all ten sections attain after the upgrade' 提标 'rate::1' residual:1e-10

verdict 'the plants alone leave the main stem in class Ⅲ' 仅提标 'section:QJ-04:Ⅲ:no' 'section:QJ-09:Ⅳ:yes' flow:嘉禾电站:4.8
verdict 'without the overflow the town tributary is cleaner still' 截流 item:QJ-09:NH3-N:1.24:1.32 flow:嘉禾电站:9.6
verdict 'with less and colder water the upgrade is not enough' 更枯 'section:QJ-09:>Ⅴ:no' 'rate::0.7'

# The upgrade is nothing but cleaner plants and larger releases: 3 constituents and the standard of 4 plants, 2 stations.
effects() { "$QINGHE" validate "examples/$1" --scenario "$2" --lang en | grep -E '^(upgrade|release|close|scale|set|move|add|kinetics|temperature|design_flow) '; }
effects apengjiang 提标 >"$out/effects"
check '提标 changes 4 plants and 2 stations' test "$(wc -l <"$out/effects")" -eq 18
refuse '提标 changes nothing else' grep -vE '^(upgrade  QJ-(SH|GY)-00[123]|release  (嘉禾电站|双泉电站)) ' "$out/effects"

# ---- peaking: a reservoir, a station that runs twice a day, an ecological flow that the dam always keeps
run_and_judge peaking 0
check 'peaking: every day of its ecological flow is kept' "$python" - "$out/peaking.json" <<'PY'
import json, sys
daily = json.load(open(sys.argv[1]))["stations"][0]["daily"]
assert daily["days"] == daily["days_kept"] == 7 and daily["missing_m3"] == 0, daily
PY
# By levels the same dam keeps the same flow, with a gate in the river below.
cp -r examples/peaking "$out/levels"
sed -i 's/^code,reservoir,/code,reservoir,reach,chainage [km],/; 2,$s/,示例水库,/,示例水库,,,/' "$out/levels/structures.csv"
echo '节制闸,,下游段,8,gate,281.01,10,0.6,0.5' >>"$out/levels/structures.csv"
check 'peaking by levels, with a gate in the river, runs' "$QINGHE" run "$out/levels" -o "$out/levels.h5" --quiet --set run.routing=diffusive
"$QINGHE" assess "$out/levels.h5" --json >"$out/levels.json" 2>"$out/levels.err"
check 'peaking by levels: every day of its ecological flow is kept' "$python" - "$out/levels.json" <<'PY'
import json, sys
daily = json.load(open(sys.argv[1]))["stations"][0]["daily"]
assert daily["days"] == daily["days_kept"] == 7 and daily["missing_m3"] == 0, daily
PY
# Without its reservoir, and with all of the mean annual flow as ecological flow, the dam lacks what the river lacks: by hand
# 6 m3/s less inflow and withdrawal, 1.1 and 0.8 m3/s on the first two days and 4,000 m3 of the third; a little more, for the
# rising water takes some two hours down to the dam.
cp -r examples/peaking "$out/bare"
rm "$out/bare/"{reservoirs,structures,operation_rules,storage_curves}.csv
sed -i 's/,minimum_level \[m\]//; s/series:发电,318,/series:发电,/; s/,0\.1$/,1/' "$out/bare/stations.csv"
check 'peaking without its reservoir runs' "$QINGHE" run "$out/bare" -o "$out/bare.h5" --quiet
"$QINGHE" assess "$out/bare.h5" --json >"$out/bare.json" 2>"$out/bare.err"
check 'peaking without its reservoir: three days short, 168,000 m3' "$python" - "$out/bare.json" <<'PY'
import json, sys
daily = json.load(open(sys.argv[1]))["stations"][0]["daily"]
assert daily["days_kept"] == 4 and daily["longest_run_short_days"] == 3 and daily["longest_run_from_day"] == 1, daily
assert daily["worst_day"] == 1 and 1 < daily["missing_m3"] / 168200 < 1.05, daily
assert len(daily["deficit_m3s"]) == 7 and abs(daily["deficit_m3s"][1] - 0.8) < 0.05, daily
PY
# An intake at that dam whose claim comes after the ecological flow gets nothing while that is short, and spoils nothing.
printf '%s\n' 'code,name,kind,reach,chainage [km],flow [m3/s],priority' 'QS-1,示例水厂,intake,库尾段,4,0.2,0' \
  'QS-2,灌溉取水,withdrawal,库尾段,5.5,1,1' >"$out/bare/withdrawals.csv"
"$QINGHE" run "$out/bare" -o "$out/ranked.h5" --quiet
"$QINGHE" assess "$out/ranked.h5" --json >"$out/ranked.json" 2>"$out/ranked.err"
check 'peaking without its reservoir: a later claim waits for the ecological flow' "$python" - "$out/bare.json" "$out/ranked.json" <<'PY'
import json, sys
bare, ranked = (json.load(open(f)) for f in sys.argv[1:])
was, now = bare["stations"][0]["daily"], ranked["stations"][0]["daily"]
assert abs(was["missing_m3"] - now["missing_m3"]) < 1e-6 * was["missing_m3"], (was, now)
first, later = ranked["withdrawals"]
assert first["priority"] == 0 and first["daily"]["days_kept"] == 7, first
short = later["daily"]
assert later["priority"] == 1 and short["deficit_m3s"][:2] == [1, 1] and short["deficit_m3s"][3:6] == [0, 0, 0], short
assert short["longest_run_short_days"] == 3 and short["longest_run_from_day"] == 1, short
PY
# As CSV, by day and by month: the month is the sum of its days.
"$QINGHE" assess "$out/bare.h5" --csv --rows station-days >"$out/days.csv" 2>>"$out/bare.err"
"$QINGHE" assess "$out/bare.h5" --csv --rows station-months >"$out/months.csv" 2>>"$out/bare.err"
check 'peaking without its reservoir: days and months as CSV agree' "$python" - "$out" <<'PY'
import csv, json, sys
days = list(csv.DictReader(open(sys.argv[1] + "/days.csv", encoding="utf-8")))
months = list(csv.DictReader(open(sys.argv[1] + "/months.csv", encoding="utf-8")))
daily = json.load(open(sys.argv[1] + "/bare.json"))["stations"][0]["daily"]
assert [d["date"] for d in days] == [f"2024-01-{8 + i:02d}" for i in range(7)], days
assert [d["kept"] for d in days] == ["no"] * 3 + ["yes"] * 4, days
assert len(months) == len(daily["months"]) == 1, months
month = months[0]
assert month["month"] == "2024-01" and month["days"] == "7" and month["days_kept"] == "4", month
for row, of_json in ((month, daily["months"][0]),):
    assert all(abs(float(row[k]) - of_json[k]) <= 1e-8 * of_json[k] for k in of_json if k != "month"), (row, of_json)
missing = 86400 * sum(float(d["deficit_m3s"]) for d in days)
assert missing > 0 and abs(float(month["missing_m3"]) / missing - 1) < 1e-8, (month, missing)
assert abs(float(month["released_m3s"]) - sum(float(d["released_m3s"]) for d in days) / 7) < 1e-8, month
PY
# Above the dam only the intake takes water, 0.2 m3/s. The station itself gives none away on the two days that are short
# throughout, and what comes over the ecological flow on the third.
"$QINGHE" assess "$out/bare.h5" --csv --rows station-takers >"$out/takers.csv" 2>>"$out/bare.err"
check 'peaking without its reservoir: who took the water' "$python" - "$out" <<'PY'
import csv, json, sys
takers = {t["name"]: t for t in csv.DictReader(open(sys.argv[1] + "/takers.csv", encoding="utf-8"))}
daily = json.load(open(sys.argv[1] + "/bare.json"))["stations"][0]["daily"]
intake = takers["示例水厂"]
assert intake["code"] == "QS-1" and intake["kind"] == "withdrawal" and intake["days_short"] == "3", intake
assert abs(float(intake["taken_m3"]) - 3 * 86400 * 0.2) < 1e-3, intake
assert set(takers) <= {"示例水厂", "示例电站"}, takers
volumes = [t["taken_m3"] for t in daily["takers"]]
assert volumes == sorted(volumes, reverse=True) and len(volumes) == len(takers), daily["takers"]
assert all(abs(float(takers[t["name"]]["taken_m3"]) - t["taken_m3"]) < 1e-4 for t in daily["takers"]), daily["takers"]
PY
worded=0
"$QINGHE" run examples/apengjiang -o "$out/steady.h5" --quiet 2>>"$out/bare.err"
"$QINGHE" assess "$out/steady.h5" --csv --rows station-days >"$out/none.csv" 2>"$out/none.err" || worded=$?
check 'a run without moving water has no days of ecological flow, and says so' test "$worded" -eq 2
check 'it prints nothing else' test ! -s "$out/none.csv"
# Of two rules the larger holds, month by month, and the days say which: 0.9 m3/s in winter, 1.8 from April on.
cp -r "$out/bare" "$out/both"
sed -i 's/^name,\(.*\)rule,/name,\1rule,tennant_grade,/; s/,share,/,"max(share, tennant)",fair,/; s/,6,1$/,6,0.15/' "$out/both/stations.csv"
for day in 08 09 10 11 12 13 14 15 16; do # the week before and after the first of April
  sed -i "s/2024-01-$day/$(date -d "2024-01-$day 81 days" +%F)/" "$out/both/case.yaml" "$out/both"/series/*.csv
done
"$QINGHE" run "$out/both" -o "$out/both.h5" --quiet --set run.month=3
"$QINGHE" assess "$out/both.h5" --json >"$out/both.json" 2>"$out/both.err"
check 'peaking: of two rules the larger binds, by month and by day' "$python" - "$out/both.json" <<'PY'
import json, sys
station = json.load(open(sys.argv[1]))["stations"][0]
assert station["rule"] == "max(share, tennant)" and len(station["by_month"]) == 12, station
for m in station["by_month"]:
    wet = 4 <= m["month"] <= 9
    assert m["rule"] == ("tennant" if wet else "share") and abs(m["target_m3s"] - (1.8 if wet else 0.9)) < 1e-12, m
assert station["daily"]["binding_rule"] == ["share"] * 3 + ["tennant"] * 4, station["daily"]
PY
# A station that may draw the pond down to its bottom does, and the run says where and when.
cp -r examples/peaking "$out/dry"
sed -i 's/,318,/,310,/; s/,12,series/,30,series/' "$out/dry/stations.csv"
sed -i '2,$s/,[0-9]*$/,20/' "$out/dry/series/turbine.csv"
stopped=0
"$QINGHE" run "$out/dry" -o "$out/dry.h5" --quiet 2>"$out/dry.err" || stopped=$?
check 'peaking: a reservoir that empties stops the run' test "$stopped" -eq 3
check 'peaking: it says where and when' grep -qE 'reservoirs\.csv:2:1: error: reservoir 示例水库 is empty [0-9.]+ h after the start' "$out/dry.err"
check 'peaking: and leaves no file' test ! -e "$out/dry.h5"

# ---- cascade: a year of two reservoirs. The upper one is down to its dead level from January to April: the town is served, the
# transfer is not, the ecological flow is; and the outlet misses its class in just these months.
run_and_judge cascade 1
verdict 'the outlet misses class Ⅲ at low water' cascade 'section:D2:Ⅳ:no' item:D2:NH3-N:1.1:1.2 'section:D1:Ⅰ:yes' residual:1e-10
check 'cascade: levels, balances, who is short and why' "$python" - "$out/cascade.json" <<'PY'
import json, sys
run = json.load(open(sys.argv[1], encoding="utf-8"))
upper, lower = run["reservoirs"]
assert upper["name"] == "上库" and upper["dead_level_m"] == 306 and lower["dead_level_m"] is None, upper["name"]
assert abs(upper["lowest_level_m"] - 306) < 1e-6 and 60 < upper["days_at_dead_level"] < 110, upper["days_at_dead_level"]
assert min(upper["daily"]["lowest_level_m"]) == upper["lowest_level_m"] > 306 - 1e-6
assert upper["daily"]["lowest_level_m"].index(upper["lowest_level_m"]) + 1 == upper["lowest_level_day"]
assert 326 < upper["highest_level_m"] < 327, upper["highest_level_m"]
for r in (upper, lower):
    assert r["days"] == 365 == len(r["daily"]["level_m"]) and r["days_ecological_flow_kept"] == 365
    gained = r["end_volume_m3"] - r["start_volume_m3"]
    assert abs(gained - (r["inflow_m3"] - r["released_m3"] - r["diverted_m3"] - r["taken_m3"])) < 1e-8 * r["inflow_m3"]
    volume = [r["start_volume_m3"]] + r["daily"]["volume_m3"]
    flows = zip(*(r["daily"][k] for k in ("inflow_m3s", "released_m3s", "diverted_m3s", "taken_m3s")))
    for d, (i, o, l, w) in enumerate(flows):
        assert abs(volume[d + 1] - volume[d] - 86400 * (i - o - l - w)) < 1e-8 * volume[d], d
assert abs(upper["start_volume_m3"] - 11.75e6) < 1 and upper["spilled_m3"] == 0 < lower["spilled_m3"] < lower["released_m3"]
moved = run["transfers"][0]["daily"]
assert moved["days"] == 365 and moved["days_less_by_rule"] == 78, moved["days_less_by_rule"]  # 06-15 to 08-31
assert moved["days_less_by_level"] > 50 and moved["days_less_by_source"] == 0
assert moved["cause"].count("rule") == 78 and moved["cause"][165:243] == ["rule"] * 78 and moved["cause"][40] == "level"
assert abs(sum(moved["carried_m3s"]) * 86400 - moved["moved_m3"]) < 1 and max(moved["carried_m3s"]) <= 0.9 + 1e-12
assert abs(upper["taken_m3"] - moved["moved_m3"] - 0.35 * 365 * 86400) < 10
assert run["withdrawals"][0]["daily"]["days_kept"] == 365 and run["verdict"]["withdrawals_met"]
missed = [m["month"] for m in run["sections"][1]["months"] if m["class"] > 3]
assert missed == ["2023-02", "2023-03"], missed
PY
"$QINGHE" assess "$out/cascade.h5" --csv --rows reservoir-days >"$out/levels.csv" 2>"$out/levels.err"
"$QINGHE" assess "$out/cascade.h5" --csv --bom --rows transfer-days >"$out/transfer.csv" 2>>"$out/levels.err"
check 'cascade: reservoirs and transfers by day as CSV agree' "$python" - "$out" <<'PY'
import csv, json, sys
run = json.load(open(f"{sys.argv[1]}/cascade.json", encoding="utf-8"))
levels = list(csv.DictReader(open(f"{sys.argv[1]}/levels.csv", encoding="utf-8")))
assert len(levels) == 2 * 365 and levels[0]["date"] == "2023-01-01" and levels[-1]["reservoir"] == "下库"
for r in run["reservoirs"]:
    own = [x for x in levels if x["reservoir"] == r["name"]]
    for key in ("level_m", "lowest_level_m", "volume_m3", "released_m3s", "spilled_m3s", "taken_m3s", "target_m3s"):
        for row, value in zip(own, r["daily"][key]):
            assert abs(float(row[key]) - value) <= 1e-9 * abs(value), (key, row)
moved = list(csv.DictReader(open(f"{sys.argv[1]}/transfer.csv", encoding="utf-8-sig")))
assert len(moved) == 365 and [x["cause"] for x in moved] == run["transfers"][0]["daily"]["cause"]
assert moved[200]["date"] == "2023-07-20" and float(moved[200]["moved_m3"]) == 0 and moved[200]["cause"] == "rule"
PY
# By levels, with a bed for the dams to stand on: the upper reservoir is down to its dead level within days, shares likewise, and
# every balance closes.
cp -r examples/cascade "$out/cascade-levels"
sed -i 's/,0.003,15/,0.0022,15/' "$out/cascade-levels/reaches.csv"
sed -i 's/,322,306,/,306.6,306,/' "$out/cascade-levels/reservoirs.csv"
sed -i 's/series:来水/1.6/' "$out/cascade-levels/headwaters.csv"
sed -i '/^机组/d' "$out/cascade-levels/operation_rules.csv"
printf 'name,bed [m]\n出口,247\n邻溪口,280\n' >"$out/cascade-levels/nodes.csv"
for router in diffusive dynamic; do
  check "cascade by $router runs" "$QINGHE" run "$out/cascade-levels" -o "$out/cascade-$router.h5" --quiet --set "run.routing=$router" --set 'run.duration=12 d'
  "$QINGHE" assess "$out/cascade-$router.h5" --json >"$out/cascade-$router.json" 2>>"$out/levels.err"
  check "cascade by $router: nothing from below the dead level, the town first, the transfer short" "$python" - "$out/cascade-$router.json" <<'PY'
import json, sys
run = json.load(open(sys.argv[1], encoding="utf-8"))
upper = run["reservoirs"][0]
assert 305.99 < upper["lowest_level_m"] < 306.01 and upper["days_at_dead_level"] > 3, (upper["lowest_level_m"], upper["days_at_dead_level"])
for r in run["reservoirs"]:
    assert abs(r["residual_m3"]) < 1e-8 * r["inflow_m3"], r["residual_m3"]
moved, town = run["transfers"][0]["daily"], run["withdrawals"][0]["daily"]
assert moved["days_less_by_level"] > 3 and moved["days_less_by_rule"] == 0 == moved["days_less_by_source"], moved["cause"]
# Shares go by what arrived just before the step: on the day on which the storage runs out one may be short for a moment.
assert town["days_kept"] >= 11 and upper["days_ecological_flow_kept"] >= 11, (town["days_kept"], upper["days_ecological_flow_kept"])
assert town["missing_m3"] < 0.02 * 0.35 * 12 * 86400, town["missing_m3"]
PY
done
"$QINGHE" assess "$out/cascade.h5" --lang zh >"$out/zh.txt" 2>&1
check 'cascade: its tables in Chinese' bash -c "grep -q '^水库水位，m' '$out/zh.txt' && grep -q '^调水逐日统计' '$out/zh.txt' && grep -qE '^上库 +306.00 +2023-01' '$out/zh.txt' && ! grep -q 'dead level' '$out/zh.txt'"
check 'cascade: the series are those of the formulas' bash -c "cp -r examples/cascade '$out/again-cascade' && /usr/bin/python3 '$out/again-cascade/make_series.py' &&
  cmp '$out/again-cascade/series/daily.csv' examples/cascade/series/daily.csv && cmp '$out/again-cascade/series/turbine.csv' examples/cascade/series/turbine.csv"
if "$python" -c 'import h5py' 2>/dev/null; then
  check 'cascade: its first month begins at 0, not at -0' "$python" - "$out/cascade.h5" <<'PY'
import math, sys
import h5py
store = h5py.File(sys.argv[1])
for name in ("attainment_month", "attainment_day"):
    assert store[name][0] == 0 and math.copysign(1, store[name][0]) > 0, name
PY
fi
worded=0
"$QINGHE" assess "$out/apengjiang.h5" --csv --rows reservoir-days >"$out/none.csv" 2>"$out/none.err" || worded=$?
check 'no days of reservoirs: exit 2, worded, nothing printed' bash -c "test $worded -eq 2 && test ! -s '$out/none.csv' && grep -q 'no reservoirs or transfers by day' '$out/none.err'"

# ---- apengjiang-year: the same river through a year of days. In January it is that of apengjiang but for colder water and a
# cleaner plant, in July there is several times the water.
run_and_judge apengjiang-year 1
verdict 'in the worst month the town tributary is worse than class Ⅴ' apengjiang-year 'section:QJ-09:>Ⅴ:no' item:QJ-09:NH3-N:2.05:2.2 \
  'rate::0.8' residual:1e-10
check 'its calendar: winter misses, summer attains, as the days do' "$python" - "$out/apengjiang-year.json" <<'PY'
import json, sys
section = {s["section"]: s for s in json.load(open(sys.argv[1], encoding="utf-8"))["sections"]}
mouth, upper = section["QJ-09"], section["QJ-02"]
assert [m["month"] for m in mouth["months"]] == [f"2024-{k:02d}" for k in range(1, 13)]
assert [m["days"] for m in mouth["months"]] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
by_month = {m["month"][-2:]: m for m in mouth["months"]}
for winter in ("01", "02", "12"):
    assert by_month[winter]["class_name"] == ">Ⅴ" and by_month[winter]["days_attained"] == 0, by_month[winter]
for summer in ("06", "07"):
    assert by_month[summer]["class"] <= 3 and by_month[summer]["days_attained"] == by_month[summer]["days"]
assert mouth["year_class_name"] == "Ⅴ" and mouth["first_day"] == "2024-01-01" and len(mouth["day_classes"]) == 366
assert sum(c <= 4 for c in mouth["day_classes"]) == mouth["days_attained"] == sum(m["days_attained"] for m in mouth["months"])
assert 150 <= mouth["days_attained"] <= 195 and upper["days_attained"] == 366
PY
if "$python" -c 'import h5py' 2>/dev/null; then
  check 'the calendar in its file is the one that assess finds' "$python" - "$out/apengjiang-year.h5" "$out/apengjiang-year.json" <<'PY'
import json, sys
import h5py
store = h5py.File(sys.argv[1])
section = {s["section"]: s for s in json.load(open(sys.argv[2], encoding="utf-8"))["sections"]}
codes = [c.decode() for c in store["section_code"][:]]
assert store["attainment_day_class"].attrs["standard"] == b"GB3838-2002" and len(codes) == len(section) == 10
assert store["attainment_day"][-1] == 365 * 86400 and abs(store["attainment_month"][1] - 31 * 86400) < 1e-3
for i, code in enumerate(codes):
    judged = section[code]
    assert list(store["attainment_day_class"][:, i]) == judged["day_classes"], code
    assert store["attainment_year_class"][i] == judged["year_class"], code
    for name, key in (("class", "class"), ("days", "days"), ("days_attained", "days_attained")):
        assert list(store[f"attainment_month_{name}"][:, i]) == [m[key] for m in judged["months"]], (code, name)
assert len(set(store["attainment_day_class"][:].ravel())) > 3
PY
else
  skip 'the calendar in its file' 'no python3-h5py'
fi
annual=0
"$QINGHE" assess "$out/apengjiang-year.h5" --statistic annual --json >"$out/annual.json" || annual=$?
check 'the year is judged by its mean' test "$annual" -eq 1
verdict 'the year at the mouth of the town tributary is class Ⅴ' annual 'section:QJ-09:Ⅴ:no'
check 'the series are those of the formulas' bash -c "cp -r examples/apengjiang-year '$out/again' && /usr/bin/python3 '$out/again/make_series.py' &&
  cmp '$out/again/series/flow.csv' examples/apengjiang-year/series/flow.csv && cmp '$out/again/series/water.csv' examples/apengjiang-year/series/water.csv"

# ---- dadu-shawan: Chinese headers, GB18030 with CRLF, a byte order mark; the small river is what the upgrade is for
run_and_judge dadu-shawan 1
run_and_judge dadu-shawan 0 DB51提标
check 'a table of dadu-shawan is GB18030 with CRLF' env LC_ALL=C grep -qP '\xc5\xc5\xce\xdb\xbf\xda.*\r$' examples/dadu-shawan/outfalls.csv
verdict 'before the upgrade the Moxi river misses class Ⅲ' dadu-shawan 'section:SW-07:>Ⅴ:no' item:SW-07:NH3-N:1.96:2.1 residual:1e-10
verdict 'after the upgrade it attains class Ⅲ' DB51提标 'section:SW-07:Ⅲ:yes' item:SW-07:NH3-N:0.86:0.92 residual:1e-10
verdict 'the Dadu river holds class Ⅱ before and after' dadu-shawan 'section:SW-05:Ⅱ:yes'
verdict 'the stations leave 5 and 10 % of the mean flow' dadu-shawan flow:沙湾电站:77 flow:安谷电站:154
effects dadu-shawan DB51提标 >"$out/effects"
check 'DB51提标 changes three plants' test "$(wc -l <"$out/effects")" -eq 12
refuse 'DB51提标 changes nothing else' grep -vE '^upgrade  SW-(SH|GY|XZ)-001 ' "$out/effects"
check 'limits that nobody read are marked' grep -q 'DB51/2311-2016 表1 \[M+\]' "$out/effects"

# ---- uvas-creek: a tracer that was measured
run_and_judge uvas-creek 0
if "$python" -c 'import h5py, numpy' 2>/dev/null; then
  "$python" tests/examples/uvas_creek.py "$out/uvas-creek.h5" examples/uvas-creek/observed >"$out/fit"
  check 'uvas-creek was measured at five sites' test "$(wc -l <"$out/fit")" -eq 5
  while read -r site efficiency error count; do
    check "uvas-creek, $site m: efficiency $efficiency of 0.97 or more (rms error $error mg/L, $count observations)" \
      "$python" -c "import sys; sys.exit(not $efficiency >= 0.97)"
  done <"$out/fit"
else
  skip 'uvas-creek against its observations' 'no python3-h5py'
fi

# ---- every example says of itself that it is invented, and where its facts come from
for folder in examples/*/; do
  check "$folder has a README" test -s "$folder/README.md"
  case $folder in
    *uvas-creek*) check "$folder names its source" grep -q 'Bencala and Walters (1983)' "$folder/case.yaml" ;;
    *slurm*) ;; # scripts, no data
    *hydrology*) check "$folder says that it is illustrative" grep -q '示例，非实测' "$folder"/*.csv ;;
    *) check "$folder says that it is illustrative" grep -q '示例，非实测' "$folder/case.yaml" ;;
  esac
done
