#!/bin/bash
# qinghe report: what it refuses, and the page in a real browser (tests/web/page.mjs): it opens without a word on the
# console and without a request, figures draw, and every handle on it works.
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
root=$PWD
cd "$TMPDIR" || exit 1
report() { "$QINGHE" report "$@" --lang "${lang:-en}"; }
run() { "$QINGHE" run "$root/$1" -o "$2" --quiet; }

check 'a steady run' run examples/apengjiang now.h5
# The same river with a third of the outfalls' ammonia and phosphorus: all targets are met.
cp -r "$root/examples/apengjiang" better
/usr/bin/python3 - <<'PY'
import csv, pathlib
table = pathlib.Path("better/outfalls.csv")
rows = list(csv.reader(table.open(encoding="utf-8", newline="")))
for column, name in enumerate(rows[0]):
    if name in ("NH3-N [mg/L]", "TP [mg/L]"):
        for row in rows[1:]:
            row[column] = str(float(row[column]) / 3)
with table.open("w", encoding="utf-8", newline="") as file:
    csv.writer(file).writerows(rows)
case = pathlib.Path("better/case.yaml")
case.write_text("\n".join("title: 污水厂提标后枯水期水质" if l.startswith("title:") else l for l in case.read_text(encoding="utf-8").splitlines()) + "\n", encoding="utf-8")
PY
check 'another of the same river' "$QINGHE" run better -o better.h5 --quiet
check 'one of another river' run examples/dadu-shawan other.h5

check 'an unsteady run' run tests/cases/unsteady days0.h5

# ---- asked wrongly: the exit code, the reason, no page
exits 'no output' 2 report now.h5
exits 'no run' 2 report -o x.html
exits 'a store that is not there' 4 report none.h5 -o x.html
echo 'no store' >text.h5
exits 'a file that is no store' 4 report text.h5 -o x.html
says 'it is named' text.h5 report text.h5 -o x.html
exits 'an unknown standard' 4 report now.h5 --standard NONE -o x.html
exits 'runs of different rivers' 2 report now.h5 other.h5 -o x.html
says 'both are named' 'now.h5 and other.h5 are of different networks' report now.h5 other.h5 -o x.html
cp now.h5 stopped.h5
/usr/bin/python3 -c 'import h5py; h5py.File("stopped.h5", "r+").attrs.modify("qinghe_complete", 0)'
exits 'a run that was stopped' 2 report stopped.h5 -o x.html
says 'and why' 'complete runs only' report stopped.h5 -o x.html
lang=zh says 'and why, in Chinese' '报告只接受完整的计算' report stopped.h5 -o x.html
exits 'a stopped one behind a complete one' 2 report now.h5 stopped.h5 -o x.html
exits 'a folder that is not there' 4 report now.h5 -o none/x.html
cp now.h5 kept.h5
exits 'a page in place of a store' 2 report now.h5 -o kept.h5
check 'leaves the store' cmp now.h5 kept.h5
exits 'analyses of an unsteady run' 2 report days0.h5 -o x.html --trace
says 'and why' 'the run is unsteady' report days0.h5 -o x.html --capacity
exits 'costs without a plan' 2 report now.h5 -o x.html --costs none.csv
exits 'a margin that is none' 2 report now.h5 -o x.html --capacity --margin much
check 'no page is left behind' bash -c '! ls x.html* none 2>/dev/null | grep -q .'

# ---- the evaluation before a permit
permit() { "$QINGHE" permit "$root/examples/apengjiang" --proposal "$1" --lang "${lang:-en}" --report "$2" >/dev/null; }
exits 'permit: a report that ends in nothing known' 2 permit puhua x.pdf
says 'permit: and why' 'must end in .html, .md or .docx' permit puhua x.pdf
exits 'permit: a folder that is not there' 4 permit puhua none/x.md
check 'permit: nothing is left behind' bash -c '! ls x.pdf* none qinghe-* 2>/dev/null | grep -q .'

