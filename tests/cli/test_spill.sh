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

# ---- a case whose flow changes in time
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
exits 'everything wrong' 2 "$q" spill "$case" --at 阿9/3km --mass 0kg --over 5 --constituent NH4 --limit 1kg --edge 2 -o n.png
check 'told at once' test "$(grep -c 'error:' err)" -eq 6
check 'nothing written' test ! -s out -a ! -e n.png
exits 'in Chinese too' 2 "$q" spill "$case" --at 阿1/30km --mass 1kg --over 1h --substance 苯 --lang zh
check 'both are told' test "$(grep -c '错误' err)" -eq 2
exits 'nothing lies below' 2 "$q" spill "$case" --at 阿8/17.9km --mass 1kg --over 1h --substance x --decay '0 1/d'
exits 'two formats' 2 "$q" "${spill[@]}" --constituent NH3-N --json --csv
exits 'BOM without CSV' 2 "$q" "${spill[@]}" --constituent NH3-N --bom
