#!/bin/bash
# A run that is killed (kill -9) leaves a file that opens, says that it is not complete, and holds just the profiles and
# samples of the undisturbed run that it counts; the name that was asked for is never given to it, and a file that had
# that name stays as it was. Kills strike at random moments; KILLS=n of them in each of three parts (8).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
: "${BUILD:=build/release}" "${QINGHE:=build/qinghe}" "${KILLS:=8}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
driver=$BUILD/tests/io/test_store
failed=0

verdict() { # verdict STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2" && failed=1; fi
}

cat >"$work/compare.py" <<'PYTHON'
"""compare.py REFERENCE NAME...: what is left of killed runs against the undisturbed one."""
import os
import sys
import h5py
import numpy
import xarray

reference = h5py.File(sys.argv[1], "r")
growing = [n for n in reference if n.rsplit("_", 1)[-1] not in ("complete", "time") and isinstance(reference[n], h5py.Dataset)
           and reference[n].ndim == 2 and reference[n].maxshape[0] is None]
assert len(growing) >= 3, growing
opened = frames = complete = 0
for name in sys.argv[2:]:
    part = name + ".part"
    path = name if os.path.exists(name) else part
    if not os.path.exists(path):
        continue  # killed before the head of the file was written
    with h5py.File(path, "r") as f:
        done = int(f.attrs["qinghe_complete"])
        assert done == 1 or path == part, f"{path} has the final name but is not complete"
        n_frame, n_sample = int(f["frames_complete"][()]), int(f["samples_complete"][()])
        for n in growing:
            count = n_sample if n.endswith("_section") else n_frame
            assert f[n].shape[0] >= count, (path, n, f[n].shape, count)
            assert numpy.array_equal(f[n][:count], reference[n][:count]), (path, n)
        assert numpy.array_equal(f["time"][:n_frame], reference["time"][:n_frame])
        assert numpy.array_equal(f["sample_time"][:n_sample], reference["sample_time"][:n_sample])
        assert list(f["section_name"].asstr()) == list(reference["section_name"].asstr())
    with xarray.open_dataset(path) as d:
        assert d.attrs["qinghe_complete"] == done
        assert d.sizes["time"] >= n_frame
        d.load()
    opened, frames, complete = opened + 1, frames + n_frame, complete + done
print(f"# {len(sys.argv) - 2} killed, {opened} files left, {frames} profiles in them, {complete} complete", file=sys.stderr)
sys.exit(0 if opened > 0 and frames > opened else 3)
PYTHON

# kill_at SECONDS COMMAND...
kill_at() {
  local seconds=$1
  shift
  "$@" >/dev/null 2>&1 &
  local pid=$!
  sleep "$seconds"
  kill -9 "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}

# strike LONGEST PREFIX COMMAND...: $KILLS runs, each killed at a random moment before LONGEST seconds; OUT in the
# command is the run's file. Four at a time.
strike() {
  local longest=$1 prefix=$2 i moment
  shift 2
  for ((i = 0; i < KILLS; i++)); do
    moment=$(awk -v seed="$RANDOM$RANDOM" -v longest="$longest" 'BEGIN { srand(seed); print 0.02 + rand() * longest }')
    kill_at "$moment" "${@/#OUT/$work/$prefix$i.h5}" &
    [ $((i % 4)) -ne 3 ] || wait
  done
  wait
}

names() { # names PREFIX
  local i
  for ((i = 0; i < KILLS; i++)); do echo "$work/$1$i.h5"; done
}

none_final() {
  local name
  for name in $(names "$1"); do
    [ ! -e "$name" ] || /usr/bin/python3 -c "import h5py, sys; sys.exit(int(h5py.File('$name', 'r').attrs['qinghe_complete']) != 1)" || return 1
  done
}

# ---- a driver that gives a frame every few milliseconds, so that the file is nearly always being written
frames=400
"$driver" --write "$work/slow.h5" $frames 0
verdict $? "an undisturbed run is written"
strike 2.5 slow "$driver" --write OUT $frames 4
mapfile -t left < <(names slow)
/usr/bin/python3 "$work/compare.py" "$work/slow.h5" "${left[@]}"
verdict $? "$KILLS kills of a small run: what is left opens, and its profiles are those of the undisturbed run"
none_final slow
verdict $? "no killed run has the final name"

# ---- wide, compressed profiles, as fast as they come
frames=600
"$driver" --write "$work/fast.h5" $frames 0
strike 4 fast "$driver" --write OUT $frames 0
mapfile -t left < <(names fast)
/usr/bin/python3 "$work/compare.py" "$work/fast.h5" "${left[@]}"
verdict $? "$KILLS kills of a run with compressed profiles: the same"
rm -f "$work"/fast*

# ---- over a file that is there already
"$driver" --write "$work/old.h5" 5 0
before=$(sha256sum <"$work/old.h5")
# killed as soon as its own file stands, however slow the machine; 400 profiles take it two seconds and more
"$driver" --write "$work/old.h5" 400 5 >/dev/null 2>&1 &
pid=$!
for ((i = 0; i < 2000; i++)); do
  if [ -e "$work/old.h5.part" ]; then break; fi
  sleep 0.01
done
kill -9 "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
[ "$before" = "$(sha256sum <"$work/old.h5")" ] && [ -e "$work/old.h5.part" ]
verdict $? "a killed run over an existing file leaves the old one as it was"
"$driver" --write "$work/old.h5" 7 0 && [ ! -e "$work/old.h5.part" ] &&
  /usr/bin/python3 -c "import h5py, sys; sys.exit(h5py.File('$work/old.h5', 'r')['COD'].shape[0] != 7)"
verdict $? "the next run replaces both"

# ---- the command itself, solving
case=examples/uvas-creek
if [ -x "$QINGHE" ] && [ -e "$case/case.yaml" ]; then
  run=("$QINGHE" run "$case" --set "run.output_interval=2 min")
  began=$(date +%s%N)
  "${run[@]}" -o "$work/whole.h5" >/dev/null 2>&1
  verdict $? "the command solves $case"
  seconds=$(awk -v ns=$(($(date +%s%N) - began)) 'BEGIN { print ns / 1e9 * 2 }') # four side by side are slower
  strike "$seconds" run "${run[@]}" -o OUT
  mapfile -t left < <(names run)
  /usr/bin/python3 "$work/compare.py" "$work/whole.h5" "${left[@]}"
  verdict $? "$KILLS kills of the command: the same"
else
  echo "skip - kills of the command: no $QINGHE or no $case"
fi
exit $failed
