import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { bashScript } from '../../src/completion/bash-script.ts';
import { allNodes, commandTree, flagsWithValue } from '../../src/completion/command-tree.ts';
import { fishScript } from '../../src/completion/fish-script.ts';
import { zshScript } from '../../src/completion/zsh-script.ts';
import { createProgram } from '../../src/program.ts';

const program = new Command('lpfn').option('--profile <name>', 'profile to use');
const shop = program.command('shop').description("The brand's: shop\nSecond line.");
shop
  .command('open')
  .addArgument(new Argument('<door>').choices(['front', 'back']))
  .addOption(new Option('-k, --key <kind>').choices(['iron', 'card']))
  .option('--plan <file>', 'plan to follow')
  .option('--note <text>')
  .addOption(new Option('--secret-door').hideHelp());
program.command('profile').command('use').argument('<name>');
const tree = commandTree(program);

describe('the tree of commands', () => {
  it('is what the program defines, without what is hidden', () => {
    const open = allNodes(tree).find(({ words }) => words.join(' ') === 'shop open');
    expect(open?.operand).toEqual({ kind: 'choice', choices: ['front', 'back'] });
    expect(open?.flags.map(({ names, value }) => [names.join(), value?.kind])).toEqual([
      ['--key,-k', 'choice'],
      ['--plan', 'file'],
      ['--note', 'anything'],
      ['--help,-h', undefined],
    ]);
    expect(allNodes(tree).find(({ words }) => words.join(' ') === 'profile use')?.operand).toEqual({ kind: 'profile' });
    expect(tree.commands.find(({ words }) => words[0] === 'help')?.operand).toMatchObject({
      choices: ['shop', 'profile'],
    });
    expect(tree.commands[0]?.description).toBe("The brand's: shop");
  });

  it('of lpfn spells no flag alike that takes a value in one command and none in another', () => {
    const real = commandTree(createProgram(() => Promise.resolve()));
    const valued = new Set(flagsWithValue(real));
    const flags = allNodes(real).flatMap((node) => node.flags);
    const clashes = flags.filter(({ names, value }) => value === undefined && names.some((name) => valued.has(name)));
    expect(clashes).toEqual([]);
    expect(flags.length).toBeGreaterThan(50);
  });
});

describe('scripts', () => {
  it('quote what a shell would read otherwise', () => {
    expect(zshScript(tree)).toContain(`'shop:The brand'\\''s: shop'`);
    expect(fishScript(tree)).toContain(`-a 'shop' -d 'The brand\\'s: shop'`);
  });

  it.each([
    ['bash', bashScript(tree), ["'shop open --key' | 'shop open -k') wanted='iron card'", "operand='@profile'"]],
    [
      'zsh',
      zshScript(tree),
      ["'shop open --key' | 'shop open -k') compadd -- iron card ;;", "'shop open --plan') _files"],
    ],
    [
      'fish',
      fishScript(tree),
      ["-l key -s k -x -a 'iron card'", '-l plan -r -F', "-n '__lpfn_at profile use' -a '(__lpfn_profiles)'"],
    ],
  ])('of %s offer choices, files and profiles', (_shell, script, parts) => {
    for (const part of parts) expect(script).toContain(part);
    expect(script).not.toContain('secret-door');
    expect(script).not.toContain('undefined');
  });
});
