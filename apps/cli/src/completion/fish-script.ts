import { allNodes, type CommandNode, type FlagNode, flagsWithValue, type Wanted } from './command-tree.ts';

/** The completion script for fish. */
export function fishScript(tree: CommandNode): string {
  const nodes = allNodes(tree);
  return `# Completion of lpfn for fish. To load it: lpfn completion fish | source

function __lpfn_profiles
  lpfn profile list 2>/dev/null | cut -f2
end

# The words of the command that the line is in: "profile use", or nothing.
function __lpfn_node
  set -l valued ${flagsWithValue(tree).join(' ')}
  set -l known ${nodes
    .filter(({ words }) => words.length > 0)
    .map(({ words }) => quoted(words.join(' ')))
    .join(' ')}
  set -l node
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
    else if string match -q -- '-*' $word
      contains -- $word $valued; and set skip 1
    else
      set -l longer (string join ' ' $node $word)
      contains -- $longer $known; and set node $longer
    end
  end
  echo $node
end

function __lpfn_at
  test (__lpfn_node) = "$argv"
end

complete -c lpfn -f
${nodes.flatMap(linesOf).join('\n')}`;
}

function linesOf({ words, commands, flags, operand }: CommandNode): readonly string[] {
  const at = `complete -c lpfn -n ${quoted(['__lpfn_at', ...words].join(' '))}`;
  return [
    ...commands.map(({ words: own, description }) => `${at} -a ${quoted(own.at(-1) ?? '')} -d ${quoted(description)}`),
    ...(operand === undefined || operand.kind === 'anything' ? [] : [`${at} ${offer(operand)}`]),
    ...flags.map((flag) => `${at} ${flagWords(flag)}`),
  ];
}

function flagWords({ names, description, value }: FlagNode): string {
  const spelt = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...spelt, ...taken(value), '-d', quoted(description)].join(' ');
}

/** `-r` lets a value follow, `-x` one that is no file. */
function taken(value: Wanted | undefined): readonly string[] {
  if (value === undefined) return [];
  return value.kind === 'file' ? ['-r', offer(value)] : ['-x', offer(value)].filter((word) => word !== '');
}

function offer(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'choice':
      return `-a ${quoted(wanted.choices.join(' '))}`;
    case 'file':
      return '-F';
    case 'profile':
      return "-a '(__lpfn_profiles)'";
    case 'anything':
      return '';
  }
}

/** Inside single quotes fish knows \\\\ and \\'. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
