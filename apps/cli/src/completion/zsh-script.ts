import { allNodes, type CommandNode, type FlagNode, flagsWithValue, type Wanted } from './command-tree.ts';

/** The completion script for zsh. */
export function zshScript(tree: CommandNode): string {
  const nodes = allNodes(tree);
  return `#compdef lpfn
# Completion of lpfn for zsh. To load it: source <(lpfn completion zsh)

_lpfn_profiles() {
  local -a profiles
  profiles=(\${(f)"$(lpfn profile list 2>/dev/null | cut -f2)"})
  compadd -a profiles
}

# What there is below the words in $1: commands, flags and what stands there without a flag.
_lpfn_node() {
  commands_here=() flags_here=() operand_here=''
  case "$1" in
${nodes.map(nodeCase).join('\n')}
  esac
}

# Offers what follows the flag $2 of the command $1.
_lpfn_value() {
  case "$1 $2" in
${nodes.flatMap(valueCases).join('\n')}
  esac
}

_lpfn() {
  local -a valued commands_here flags_here
  valued=(${flagsWithValue(tree).map(quoted).join(' ')})
  local node='' operand_here='' word
  local -i at
  _lpfn_node ''
  for ((at = 2; at < CURRENT; at++)); do
    word="\${words[at]}"
    if [[ $word == -* ]]; then
      ((\${valued[(Ie)$word]})) && ((at++))
    elif ((\${\${commands_here[@]%%:*}[(Ie)$word]})); then
      node="\${node:+$node }$word"
      _lpfn_node "$node"
    fi
  done
  if [[ $PREFIX == --*=* ]]; then
    local flag="\${PREFIX%%=*}"
    compset -P '*='
    _lpfn_value "$node" "$flag"
  elif ((CURRENT > 2 && \${valued[(Ie)\${words[CURRENT - 1]}]})); then
    _lpfn_value "$node" "\${words[CURRENT - 1]}"
  elif [[ $PREFIX == -* ]]; then
    _describe -o -t flags 'flag' flags_here
  elif ((\${#commands_here})); then
    _describe -t commands 'command' commands_here
  elif [[ -n $operand_here ]]; then
    eval "$operand_here"
  fi
}

if [[ "\${funcstack[1]}" == _lpfn ]]; then
  _lpfn "$@"
else
  compdef _lpfn lpfn
fi`;
}

function nodeCase({ words, commands, flags, operand }: CommandNode): string {
  const below = commands.map(({ words: own, description }) => described(own.at(-1) ?? '', description));
  const lines = [
    `      commands_here=(${below.join(' ')})`,
    `      flags_here=(${flags.flatMap(describedFlag).join(' ')})`,
    `      operand_here=${quoted(action(operand))}`,
  ];
  return `    ${quoted(words.join(' '))})\n${lines.join('\n')}\n      ;;`;
}

function valueCases({ words, flags }: CommandNode): readonly string[] {
  return flags.flatMap(({ names, value }) => {
    const act = action(value);
    return act === ''
      ? []
      : [`    ${names.map((name) => quoted(`${words.join(' ')} ${name}`)).join(' | ')}) ${act} ;;`];
  });
}

function action(wanted: Wanted | undefined): string {
  switch (wanted?.kind) {
    case 'choice':
      return `compadd -- ${wanted.choices.join(' ')}`;
    case 'file':
      return '_files';
    case 'profile':
      return '_lpfn_profiles';
    case 'anything':
    case undefined:
      return '';
  }
}

function describedFlag({ names, description }: FlagNode): readonly string[] {
  return names.map((name) => described(name, description));
}

/** A colon ends the name. */
function described(name: string, description: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${description}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
