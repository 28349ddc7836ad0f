#!/bin/bash
# The page of reports is built by .ci/page: without npm, or when npm fails, the build goes on and says so, and npm is
# not asked again before someone wants it. npm is played by a stand-in.
. tests/support/check.sh
stage=$TMPDIR/bin
log=$TMPDIR/log
mkdir -p "$stage" "$TMPDIR/web"
for tool in bash mkdir rm touch cmp cp tail cat; do ln -s "$(command -v "$tool")" "$stage/$tool"; done
echo '{}' >"$TMPDIR/web/package.json"
echo '{"lock": 1}' >"$TMPDIR/web/package-lock.json"
page() { env -i PATH="$stage" LOG="$log" NPM="${NPM:-0}" bash .ci/page "$@" "$TMPDIR/web" "$TMPDIR/out"; }
asked() { [ "$(grep -c "^$1" "$log" 2>/dev/null)" = "$2" ]; }
stand_in() { { echo '#!/bin/bash'; cat; } >"$stage/$1" && chmod +x "$stage/$1"; }

says 'no npm: says so' 'there is no npm' page
check 'no npm: the build goes on' page
check 'and has its stamp' test -e "$TMPDIR/out/page/stamp"
refuse 'no npm: an error for who wants the page' page --must

stand_in npm <<<'echo "npm $*" >>"$LOG"; exit "$NPM"'
stand_in node <<<'echo "node $*" >>"$LOG"; echo page >"$3/report.html"'
NPM=1
says 'npm fails: says so' 'npm ci failed' page
check 'npm fails: the build goes on' page
check 'npm is not asked again' asked npm 1
refuse 'but is by who wants the page' page --must
check 'then it is' asked npm 2
NPM=0
check 'npm works: the page is made' page --must
check 'and there' test -s "$TMPDIR/out/page/report.html"
check 'again: nothing is fetched' page
check 'npm was asked once more only' asked npm 3
echo '{"lock": 2}' >"$TMPDIR/web/package-lock.json"
check 'another lock file' page
check 'is fetched' asked npm 4

refuse 'the lock file names no host' grep -n '://' <(grep -v '"url"' viz/web/package-lock.json)
refuse 'and no place to fetch from' grep -n '"resolved"' viz/web/package-lock.json
check 'every package has its checksum' test "$(grep -c '"integrity"' viz/web/package-lock.json)" = "$(grep -c '"node_modules/' viz/web/package-lock.json)"
