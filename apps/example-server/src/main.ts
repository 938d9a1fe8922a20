import { settingsOfEnvironment } from './environment.ts';
import { startServer } from './server.ts';
import { settingsErrorOf } from './start-failures.ts';

try {
  const settings = settingsOfEnvironment();
  const server = await startServer(settings);
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) {
      // A second one ends the process at once.
      process.removeListener(signal, end);
      process.kill(process.pid, signal);
      return;
    }
    // Goes on listening: libraries that tidy up on a signal end the process where nobody else listens.
    ending = true;
    server.close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
} catch (error) {
  console.error(settingsErrorOf(error)?.message ?? error);
  process.exitCode = 1;
}
