import { allNodes, type CommandNode, flagsWithValue, type Wanted } from './command-tree.ts';

/** The completion script for bash, from 3.2 (macOS) on; it does not need the package bash-completion. */
export function bashScript(tree: CommandNode): string {
  const nodes = allNodes(tree);
  return `# Completion of lpfn for bash. To load it: source <(lpfn completion bash)

_lpfn_profiles() {
  lpfn profile list 2>/dev/null | cut -f2
}

# What there is below the words in $1: commands, flags and what stands there without a flag.
_lpfn_node() {
  case "$1" in
${nodes.map(nodeCase).join('\n')}
    *) return 1 ;;
  esac
}

# What follows the flag $2 of the command $1.
_lpfn_value() {
  case "$1 $2" in
${nodes.flatMap(valueCases).join('\n')}
    *) wanted='' ;;
  esac
}

# Offers what is wanted.
_lpfn_offer() {
  local IFS=$'\\n'
  case "$1" in
    @file)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$2"))
      ;;
    @profile) COMPREPLY=($(compgen -W "$(_lpfn_profiles)" -- "$2")) ;;
    *) COMPREPLY=($(IFS=' '; compgen -W "$1" -- "$2")) ;;
  esac
}

_lpfn() {
  local valued=' ${flagsWithValue(tree).join(' ')} '
  local node='' commands flags operand wanted word at
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()
  # bash makes three words of --flag=value.
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  _lpfn_node ''
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    if [[ $word == -* ]]; then
      if [[ $valued == *" $word "* ]]; then
        ((at++))
        [[ \${COMP_WORDS[at]} == '=' ]] && ((at++))
      fi
    elif [[ " $commands " == *" $word "* ]]; then
      node="\${node:+$node }$word"
      _lpfn_node "$node"
    fi
  done
  if [[ $valued == *" $prev "* ]]; then
    _lpfn_value "$node" "$prev"
    _lpfn_offer "$wanted" "$cur"
  elif [[ $cur == -* ]]; then
    _lpfn_offer "$flags" "$cur"
  else
    _lpfn_offer "\${commands:-$operand}" "$cur"
  fi
}

complete -F _lpfn lpfn`;
}

function nodeCase({ words, commands, flags, operand }: CommandNode): string {
  const below = commands.map(({ words: own }) => own.at(-1) ?? '').join(' ');
  const names = flags.flatMap((flag) => flag.names).join(' ');
  return `    '${words.join(' ')}') commands='${below}' flags='${names}' operand='${offer(operand)}' ;;`;
}

function valueCases({ words, flags }: CommandNode): readonly string[] {
  return flags.flatMap(({ names, value }) => {
    const wanted = offer(value);
    return wanted === ''
      ? []
      : [`    ${names.map((name) => `'${words.join(' ')} ${name}'`).join(' | ')}) wanted='${wanted}' ;;`];
  });
}

function offer(wanted: Wanted | undefined): string {
  if (wanted === undefined || wanted.kind === 'anything') return '';
  return wanted.kind === 'choice' ? wanted.choices.join(' ') : `@${wanted.kind}`;
}
