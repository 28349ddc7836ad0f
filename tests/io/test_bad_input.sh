#!/bin/bash
# Malformed input: every folder of tests/cases/bad changes a good case and says what `qinghe validate`, or another command, must
# answer.
#
# Run as `QINGHE=build/qinghe tests/io/test_bad_input.sh [NAME...]`; `--show` prints the messages instead of comparing.
# Lines of NAME/change, applied in order to a copy of tests/cases/good:
#   base NAME             another case to start from        status N        exit status, 2 when left out
#   arguments ...         further arguments                 edit FILE SED   a sed program
#   command NAME          another command than validate
#   append FILE TEXT      a line at the end (\n allowed)    write FILE TEXT the whole file
#   bytes FILE TEXT      likewise, without a line end (\xff is a byte)
#   rename A B · remove FILE · folder FILE · loop FILE (a link to itself, unreadable for root as well) · gbk FILE
# NAME/expected.txt: stderr, to the letter. stdout must stay empty, and nothing may be written.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
qinghe=$(realpath "${QINGHE:-build/qinghe}")
cases=$PWD/tests/cases
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

show=''
if [ "${1:-}" = --show ]; then show=yes && shift; fi
if [ $# -gt 0 ]; then names=("$@"); else mapfile -t names < <(ls "$cases/bad"); fi

# The line's verb, file and rest, as `read` splits them.
apply() {
  local verb=$1 file=$2 rest=$3
  case $verb in
    edit) sed -i "$rest" "$file" ;;
    append) printf '%b\n' "$rest" >>"$file" ;;
    write) printf '%b\n' "$rest" >"$file" ;;
    bytes) printf '%b' "$rest" >"$file" ;;
    rename) mv "$file" "$rest" ;;
    remove) rm "$file" ;;
    folder) mkdir "$file" ;;
    loop) ln -s "$file" "$file" ;;
    gbk) iconv -f UTF-8 -t GB18030 "$file" >"$file.new" && mv "$file.new" "$file" ;;
    *) echo "unknown change: $verb" && return 1 ;;
  esac
}

passed_all=0
for name in "${names[@]}"; do
  change=$cases/bad/$name/change
  base=$(sed -n 's/^base //p' "$change") status=$(sed -n 's/^status //p' "$change")
  command=$(sed -n 's/^command //p' "$change")
  read -ra arguments < <(sed -n 's/^arguments //p' "$change")
  folder=$work/case && rm -rf "$folder" && cp -r "$cases/${base:-good}" "$folder" && chmod -R u+w "$folder"
  applied=yes
  while IFS= read -r line; do
    read -r verb file rest <<<"$line"
    case $verb in base | status | arguments | command) continue ;; esac
    before=$(cd "$folder" && cksum 2>/dev/null <"$file")
    (cd "$folder" && apply "$verb" "$file" "$rest") || applied=''
    # An edit that changes nothing would let a case pass that tests nothing.
    [ "$verb" != edit ] || [ "$before" != "$(cd "$folder" && cksum <"$file")" ] || { echo "no effect: $line" && applied=''; }
  done <"$change"
  files=$(cd "$work" && find . | sort | cksum)

  (cd "$work" && ASAN_OPTIONS="${ASAN_OPTIONS:-}" timeout 20 "$qinghe" "${command:-validate}" case --lang en "${arguments[@]}" >out 2>err)
  got=$?
  mv "$work/out" "$work.out" && mv "$work/err" "$work.err"
  if [ -n "$show" ]; then
    echo "== $name (exit $got)" && cat "$work.err" "$work.out"
    continue
  fi
  problem=''
  [ -n "$applied" ] || problem='the change could not be applied'
  [ "$got" = "${status:-2}" ] || problem="exit $got, expected ${status:-2}"
  [ ! -s "$work.out" ] || problem='stdout is not empty'
  [ "$files" = "$(cd "$work" && find . | sort | cksum)" ] || problem='a file was written or removed'
  if ! diff -u "$cases/bad/$name/expected.txt" "$work.err" >"$work.diff"; then problem=${problem:-'other messages'}; fi
  if [ -z "$problem" ]; then echo "ok - $name"; else
    passed_all=1
    echo "not ok - $name: $problem" && cat "$work.diff"
  fi
done
rm -f "$work.out" "$work.err" "$work.diff"
exit $passed_all
