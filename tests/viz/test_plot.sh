#!/bin/bash
# Pictures: every kind in every format, with the Chinese names in them; in both languages; names that gnuplot or a shell
# could take for commands; what was asked wrongly.
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
if ! command -v gnuplot >/dev/null; then
  skip 'pictures' 'gnuplot is not installed'
  exit 0
fi
root=$PWD
python=/usr/bin/python3
cd "$TMPDIR" || exit 1
plot() { "$QINGHE" plot "$@"; }
text_of() { # PICTURE: the words in it, without blanks: turned text comes out of a PDF letter by letter
  case $1 in
    *.pdf) pdftotext -raw "$1" - ;;
    *.svg) "$python" -c 'import re, sys, html
print("\n".join(html.unescape(re.sub("<[^>]*>", "", t)) for t in re.findall("<text.*?</text>", open(sys.argv[1], encoding="utf-8").read(), re.S)))' "$1" ;;
  esac | tr -d ' \t\n\f'
}
shows() { # NAME PICTURE TEXT...
  local name=$1 picture=$2 words missing=''
  shift 2
  words=$(text_of "$picture")
  for text in "$@"; do
    case $words in *"${text// /}"*) ;; *) missing="$missing $text" ;; esac
  done
  [ -z "$missing" ]
  check_report $? "$name" "not in $picture:$missing
$words"
}

check 'a steady run' "$QINGHE" run "$root/examples/apengjiang" -o a.h5 --quiet
check 'an unsteady run' "$QINGHE" run "$root/examples/uvas-creek" -o u.h5 --quiet --set 'solver.cell_length=4 m'

check 'a run with moving water' "$QINGHE" run "$root/tests/cases/moving" -o m.h5 --quiet
check 'a run with reservoirs' "$QINGHE" run "$root/examples/cascade" -o r.h5 --quiet --set 'run.duration=20 d'

# ---- every kind in every format
for kind in $("$QINGHE" list plots --json | "$python" -c 'import json, sys; print(*(p["name"] for p in json.load(sys.stdin)))'); do
  case $kind in series) store=u.h5 ;; level) store=r.h5 ;; hydrograph | spacetime | calendar) store=m.h5 ;; *) store=a.h5 ;; esac
  for ending in png svg pdf; do
    check "$kind as $ending" plot "$store" --kind "$kind" -o "$kind.$ending"
  done
  check "$kind.png has the size and is not blank" "$python" "$root/tests/viz/look.py" "$kind.png" 2560
  check "$kind.svg is XML" "$python" -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$kind.svg"
  # The same picture, at the same size, in every format: 2 px of PNG are 1 px of SVG and 0.75 pt of PDF.
  check "$kind: the formats agree on the size" "$python" - "$kind" <<'PY'
