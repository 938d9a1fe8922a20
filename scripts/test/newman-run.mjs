import newman from 'newman';

/**
 * Runs a collection in newman with an environment, both as objects.
 *
 * @param {object} collection
 * @param {object} environment
 * @param {Readonly<Record<string, string>>} values of the environment's variables
 * @param {readonly string[]} [folders] these only
 * @returns {Promise<{ sent: string[], failures: string[], environment: Record<string, string>, printed: string }>} names of the
 *   requests that were answered; `request: test: message` of what failed; the variables afterwards; what scripts and newman said
 */
export function runCollection(collection, environment, values, folders) {
  return new Promise((resolve, reject) => {
    const printed = [];
    const run = newman.run(
      {
        collection: structuredClone(collection),
        environment: structuredClone(environment),
        envVar: Object.entries(values).map(([key, value]) => ({ key, value })),
        ...(folders === undefined ? {} : { folder: folders }),
        reporters: [],
        // Nothing hangs: newman ends by itself.
        timeout: 100_000,
        timeoutRequest: 30_000,
        timeoutScript: 30_000,
      },
      (error, summary) => {
        if (error) {
          reject(error);
          return;
        }
        resolve({
          sent: summary.run.executions.filter(({ response }) => response !== undefined).map(({ item }) => item.name),
          failures: summary.run.failures.map(
            ({ source, error: { test, message } }) => `${source?.name}: ${test ?? 'script'}: ${message}`,
          ),
          environment: summary.environment.toObject(),
          printed: printed.join('\n'),
        });
      },
    );
    run.on('console', (_error, { messages }) => printed.push(messages.join(' ')));
  });
}
