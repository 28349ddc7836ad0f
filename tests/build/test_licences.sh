#!/bin/bash
# What the command is linked with stands in docs/licences.md with its licence, and nothing under the GPL comes along.
. tests/support/check.sh
needed() { objdump -p "$QINGHE" | awk '$1 == "NEEDED" { sub(/\.so.*/, "", $2); sub(/-[0-9]+$/, "", $2); print $2 }'; }
for library in $(needed | grep -v -E '^lib(asan|ubsan|gcc_s)$|^ld-'); do
  check "$library is in docs/licences.md" grep -q "\`$library\`" docs/licences.md
done
gpl() { ldd "$QINGHE" | grep -E 'lib(umfpack|cholmod|spqr|readline|gsl|fftw|history)'; }
refuse 'no library under the GPL comes along' gpl
check 'LICENSE is Apache-2.0' grep -q 'Apache License' LICENSE