import re, struct, subprocess, sys
kind = sys.argv[1]
png = struct.unpack(">II", open(f"{kind}.png", "rb").read(24)[16:])
svg = [float(v) for v in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', open(f"{kind}.svg", encoding="utf-8").read()).groups()]
pdf = [float(v) for v in re.search(r"Page size: +([\d.]+) x ([\d.]+)", subprocess.run(["pdfinfo", f"{kind}.pdf"], capture_output=True, text=True).stdout).groups()]
for p, s, d in zip(png, svg, pdf):
    assert abs(p / 2 - s) <= 1 and abs(d / 0.75 - s) <= 2, (png, svg, pdf)
PY
done
for ending in svg pdf; do
  shows "profile.$ending names what lies on the route" "profile.$ending" 阿蓬江黔江段枯水期水质（现状） 黔江河口下游 嘉禾电站 \
    舟白镇污水处理厂排污口 袁溪河 出境断面二 示例，非实测 GB3838-2002 'ammonia nitrogen NH3-N' discharge Ⅲ
  shows "map.$ending names rivers, sections and outfalls" "map.$ending" 黔江河 蒲花河 黔江河河口 正阳工业园区污水处理厂排污口 双泉电站 \
    示例，非实测 'target missed: 2' 'target attained: 8' 'class Ⅲ, target Ⅱ: missed'
  shows "series.$ending names the sites" "series.$ending" '38 m' '619 m' 12:00
done
shows 'a hydrograph has the discharge above the concentrations' hydrograph.svg discharge m³/s 中段 末端 COD
check 'a run that turns with the tide' "$QINGHE" run "$root/tests/cases/tide" -o tide.h5 --quiet
check 'its hydrograph' plot tide.h5 --kind hydrograph -o tide.svg
shows 'a hydrograph goes below zero where the flow turns' tide.svg -20 -10 0 10 30
shows 'a calendar has its months, days and classes' calendar.svg 2024-01 31 '中段 (target Ⅲ): 2 of 2 days attained' '>Ⅴ'
for ending in svg pdf; do
  shows "level.$ending has a panel a reservoir, its limits and what is released" "level.$ending" '上库: level' '下库: level' \
    'dead level 306.00 m' 'released into the river below the dam' m³/s 01-11 示例，非实测
done
check 'levels of one reservoir, in Chinese' plot r.h5 --kind level --section 上库 -o upper.svg --lang zh
shows 'levels in Chinese' upper.svg 水库水位过程图 上库：水位 死水位306.00 坝下泄流
check 'only the reservoir asked for' bash -c '! grep -q 下库 upper.svg'
exits 'levels of a reservoir that is none' 2 plot r.h5 --kind level --section 中库 -o x.png
exits 'levels of a run without reservoirs' 2 plot m.h5 --kind level -o x.png
shows 'space and time have distance, dates and sections' spacetime.svg km mg/L 01-02 末端
exits 'a calendar of a run without a date' 2 plot a.h5 --kind calendar -o x.png
exits 'a hydrograph of a steady run' 2 plot a.h5 --kind hydrograph -o x.png
check 'Chinese' plot a.h5 --kind map -o zh.svg --lang zh
shows 'labels in Chinese' zh.svg 河网水质图 未达标：2个 '劣Ⅴ类，目标Ⅳ类，未达标' 引水式电站

# ---- choices
check 'one constituent' plot a.h5 --kind profile --constituent 氨氮 --route 黔江河 -o one.svg
shows 'the route asked for' one.svg 正阳工业园区污水处理厂排污口 黔江河城区上游
check 'only the constituent asked for' bash -c '! grep -q COD one.svg'
check 'one section' plot u.h5 --kind series --section UC-281 -o section.svg
check 'only the section asked for' bash -c 'grep -q "281 m" section.svg && ! grep -q "433 m" section.svg'
check 'a time' plot u.h5 --kind profile --time 12h -o noon.svg
shows 'the time asked for' noon.svg '1972-01-01 12:00'
check 'a case without coordinates gets a scheme' plot u.h5 --kind map -o scheme.svg
shows 'it says so' scheme.svg 'scheme, not to scale'

# ---- a crowded network: 600 reaches, 60 sections on a stem of 300 confluences
"$python" - crowd <<'PY'
import pathlib, sys
at = pathlib.Path(sys.argv[1])
at.mkdir()
at.joinpath("case.yaml").write_text("format: 1\nname: crowd\nrun: {type: steady, month: 1, temperature: 15 degC}\n"
                                    "constituents: [{name: COD, k20: 0.1 1/d}]\n", encoding="utf-8")
n = 300
nodes = [f"S{i},{107 + 0.01 * (i % 60)},{30 - 0.03 * (i // 60) - 0.0003 * (i % 60)}" for i in range(n + 1)]
nodes += [f"H{i},{107.004 + 0.01 * (i % 60)},{30.012 - 0.03 * (i // 60)}" for i in range(n)]
reaches = [f"M{i},S{i},S{i + 1},1,fixed,10,10,5" for i in range(n)]
reaches += [f"T{i},H{i},S{i},1,fixed,5,5,5" for i in range(n)]
tables = {"nodes": ("name,longitude,latitude", nodes),
          "reaches": ("name,from,to,length [km],law,area [m2],width [m],dispersion [m2/s]", reaches),
          "headwaters": ("name,node,flow [m3/s],COD [mg/L]", [f"w{i},H{i},0.1,{40 if i == 200 else 10}" for i in range(n)]),
          "sections": ("code,name,reach,chainage [km],target", [f"C{i},control {i},{'T200' if i == 200 else f'M{i}'},0.5,Ⅲ" for i in range(0, n, 5)])}
for name, (head, rows) in tables.items():
    at.joinpath(f"{name}.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
PY
check 'a crowded run' "$QINGHE" run crowd -o crowd.h5 --quiet
check 'a crowded map' plot crowd.h5 --kind map -o crowd.svg
shows 'names that find no room are counted, missed sections named' crowd.svg 'without a name for want of room' 'control 200' 'class Ⅴ, target Ⅲ: missed'
check 'lines of a kind are one path of the picture' bash -c '[ "$(grep -c "<path" crowd.svg)" -lt 700 ]'
check 'a crowded map of two runs' plot crowd.h5 crowd.h5 --kind map -o crowds.svg --lang zh
shows 'it says whose rivers are drawn' crowds.svg '河流颜色取自' '因位置不足未注名'
check 'a crowded profile' plot crowd.h5 --kind profile -o along.svg
shows 'sections come first among the names' along.svg 'without a name for want of room' 'control 0' 'control 150' 'control 295'

# ---- names are only names
cp -r "$root/examples/apengjiang" odd
odd="\`touch PWNED\` 'a' \"b\" \\n @x_{2} ^3 %s & <c> \$HOME"
"$python" - "$odd" <<'PY'
import json, pathlib, sys
p = pathlib.Path("odd/case.yaml")
lines = ["title: " + json.dumps(sys.argv[1]) if line.startswith("title:") else line for line in p.read_text(encoding="utf-8").splitlines()]
p.write_text("\n".join(lines) + "\n", encoding="utf-8")
PY
check 'a run with an odd title' "$QINGHE" run odd -o odd.h5 --quiet
for ending in svg pdf; do
  check "an odd title in $ending" plot odd.h5 --kind profile -o "odd.$ending"
  shows "an odd title is drawn as it is in $ending" "odd.$ending" "$odd"
done
check 'nothing of it was run' test ! -e PWNED
check 'an odd file name' plot a.h5 --kind map -o "o'dd \$(touch PWNED) 图.png"
check 'is just a name' test -s "o'dd \$(touch PWNED) 图.png" -a ! -e PWNED

# ---- several runs
"$QINGHE" run "$root/examples/apengjiang" --scenario 提标 -o b.h5 --quiet
"$QINGHE" run "$root/examples/apengjiang" --scenario 更枯 -o c.h5 --quiet
check 'a profile of three runs' plot a.h5 b.h5 c.h5 --kind profile -o runs.svg --lang zh
shows 'names them' runs.svg 现状 提标 更枯
check 'one alone' plot a.h5 --kind profile -o alone.svg
check 'each has its colour in every panel and in the legend' "$python" - <<'PY'
import re
def lines(picture, colour):
    text = open(picture, encoding="utf-8").read().lower()
    rgb = r"rgb\( *%d, *%d, *%d *\)" % tuple(int(colour[i:i + 2], 16) for i in (1, 3, 5))
    return len(re.findall(f"{colour}|{rgb}", text))
for colour in ("#d55e00", "#009e73"):
    assert lines("runs.svg", colour) >= 5 > lines("alone.svg", colour) == 0, (colour, lines("runs.svg", colour))
PY
check 'one scenario is named in the title' plot b.h5 --kind map -o one.svg
shows 'with its title' one.svg 污水厂提标至一级A、加大生态下泄
check 'a map of two runs' plot a.h5 b.h5 --kind map -o changes.svg --lang zh
shows 'tells which band is which, and what becomes of the sections' changes.svg 外侧：现状 内侧：提标 劣Ⅴ→Ⅳ类，目标Ⅳ类 Ⅲ→Ⅱ类，目标Ⅱ类
exits 'a map of three runs' 2 plot a.h5 b.h5 c.h5 --kind map -o x.png
exits 'a series of two runs' 2 plot u.h5 u.h5 --kind series -o x.png
exits 'a profile of other rivers' 2 plot a.h5 u.h5 --kind profile -o x.png
exits 'a map of other rivers' 2 plot a.h5 u.h5 --kind map -o x.png

# ---- asked wrongly: exit 2, the reason, no picture
exits 'no output' 2 plot a.h5 --kind profile
exits 'an unknown kind' 2 plot a.h5 --kind pie -o x.png
exits 'an unknown format' 2 plot a.h5 --kind map -o x.gif
exits 'an unknown route' 2 plot a.h5 --kind profile --route 长江 -o x.png
says 'the routes there are' 黔江河—阿蓬江出境 plot a.h5 --kind profile --route 长江 -o x.png
exits 'an unknown constituent' 2 plot a.h5 --kind map --constituent DO -o x.png
exits 'an unknown section' 2 plot u.h5 --kind series --section nowhere -o x.png
exits 'a time outside the run' 2 plot u.h5 --kind profile --time 30h -o x.png
exits 'a series of a steady run' 2 plot a.h5 --kind series -o x.png
exits 'a store that is not there' 4 plot none.h5 --kind map -o x.png
exits 'a folder that is not there' 4 plot a.h5 --kind map -o none/x.png
exits 'no gnuplot' 4 env PATH=/nonexistent "$QINGHE" plot a.h5 --kind map -o x.png
mkdir fake && printf '#!/bin/sh\necho "line 0: out of ink" >&2\nexit 1\n' >fake/gnuplot && chmod +x fake/gnuplot
says 'what gnuplot says' 'out of ink' env PATH="$PWD/fake:/usr/bin:/bin" "$QINGHE" plot a.h5 --kind map -o x.png
check 'no picture is left behind' bash -c '! ls x.png x.gif *.part 2>/dev/null | grep -q .'
echo old >kept.png
exits 'a failure' 4 env PATH="$PWD/fake:/usr/bin:/bin" "$QINGHE" plot a.h5 --kind map -o kept.png
check 'leaves the picture of before' grep -q old kept.png
