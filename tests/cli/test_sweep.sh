#!/bin/bash
# sweep as a user meets it: what it would take, running, stopping and going on, parts, MPI, what came of it, exit codes.
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/command.sh
. tests/support/command.sh
unset LC_ALL LC_MESSAGES LANG LANGUAGE
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
root=$PWD
q=$QINGHE
cd "$TMPDIR" || exit 1
case=$root/examples/apengjiang
plan=$case/plans/不确定性.yaml

make_plan() { # FILE COUNT LINES: latin-hypercube of the flow and a rate
  cat >"$1" <<PLAN
title: test
case: $case
design: latin-hypercube
count: $2
$3
variables:
  - {name: flow, change: {design_flow: \$value}, distribution: uniform, low: 0.8, high: 1.2}
  - {name: k, change: {kinetics: COD, factor: \$value}, distribution: uniform, low: 0.5, high: 1.5}
PLAN
}

# ---- before
exits 'a dry run' 0 "$q" sweep "$plan" --dry-run -o dry.h5
holds 'tells the number of scenarios' out '10000, Latin hypercube, seed 20240101'
holds 'and the disk' out '3.78 MB'
check 'and writes nothing' test ! -e dry.h5 -a ! -e dry.h5.shards
exits 'as JSON' 0 "$q" sweep "$plan" --dry-run --json -j 3
cp out dry.json
py 'with all of it' '
d = json.load(open("dry.json"))
assert d["scenarios"] == 10000 and d["method"] == "steady" and d["processes"] == 3
assert len(d["variables"]) == 12 and d["bytes"] == 10000 * (1 + 12 * 8 + 30 * 8 + 30 + 10 + 1)
assert abs(d["expected_seconds"] - d["seconds_a_scenario"] * 10000 / 3) < 1e-9 * d["expected_seconds"]'

