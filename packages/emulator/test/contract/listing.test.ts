import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, type Answer, type Caller } from '../platform-caller.ts';

const CODE = 'async function lambda() {}';
let emulator: Emulator;
let v1: Caller;
let v2: Caller;
beforeAll(async () => {
  emulator = await startEmulator({ accounts: [{ accountId: '222', platform: 'v1' }] });
  for (const { functions } of emulator.accounts.list()) {
    functions.add({
      name: 'Order',
      code: CODE,
      eventId: 'order_event',
      description: 'orders',
      environmentVariables: { A: 'b' },
    });
    functions.add({ name: 'ordinary', code: CODE, state: 'Draft', skills: ['1'], size: 'L' });
  }
  [v1, v2] = [callerOf(emulator, '222'), callerOf(emulator)];
});
afterAll(() => emulator.close());
const names = ({ json }: Answer): readonly string[] => (json as { name: string }[]).map(({ name }) => name);

test('V2 answers metadata without code', async () => {
  const { status, json } = await v2.get('/api/account/12345678/functions?eventId=&userId=&functionName=');
  const date = expect.stringMatching(/^\d{4}-.*Z$/) as string;
  const stamps = {
    createdAt: date,
    updatedAt: date,
    createdBy: expect.any(String) as string,
    updatedBy: expect.any(String) as string,
  };
  expect(status).toBe(200);
  expect(json).toEqual([
    {
      uuid: emulator.functions.get('Order').uuid,
      name: 'Order',
      description: 'orders',
      state: 'Productive',
      skills: [],
      eventId: 'order_event',
      size: 'S',
      isCompV1: false,
      ...stamps,
    },
    {
      uuid: emulator.functions.get('ordinary').uuid,
      name: 'ordinary',
      description: '',
      state: 'Draft',
      skills: ['1'],
      size: 'L',
      isCompV1: false,
      ...stamps,
    },
  ]);
});

test('V1 answers the whole model, with and without the slash', async () => {
  for (const path of ['/api/account/222/lambdas/?v=1&userId=&externalSystem=', '/api/account/222/lambdas?v=1']) {
    const { json } = await v1.get(path);
    expect(json).toMatchObject([
      {
        version: 1,
        name: 'Order',
        eventId: 'order_event',
        samplePayload: { headers: [], payload: {} },
        state: 'Productive',
        runtime: { uuid: expect.any(String) as string, name: expect.stringContaining('Node.js') as string },
        lastDeployment: {
          lambdaVersion: 1,
          deploymentState: 'Deploy Finish',
          lambdaUUID: emulator.accounts.get('222').functions.get('Order').uuid,
        },
        implementation: { code: CODE, dependencies: [], environmentVariables: [{ key: 'A', value: 'b' }] },
      },
      { name: 'ordinary', state: 'Draft' },
    ]);
  }
});

test.each([
  ['?state=Draft', ['ordinary']],
  ['?state=Draft&state=Productive', ['Order', 'ordinary']],
  ['?state=', ['Order', 'ordinary']],
  ['?state=Build%20Error', []],
  ['?eventId=order', ['Order']],
  ['?eventId=nothing', []],
])('the filter %s leaves %j', async (query, expected) => {
  expect(names(await v2.get(`/api/account/12345678/functions${query}`))).toEqual(expected);
  expect(names(await v1.get(`/api/account/222/lambdas/${query}`))).toEqual(expected);
});

test('names are matched by part: name on V1, functionName on V2', async () => {
  expect(names(await v1.get('/api/account/222/lambdas?name=rdi'))).toEqual(['ordinary']);
  expect(names(await v2.get('/api/account/12345678/functions?functionName=Ord'))).toEqual(['Order']);
});

test('a state that does not exist is 400; a token that is unknown 401 on V1 and 403 on V2', async () => {
  expect(await v1.get('/api/account/222/lambdas?state=active')).toMatchObject({
    status: 400,
    json: { errorCode: 'com.liveperson.faas.es.badinput' },
  });
  expect(await v2.get('/api/account/12345678/functions?state=active')).toMatchObject({
    status: 400,
    json: { code: 'com.liveperson.faas.evg.invalid' },
  });
  expect((await v1.get('/api/account/222/lambdas', 'garbage')).status).toBe(401);
  expect((await v2.get('/api/account/12345678/functions', 'garbage')).status).toBe(403);
});

test("a user with any Functions permission may list, and the other generation's path is 404", async () => {
  emulator.users.add({ loginName: 'admin', permissions: ['FaaS-Admin'] });
  const { accessToken } = emulator.users.issueTokens('admin');
  expect((await v2.get('/api/account/12345678/functions', accessToken)).status).toBe(200);
  expect((await v2.get('/api/account/12345678/lambdas')).status).toBe(404);
  expect((await v1.get('/api/account/222/functions')).status).toBe(404);
});
