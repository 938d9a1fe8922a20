// A process that makes one call and ends: `node first-call-main.js NAME PORT`, started by main.ts.
import type { ContenderName } from './contenders/contender.ts';
import { makeNamedContender } from './contenders/make-contender.ts';

const [name, port] = process.argv.slice(2);
const contender = await makeNamedContender(name as ContenderName, Number(port));
await contender.invoke();
await contender.close();
