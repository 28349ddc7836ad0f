# For test scripts: source it, then one call a check.
#   check NAME COMMAND...        ok when the command succeeds
#   refuse NAME COMMAND...       ok when the command fails
#   says NAME TEXT COMMAND...    ok when the output (both streams) holds TEXT, whatever the status
#   skip NAME WHY
# Output of a command is shown only when its check fails. The script's status is 1 when a check failed.
# By the runner, a folder of the test's own; by hand, one that stays.
export TMPDIR=${TMPDIR:-$(mktemp -d)}
checks_failed=0
trap 'exit $(($? ? $? : checks_failed))' EXIT

check_report() { # STATUS NAME OUTPUT
  if [ "$1" -eq 0 ]; then
    echo "ok - $2"
  else
    echo "not ok - $2"
    printf '%s\n' "$3" | sed 's/^/    /'
    # shellcheck disable=SC2034 # read by the trap
    checks_failed=1
  fi
}
check() {
  local name=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=1
  check_report "$status" "$name" "$output"
}
refuse() {
  local name=$1 output status=0
  shift
  output=$("$@" 2>&1) && status=1
  check_report "$status" "$name" "succeeded, though it must not: $output"
}
says() {
  local name=$1 text=$2 output
  shift 2
  output=$("$@" 2>&1) || true
  case $output in
    *"$text"*) check_report 0 "$name" ;;
    *) check_report 1 "$name" "expected: $text
got: $output" ;;
  esac
}
skip() { echo "skip - $1: $2"; }
