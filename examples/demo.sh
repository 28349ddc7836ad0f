#!/bin/bash
# demo.sh FOLDER: the main job end to end on the Apeng river. Solves it as it is today and with its plants upgraded,
# judges every control section, draws both, and says what the upgrade changes. QINGHE names the command; the language is
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
show() { # TITLE CASE
  printf '\n======== %s ========\n\n' "$1"
  "$qinghe" run "$here/$2" -o "$out/$2.h5"
  printf '\n'
  assess "$out/$2.h5"
  assess "$out/$2.h5" --csv >"$out/$2.csv"
  "$qinghe" plot "$out/$2.h5" --kind profile -o "$out/$2-profile.png" >/dev/null
  "$qinghe" plot "$out/$2.h5" --kind profile --route 黔江河 -o "$out/$2-town-profile.png" >/dev/null
  "$qinghe" plot "$out/$2.h5" --kind map -o "$out/$2-map.png" >/dev/null
  made+=("$out/$2.h5" "$out/$2.csv" "$out/$2-profile.png" "$out/$2-town-profile.png" "$out/$2-map.png")
}

show 'The Apeng river as it is' apengjiang
show 'Plants at grade 1A, larger ecological flows' apengjiang-upgraded

printf '\n======== What the upgrade changes ========\n\n'
awk -F, '
  FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
  { key = $column["section"] FS $column["constituent"]
    value = sprintf("%.3g mg/L, class %s", $column["value"], $column["class"]) }
  NR == FNR { before[key] = value; missed[key] = $column["attained"] == "no"; next }
  missed[key] || $column["attained"] == "no" {
    printf "  %s %s  %s, target %s: %s -> %s: %s\n", $column["section"], $column["section_name"], $column["constituent"],
      $column["target_class"], before[key], value, $column["attained"] == "yes" ? "attained" : "still missed" }
' "$out/apengjiang.csv" "$out/apengjiang-upgraded.csv"

printf '\nstores, tables and pictures:\n'
printf '  %s\n' "${made[@]}"
