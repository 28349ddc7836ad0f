#!/bin/bash
# embed.sh ARRAY FOLDER PATTERN: C source of qh_embedded_ARRAY[], every matching file under FOLDER byte for byte.
# Character constants, not one literal: C11 guarantees only 4095 characters to a literal.
set -euo pipefail
array=$1 folder=$2 pattern=$3
files=()
if [ -d "$folder" ]; then
  while IFS= read -r f; do files+=("$f"); done < <(find "$folder" -type f -name "$pattern" ! -name '.*' | sort)
fi
echo "/* Generated from $folder: do not edit. */"
echo '#include "model/embedded.h"'
i=0
for f in "${files[@]}"; do
  echo "static const char text_${i}[] = {"
  od -An -v -to1 "$f" | sed "s/ \([0-7]*\)/'\\\\\1',/g"
  printf "'\\\\0'};\n"
  i=$((i + 1))
done
echo "const qh_embedded qh_embedded_${array}[] = {"
i=0
for f in "${files[@]}"; do
  echo "    {\"${f#"$folder"/}\", text_$i, sizeof text_$i - 1},"
  i=$((i + 1))
done
echo "    {0, 0, 0},"
echo "};"
