#!/bin/bash
# demo.sh FOLDER: the main job end to end on the Apeng river. Solves it as it is today and with its plants upgraded,
# judges every control section, draws both. QINGHE names the command.
set -euo pipefail
here=$(dirname "$0")
out=$1
qinghe=${QINGHE:-build/qinghe}
mkdir -p "$out"

# Judge a run. A target that is missed (exit 1) is what the demo is there to show; anything else is a failure.
judge() {
  local status=0
  "$qinghe" assess "$1" || status=$?
  [ "$status" -le 1 ] || exit "$status"
}

made=()
show() { # TITLE CASE NAME
  printf '\n== %s ==\n' "$1"
  "$qinghe" run "$2" -o "$out/$3.h5"
  judge "$out/$3.h5"
  "$qinghe" plot "$out/$3.h5" --kind profile -o "$out/$3-profile.png" >/dev/null
  "$qinghe" plot "$out/$3.h5" --kind map -o "$out/$3-map.png" >/dev/null
  made+=("$out/$3.h5" "$out/$3-profile.png" "$out/$3-map.png")
}

show 'Apeng river as it is' "$here/apengjiang" apengjiang
variant=$here/apengjiang-upgraded
[ ! -d "$variant" ] || show 'plants at grade 1A, a larger ecological flow' "$variant" apengjiang-upgraded

printf '\nstores and pictures:\n'
printf '  %s\n' "${made[@]}"
