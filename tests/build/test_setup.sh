#!/bin/bash
# .ci/setup: silent when all is there; otherwise says what and why, and installs as root, by sudo, or not at all.
# dpkg-query, apt-get, sudo and id are played by stand-ins, so nothing is really installed.
. tests/support/check.sh
stage=$TMPDIR/bin
log=$TMPDIR/log
mkdir -p "$stage"
stand_in() { # NAME, body on stdin
  { echo '#!/bin/bash'; cat; } >"$stage/$1" && chmod +x "$stage/$1"
}
for tool in bash env cat mktemp rm; do ln -s "$(command -v "$tool")" "$stage/$tool"; done
# Everything installed but what $ABSENT names. One package is known to dpkg but removed ("rc").
stand_in dpkg-query <<'EOF'
shift 3
for p; do case " $ABSENT " in *" $p "*) ;; *) printf 'ii %s ' "$p" ;; esac; done
printf 'rc gnuplot-nox '
EOF
stand_in apt-get <<<'echo "apt-get $*" >>"$LOG"; exit "${APT_STATUS:-0}"'
stand_in id <<<'echo "${PLAYED_UID:-0}"'
setup() { : >"$log"; env -i PATH="$stage" LOG="$log" "$@" bash .ci/setup build test; }
logged() { grep -q -- "$1" "$log"; }

quiet=$(setup 2>&1)
check 'all there: nothing is said' test -z "$quiet"
check 'all there: nothing is installed' test ! -s "$log"
says 'missing: names the package' libcmocka-dev setup ABSENT=libcmocka-dev
says 'missing: says what it is for' 'C unit tests' setup ABSENT=libcmocka-dev
check 'missing: refreshes the lists' logged ' update$'
check 'missing: installs that one only' logged 'install --no-install-recommends libcmocka-dev$'
setup ABSENT=clang-tidy
check 'a package of another level is not installed' test ! -s "$log"
says 'no root, no sudo: prints the command to run' 'apt-get install --no-install-recommends gcc' setup ABSENT=gcc PLAYED_UID=1000
setup ABSENT=gcc PLAYED_UID=1000 >/dev/null 2>&1
check 'no root, no sudo: exit 2' test $? -eq 2
check 'no root, no sudo: installs nothing' test ! -s "$log"
stand_in sudo <<<'echo "sudo $*" >>"$LOG"; exec "$@"'
setup ABSENT=gcc PLAYED_UID=1000 >/dev/null 2>&1
check 'no root, sudo: installs by sudo' logged '^sudo .*install --no-install-recommends gcc$'
setup ABSENT=gcc APT_STATUS=1 >/dev/null 2>&1
check 'a failed install: exit 2' test $? -eq 2
setup ABSENT=gcc QINGHE_SETUP=off >/dev/null 2>&1
check 'QINGHE_SETUP=off: installs nothing' test ! -s "$log"
setup_page() { : >"$log"; env -i PATH="$stage" LOG="$log" "$@" bash .ci/setup page; }
setup_page ABSENT=npm
check 'npm of Debian where there is none' logged 'install --no-install-recommends npm$'
stand_in npm <<<':'
setup_page ABSENT='npm nodejs'
check 'npm of another origin is left alone' test ! -s "$log"
rm "$stage/dpkg-query"
says 'not Debian: explains' 'this is not Debian' setup
