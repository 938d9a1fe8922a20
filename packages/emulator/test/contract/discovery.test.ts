import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { send } from '../platform-caller.ts';

describe('Domain API', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({
      accounts: [{ accountId: '87654321', platform: 'v1' }],
      extraServices: { msgHist: 'va.msghist.example' },
    });
  });
  afterAll(() => emulator.close());

  test('B1, B2: the list carries exactly service, account and baseURI, needs no token and ignores unknown parameters', async () => {
    const { status, json, headers } = await send(
      emulator,
      '/api/account/12345678/service/baseURI.json?version=1.0&x=y',
    );
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const port = String(emulator.port);
    expect(json).toEqual({
      baseURIs: [
        { service: 'faasGW', account: '12345678', baseURI: `euwe1.fninvocations.localhost:${port}` },
        { service: 'sentinel', account: '12345678', baseURI: `euwe1.sentinel.localhost:${port}` },
        { service: 'faasUI', account: '12345678', baseURI: `euwe1.functions.localhost:${port}` },
        { service: 'msgHist', account: '12345678', baseURI: 'va.msghist.example' },
      ],
    });
    expect(emulator.domains['faasGW']).toBe(`euwe1.fninvocations.localhost:${port}`);
  });

  test('B1: a single service is a bare object', async () => {
    const { json } = await send(emulator, '/api/account/12345678/service/sentinel/baseURI.json?version=1.0');
    expect(json).toEqual({
      service: 'sentinel',
      account: '12345678',
      baseURI: `euwe1.sentinel.localhost:${String(emulator.port)}`,
    });
  });

  test('B4: account ids are numeric unless someone wants another', () => {
    expect(emulator.accountId).toMatch(/^\d+$/);
  });

  test('B3: a V1 gateway is told apart from a V2 gateway by its name', async () => {
    const { text } = await send(emulator, '/csdr/account/87654321/service/baseURI.json');
    expect(text).toContain(`va.faasgw.localhost:${String(emulator.port)}`);
    expect(text).toContain('va.faasui.localhost');
    expect(text).not.toMatch(/fninvocations|functions/);
  });

  test.each([
    ['/api/account/999/service/baseURI.json', 200, { baseURIs: [] }],
    ['/api/account/999/service/faasGW/baseURI.json', 401, { message: 'Invalid site.' }],
    ['/api/account/12345678/service/nothing/baseURI.json', 404, { message: 'Unknown service.' }],
    ['/api/account/12345678/service/FAASGW/baseURI.json', 404, { message: 'Unknown service.' }],
  ])('%s is answered %i', async (path, status, body) => {
    const answer = await send(emulator, path);
    expect(answer).toMatchObject({ status, json: body });
  });

  test('a path that does not exist is 404 with a small JSON body, a wrong method 405', async () => {
    expect(await send(emulator, '/nothing/%E0%A4%A')).toMatchObject({
      status: 404,
      json: { message: expect.any(String) as string },
    });
    expect(await send(emulator, '/api/account/%E0%A4%A/service/baseURI.json')).toMatchObject({ status: 404 });
    expect(await send(emulator, '/api/account/1/service/baseURI.json', { method: 'DELETE' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    });
  });

  test('real-form names carry no port', async () => {
    const other = await startEmulator({ advertise: 'liveperson', unknownAccount: 'unauthorized' });
    expect(other.domains).toEqual({
      faasGW: 'euwe1.fninvocations.liveperson.net',
      sentinel: 'euwe1.sentinel.liveperson.net',
      faasUI: 'euwe1.functions.liveperson.net',
    });
    expect((await send(other, '/api/account/999/service/baseURI.json')).status).toBe(401);
    await other.close();
  });
});
