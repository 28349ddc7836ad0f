#!/bin/bash
# spill as an emergency call meets it: table, JSON and CSV agree, advice, pictures, both languages, bad words, exit codes.
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
unset LC_ALL LC_MESSAGES LANG LANGUAGE
root=$PWD
q=$QINGHE
cd "$TMPDIR" || exit 1
case=$root/examples/apengjiang

spill=(spill "$case" --at 阿1/2km --mass 500kg --over 30min)
exits 'a limit is exceeded' 1 "$q" "${spill[@]}" --constituent NH3-N
holds 'the first intake is named' out 'First to warn: intake QJ-QS-001'
holds 'and how far the river is not mixed' out 'mixed across the river after'
exits 'in Chinese' 1 "$q" "${spill[@]}" --constituent NH3-N --lang zh
holds 'with the same intake' out '首先通知：取水口 QJ-QS-001'
check 'and no English sentences' test "$(grep -cE '[A-Za-z]{4,} [A-Za-z]{4,}' out)" -eq 0
exits 'a thousandth of it exceeds nothing' 0 "$q" spill "$case" --at 阿1/2km --mass 0.5kg --over 30min -c TP --limit 0.2mg/L
exits 'no limit, no verdict' 0 "$q" "${spill[@]}" --substance dye --decay '0 1/d'
holds 'which is said' out 'Limit: none is given'

exits 'JSON' 1 "$q" "${spill[@]}" --constituent NH3-N --json
cp out s.json
exits 'CSV' 1 "$q" "${spill[@]}" --constituent NH3-N --csv --bom
cp out s.csv
exits 'JSON with a band of flows' 1 "$q" "${spill[@]}" --constituent NH3-N --flow-band 20% --json
cp out wide.json
exits 'JSON of ten times the mass' 1 "$q" spill "$case" --at 阿1/2km --mass 5t --over 30min --constituent NH3-N --json
cp out ten.json
py 'JSON holds together' '
s = json.load(open("s.json"))
assert s["format"] == 1 and s["release"]["mass_g"] == 5e5 and s["release"]["duration_s"] == 1800
assert len(s["places"]) == 7 and s["not_reached"] == 4
times = [p["travel_time_s"] for p in s["places"]]
assert times == sorted(times)
assert {p["code"]: p["kind"] for p in s["places"]}["QJ-QS-001"] == "intake"
for p in s["places"]:
    for key in ("arrival_s", "peak_time_s", "passed_s", "peak_mg_L"):
        b = p[key]
        assert b["low"] <= b["own"] <= b["high"], (p["code"], key, b)
    assert p["arrival_s"]["own"] < p["peak_time_s"]["own"] < p["passed_s"]["own"]
    if p["exceeded"] == "yes": assert p["peak_mg_L"]["own"] + p["background_mg_L"] > p["limit_mg_L"]
    assert p["mixed"] == (p["distance_m"] >= s["release"]["mixing_length_m"])
for d in s["dispersion"]: assert d["least_m2_s"] <= d["own_m2_s"] <= d["most_m2_s"] and d["formulas"] >= 1'
py 'CSV says the same' '
s = json.load(open("s.json"))
text = open("s.csv", encoding="utf-8").read()
assert text[0] == "\ufeff"
rows = list(csv.DictReader(text[1:].splitlines()))
assert [r["code"] for r in rows] == [p["code"] for p in s["places"]]
for r, p in zip(rows, s["places"]):
    for key in ("arrival", "peak_time", "passed"):
        for which, end in (("own", ""), ("low", "_low"), ("high", "_high")):
            assert abs(float(r[key + end + "_s"]) / p[key + "_s"][which] - 1) < 1e-9
    assert abs(float(r["peak_high_mg_L"]) / p["peak_mg_L"]["high"] - 1) < 1e-9
    assert r["exceeded"] == p["exceeded"] and r["mixed"] == ("yes" if p["mixed"] else "no")'
