import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  adviseOnAppInstallation,
  type AppInstallationProblem,
  findAppInstallationProblems,
} from '@lp-functions/emulator';
import type { GlobalFlags } from '../settings/global-flags.ts';
import { CommandError } from '../terminal/command-error.ts';
import type { Answer, Output } from '../terminal/output.ts';
import { systemWords } from '../terminal/system-words.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Flags of `lpfn app check`. */
export type AppCheckFlags = GlobalFlags;

type Problems = readonly AppInstallationProblem[];

/** `lpfn app check FILE`. */
export async function appCheck(output: Output, file: string, flags: AppCheckFlags): Promise<Answer> {
  const value = parse(file, await read(file));
  const problems = findAppInstallationProblems(value).map(withExpectation);
  const advice = adviseOnAppInstallation(value);
  if (flags.json !== true) for (const { path, message } of advice) output.say(`advice: ${path}: ${message}`);
  if (problems.length > 0) throw refused(file, problems, advice);
  const { client_name: name } = value as { readonly client_name: string };
  const text =
    advice.length === 0
      ? `${file}: good to be sent to LivePerson.`
      : `${file}: LivePerson takes it. Read the advice first.`;
  return { result: { file, clientName: name, problems, advice }, text };
}

/** What a person is likely to have meant. */
function withExpectation(problem: AppInstallationProblem): AppInstallationProblem {
  return problem.path === 'client_id' || problem.path === 'client_secret'
    ? { ...problem, message: `${problem.message}: LivePerson assigns it when the app is installed` }
    : problem;
}

function refused(file: string, problems: Problems, advice: Problems): CommandError {
  const lines = problems.map(({ path, message }) => `\n  ${path === '' ? 'the document' : path}: ${message}`);
  const reasons = problems.length === 1 ? 'reason' : 'reasons';
  return new CommandError(
    'APP_REFUSED',
    `${file}: LivePerson would not take it, for ${String(problems.length)} ${reasons}${lines.join('')}`,
    '"lpfn app template" writes one that works.',
    { problems, advice },
  );
}

async function read(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${systemWords(error)}`);
  }
}

function parse(file: string, json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    // Of what is not JSON a parser quotes some; of a secret there is none in such a file.
    throw refused(file, [{ path: '', message: `it is not JSON: ${(error as Error).message}` }], []);
  }
}
