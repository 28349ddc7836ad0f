#!/bin/bash
# A sweep that is killed (kill -9) at a random moment and started again, again and again, ends in the same bytes as an
# undisturbed one; nothing that was finished is computed again. KILLS=n moments (50), SEED=n. The same bytes from two and
# three MPI processes, from local processes and from three parts.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
. tests/support/check.sh
: "${BUILD:=build/release}" "${QINGHE:=build/qinghe}" "${KILLS:=50}" "${SEED:=20260101}"
work=$(mktemp -d)
driver=$(realpath "$BUILD")/tests/scenarios/test_sweep
plugin=$(dirname "$(realpath "$QINGHE")")/qinghe_mpi.so
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1

# Records in the logs of OUT's shards: scenarios in them, and how many stand there more than once.
cat >"$work/records.py" <<'PYTHON'
import glob, struct, sys
seen, twice = set(), 0
for path in glob.glob(sys.argv[1] + ".shards/*.log"):
    data = open(path, "rb").read()
    if len(data) < 56:
        continue
    at = 56 + 8 * struct.unpack_from("Q", data, 8)[0] + 8
    while at + 40 <= len(data):
        magic, first, count, _, size = struct.unpack_from("5Q", data, at)
        if magic != 0x314B434F4C425351 or at + 48 + size > len(data):
            break
        for i in range(first, first + count):
            twice += i in seen
            seen.add(i)
        at += 48 + size
print(len(seen), twice)
PYTHON

count=1500 cost=150 # about 0.3 s for one worker
reference=$work/reference.h5
"$driver" --run "$reference" $count $cost jobs 1 >/dev/null
check 'an undisturbed run ends' test -e "$reference"

same() { cmp -s "$reference" "$1"; }
"$driver" --run "$work/two.h5" $count $cost jobs 2 >/dev/null
check 'two local processes: the same bytes' same "$work/two.h5"
for i in 3 1 2; do "$driver" --run "$work/parts.h5" $count $cost shard $i/3 >/dev/null; done
check 'three parts leave no file' test ! -e "$work/parts.h5"
refuse 'a view that would keep, in two ways' "$QINGHE" merge --view --keep "$work/parts.h5"
says 'qinghe merge --view makes a view of them' '1500 of 1500 scenarios from 3 shards' "$QINGHE" merge --view --lang en "$work/parts.h5"
cat >"$work/look.py" <<'PYTHON'
import sys, h5py, numpy, xarray
view, whole = h5py.File(sys.argv[1]), h5py.File(sys.argv[2])
for name in whole["field_name"].asstr()[:]:
    assert numpy.array_equal(view[name][()], whole[name][()], equal_nan=True), name
assert view["C1_section"].is_virtual and not whole["C1_section"].is_virtual
with xarray.open_dataset(sys.argv[1]) as v, xarray.open_dataset(sys.argv[2]) as w:
    assert v.C1_section.dims == ("section", "scenario"), v.C1_section.dims
    assert numpy.array_equal(v.C1_section.values, w.C1_section.values, equal_nan=True)
    assert w.attained.attrs["flag_meanings"] == "none no yes"
PYTHON
check 'h5py and xarray read the view and the file alike' /usr/bin/python3 "$work/look.py" "$work/parts.h5" "$reference"
check 'ncdump reads the file' ncdump -h "$reference"
"$QINGHE" merge "$work/parts.h5" >/dev/null 2>&1
check 'three parts and qinghe merge: the same bytes' same "$work/parts.h5"
check 'and the shards are gone' test ! -e "$work/parts.h5.shards"
says 'merge without shards says so' 'there are no shards' "$QINGHE" merge --lang en "$work/parts.h5"
says 'and in Chinese' '没有分片' "$QINGHE" merge --lang zh "$work/parts.h5"
if [ -e "$plugin" ] && command -v mpirun >/dev/null; then
  for n in 2 3; do
    mpirun -n $n "$driver" --run "$work/mpi$n.h5" $count $cost mpi "$plugin" >/dev/null 2>"$work/err"
    check "mpirun -n $n: the same bytes" same "$work/mpi$n.h5"
  done
else
  skip 'mpirun: the same bytes' 'there is no MPI'
fi

# ---- kills; the number of workers changes from one to three and back
RANDOM=$SEED
out=$work/killed.h5
kills=0 rounds=0 wrong=0 repeated=0 lost=0
while [ "$kills" -lt "$KILLS" ] && [ $rounds -lt 400 ]; do
  rounds=$((rounds + 1))
  before=$(/usr/bin/python3 "$work/records.py" "$out")
  "$driver" --run "$out" $count $cost jobs $((1 + RANDOM % 3)) >"$work/log" 2>&1 &
  pid=$!
  sleep "$(awk -v r=$RANDOM 'BEGIN { print 0.002 + 0.05 * r / 32768 }')"
  kill -9 $pid 2>/dev/null && kills=$((kills + 1))
  wait $pid 2>/dev/null
  for ((i = 0; i < 200; i++)); do # its children die with it; not at the same instant
    pgrep -f "$driver --run $out " >/dev/null || break
    sleep 0.005
  done
  if [ -e "$out" ]; then
    same "$out" || wrong=$((wrong + 1))
    rm -f "$out"
    rm -rf "$out.shards"
  else
    read -r seen twice < <(/usr/bin/python3 "$work/records.py" "$out")
    [ "$twice" = 0 ] || repeated=$((repeated + 1))
    [ "$seen" -ge "${before%% *}" ] || lost=$((lost + 1))
  fi
done
"$driver" --run "$out" $count $cost jobs 2 >/dev/null
same "$out" || wrong=$((wrong + 1))
echo "# $kills kills in $rounds starts"
check "$KILLS kills strike" test "$kills" -ge "$KILLS"
check 'every sweep that ends after them has the bytes of the undisturbed one' test $wrong = 0
check 'nothing that was finished is lost' test $lost = 0
check 'nothing that was finished is computed again' test $repeated = 0
