#!/bin/bash
# A sweep under a real Slurm: as MPI processes that srun starts, and as a job array of parts; the file is that of one process.
# The cluster is this machine (tests/support/slurm.sh).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
. tests/support/check.sh
: "${BUILD:=build/release}" "${QINGHE:=build/qinghe}"
work=$(mktemp -d)
driver=$(realpath "$BUILD")/tests/scenarios/test_sweep
plugin=$(dirname "$(realpath "$QINGHE")")/qinghe_mpi.so
reference=$work/reference.h5
"$driver" --run "$reference" 2000 100 jobs 1 >/dev/null
check 'one process makes a file' test -e "$reference"

cat >"$work/mpi.sbatch" <<EOF
#!/bin/bash
#SBATCH --job-name=sweep --ntasks=2 --output=$work/mpi.out
srun --mpi=pmix "$driver" --run "$work/mpi.h5" 2000 100 mpi "$plugin"
EOF
cat >"$work/array.sbatch" <<EOF
#!/bin/bash
#SBATCH --job-name=parts --ntasks=1 --array=1-3 --output=$work/array.%a.out
"$driver" --run "$work/array.h5" 2000 100 shard "\$SLURM_ARRAY_TASK_ID/\$SLURM_ARRAY_TASK_COUNT"
EOF
# The scripts that ship, on a plan of the example.
PATH=$(dirname "$(realpath "$QINGHE")"):$PATH
export PATH
plan=$work/plan.yaml
cat >"$plan" <<EOF
title: test
case: $PWD/examples/apengjiang
design: latin-hypercube
count: 500
variables:
  - {name: flow, change: {design_flow: \$value}, distribution: uniform, low: 0.8, high: 1.2}
EOF
real=$work/real.h5
"$QINGHE" sweep "$plan" -o "$real" -j 1 -q
# Sanitized: whole stacks, by which tests/lsan.supp knows MPI's own leaks. They take their time, so that only MPI has them.
whole="ASAN_OPTIONS=${ASAN_OPTIONS:-}:fast_unwind_on_malloc=0"
cat >"$work/jobs.sh" <<EOF
#!/bin/bash
[ ! -e "$plugin" ] || env "$whole" sbatch --wait --ntasks=2 --output="$work/real_mpi.out" \
  examples/slurm/sweep.sbatch "$plan" "$work/real_mpi.h5" >"$work/sbatch.out" 2>&1 || exit 1
sbatch --wait --array=1-3 --output="$work/real_array.%a.out" examples/slurm/sweep-array.sbatch "$plan" \
  "$work/real_array.h5" >>"$work/sbatch.out" 2>&1 || exit 1
[ ! -e "$plugin" ] || env "$whole" sbatch --wait "$work/mpi.sbatch" >"$work/sbatch.out" 2>&1 || exit 1
sbatch --wait "$work/array.sbatch" >>"$work/sbatch.out" 2>&1 || exit 1
EOF
cluster=$(mktemp -d -p /tmp) # the names of sockets are short
why=$(timeout 100 tests/support/slurm.sh "$cluster" 2 bash "$work/jobs.sh" 2>&1)
code=$?
rm -rf "$cluster"
if [ $code = 77 ]; then
  skip 'a sweep under Slurm' "$why"
  exit 0
fi
check 'the jobs end well' test $code = 0
[ $code = 0 ] || sed 's/^/# /' "$work"/*.out
if [ -e "$plugin" ]; then
  check 'srun --mpi=pmix starts two workers of one sweep' grep -q 'workers 2' "$work/mpi.out"
  check 'their file is that of one process, byte for byte' cmp -s "$reference" "$work/mpi.h5"
else
  skip 'srun --mpi=pmix' 'there is no MPI'
fi
if [ -e "$plugin" ]; then
  check 'the script for MPI makes the file of one process' cmp -s "$real" "$work/real_mpi.h5"
  check 'and its JSON' grep -q '"scenarios": 500' "$work/real_mpi.json"
fi
"$QINGHE" merge "$work/real_array.h5" >/dev/null
check 'the script for arrays makes parts of it' cmp -s "$real" "$work/real_array.h5"
check 'the array leaves its parts' test "$(find "$work/array.h5.shards" -name '*.log' | wc -l)" = 3
"$QINGHE" merge "$work/array.h5" >/dev/null
check 'merged they are the file of one process, byte for byte' cmp -s "$reference" "$work/array.h5"
left() { pgrep -f "$cluster" >/dev/null; }
refuse 'nothing of the cluster is left running' left