py 'what it adds is in proportion to the mass, its times are not' '
s = json.load(open("s.json")); t = json.load(open("ten.json"))
for p, r in zip(s["places"], t["places"]):
    assert abs(r["peak_mg_L"]["own"] / p["peak_mg_L"]["own"] - 10) < 1e-6
    assert abs(r["arrival_s"]["own"] - p["arrival_s"]["own"]) < 1
    assert r["over_from_s"] <= p["over_from_s"] and r["over_to_s"] >= p["over_to_s"]'
py 'a band of flows widens the times' '
s = json.load(open("s.json")); w = json.load(open("wide.json"))
for p, r in zip(s["places"], w["places"]):
    assert p["code"] == r["code"] and abs(p["arrival_s"]["own"] - r["arrival_s"]["own"]) < 10
    assert r["arrival_s"]["low"] < p["arrival_s"]["low"] and r["passed_s"]["high"] > p["passed_s"]["high"]'

# ---- amounts, and limits of what the case does not know
exits 'by a rate' 1 "$q" spill "$case" --at 阿1/2km --rate 1000kg/h --over 30min --constituent NH3-N --json
cp out rate.json
exits 'by a volume and its concentration' 1 "$q" spill "$case" --at 阿1/2km --volume 10m3 --concentration 50g/L --over 30min --constituent NH3-N --json
py 'are the same mass' '
s = json.load(open("s.json")); r = json.load(open("rate.json")); v = json.load(open("out"))
assert r["places"] == s["places"] and v["places"] == s["places"] and r["cloud"] == s["cloud"]'
exits 'benzene' 1 "$q" "${spill[@]}" --substance 苯 --decay '0 1/d'
holds 'has a limit at intakes' out 'sources, by GB 3838-2002, Table 3, item 19 (V2)'
exits 'in Chinese' 1 "$q" "${spill[@]}" --substance benzene --decay '0 1/d' --lang zh
holds 'with its clause' out 'GB 3838-2002表3第19项'
holds 'the intakes' out '须在此前关闭'
check 'and no English sentences there' test "$(grep -cE '[A-Za-z]{4,} [A-Za-z]{4,}' out)" -eq 0
exits 'phenol' 1 "$q" "${spill[@]}" --substance 挥发酚 --decay '0 1/d' --json
py 'has limits by class everywhere' '
s = json.load(open("out"))
assert all(p["limit_mg_L"] in (0.002, 0.005, 0.01) and p["limit_confidence"] == "V" for p in s["places"])'

# ---- the cloud, and another flow
exits 'with more flow' 1 "$q" "${spill[@]}" --constituent NH3-N --flow-factor 1.5 --json
py 'the cloud moves down, and more flow is faster' '
s = json.load(open("out"))
assert len(s["cloud"]) >= 5 and s["compared"]["flow_factor"] == 1.5 and s["compared"]["scenario"] is None
for a, b in zip(s["cloud"], s["cloud"][1:]):
    assert b["time_s"] > a["time_s"] and b["front_m"] >= a["front_m"] and b["rear_m"] >= a["rear_m"]
for c in s["cloud"]:
    assert c["rear_low_m"] <= c["rear_m"] <= c["crest_m"] <= c["front_m"] <= c["front_high_m"]
then = {p["code"]: p for p in s["compared"]["places"]}
for p in s["places"]:
    assert then[p["code"]]["peak_time_s"]["own"] < p["peak_time_s"]["own"]
    assert then[p["code"]]["passed_s"]["own"] < p["passed_s"]["own"]
assert s["compared"]["discharge_m3_s"] > 1.4 * s["release"]["discharge_m3_s"]'
exits 'as a table' 1 "$q" "${spill[@]}" --constituent NH3-N --flow-factor 1.5
holds 'of its own' out 'Now, and with 1.5 times the inflow'
exits 'against a scenario' 1 "$q" "${spill[@]}" --constituent NH3-N --against 丰水 --json
py 'is that scenario' 'assert json.load(open("out"))["compared"]["scenario"] == "丰水"'
exits 'both at once' 2 "$q" "${spill[@]}" --constituent NH3-N --flow-factor 1.5 --against 丰水
exits 'as CSV' 2 "$q" "${spill[@]}" --constituent NH3-N --flow-factor 1.5 --csv
exits 'no flow at all' 2 "$q" "${spill[@]}" --constituent NH3-N --flow-factor 0
holds 'is told' err "'--flow-factor' is 0"

