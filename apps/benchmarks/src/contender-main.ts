// The process of one contender: `node contender-main.js NAME PORT [CHECKOUT]`, started by main.ts. It loads no other
// contender's code.
import type { Contender, ContenderName } from './contenders/contender.ts';
import type { ContenderQuestion } from './contenders/contender-question.ts';
import { cpuOfCalls } from './contenders/cpu-of-calls.ts';
import { serveParent } from './worker-process.ts';

const [name, portText, checkout = ''] = process.argv.slice(2);
const port = Number(portText);

const MAKERS: Readonly<Record<ContenderName, () => Promise<Contender>>> = {
  'lp-functions': async () => (await import('./contenders/lp-functions-contender.ts')).makeContender(port),
  'lp-functions-noop': async () => (await import('./contenders/noop-contender.ts')).makeContender(port),
  'lp-functions-sdk': async () => (await import('./contenders/sdk-contender.ts')).makeContender(port),
  baseline: async () => (await import('./contenders/baseline-contender.ts')).makeBaseline(port, checkout),
  undici: async () => (await import('./contenders/undici-contender.ts')).makeContender(port),
  got: async () => (await import('./contenders/got-contender.ts')).makeContender(port),
  official: async () => (await import('./contenders/official-contender.ts')).makeContender(port),
};

const contender = await MAKERS[name as ContenderName]();

serveParent((question: ContenderQuestion) => cpuOfCalls(() => contender.invoke(), question));
process.once('disconnect', () => void contender.close());
