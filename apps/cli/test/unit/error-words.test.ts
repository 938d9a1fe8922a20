import { describe, expect, it } from 'vitest';
import { spokenAdvice, spokenMessage } from '../../src/terminal/error-words.ts';

describe('spokenMessage', () => {
  it.each([
    ['discover: no connection', { operation: 'discover' }, 'Finding the hosts: no connection'],
    [
      'clientCredentials for account 1: no',
      { operation: 'clientCredentials' },
      'Asking Sentinel for a token for account 1: no',
    ],
    ['discovery is out of order', { operation: 'discover' }, 'discovery is out of order'],
    ['baseUrl uses plain http:', { option: 'baseUrl' }, 'the discovery URL uses plain http:'],
    ['accountId must be text', { operation: 'discover', option: 'accountId' }, 'the account id must be text'],
    ['whatever', { operation: 'unheardOf', option: 'unknown' }, 'whatever'],
    ['whatever', {}, 'whatever'],
  ])('%s', (message, names, spoken) => {
    expect(spokenMessage(message, names)).toBe(spoken);
  });
});

describe('spokenAdvice', () => {
  it('speaks to somebody at a terminal, not to a programmer', () => {
    expect(spokenAdvice('LOGIN_REQUIRED', 'Send the user to authorizationUrl')).toContain('lpfn login');
    expect(spokenAdvice('SERVICE_NOT_FOUND', 'Names are case sensitive; list() tells which there are.')).toBe(
      'Names are case sensitive; "lpfn domains" shows which there are.',
    );
    expect(spokenAdvice('NOT_FOUND', 'Check the id.')).toBe('Check the id.');
    expect(spokenAdvice('NOT_FOUND', undefined)).toBeUndefined();
  });
});
