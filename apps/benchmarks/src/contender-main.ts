// The process of one contender: `node contender-main.js NAME PORT`, started by main.ts. It loads no other contender's code.
import type { Contender, ContenderName } from './contenders/contender.ts';
import type { ContenderQuestion } from './contenders/contender-question.ts';
import { cpuOfCalls } from './contenders/cpu-of-calls.ts';
import { serveParent } from './worker-process.ts';

const LOADERS: Readonly<Record<ContenderName, () => Promise<{ makeContender(port: number): Contender }>>> = {
  'lp-functions': () => import('./contenders/lp-functions-contender.ts'),
  undici: () => import('./contenders/undici-contender.ts'),
  got: () => import('./contenders/got-contender.ts'),
  official: () => import('./contenders/official-contender.ts'),
};

const [name, port] = process.argv.slice(2);
const { makeContender } = await LOADERS[name as ContenderName]();
const contender = makeContender(Number(port));

serveParent((question: ContenderQuestion) => cpuOfCalls(() => contender.invoke(), question));
process.once('disconnect', () => void contender.close());