# ---- running
make_plan p.yaml 1500
exits 'a sweep by one process' 0 "$q" sweep p.yaml -o one.h5 -j 1
holds 'says what it did' err '1500 scenarios in'
holds 'and how likely each section attains' out 'QJ-09  黔江河河口'
holds 'and the whole' out 'the whole network'
check 'and leaves one file' test -s one.h5 -a ! -e one.h5.shards
exits 'again' 0 "$q" sweep p.yaml -o one.h5
holds 'it has nothing to do' err 'one.h5 is complete already; --restart computes it anew'
exits 'in Chinese' 0 "$q" --lang zh sweep one.h5
holds 'it speaks Chinese' out '各断面各项目达标概率'
exits 'two processes' 0 "$q" sweep p.yaml -o two.h5 -j 2 -q
check 'that say nothing when quiet' test ! -s out -a ! -s err
check 'make the same file, byte for byte' cmp one.h5 two.h5
for i in 1 2 3; do exits "part $i of 3" 0 "$q" sweep p.yaml -o parts.h5 --shard $i/3; done
holds 'tells what is next' err 'part 3 of 3 is done; when all are: qinghe merge parts.h5'
exits 'and merge' 0 "$q" merge parts.h5
check 'makes the same file' cmp one.h5 parts.h5
# Sanitized: whole stacks, by which tests/lsan.supp knows MPI's own leaks. They take their time, so that only MPI has them.
mpirun=(env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:fast_unwind_on_malloc=0" mpirun --oversubscribe)
if command -v mpirun >/dev/null && [ -e "$(dirname "$q")/qinghe_mpi.so" ]; then
  exits 'two processes of MPI' 0 "${mpirun[@]}" -n 2 "$q" sweep p.yaml -o mpi.h5
  check 'make the same file' cmp one.h5 mpi.h5
  check 'and tell it once' test "$(grep -c 'the whole network  ' out)" = 1
  exits 'under MPI --jobs is refused' 2 "${mpirun[@]}" -n 2 "$q" sweep p.yaml -o mpi2.h5 -j 2
else
  skip 'mpirun' 'there is no MPI'
fi

# ---- stopping, and going on
make_plan long.yaml 400000
"$q" sweep long.yaml -o stopped.h5 -j 2 >out 2>err &
pid=$!
while [ "$(du -s stopped.h5.shards 2>/dev/null | cut -f1)" -lt 200 ] 2>/dev/null || [ ! -e stopped.h5.shards ]; do
  kill -0 $pid 2>/dev/null || break
  sleep 0.05
done
kill -INT $pid 2>/dev/null
wait $pid
status=$?
check 'Ctrl-C stops a sweep with 130' test $status = 130
holds 'and says what is kept' err 'of 400000 scenarios are kept in stopped.h5.shards; the same command goes on from there'
check 'and writes no file' test ! -e stopped.h5 -a -d stopped.h5.shards
make_plan middle.yaml 8000
"$q" sweep middle.yaml -o whole.h5 -q
"$q" sweep middle.yaml -o killed.h5 -j 2 >out 2>err &
pid=$!
until [ -e killed.h5.shards ]; do sleep 0.02; done
sleep 0.2
pkill -9 -f 'sweep middle.yaml -o killed.h5' || true
wait $pid 2>/dev/null || true
exits 'after kill -9 the same command goes on' 0 "$q" sweep middle.yaml -o killed.h5
check 'to the file of an undisturbed run' cmp whole.h5 killed.h5

# ---- what came of it
exits 'JSON' 0 "$q" sweep one.h5 --json
cp out one.json
exits 'CSV' 0 "$q" sweep one.h5 --csv
cp out one.csv
py 'the table is that of the numbers in the file' '
import h5py, numpy
d = json.load(open("one.json"))
f = h5py.File("one.h5")
code = [c.decode() if isinstance(c, bytes) else c for c in f["section_code"][:]]
n = 0
for item in d["items"]:
    s, c = code.index(item["section"]), item["constituent"]
    value, verdict = f[c + "_value"][s], f[c + "_attained"][s]
    assert item["values"]["n"] == 1500 and abs(value.mean() - item["values"]["mean"]) < 1e-10
    assert abs(numpy.quantile(value, 0.95) - item["values"]["quantiles"][4]["value"]) < 1e-10
    assert item["attained"]["n_attained"] == (verdict == 1).sum()
    n += 1
assert n == 30 and len(d["sections"]) == 10
assert d["network"]["n_attained"] == (f["attained"][:] == 1).sum()
rows = list(csv.DictReader(open("one.csv")))
assert len(rows) == 41
for row, item in zip(rows, d["items"]):
    assert row["section_code"] == item["section"] and row["constituent"] == item["constituent"]
    assert abs(float(row["q50_mg_L"]) - item["values"]["quantiles"][2]["value"]) <= 1e-9 * float(row["q50_mg_L"])'
sed 's/latin-hypercube/sobol/; s/count: 1500/count: 256/' p.yaml | sed '/^design/a indices: yes' >sobol.yaml
exits 'sensitivity' 0 "$q" sweep sobol.yaml -o sobol.h5
holds 'has its table' out "Sobol' indices"
exits 'and JSON' 0 "$q" sweep sobol.h5 --json
cp out sobol.json
py 'whose indices explain the variance of two variables' '
d = json.load(open("sobol.json"))
assert d["scenarios"] == 1024
item = [i for i in d["items"] if i["section"] == "QJ-09" and i["constituent"] == "COD"][0]
v = item["indices"]["variables"]
first = sum(x["first_order"]["value"] for x in v)
total = sum(x["total"]["value"] for x in v)
assert 0.9 < first < 1.05 and 0.95 < total < 1.1, (first, total)
assert all(x["total"]["low"] <= x["total"]["value"] <= x["total"]["high"] for x in v)'
exits 'progress for a scheduler' 0 "$q" sweep middle.yaml -o progress.h5 --json --restart -j 1
cp err progress.err
py 'is one JSON object a line' '
lines = [l for l in open("progress.err") if l.startswith("{")]
for l in lines:
    p = json.loads(l)
    assert p["event"] == "progress" and p["scenarios"] == 8000 and 0 <= p["finished"] <= 8000'
make_plan verdicts.yaml 100 'keep: [verdicts]'
exits 'verdicts alone' 0 "$q" sweep verdicts.yaml -o verdicts.h5
holds 'have no concentrations' out '-     -'

# ---- series and profiles
make_plan series.yaml 12 'keep: [statistics, series, fields]'
unsteady=(--set run.type=unsteady --set run.start=2024-01-01T00:00:00 --set run.initial=steady --set run.duration=12h
  --set run.output_interval=6h --set run.sample_interval=3h)
exits 'series and profiles of unsteady scenarios' 0 "$q" sweep series.yaml -o series.h5 -j 1 "${unsteady[@]}"
exits 'are read again' 0 "$q" sweep series.h5 --json
exits 'by two processes' 0 "$q" sweep series.yaml -o series2.h5 -j 2 "${unsteady[@]}"
check 'they are the same' cmp series.h5 series2.h5
py 'and stand in the file with their axes' '
import h5py, numpy
f = h5py.File("series.h5")
assert f["COD_series"].shape == (10, 5, 12) and f["sample_time"][4] == 12 * 3600
assert f["COD_profile"].shape == (3, f["point"].shape[0], 12) and f["frame_time"][1] == 6 * 3600
assert [d[0].name for d in f["COD_series"].dims] == ["/section", "/sample", "/scenario"]
assert [d[0].name for d in f["COD_profile"].dims] == ["/frame", "/point", "/scenario"]
assert numpy.allclose(f["COD_series"][:].mean(axis=1), f["COD_mean"][:], rtol=1e-9)
reach = [r.decode() for r in f["point_reach"][:]]
assert "阿1" in reach and (f["point_chainage"][:] >= 0).all()
assert "attained" not in f'

# ---- lanes
cat >lanes.yaml <<PLAN
title: lanes
case: $root/tests/cases/unsteady
design: latin-hypercube
count: 1500
variables:
  - {name: w, change: {scale: W1, load: \$value}, distribution: uniform, low: 0, high: 3}
  - {name: c, change: {scale: {headwater: all}, concentration: \$value}, distribution: uniform, low: 0.5, high: 2}
PLAN
exits 'a dry run of unsteady loads' 0 "$q" sweep lanes.yaml --dry-run
holds 'says that they run side by side' out 'full runs of several scenarios side by side'
exits 'one process' 0 "$q" sweep lanes.yaml -o lanes1.h5 -j 1
exits 'and two' 0 "$q" sweep lanes.yaml -o lanes2.h5 -j 2
check 'make the same file' cmp lanes1.h5 lanes2.h5
for i in 2 3 1; do exits "part $i of 3" 0 "$q" sweep lanes.yaml -o lanes3.h5 --shard $i/3; done
exits 'and merge' 0 "$q" merge lanes3.h5
check 'make it too' cmp lanes1.h5 lanes3.h5
for _ in 1 2 3; do
  "$q" sweep lanes.yaml -o lanes4.h5 -j 1 >out 2>err &
  pid=$!
  until [ -e lanes4.h5.shards ] || ! kill -0 $pid 2>/dev/null; do sleep 0.01; done
  sleep 0.05
  kill -9 $pid 2>/dev/null
  wait $pid 2>/dev/null || true
done
check 'killed before it is done' test ! -e lanes4.h5 -a -d lanes4.h5.shards
exits 'it goes on' 0 "$q" sweep lanes.yaml -o lanes4.h5 -j 2
check 'to the same file' cmp lanes1.h5 lanes4.h5

# ---- what is wrong
cp one.h5 before.h5
make_plan other.yaml 1500 'seed: 7'
exits 'a file of another plan' 2 "$q" sweep other.yaml -o one.h5
holds 'is named' err 'one.h5 belongs to another sweep: the plan differs'
check 'and left alone' cmp one.h5 before.h5
echo text >text.h5
exits 'so is a file that is no sweep' 2 "$q" sweep p.yaml -o text.h5
check 'which is left alone' test "$(cat text.h5)" = text
cat >bad.yaml <<PLAN
title: bad
case: $case
design: latin-hypercube
count: -3
seed: x
variables:
  - {name: a, change: {design_flow: \$value}, distribution: uniform, low: 2, high: 1}
  - {name: a, change: {temperature: \$value}, distribution: normal, mean: 10 m}
PLAN
exits 'a bad plan' 2 "$q" sweep bad.yaml -o bad.h5
for line in 4 5 7 8; do holds "has a message with its line $line" err "bad.yaml:$line:"; done
check 'and writes nothing' test ! -e bad.h5 -a ! -e bad.h5.shards
exits 'in Chinese too' 2 "$q" --lang zh sweep bad.yaml -o bad.h5
holds 'the words are Chinese' err '错误'
make_plan cube.yaml 10
sed -i 's/latin-hypercube/latin-cube/' cube.yaml
exits 'a design that there is not' 2 "$q" sweep cube.yaml
holds 'is told with those there are' err "cube.yaml:3:9: error: 'design' cannot be 'latin-cube'; it is one of factorial"
exits 'no such plan' 4 "$q" sweep nowhere.yaml
for shard in 0/3 4/3 a/b 1 -1/2; do
  exits "--shard $shard" 2 "$q" sweep p.yaml -o x.h5 --shard "$shard"
  holds 'is told' err '--shard takes I/N'
done
exits '--jobs 0' 2 "$q" sweep p.yaml -o x.h5 --jobs 0
exits 'options of a plan with a file' 2 "$q" sweep one.h5 --restart
check 'the file is still there' cmp one.h5 before.h5
exits 'srun without MPI' 2 env SLURM_STEP_NUM_TASKS=2 "$q" sweep p.yaml -o x.h5
holds 'says how to start it' err '--mpi=pmix'
check 'nothing was written' test ! -e x.h5 -a ! -e x.h5.shards
