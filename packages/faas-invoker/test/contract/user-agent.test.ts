import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createFaasInvoker } from '../../src/index.ts';
import { startRecordingGateway } from '../recording-gateway.ts';

const packageFile = new URL('../../package.json', import.meta.url);
const builtIndex = new URL('../../dist/index.js', import.meta.url);

/** What is published, in a process of its own: nothing here reads the source. */
const PROGRAM = `
  const { createFaasInvoker } = await import(process.argv[1]);
  const origin = process.argv[2];
  const invoker = createFaasInvoker({
    accountId: '1', gatewayDomain: () => origin, listingDomain: () => origin, authorizer: { authorize: async () => ({}) },
  });
  await invoker.invokeByUuid('6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', 1);
  await invoker.invokeByEvent('my_event', 1);
  await invoker.isImplemented({ eventId: 'my_event' });
  await invoker.getLambdas();
  await invoker.close();`;

test('J46: the User-Agent of every request is the version of the package, as built', async () => {
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
  const gateway = await startRecordingGateway('euwe1.fninvocations.localhost');
  onTestFinished(() => gateway.close());
  gateway.answer = (response, { url }) =>
    void response.end(url.includes('/isImplemented') ? '{"implemented":true}' : '[]');
  const args = ['--input-type=module', '--eval', PROGRAM, builtIndex.href, gateway.origin];
  await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
  expect(gateway.requests.map(({ method, headers }) => [method, headers['user-agent']])).toEqual([
    ['POST', `lp-functions/${version}`],
    ['POST', `lp-functions/${version}`],
    ['GET', `lp-functions/${version}`],
    ['GET', `lp-functions/${version}`],
  ]);
});

test('and after it the name of the application, if it gives one', async () => {
  const gateway = await startRecordingGateway('euwe1.fninvocations.localhost');
  onTestFinished(() => gateway.close());
  gateway.answer = (response, { url }) =>
    void response.end(url.includes('/isImplemented') ? '{"implemented":true}' : '[]');
  const invoker = createFaasInvoker({
    accountId: '1',
    gatewayDomain: () => gateway.origin,
    listingDomain: () => gateway.origin,
    authorizer: { authorize: () => Promise.resolve({}) },
    userAgentSuffix: 'order-service/2.1 (eu; blue)',
  });
  onTestFinished(() => invoker.close());
  const uuid = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
  await invoker.invokeByUuid(uuid, 1);
  await invoker.isImplemented({ eventId: 'my_event' });
  await invoker.getLambdas();
  const said = 'lp-functions/source order-service/2.1 (eu; blue)';
  expect(gateway.requests.map(({ headers }) => headers['user-agent'])).toEqual([said, said, said]);
  expect(await invoker.toCurl({ uuid }, 1)).toContain(said);
});
