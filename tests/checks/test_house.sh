#!/bin/bash
# The house checks catch what they are there for: each is shown a planted fault, and a clean tree.
. tests/support/check.sh
tree=$TMPDIR/tree
plant() { # FILE, content on stdin
  mkdir -p "$(dirname "$tree/$1")" && cat >"$tree/$1"
}

# ----------------------------------------------------------------------------------------------------- floors
plant model/case.h <<<'int qh_case;'
plant model/case_internal.h <<<'int qh_case_more;'
plant model/case.c <<<'#include "model/case_internal.h"'
plant io/store.h <<<'#include "model/case.h"'
plant io/store.c <<<'#include <hdf5.h>'
plant solvers/engine.c <<<'#include "model/case.h"'
plant cli/main.c <<<'#include "io/store.h"'
check 'deps: a clean tree passes' tests/checks/deps "$tree"
deps_catches() { # NAME FILE LINE
  plant "$2" <<<"$3"
  says "deps: $1 is caught" "$2:1: " tests/checks/deps "$tree"
  refuse "deps: $1 fails the check" tests/checks/deps "$tree"
  rm "$tree/$2"
}
deps_catches 'a climbing include' model/bad.c '#include "solvers/engine.h"'
deps_catches 'a climbing include with blanks' scenarios/bad.h '  #  include "viz/plot.h"'
deps_catches 'io that sees solvers' io/bad.c '#include "solvers/engine.h"'
deps_catches 'solvers that see io' solvers/bad.c '#include "io/store.h"'
deps_catches 'an internal header of another folder' cli/bad.c '#include "model/case_internal.h"'
deps_catches 'a way round by dots' model/bad.c '#include "../io/store.h"'
deps_catches 'a way round by angle brackets' model/bad.c '#include <io/store.h>'
deps_catches 'HDF5 outside io' scenarios/bad.c '#include <hdf5.h>'
deps_catches 'SUNDIALS outside solvers' scenarios/bad.c '#include <cvodes/cvodes.h>'
refuse 'deps: an empty tree fails the check' tests/checks/deps "$TMPDIR"

# ---------------------------------------------------------------------------------------------------- headers
plant model/lonely.h <<<'size_t qh_lonely(void);'
plant model/c_only.h <<<'int qh_new(int new);'
check 'headers: a self-contained header passes' env ROOT="$tree" CPPFLAGS=-I. tests/checks/headers model/case.h
says 'headers: one that leans on another is caught' model/lonely.h env ROOT="$tree" tests/checks/headers model/lonely.h
says 'headers: one that is not C++ is caught' model/c_only.h env ROOT="$tree" tests/checks/headers model/c_only.h

# ------------------------------------------------------------------------------------------------------ clang
if command -v clang >/dev/null; then
  plant model/whole.c <<<'typedef struct { int a, b; } pair;
int qh_sum(void);
int qh_sum(void) { const pair p = {1, 2}; return p.a + p.b; }'
  plant model/part.c <<<'typedef struct { int a, b; } pair;
int qh_part(void);
int qh_part(void) { const pair p = {1}; return p.a + p.b; }'
  check 'clang: a clean source passes' env ROOT="$tree" tests/checks/clang model/whole.c
  says 'clang: a field without a value is caught' model/part.c:3 env ROOT="$tree" tests/checks/clang model/whole.c model/part.c
  refuse 'clang: a field without a value fails the check' env ROOT="$tree" tests/checks/clang model/whole.c model/part.c
else
  skip 'clang' 'no clang'
fi

# ------------------------------------------------------------------------------------------------------ calls
library() { # NAME SOURCE: a library of one object
  gcc -c -x c -o "$TMPDIR/$1.o" - <<<"$2" && ar qcD "$TMPDIR/$1.a" "$TMPDIR/$1.o"
}
library clean '#include <stdio.h>
typedef struct { const char *name; int (*f)(void); } entry;
static int one(void) { return 1; }
const entry table[] = {{"one", one}, {0, 0}};
int qh_write(FILE *f) { return fprintf(f, "%d", table[0].f()); }'
check 'calls: a library of functions and constant tables passes' tests/checks/calls "$TMPDIR/clean.a"
calls_catches() { # NAME WORD SOURCE
  library bad "$3"
  says "calls: $1 is caught" "bad.o: $2" tests/checks/calls "$TMPDIR/bad.a"
  refuse "calls: $1 fails the check" tests/checks/calls "$TMPDIR/bad.a"
  rm "$TMPDIR/bad.a"
}
calls_catches 'exit' exit '#include <stdlib.h>
void qh_f(void) { exit(1); }'
calls_catches 'printf' printf '#include <stdio.h>
void qh_f(int i) { printf("%d", i); }'
calls_catches 'stderr' stderr '#include <stdio.h>
void qh_f(int i) { fprintf(stderr, "%d", i); }'
calls_catches 'assert' __assert_fail '#include <assert.h>
void qh_f(int i) { assert(i); }'
calls_catches 'a global variable' qh_count 'int qh_count = 3;'
calls_catches 'a static variable' calls 'int qh_next(void) { static int calls; return ++calls; }'
calls_catches 'a thread-local variable' last '_Thread_local int last = 1;'

# -------------------------------------------------------------------------------------------------- catalogue
catalogue() { # the entry in printf's spelling
  printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "reach %%s has %%d outfalls"\n%s\n' "$1" >"$TMPDIR/zh.po"
  LC_ALL=C tests/checks/catalogue "$TMPDIR/zh.po"
}
if command -v msgfmt >/dev/null; then
  check 'catalogue: a good translation passes' catalogue 'msgstr "河段 %s 有 %d 个排污口"'
  says 'catalogue: swapped conversions are caught' 'conversions differ' catalogue 'msgstr "有 %d 个排污口的河段 %s"'
  refuse 'catalogue: and fail the check' catalogue 'msgstr "有 %d 个排污口的河段 %s"'
  says 'catalogue: an empty translation is caught' 'no translation' catalogue 'msgstr ""'
else
  skip 'catalogue' 'gettext is not installed'
fi