# ---- files to edit
if command -v gnuplot >/dev/null; then
  lang=zh check 'Markdown' report now.h5 -o edit.md --format md --trace --capacity --optimise
  check 'Markdown: its pictures are there' bash -c 'test -s edit-files/map-1.png -a -s edit-files/profile-1.png && grep -qF "(<edit-files/map-1.png>)" edit.md'
  check 'Markdown: the missed item' grep -qE '^\| 黔江河河口 \| NH3-N \| 2\.1[0-9]* \| mg/L \| 劣Ⅴ \| Ⅳ \| 1\.5 \| 否 \|' edit.md
  check 'Markdown: shares, loads and plan' bash -c 'for h in 污染来源解析 允许负荷 削减方案; do grep -q "^## $h" edit.md || exit 1; done'
  check 'Markdown: the picture of the shares' bash -c 'test -s edit-files/shares-1.png && grep -qF "(<edit-files/shares-1.png>)" edit.md'
  check 'Markdown: budget, and messages of the run' bash -c 'for h in 物质收支 计算的警告与建议; do grep -q "^## $h" edit.md || exit 1; done; grep -qE "^\| NH3-N \| [0-9.]+ \| [0-9.]+ \|" edit.md'
  lang=zh exits 'permit: Markdown of one that fails' 1 permit zhengyang permit.md
  check 'permit: the conclusion comes first' bash -c '[ "$(grep -m1 "^\*\*" permit.md)" = "**不达标**" ]'
  check 'permit: what misses, and the three states' bash -c 'grep -qE "^\| 核算断面 \| NH3-N \| 枯水期 \| 1.38 \| 2.11 \| 2.693 \| 2.071 \| 0.5835 \| 否 \|" permit.md && [ "$(grep -c "^## 评价结论" permit.md)" = 3 ]'
  check 'permit: its pictures' test -s permit-files/map-3.png -a -s permit-files/profile-1.png
  if command -v pandoc >/dev/null; then
    check 'permit: a Word file' permit puhua permit.docx
    check 'permit: it opens' /usr/bin/python3 -c 'import zipfile; assert "evaluation of the outfall" in zipfile.ZipFile("permit.docx").read("word/document.xml").decode().lower()'
    lang=zh check 'a Word file' report now.h5 -o edit.docx --capacity
    cat >word.py <<'PY'
import re, zipfile
book = zipfile.ZipFile("edit.docx")
assert book.testzip() is None
text = book.read("word/document.xml").decode("utf-8")
assert all(word in text for word in ("黔江河河口", "未全部达标", "劣Ⅴ", "允许负荷")), "text"
assert text.count("<w:tbl>") >= 7, text.count("<w:tbl>")
pictures = [n for n in book.namelist() if n.startswith("word/media/") and n.endswith(".png")]
assert len(pictures) == 2 and all(book.read(n)[:4] == b"\x89PNG" for n in pictures), pictures
PY
    check 'it opens: text, tables, pictures' /usr/bin/python3 word.py
  else
    skip 'a Word file' 'no pandoc'
  fi
  mkdir -p tools && ln -sf "$(command -v gnuplot)" tools/gnuplot
  bare() { env PATH="$PWD/tools" "$QINGHE" report now.h5 -o none.docx --lang en; }
  exits 'no pandoc' 4 bare
  says 'and the package is named' 'Debian: pandoc' bare
  check 'nothing is left of it' bash -c '! ls none.docx* qinghe-* 2>/dev/null | grep -q .'
fi
exits 'a format that is none' 2 report now.h5 -o x.html --format pdf
exits 'a format that is not that of the name' 2 report now.h5 -o x.html --format docx
says 'and why' "--format docx takes an output that ends in .docx, not 'x.html'" report now.h5 -o x.html --format docx
exits 'an ending that is none' 2 report now.h5 -o x.pdf

# ---- the page
if [ ! -s "$OUT/page/report.html" ]; then
  says 'a build without the page says so' 'make report-page' report now.h5 -o x.html
  skip 'the page' 'this build has none, for want of npm'
  exit
