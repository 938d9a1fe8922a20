// The process of a caller that does nothing but call: started by main.ts, ends when main.ts lets go of it.
import { Agent, request } from 'undici';
import type { LoadAnswer, LoadQuestion } from './console/load-question.ts';
import { serveParent } from './worker-process.ts';

const agent = new Agent();

serveParent(async ({ origin, path, method, headers, body, requests, concurrency }: LoadQuestion) => {
  let left = requests;
  const started = performance.now();
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const answer = await request(`${origin}${path}`, { dispatcher: agent, method, headers, body: body ?? null });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`${path} was answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return { seconds: (performance.now() - started) / 1_000 } satisfies LoadAnswer;
});
process.once('disconnect', () => void agent.close());