# ---- a case whose flow changes in time
moving=(spill "$root/tests/cases/moving" --at R1/0.5km --mass 100kg --over 10min --substance x --decay '0 1/d')
exits 'on moving water' 0 "$q" "${moving[@]}" --when '2024-01-01 12:00' --json
cp out moved.json
py 'from that moment on' '
s = json.load(open("moved.json"))
assert s["release"]["begins"] == "2024-01-01T12:00" and s["release"]["routing"] == "kinematic"
assert s["release"]["run_ends_after_s"] == 36 * 3600 and s["release"]["discharge_m3_s"] > 5.05
assert all(p["peak_mg_L"]["own"] > 0 and not p["lasts"] for p in s["places"])'
exits 'just before the end' 0 "$q" "${moving[@]}" --when '2024-01-02 23:20'
holds 'the run is too short' out 'The run ends 40 min after the release'
holds 'its intake is not known' out 'the run ends before that is known'
exits 'after it' 2 "$q" "${moving[@]}" --when 2024-01-05
holds 'is refused' err "'--when' is '2024-01-05', but the run and its series go from 2024-01-01T00:00:00 to 2024-01-03T00:00:00"
exits 'a moment on steady flow' 1 "$q" "${spill[@]}" --constituent NH3-N --when 2024-12-31T23:50
holds 'is a date' out '01-01 00:'
dam=(spill "$root/examples/peaking" --at 库尾段/0.2km --mass 50kg --over 10min --substance 苯 --decay '0 1/d')
exits 'through a reservoir on steady flow' 1 "$q" "${dam[@]}" --json
cp out tank.json
holds 'which is told' err 'fully mixed tank of 2.27e+06 m3'
exits 'and on the water of its router' 1 "$q" "${dam[@]}" --when 2024-01-10T05:00 --json
py 'below the dam it is two hundred times lower, and there for days' '
s = json.load(open("tank.json")); m = json.load(open("out"))
for run in (s, m):
    p = {p["code"]: p for p in run["places"]}
    assert p["QS-1"]["peak_mg_L"]["own"] > 200 * p["D1"]["peak_mg_L"]["own"]
assert {p["code"]: p for p in s["places"]}["D1"]["passed_s"]["own"] > 20 * 86400
assert {p["code"]: p for p in m["places"]}["D1"]["lasts"]'
exits 'the flow of the start is taken' 0 "$q" spill "$root/tests/cases/moving" --at R1/0.5km --mass 1kg --over 10min --substance x --decay '0 1/d'
holds 'which is said' err 'on the flow of the run'
holds 'its flow' out '5 m3/s'

# ---- pictures
for kind in png svg pdf; do
  exits "a .$kind" 1 "$q" "${spill[@]}" --constituent NH3-N -o "p.$kind"
  check "is written" test -s "p.$kind"
done
holds 'the picture names its places' p.svg 'QJ-QS-001'
exits 'another ending' 2 "$q" "${spill[@]}" --constituent NH3-N -o p.gif
check 'prints no table and draws nothing' test ! -s out -a ! -e p.gif

# ---- bad words: all of them, and nothing written
exits 'everything wrong' 2 "$q" spill "$case" --at 阿9/3km --mass 0kg --over 5 --constituent NH4 --limit 1kg --edge 2 --when noon -o n.png
check 'told at once' test "$(grep -c 'error:' err)" -eq 7
check 'nothing written' test ! -s out -a ! -e n.png
exits 'in Chinese too' 2 "$q" spill "$case" --at 阿1/30km --mass 1kg --over 1h --substance 苯 --lang zh
check 'both are told' test "$(grep -c '错误' err)" -eq 2
exits 'nothing lies below' 2 "$q" spill "$case" --at 阿8/17.9km --mass 1kg --over 1h --substance x --decay '0 1/d'
exits 'two formats' 2 "$q" "${spill[@]}" --constituent NH3-N --json --csv
exits 'BOM without CSV' 2 "$q" "${spill[@]}" --constituent NH3-N --bom
