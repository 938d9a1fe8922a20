import { settingsOfEnvironment } from './environment.ts';
import { startServer } from './server.ts';
import { settingsErrorOf } from './start-failures.ts';

try {
  const settings = settingsOfEnvironment();
  const server = await startServer(settings);
  const end = (): void => {
    // A second signal ends the process at once: nobody listens to it any more.
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, end);
    server.close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);
} catch (error) {
  console.error(settingsErrorOf(error)?.message ?? error);
  process.exitCode = 1;
}
