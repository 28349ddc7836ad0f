#!/bin/bash
# demo.sh FOLDER: the main job end to end on the Apeng river. Solves it as it is today and with its plants upgraded,
# judges every control section, draws both, says what the upgrade changes and what the least cut would be, and writes
# the report. QINGHE names the command; the language is
# that of the environment.
set -euo pipefail
here=$(dirname "$0")
out=$1
qinghe=${QINGHE:-build/qinghe}
mkdir -p "$out"

# A target that is missed (exit 1) is what the demo is there to show; anything else is a failure.
assess() {
  local status=0
  "$qinghe" assess "$@" || status=$?
  [ "$status" -le 1 ] || exit "$status"
}

made=()
show() { # TITLE NAME OPTION...: NAME of the files that are made, further options of the run
  printf '\n======== %s ========\n\n' "$1"
  "$qinghe" run "$here/apengjiang" -o "$out/$2.h5" "${@:3}"
  printf '\n'
  assess "$out/$2.h5"
  assess "$out/$2.h5" --csv >"$out/$2.csv"
  "$qinghe" plot "$out/$2.h5" --kind profile -o "$out/$2-profile.png" >/dev/null
  "$qinghe" plot "$out/$2.h5" --kind profile --route 黔江河 -o "$out/$2-town-profile.png" >/dev/null
  "$qinghe" plot "$out/$2.h5" --kind map -o "$out/$2-map.png" >/dev/null
  made+=("$out/$2.h5" "$out/$2.csv" "$out/$2-profile.png" "$out/$2-town-profile.png" "$out/$2-map.png")
}

show 'The Apeng river as it is' apengjiang
show 'Plants at grade 1A, larger ecological flows' apengjiang-upgraded --scenario 提标

printf '\n======== What the upgrade changes ========\n\n'
"$qinghe" compare "$out/apengjiang.h5" "$out/apengjiang-upgraded.h5" --missed
"$qinghe" plot "$out/apengjiang.h5" "$out/apengjiang-upgraded.h5" --kind profile --route 黔江河—阿蓬江出境 \
  -o "$out/apengjiang-both-profile.png" >/dev/null
"$qinghe" plot "$out/apengjiang.h5" "$out/apengjiang-upgraded.h5" --kind map -o "$out/apengjiang-both-map.png" >/dev/null
made+=("$out/apengjiang-both-profile.png" "$out/apengjiang-both-map.png")

printf '\n======== The least cut by which every section attains, with the margin of HJ 2.3-2018 ========\n\n'
"$qinghe" optimise "$here/apengjiang" --margin hj2.3

# A build without npm has no page: it says so, and the demo goes on.
if "$qinghe" report "$out/apengjiang.h5" "$out/apengjiang-upgraded.h5" -o "$out/report.html" --lang en >/dev/null; then
  "$qinghe" report "$out/apengjiang.h5" "$out/apengjiang-upgraded.h5" -o "$out/report.zh.html" --lang zh >/dev/null
  made+=("$out/report.html" "$out/report.zh.html")
fi

printf '\nstores, tables, pictures and pages:\n'
printf '  %s\n' "${made[@]}"
