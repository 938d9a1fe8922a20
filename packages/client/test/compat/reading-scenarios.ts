/* eslint-disable @typescript-eslint/no-deprecated -- the client's older members are part of what has to work */
import { rejecting, type Scenario } from './scenario.ts';

/** Questions and listings. */
export const READING_SCENARIOS: readonly Scenario[] = [
  {
    name: 'isImplemented',
    run: async ({ client }) => [
      await client.isImplemented({ eventId: 'demo_event', lpEventSource: 'shop' }),
      await client.isImplemented({ eventId: 'demo_event', lpEventSource: 'shop' }),
    ],
  },
  {
    name: 'isImplemented: externalSystem, skill, user',
    run: ({ client }) =>
      client.isImplemented({ eventId: 'demo_event', externalSystem: 'old', skillId: '7', userId: 'u1' }),
  },
  { name: 'isImplemented: no event source', run: ({ client }) => client.isImplemented({ eventId: 'other_event' }) },
  {
    name: 'isImplemented: with a skill, then without',
    run: async ({ client }) => [
      await client.isImplemented({ eventId: 'skilled_event', skillId: '42', externalSystem: 'x' }),
      await client.isImplemented({ eventId: 'skilled_event', externalSystem: 'x' }),
    ],
  },
  {
    name: 'isImplemented: not authorized',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    faults: () => [{ operation: 'isImplemented', status: 401 }],
  },
  {
    name: 'isImplemented: not authorized, rejecting',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    config: rejecting,
    faults: () => [{ operation: 'isImplemented', status: 401 }],
  },
  {
    name: 'isImplemented: an answer that is none',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    faults: () => [{ operation: 'isImplemented', body: {} }],
  },
  {
    name: 'isImplemented: an answer that is a text',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    faults: () => [{ operation: 'isImplemented', body: { implemented: 'false' } }],
  },
  { name: 'getLambdas', run: ({ client }) => client.getLambdas({ externalSystem: 'shop' }) },
  {
    name: 'getLambdas: all filters',
    run: ({ client }) =>
      client.getLambdas({
        externalSystem: 'shop',
        state: ['Productive', 'Draft'],
        eventId: 'demo_event',
        userId: 'u1',
        name: 'echo',
      }),
  },
  { name: 'getLambdas: one state', run: ({ client }) => client.getLambdas({ externalSystem: 'shop', state: 'Draft' }) },
  {
    name: 'getLambdas: refused, rejecting',
    run: ({ client }) => client.getLambdas({ externalSystem: 'shop' }),
    config: rejecting,
    faults: () => [{ service: 'listing', status: 400 }],
  },
  {
    name: 'getFunctions: all filters',
    run: ({ client }) =>
      client.getFunctions({
        lpEventSource: 'shop',
        state: ['Productive'],
        eventId: 'demo_event',
        userId: 'u1',
        functionName: 'ech',
      }),
  },
  {
    name: 'getFunctions: refused, rejecting',
    run: ({ client }) => client.getFunctions({}),
    config: rejecting,
    faults: () => [{ service: 'listing', status: 400 }],
  },
];
