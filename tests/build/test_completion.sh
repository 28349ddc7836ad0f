#!/bin/bash
# The completion of bash and the man page say what the command itself says.
. tests/support/check.sh
. cli/completion/qinghe.bash
PATH=$(dirname "$QINGHE"):$PATH
completes() { # WORD... : the candidates for the last word, one a line
  COMP_WORDS=(qinghe "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _qinghe
  printf '%s\n' "${COMPREPLY[@]}"
}
mapfile -t commands < <(LANG=C "$QINGHE" --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
check 'the command lists its subcommands' test ${#commands[@]} -ge 7
check 'as<TAB> is assess' test "$(completes as)" = assess
check 'run --se<TAB> is --set' test "$(completes run --se)" = --set
check 'list re<TAB> is reaeration' test "$(completes list re)" = reaeration
check 'list k<TAB> offers kinetics and keys' test "$(completes list k | tr '\n' ' ')" = 'kinetics keys '
cd "$TMPDIR" || exit 1
mkdir case && touch case/case.yaml out.h5 notes.txt
check 'assess offers stores and folders' test "$(completes assess '' | sort | tr '\n' ' ')" = 'case out.h5 '
check 'run offers folders' test "$(completes run '')" = case
mkdir case/scenarios && touch case/scenarios/提标.yaml case/scenarios/截流.yaml case/scenarios/note.txt
check 'run CASE --scenario offers its scenarios' test "$(completes run case --scenario '' | sort | tr '\n' ' ')" = "$(printf '提标\n截流\n' | sort | tr '\n' ' ')"
check 'and no other' test "$(completes run case --scenario 提)" = 提标
cd "$OLDPWD" || exit 1

options_of() { LANG=C "$QINGHE" "$1" --help | grep -oE -- '^ +(-[a-zA-Z], )?--[a-z][a-z-]*' | grep -oE -- '--[a-z-]+' | sort -u; }
none() { ! "$@" | grep .; } # what a command lists, and whether it lists nothing
not_completed() { for o in $(options_of "$1"); do completes "$1" "$o" | grep -qx -- "$o" || echo "$o"; done; }
not_in_man() {
  grep -qE "^\\.SS \"?$1( |\")" docs/man/qinghe.1 || echo "$1"
  local part # every command knows --help and --lang; the rest stands in the command's own part
  part=$(sed -n "/^\.SS \"$1 /,/^\.S[SH]/p" docs/man/qinghe.1)
  for o in $(options_of "$1" | grep -vxE -- '--(help|lang)'); do [[ $part == *"${o//-/\\-}"* ]] || echo "$o"; done
}
for c in "${commands[@]}"; do
  check "completion offers every option of $c" none not_completed "$c"
  check "the man page has $c and its options" none not_in_man "$c"
done
codes_of_help() { LANG=C "$QINGHE" --help | sed -n '/^Exit codes/,/^$/s/^ *\([0-9][0-9]*\)  .*/\1/p'; }
codes_of_man() { sed -n '/^\.SH EXIT/,/^\.SH EX[^I]/s/^\.B \([0-9][0-9]*\)$/\1/p' docs/man/qinghe.1; }
check 'the man page has the exit codes of the help' diff <(codes_of_help) <(codes_of_man)
