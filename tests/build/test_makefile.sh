#!/bin/bash
# The Makefile on a project of a few lines: what is built, what is built again, and when.
. tests/support/check.sh
project=$TMPDIR/project
mkdir -p "$project"/{model/dispersion,model/lang,cli,tests/unit}
cp -r Makefile VERSION .ci "$project/"
cp model/version.[ch] model/embedded.h model/lang_internal.h "$project/model/"
cd "$project" || exit 1
printf 'msgid "a"\nmsgstr "甲"\n' >model/lang/zh.po
echo 'typedef struct { int value; } qh_dispersion_formula;
extern const qh_dispersion_formula *const qh_registry_dispersion[];' >model/dispersion.h
entry() { echo "#include \"model/dispersion.h\"
extern const qh_dispersion_formula qh_dispersion_$1;
const qh_dispersion_formula qh_dispersion_$1 = {$2};" >"model/dispersion/$1.c"; }
entry one 1
cat >cli/main.c <<'EOF'
#include <stdio.h>
#include "model/dispersion.h"
int main(void) {
    for (int i = 0; qh_registry_dispersion[i]; i++) printf("%d ", qh_registry_dispersion[i]->value);
    return 0;
}
EOF
export QINGHE_SETUP=off
unset OUT config native T CFLAGS CPPFLAGS LDFLAGS
build() { make --no-print-directory "$@"; }
prints() { [ "$(build/qinghe)" = "$1" ]; }

check 'builds out of tree' build
check 'runs' prints '1 '
check 'leaves nothing beside build/' test -z "$(find . -name '*.o' -not -path './build/*')"
check 'links the versioned shared library' test "$(readlink build/libqinghe.so)" = "libqinghe.so.$(cat VERSION)"
check 'built again, nothing is done' test -z "$(build)"
entry two 2
check 'a file added to a registry is built' build
check 'and is in the registry' prints '1 2 '
rm model/dispersion/one.c
check 'a file removed is built out' build
check 'and is out of the registry' prints '2 '
check 'and out of the archive' test -z "$(ar t build/libqinghe.a | grep -x one.o)"
sleep 0.01 && echo '/* changed */' >>model/dispersion.h
says 'a header changed rebuilds who includes it' 'cli/main.c' build
says 'other flags rebuild' 'cli/main.c' build CPPFLAGS=-DOTHER
says 'an unknown configuration is named' 'known are release debug' build config=relase
printf 'int qh_unused_result;\nint f(x) int x; { return x; }\n' >model/warns.c
refuse 'a warning is an error' build
rm model/warns.c
check 'another configuration stands beside it' build config=debug
check 'with a command of its own' test -x build/debug/qinghe
check 'OUT puts everything elsewhere' build OUT="$TMPDIR/elsewhere"
check 'with the command there' test -x "$TMPDIR/elsewhere/qinghe"
same_twice() {
  build OUT="$TMPDIR/once" && build OUT="$TMPDIR/twice" && cmp "$TMPDIR/once/libqinghe.a" "$TMPDIR/twice/libqinghe.a"
}
check 'built in two places, the archives are the same to the byte' same_twice
check 'clean removes it' build clean
check 'and leaves no build folder' test ! -e build
