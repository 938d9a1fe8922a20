import type { Emulator } from '../emulator.ts';
import type { JsonSchema } from '../json-schema.ts';
import { named, type ScriptingRoute } from './scripting-route.ts';

export const CLOCK_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Clock: {
    type: 'object',
    required: ['nowMs', 'offsetMs'],
    properties: {
      nowMs: { type: 'integer', description: 'Milliseconds since the epoch.' },
      offsetMs: { type: 'integer', description: "How far it is ahead of the machine's clock." },
    },
  },
};

/** The clock of the emulator: token lifetimes, `iat` and `exp`, rates. */
export const CLOCK_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/clock',
    operationId: 'getClock',
    summary: "The emulator's time.",
    status: 200,
    answer: named('Clock'),
    handle: (_call, emulator) => view(emulator),
  },
  {
    method: 'PUT',
    path: '/clock',
    operationId: 'setClock',
    summary: 'Sets the clock to a moment, from which it goes on running.',
    body: {
      schema: {
        type: 'object',
        required: ['nowMs'],
        additionalProperties: false,
        properties: { nowMs: { type: 'integer', minimum: 0 } },
      },
      required: true,
    },
    status: 200,
    answer: named('Clock'),
    handle: ({ body }, emulator) => {
      emulator.clock.set((body as { readonly nowMs: number }).nowMs);
      return view(emulator);
    },
  },
  {
    method: 'POST',
    path: '/clock/advance',
    operationId: 'advanceClock',
    summary: 'Moves the clock, backwards if negative.',
    body: {
      schema: {
        type: 'object',
        required: ['ms'],
        additionalProperties: false,
        properties: { ms: { type: 'integer' } },
      },
      required: true,
    },
    status: 200,
    answer: named('Clock'),
    handle: ({ body }, emulator) => {
      emulator.clock.advance((body as { readonly ms: number }).ms);
      return view(emulator);
    },
  },
  {
    method: 'DELETE',
    path: '/clock',
    operationId: 'resetClock',
    summary: "Goes back to the machine's time.",
    status: 204,
    handle: (_call, { clock }) => {
      clock.reset();
    },
  },
];

function view({ clock }: Emulator): object {
  const nowMs = clock.now();
  return { nowMs, offsetMs: nowMs - Date.now() };
}