fi
check 'unsteady runs' run examples/uvas-creek creek.h5
check 'a run of days' run tests/cases/unsteady days.h5
check 'a run whose water moves' run tests/cases/tide tide.h5
check 'a run of reservoirs' "$QINGHE" run "$root/examples/cascade" -o pools.h5 --quiet --set 'run.duration=60 d'
# Text of a case that would break out of the page if it were taken for more than text.
cp -r "$root/examples/apengjiang" odd
/usr/bin/python3 - <<'PY'
import json, pathlib
p = pathlib.Path("odd/case.yaml")
odd = "</script><script>window.broken=1</script><!-- <b>&amp; \"q\" 'q' \\u003c %s 河"
p.write_text("\n".join("title: " + json.dumps(odd, ensure_ascii=False) if l.startswith("title:") else l for l in p.read_text(encoding="utf-8").splitlines()) + "\n", encoding="utf-8")
PY
check 'a run with an odd title' "$QINGHE" run odd -o odd.h5 --quiet
lang=zh check 'a page in Chinese' report now.h5 -o now.html
check 'a page in English' report creek.h5 -o creek.html
check 'several runs' report now.h5 better.h5 -o both.html
check 'a run of days, its page' report days.h5 -o days.html
check 'moving water, its page' report tide.h5 -o tide.html
check 'reservoirs, their page' report pools.h5 -o pools.html
"$QINGHE" assess pools.h5 --json >pools.json || true
check 'an odd title, its page' report odd.h5 -o odd.html
lang=zh exits 'a page of a proposal that fails' 1 permit zhengyang fails.html
check 'a page of one that attains' permit puhua attains.html
"$QINGHE" permit "$root/examples/apengjiang" --proposal zhengyang --lang zh --json >fails.json || true
check 'a page with analyses' report now.h5 -o analysed.html --trace --capacity --optimise
# A network so large that the page draws its figures one after the other: 2047 reaches, two into one.
mkdir many && /usr/bin/python3 - <<'PY'
import csv
def write(name, rows):
    with open("many/" + name, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
n = 2047  # reach i flows to the node above which reach i // 2 begins
write("reaches.csv", [["name", "from", "to", "length [km]", "law", "area [m2]", "width [m]", "dispersion [m2/s]"]] +
      [[f"R{i}", f"N{i}", f"N{i // 2}", 2, "fixed", 10, 20, 10] for i in range(1, n + 1)])
write("headwaters.csv", [["name", "node", "flow [m3/s]", "COD [mg/L]"]] + [[f"H{i}", f"N{i}", 0.01, 10 + i % 7] for i in range(n // 2 + 1, n + 1)])
write("sections.csv", [["code", "name", "reach", "chainage [km]", "target"]] + [[f"S{i}", f"S{i}", f"R{i}", 1, "Ⅲ"] for i in range(1, 90)])
open("many/case.yaml", "w", encoding="utf-8").write("format: 1\nname: many\nrun: {type: steady, temperature: 15 degC}\nconstituents:\n  - {name: COD, k20: 0.2 1/d}\n")
PY
check 'a large network' "$QINGHE" run many -o many.h5 --quiet
check 'its page' report many.h5 -o many.html
"$QINGHE" trace "$root/examples/apengjiang" --json --margin hj2.3 >trace.json || true # 1: a target is missed
"$QINGHE" capacity "$root/examples/apengjiang" --json >capacity.json || true
"$QINGHE" optimise "$root/examples/apengjiang" --json >plan.json
cp now.html first.html
lang=zh check 'the page again' report now.h5 -o now.html
check 'is the same to the byte' cmp first.html now.html
refers() { grep -oE '(src|href)="?https?:|@import|url\(https?:' "$1"; }
refuse 'it refers to nothing outside' refers now.html
check 'it is smaller than 2 MB' test "$(stat -c %s now.html)" -lt 2000000
"$QINGHE" assess now.h5 --json >now.json

# ---- the document, against the stores
cat >document.py <<'PY'
"""document.py days|permit|tide|peaks: numbers of a page's document against those of its store."""
import json, re, subprocess, sys, os
import h5py, numpy

def document(page):
    return json.loads(re.search(r'id="document">(.*?)</script>', open(page, encoding="utf-8").read(), re.S)[1])

if sys.argv[1] == "days":  # the worst daily mean is the one that assess judges
    run = document("days.html")["runs"][0]
    judged = json.loads(subprocess.run([os.environ["QINGHE"], "assess", "days.h5", "--statistic", "daily", "--json"], capture_output=True, text=True).stdout)
    codes = [s["code"] for s in run["sections"]]
    assert len(run["daily"]) == len(judged["items"]) > 0
    for item in judged["items"]:
        day = next(d for d in run["daily"] if codes[d["section"]] == item["section"] and d["constituent"] == item["constituent"])
        assert len(day["mean"]) == 2 and abs(max(day["mean"]) / item["value"] - 1) < 1e-4, (day, item)
elif sys.argv[1] == "permit":  # the runs of the page are those that were evaluated
    page = document("fails.html")
    permit, told = page["permit"], json.load(open("fails.json", encoding="utf-8"))
    assert permit["periods"] == told["periods"] and permit["terms"] == told["terms"] and permit["places"] == told["places"]
    assert [f["text_zh"] for f in permit["findings"]] == [f["text"] for f in told["findings"]]
    period, compared = permit["periods"][0], 0
    assert period["name"] == "枯水期" and len(page["runs"]) == 3
    for run, state in zip(page["runs"], ("without", "normal", "cuts")):
        for item in run["items"]:
            code = run["sections"][item["section"]]["code"]
            for v in period["values"]:
                if v["state"] == state and permit["places"][v["place"]]["code"] == code and v["constituent"] == item["constituent"]:
                    assert abs(item["value"] / v["mean_mg_L"] - 1) < 1e-9, (state, code, item["value"], v)
                    compared += 1
    assert compared == 3 * 5 * 3, compared
    profile = period["profile"]
    assert all(b >= a for name in ("COD", "NH3-N", "TP") for a, b in zip(profile["without_mg_L"][name], profile["normal_mg_L"][name]))
elif sys.argv[1] == "tide":  # discharge of moving water, which turns with the tide
    run = document("tide.html")["runs"][0]
    with h5py.File("tide.h5") as store:
        samples, frames = store["water_section_discharge"][:], store["water_discharge"][:]
    assert samples.min() < -10 and samples.max() > 10, (samples.min(), samples.max())
    assert [d["section"] for d in run["discharge"]] == list(range(samples.shape[1]))
    for line in run["discharge"]:
        true = samples[:, line["section"]]
        assert numpy.allclose(line["value"], true, rtol=1e-4, atol=1e-9) and len(true) == 97, line["section"]
    assert numpy.allclose(run["profile"]["moving_discharge_m3s"], frames, rtol=1e-4, atol=1e-9)
else:  # a series may be thinned, but no peak is lost; profiles are values of the run
    run = document("creek.html")["runs"][0]
    with h5py.File("creek.h5") as store:
        samples, frames = store["Cl_section"][:], store["Cl"][:]
    for line in run["series"]:
        true = samples[:, line["section"]]
        assert len(line["time_s"]) == len(line["value"]) <= 1502
        assert abs(max(line["value"]) / true.max() - 1) < 1e-4 and abs(min(line["value"]) / true.min() - 1) < 1e-4, line["section"]
    shown = numpy.array(run["profile"]["value"]["Cl"])
    assert len(shown) <= 100 and len(run["profile"]["time_s"]) == len(shown) and len(run["profile"]["chainage_m"]) == shown.shape[1]
    assert run["profile"]["frames"] == len(frames) and run["profile"]["cells"] == frames.shape[1]
    assert abs(shown[-1].max() / frames[-1].max() - 1) < 1e-4 and abs(shown[0][0] / frames[0][0] - 1) < 1e-4
PY
check 'daily means are those that are judged' /usr/bin/python3 document.py days
check 'runs of an evaluation are what was evaluated' /usr/bin/python3 document.py permit
check 'discharge of moving water is that of the run' /usr/bin/python3 document.py tide
check 'series keep their peaks, profiles their values' /usr/bin/python3 document.py peaks

browser=''
for b in chromium chromium-browser google-chrome; do [ -n "$browser" ] || browser=$(command -v "$b" || true); done
if [ -z "$browser" ] || ! command -v node >/dev/null || [ ! -d "$OUT/npm/node_modules/playwright-core" ]; then
  skip 'the page in a browser' 'no chromium, or no node'
  exit
fi
timeout 200 node "$root/tests/web/page.mjs" "$OUT/npm" "$browser" "$PWD" || {
  status=$?
  [ "$status" -eq 1 ] || echo "not ok - the browser test ended with $status"
  exit 1
}
pages() { pdfinfo "$1" | awk '$1 == "Pages:" { print $2 }'; }
check 'on paper: A4' bash -c 'pdfinfo now.pdf | grep -q "Page size: *59[45].*84[12]"'
check 'on paper: a few pages' test "$(pages now.pdf)" -ge 6 -a "$(pages now.pdf)" -le 16
empty_page() { for i in $(seq "$(pages "$1")"); do [ "$(pdftotext -f "$i" -l "$i" "$1" - | wc -w)" -ge 12 ] || echo "page $i"; done | grep .; }
refuse 'on paper: no page is empty' empty_page now.pdf
on_paper() { pdftotext -raw "$1" - | tr -d ' \n' | grep -qF "$2"; }
check 'on paper: the verdict' on_paper now.pdf 未全部达标
check 'on paper: figures of the items that are not shown' on_paper now.pdf 化学需氧量COD沿程变化
