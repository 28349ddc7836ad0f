#!/bin/bash
# make install: a client of the library builds against what was installed, static and shared; uninstall leaves nothing.
. tests/support/check.sh
if [ "$(basename "$BUILD")" != release ]; then
  skip 'install' 'it is the release build that is installed'
  exit
fi
prefix=$TMPDIR/prefix
install_files() { make --no-print-directory OUT="$OUT" QINGHE_SETUP=off PREFIX="$prefix" "$@"; }
check 'installs' install_files install-files
for f in bin/qinghe lib/libqinghe.a lib/libqinghe.so lib/pkgconfig/qinghe.pc include/qinghe/model/status.h \
  share/man/man1/qinghe.1 share/bash-completion/completions/qinghe share/doc/qinghe/LICENSE share/qinghe/examples/apengjiang/case.yaml; do
  check "$f is there" test -s "$prefix/$f"
done
check 'internal headers stay at home' test -z "$(find "$prefix" -name '*_internal.h')"
check 'the command runs from there' "$prefix/bin/qinghe" --version

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
check 'pkg-config knows the version' test "$(pkg-config --modversion qinghe)" = "$(cat VERSION)"
cat >"$TMPDIR/client.c" <<'EOF'
#include <stdio.h>
#include <string.h>
#include <io/case_reader.h>
#include <model/status.h>
#include <model/units.h>
#include <model/version.h>
#include <scenarios/run.h>
int main(void) { return puts(qh_status_text(QH_OK)) < 0 || strcmp(qh_version(), VERSION) != 0; }
EOF
client() { # NAME FLAGS... LIBS
  local name=$1
  shift
  # shellcheck disable=SC2046
  gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -DVERSION="\"$(cat VERSION)\"" $(pkg-config --cflags qinghe) \
    "$TMPDIR/client.c" -o "$TMPDIR/$name" "$@"
}
# shellcheck disable=SC2046
check 'a client links the shared library' client shared $(pkg-config --libs qinghe)
check 'and runs' env LD_LIBRARY_PATH="$prefix/lib" "$TMPDIR/shared"
check 'and uses it' grep -q 'libqinghe.so.0 ' <(LD_LIBRARY_PATH=$prefix/lib ldd "$TMPDIR/shared")
# shellcheck disable=SC2046
check 'a client links the static library' client static $(pkg-config --static --libs qinghe | sed 's/-lqinghe/-l:libqinghe.a/')
check 'and runs without the shared one' "$TMPDIR/static"
check 'the shared library exports qh_ names only' test -z "$(nm -D --defined-only "$prefix/lib/libqinghe.so" | grep -v ' qh_')"
rm "$prefix/bin/qinghe"
check 'uninstalls, also when a file has gone' install_files uninstall
check 'and leaves no file' test -z "$(find "$prefix" ! -type d)"
check 'DESTDIR stages' install_files install-files DESTDIR="$TMPDIR/stage"
check 'and is not in the pkg-config file' grep -qx "prefix=$prefix" "$TMPDIR/stage$prefix/lib/pkgconfig/qinghe.pc"
refuse 'a relative PREFIX is refused' install_files install-files PREFIX=here
