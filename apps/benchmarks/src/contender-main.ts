// The process of one contender: `node contender-main.js NAME PORT [CHECKOUT]`, started by main.ts.
import type { ContenderName } from './contenders/contender.ts';
import type { ContenderQuestion } from './contenders/contender-question.ts';
import { cpuOfCalls } from './contenders/cpu-of-calls.ts';
import { makeNamedContender } from './contenders/make-contender.ts';
import { serveParent } from './worker-process.ts';

const [name, port, checkout] = process.argv.slice(2);
const contender = await makeNamedContender(name as ContenderName, Number(port), checkout);

serveParent((question: ContenderQuestion) => cpuOfCalls(() => contender.invoke(), question));
process.once('disconnect', () => void contender.close());
