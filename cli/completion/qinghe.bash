# Completion of qinghe for bash. Commands and options are asked of the command itself, so this file never goes stale.
_qinghe() {
  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
  local qinghe=${COMP_WORDS[0]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    local commands
    commands=$("$qinghe" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p')
    mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
  elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == --scenario || ${COMP_WORDS[COMP_CWORD - 1]} == --proposal ]]; then
    # The scenarios or proposals of the case that stands on the line.
    local argument file names=() folder=${COMP_WORDS[COMP_CWORD - 1]#--}s
    for argument in "${COMP_WORDS[@]:2}"; do
      for file in "$argument/$folder"/*.yaml; do
        [ ! -f "$file" ] || { file=${file##*/} && names+=("${file%.yaml}"); }
      done
    done
    mapfile -t COMPREPLY < <(compgen -W "${names[*]}" -- "$word")
  elif [[ $word == -* ]]; then
    local options
    options=$("$qinghe" "$command" --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,' | sort -u)
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  else
    case $command in
      assess | compare | plot | report) mapfile -t COMPREPLY < <(compgen -o plusdirs -f -X '!*.h5' -- "$word") ;;
      hydrology) mapfile -t COMPREPLY < <(compgen -o plusdirs -f -X '!*.csv' -- "$word") ;;
      formula)
        local names
        names=$("$qinghe" formula --lang en 2>/dev/null | sed -n '2,$s/ .*//p')
        mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word")
        ;;
      sweep) mapfile -t COMPREPLY < <(compgen -o plusdirs -f -X '!*.@(yaml|h5)' -- "$word") ;;
      run | validate | init | trace | capacity | optimise | permit | spill) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
      list)
        local kinds
        kinds=$("$qinghe" list 2>/dev/null | sed -n 's/^ *\([a-z][a-z]*\) .*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$kinds" -- "$word")
        ;;
      *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
  fi
}
complete -o filenames -F _qinghe qinghe
