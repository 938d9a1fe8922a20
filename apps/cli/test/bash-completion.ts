import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
/** Splits a line as bash's readline does before it asks for completions: `=` stands alone. */
const WORDS = /=|[^\s=]+|(?<=\s)$/g;

const SCRIPT = `
lpfn() { "$NODE" "$MAIN" "$@"; }
source <(lpfn completion bash)
[[ $(complete -p lpfn) == 'complete -F _lpfn lpfn' ]] || exit 9
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_lpfn
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/** What bash offers at the end of a line. */
export async function offeredByBash(
  line: string,
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<readonly string[]> {
  const words = line.match(WORDS) ?? [];
  const { stdout } = await promisify(execFile)('bash', ['--norc', '--noprofile', '-uc', SCRIPT, 'bash', ...words], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], NODE: process.execPath, MAIN, ...options.env },
  });
  return stdout.split('\n').filter((word) => word !== '');
}
