// The process of one bulk: `node bulk-main.js NAME PORT`, started by main.ts.
import type { BulkName, BulkQuestion } from './bulk/bulk-question.ts';
import { RUNS } from './bulk/bulk-runs.ts';
import { costOfBulk } from './bulk/cost-of-bulk.ts';
import { makeClient } from './contenders/lp-functions-contender.ts';
import { serveParent } from './worker-process.ts';

const [name, port] = process.argv.slice(2);
const client = makeClient(Number(port));

serveParent((question: BulkQuestion) =>
  costOfBulk((settled) => RUNS[name as BulkName](client, question, settled), question),
);
process.once('disconnect', () => void client.close());
