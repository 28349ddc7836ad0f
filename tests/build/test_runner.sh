#!/bin/bash
# tests/run counts right, shows failures, and cannot be fooled into passing.
. tests/support/check.sh
mkdir -p "$TMPDIR/t/tests/a" && cp tests/run "$TMPDIR/t/tests/" && cd "$TMPDIR/t" || exit 1
suite() { BUILD=$TMPDIR/t/build TIMEOUT=1 tests/run "$@"; }
last() { [ "$(suite | tail -n 1)" = "$1" ]; }
put() { cat >"tests/a/test_$1"; }

refuse 'no test at all fails' suite
put good.sh <<<'echo "ok - one"; echo "ok - two"; echo "skip - three: no reason"'
check 'a suite that passes passes' suite
check 'counts scripts' last '2 passed, 0 failed, 1 skipped'
says 'shows why a check was skipped' 'three: no reason' suite
put good.py <<<'print("ok - python")'
check 'counts python' last '3 passed, 0 failed, 1 skipped'
check 'picks tests by pattern' test "$(suite -k py | tail -n 1)" = '1 passed, 0 failed, 0 skipped'
refuse 'a pattern that picks nothing fails' suite -k nothing
bad() { # NAME COUNT SCRIPT
  put bad.sh <<<"$3"
  check "$1 is counted" last "$2"
  refuse "$1 fails the suite" suite
  rm tests/a/test_bad.sh
}
bad 'a failed check' '4 passed, 1 failed, 1 skipped' 'echo "ok - x"; echo "not ok - y"'
bad 'a script that ends badly' '4 passed, 1 failed, 1 skipped' 'echo "ok - x"; exit 3'
bad 'a script that checks nothing' '3 passed, 1 failed, 1 skipped' 'echo hello'
bad 'a script that hangs' '4 passed, 1 failed, 1 skipped' 'echo "ok - x"; sleep 5'
put bad.sh <<<'echo "the reason"; echo "not ok - y"'
says 'a failing test is shown in full' '| the reason' suite
rm tests/a/test_bad.sh
# A program of cmocka, as far as the runner sees one.
touch tests/a/test_unit.c
mkdir -p build/tests/a
printf '#!/bin/bash\necho "[  PASSED  ] 5 test(s)."\necho "[  FAILED  ] 2 test(s), listed below:"\necho "[  FAILED  ] a"\nexit 2\n' >build/tests/a/test_unit
chmod +x build/tests/a/test_unit
check 'counts cmocka' last '8 passed, 2 failed, 1 skipped'
rm build/tests/a/test_unit
check 'a program that was not built is a failure' last '3 passed, 1 failed, 1 skipped'
