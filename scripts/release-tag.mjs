// Marks the commit of a release with one tag per published version, and pushes the tags that are new.
import { run } from './child-process.mjs';

for (const [command, ...args] of [
  ['changeset', 'tag'],
  ['git', 'push', '--tags', 'origin'],
]) {
  const { code } = await run(command, args, { timeoutMs: 120_000 });
  if (code !== 0) {
    process.exitCode = code;
    break;
  }
}
