#!/bin/bash
# qinghe hydrology and qinghe formula as a user meets them: the shipped records, exit codes, formats, both languages,
# the picture. Numbers are held to what tests/cli/hydrology.py works out apart from the program.
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
unset LC_ALL LC_MESSAGES LANG LANGUAGE
q=$QINGHE
here=$PWD
records=$here/examples/hydrology
cd "$TMPDIR" || exit 1

# ---- the shipped records
check 'the records are those of their script' bash -c "cp -r '$records' again && /usr/bin/python3 again/make_record.py &&
  cmp again/monthly.csv '$records/monthly.csv' && cmp again/daily.csv '$records/daily.csv'"
exits 'the monthly record is analysed' 0 "$q" hydrology "$records/monthly.csv" --json
empty 'thirty-five years leave nothing to warn of' err
cp out monthly.json
exits 'the daily record is analysed and judged' 0 "$q" hydrology "$records/daily.csv" --target 5.2m3/s --json
holds 'eleven years are too few for P = 0.95' err 'P = 0.95, empirical: not made; complete years: 11, needed: 19'
cp out daily.json
check 'both agree with a computation apart' /usr/bin/python3 "$here/tests/cli/hydrology.py" "$records" monthly.json daily.json

# ---- tables and CSV say what JSON says
exits 'tables' 0 "$q" hydrology "$records/monthly.csv"
holds 'the table has the mean' out '34.05'
holds 'clauses stand under the tables' out 'Tennant, Fisheries 1(4) (1976) 6-10: read in a secondary source'
exits 'in Chinese' 0 "$q" hydrology "$records/monthly.csv" --lang zh
holds 'the table is Chinese' out '最枯月'
holds 'and its title' out '月流量资料，1985-01 至 2019-12'
exits 'CSV' 0 "$q" hydrology "$records/daily.csv" --csv --bom --target '5.2 m3/s'
holds 'CSV has its header' out 'statistic,period,method,value,unit,too_few_years,clause,confidence'
check 'CSV begins with the mark' bash -c "head -c3 out | cmp - <(printf '\xef\xbb\xbf')"
/usr/bin/python3 - <<'EOF'
import csv, json
rows = list(csv.DictReader(open("out", encoding="utf-8-sig")))
daily = json.load(open("daily.json"))
value = {(r["statistic"], r["period"], r["method"]): r["value"] for r in rows}
assert abs(float(value["mean_annual_flow", "", ""]) / daily["mean_annual_flow"]["flow"] - 1) < 1e-9
design = daily["lowest_7_day_mean"]["design"][0]
assert abs(float(value["lowest_7_day_mean", "90 %", "pearson3_lmoments"]) / design["pearson3_lmoments"] - 1) < 1e-9
assert value["driest_month", "95 %", "empirical"] == ""
assert abs(float(value["compliance_share", "days", "5.2 m3/s"]) - daily["compliance"]["days"]["share"]) < 1e-9
assert sum(r["statistic"] == "month_mean" for r in rows) == 132
EOF
check_report $? 'CSV and JSON agree' ''

# ---- compliance and exit codes
exits 'a target that is missed is exit 1' 1 "$q" hydrology "$records/daily.csv" --target 8m3/s
exits 'a lower pass line lets it pass' 0 "$q" hydrology "$records/daily.csv" --target 8m3/s --pass 60
exits 'a target in other units' 0 "$q" hydrology "$records/daily.csv" --target 44.928万m3/d --json
/usr/bin/python3 -c "
import json
a, b = json.load(open('out'))['compliance'], json.load(open('daily.json'))['compliance']
assert a['days'] == b['days'] and abs(a['deficit_m3'] / b['deficit_m3'] - 1) < 1e-9"
check_report $? 'is the same target' ''
exits 'the rule of a station' 0 "$q" hydrology "$records/daily.csv" --case "$here/examples/apengjiang" --station 嘉禾电站
holds 'the rule is named' out '嘉禾电站, '
holds 'its target stands in the table' out '4.8'
exits 'a station that is not there' 2 "$q" hydrology "$records/daily.csv" --case "$here/examples/apengjiang" --station 嘉禾
holds 'is told' err "has no station '嘉禾'"
exits 'two targets' 2 "$q" hydrology "$records/daily.csv" --case x --target 1m3/s
exits 'a case without its station' 2 "$q" hydrology "$records/daily.csv" --case x
exits 'a target without a unit' 2 "$q" hydrology "$records/daily.csv" --target 5.2
holds 'lists the units' err "'--target' is '5.2' without a unit"
exits 'a month that is none' 2 "$q" hydrology "$records/daily.csv" --year-begins 13
exits 'a share that is none' 2 "$q" hydrology "$records/daily.csv" --target 5m3/s --pass 101
exits 'a pass line without a target' 2 "$q" hydrology "$records/daily.csv" --pass 80
printf 'time,flow [m3/s]\n2001-01,1\n2001-02,2\n' >two.csv
exits 'two months are a record' 0 "$q" hydrology two.csv
holds 'of which little can be made' err 'mean annual flow: not made; complete years: 0, needed: 1'
exits 'a file that is not there' 4 "$q" hydrology nothing.csv
exits 'a hydrological year' 0 "$q" hydrology "$records/monthly.csv" --year-begins 4
holds 'begins in April' out 'Years begin in month 4; 34 are complete'

