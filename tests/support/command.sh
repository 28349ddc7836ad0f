# For scripts that test commands as a user meets them: source it after check.sh. `out` and `err` are files of the folder that
# one stands in.
#   exits NAME CODE COMMAND...    ok when the command ends with CODE; its output goes to out and err
#   holds NAME FILE TEXT          ok when FILE has TEXT
#   empty NAME FILE               ok when FILE is empty
#   py NAME PROGRAM               ok when PROGRAM, in Python, goes through: its assertions
exits() {
  local name=$1 expected=$2 status=0
  shift 2
  "$@" >out 2>err </dev/null || status=$?
  [ "$status" -eq "$expected" ]
  check_report $? "$name" "exit $status, expected $expected
stdout: $(head -c 2000 out)
stderr: $(head -c 2000 err)"
}
holds() {
  grep -qF -- "$3" "$2"
  check_report $? "$1" "no '$3' in $2:
$(head -c 3000 "$2")"
}
empty() {
  [ ! -s "$2" ]
  check_report $? "$1" "$2 is not empty:
$(head -c 2000 "$2")"
}
py() {
  local output status=0
  output=$(/usr/bin/python3 -c "import json, csv
$2" 2>&1) || status=1
  check_report "$status" "$1" "$output"
}
