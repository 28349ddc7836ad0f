#!/bin/bash
# registry.sh KIND FOLDER TYPE HEADER: C source of qh_registry_KIND[], one entry a source file in FOLDER.
set -euo pipefail
kind=$1 folder=$2 type=$3 header=$4
names=()
for f in "$folder"/*.c; do
  [ -e "$f" ] || continue
  name=$(basename "$f" .c)
  case $name in *_internal) continue ;; esac # what several entries share
  names+=("${name//-/_}")
done
echo "/* Generated from $folder: do not edit. */"
echo "#include \"$header\""
echo
for n in "${names[@]}"; do echo "extern const $type qh_${kind}_$n;"; done
echo
echo "const $type *const qh_registry_${kind}[] = {"
for n in "${names[@]}"; do echo "    &qh_${kind}_$n,"; done
echo "    0,"
echo "};"
