#!/bin/bash
# A Slurm cluster of one machine: slurm.sh DIR CPUS COMMAND... starts munge, slurmctld and slurmd with everything of theirs in
# DIR, runs the command with SLURM_CONF set, and stops them whatever happens. Exit 77 with the reason on stdout when they
# cannot be started here. Root only: slurmd starts steps under the name of their user.
set -uo pipefail
dir=$1 cpus=$2
shift 2
give_up() { # REASON [LOG]
  echo "$1${2:+: $(tail -n 2 "$2" 2>/dev/null | tr '\n' ' ')}"
  exit 77
}
[ "$(id -u)" = 0 ] || give_up 'not root'
PATH=$PATH:/usr/sbin:/sbin
for program in munged slurmctld slurmd sbatch srun sinfo; do
  command -v $program >/dev/null || give_up "$program is not installed"
done

host=$(hostname -s)
pids=()
stop() {
  # Steps first, so that none outlives its daemon.
  [ ! -e "$dir/slurm.conf" ] || scancel --user=root >/dev/null 2>&1
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[i]}" 2>/dev/null; done
  for ((i = 0; i < 50; i++)); do
    kill -0 "${pids[@]}" 2>/dev/null || break
    sleep 0.1
  done
  for i in "${pids[@]}"; do kill -9 "$i" 2>/dev/null; done
}
trap stop EXIT
trap 'exit 130' INT TERM

chmod 755 "$dir" # munge's socket must be reachable
mkdir -p "$dir/ctld" "$dir/slurmd" "$dir/munge"
chmod 700 "$dir/munge"
mkdir -p "$dir/socket" && chmod 755 "$dir/socket"
head -c 1024 /dev/urandom >"$dir/munge/key" && chmod 600 "$dir/munge/key"
munged --foreground --key-file="$dir/munge/key" --socket="$dir/socket/munge" --pid-file="$dir/munge/pid" \
  --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" >"$dir/munge.out" 2>&1 &
pids+=($!)
for ((i = 0; i < 50; i++)); do
  [ -S "$dir/socket/munge" ] && break
  sleep 0.1
done
[ -S "$dir/socket/munge" ] || give_up 'munged does not start' "$dir/munge.out"

free_port() {
  /usr/bin/python3 -c 'import socket
s = [socket.socket() for _ in range(2)]
for x in s: x.bind(("127.0.0.1", 0))
print(*(x.getsockname()[1] for x in s))'
}
read -r ctld_port slurmd_port < <(free_port)
cat >"$dir/slurm.conf" <<EOF
ClusterName=qinghe-test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ctld_port
SlurmdPort=$slurmd_port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$dir/socket/munge
StateSaveLocation=$dir/ctld
SlurmdSpoolDir=$dir/slurmd
SlurmctldPidFile=$dir/ctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/ctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MailProg=/bin/true
ReturnToService=2
SchedulerParameters=sched_interval=1
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
EOF
export SLURM_CONF=$dir/slurm.conf
slurmctld -D >"$dir/ctld.out" 2>&1 &
pids+=($!)
slurmd -D -N "$host" >"$dir/slurmd.out" 2>&1 &
pids+=($!)
ready=
for ((i = 0; i < 150; i++)); do
  [ "$(sinfo -h -o %t 2>/dev/null)" = idle ] && ready=1 && break
  kill -0 "${pids[1]}" 2>/dev/null || give_up 'slurmctld does not start' "$dir/ctld.log"
  kill -0 "${pids[2]}" 2>/dev/null || give_up 'slurmd does not start' "$dir/slurmd.log"
  sleep 0.2
done
[ -n "$ready" ] || give_up 'the node does not become idle' "$dir/slurmd.log"
"$@"