# ---- a record that cannot be used: all is told, nothing is printed
printf 'time,flow [m3/s]\n2001-01-01,1\n2001-01-01,2\n2001-13-01,3\n2001-01-03,-1\n' >bad.csv
exits 'a bad record is exit 2' 2 "$q" hydrology bad.csv
empty 'and prints nothing' out
check 'all its errors are told' test "$(grep -c '^bad.csv:[0-9]*:[0-9]*: error' err)" -eq 3

# ---- a design flow in a case: the same as its number written out
make_case() { # FOLDER CELL: apengjiang with CELL as the flow of its first headwater, and the records
  rm -rf "$1" && cp -r "$here/examples/apengjiang" "$1" && mkdir "$1/records" &&
    cp "$records"/*.csv "$1/records" && sed -i "s|朝阳寺,12.0|朝阳寺,$2|" "$1/headwaters.csv"
}
q90=$(/usr/bin/python3 -c "import json; print(repr(json.load(open('monthly.json'))['driest_month']['design'][0]['empirical']))")
make_case named 'design(Q90 records/monthly.csv)'
make_case written "$q90"
for case in named written; do
  exits "the case with its flow $case runs" 0 "$q" run "$case" -o "$case.h5" --quiet
  "$q" assess "$case.h5" --json >"$case.json" 2>err || true
done
/usr/bin/python3 -c "
import json
a, b = (json.load(open(f'{name}.json'))['items'] for name in ('named', 'written'))
assert len(a) == len(b) > 20
assert all(abs(x['value'] / y['value'] - 1) < 1e-9 for x, y in zip(a, b))"
check_report $? 'and gives the same concentrations' "$(head -c 300 named.json)"
refused() { # NAME CELL MESSAGE
  make_case refused "$2"
  exits "$1 is refused" 2 "$q" validate refused
  holds "$1 is told at its place" err "$3"
}
refused 'an unknown design flow' 'design(Q80 records/monthly.csv)' "headwaters.csv:2:17: error: 'flow' asks for the design flow 'Q80'; there are Q90"
refused 'a record too short' 'design(Q95 records/daily.csv)' 'does not yield Q95; complete years: 11, needed: 19'
refused 'a design flow without a record' 'design(Q90)' 'a design flow is written design(Q90 FILE.csv)'
refused 'a record outside the case' 'design(Q90 ../x.csv)' 'lies outside the case folder'
refused 'a record that is not there' 'design(Q90 nothing.csv)' 'nothing.csv: error'
make_case few 'design(7Q10 records/daily.csv)'
exits 'a record of few years is taken' 0 "$q" validate few
holds 'with a warning at its place' err "headwaters.csv:2:17: warning: 'flow': 7Q10 is made from 11 complete years; 30 are asked for"

# ---- the picture
if command -v gnuplot >/dev/null; then
  exits 'the picture is drawn' 0 "$q" hydrology "$records/monthly.csv" -o frequency.svg --lang zh
  holds 'it shows the fit' frequency.svg 'P-III 线性矩: Cv 0.233, Cs 0.97'
  holds 'it shows the design flow' frequency.svg 'Q90 = 7.328'
  exits 'also as PNG' 0 "$q" hydrology "$records/daily.csv" -o frequency.png
  check 'which is one' bash -c "head -c8 frequency.png | cmp - <(printf '\x89PNG\r\n\x1a\n')"
  exits 'another format is refused' 2 "$q" hydrology "$records/daily.csv" -o frequency.gif
  printf 'time,flow [m3/s]\n2001-01,1\n2001-02,2\n' >short.csv
  exits 'too short a record has no picture' 2 "$q" hydrology short.csv -o short.png
  check 'and leaves none' test ! -e short.png
else
  skip 'the picture' 'no gnuplot'
fi

# ---- formula
exits 'formulas are listed' 0 "$q" formula
holds 'with their clause' out 'HJ 2.3-2018, Annex E, one-dimensional steady (V2)'
known=(Qp=1m3/s Cp=100mg/L Qh=3m3/s Ch=15mg/L u=0.5m/s k=4.32/d Ex=0.5m2/s B=10m A=8m2 x=5km)
exits 'the known answer' 0 "$q" formula steady-1d "${known[@]}"
holds 'is 21.987 mg/L' out '21.9867'
holds 'with its confidence' out 'V2: read in a secondary source'
exits 'as JSON' 0 "$q" formula steady-1d "${known[@]}" --json
/usr/bin/python3 -c "
import json, math
r = json.load(open('out'))
assert abs(r['result']['C']['value'] - 36.25 * math.exp(-0.5)) < 1e-9 and r['result']['case']['value'] == 1
assert r['constants']['alpha_low']['value'] == 0.027 and r['constants']['alpha_low']['confidence'] == 'V2'
assert r['input']['k'] == {'value': 4.32, 'unit': '1/d'}"
check_report $? 'JSON has result, inputs and numbers with their clause' "$(head -c 800 out)"
exits 'what a formula takes' 0 "$q" formula bank-2d --lang zh
holds 'in Chinese' out '横向扩散系数'
exits 'wrong inputs' 2 "$q" formula load-1d Cs=20 C0=15kg Q=-7.3m3/s foo=1 u=1m/s u=2m/s
empty 'print nothing' out
check 'and are told together' test "$(grep -c '^error' err)" -eq 8
exits 'a name that is close' 2 "$q" formula stedy-1d
holds 'is suggested' err "did you mean 'steady-1d'?"
exits 'a load in t/a' 0 "$q" formula load-mixed Cs=20mg/L C0=15mg/L Q=8m3/s Qp=2m3/s
holds 'is 31.536 times that in g/s' out '1576.8'
