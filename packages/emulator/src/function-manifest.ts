import { functionUuid } from './function-uuid.ts';

/** State of a function's deployment, in LivePerson's words. `Productive` and `Modified` functions can be invoked. */
export type FunctionState = 'Draft' | 'Productive' | 'Modified' | 'Marked Undeployed' | 'Build Error' | 'Deploy Error';

/** Compute size of a function. */
export type FunctionSize = 'S' | 'M' | 'L' | 'XL' | 'XXL';

/** Everything about a function but its code. */
export interface FunctionManifest {
  readonly uuid: string;
  readonly name: string;
  readonly description: string;
  readonly eventId?: string | undefined;
  readonly skills: readonly string[];
  readonly state: FunctionState;
  readonly size: FunctionSize;
  /** A V1 function on a V2 account: fails with V1's codes. */
  readonly isCompV1: boolean;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** The sample input of a test invocation. */
  readonly sampleInput: { readonly headers: unknown; readonly payload: unknown };
}

/** All states. */
export const FUNCTION_STATES: readonly FunctionState[] = [
  'Draft',
  'Productive',
  'Modified',
  'Marked Undeployed',
  'Build Error',
  'Deploy Error',
];
/** All sizes. */
export const FUNCTION_SIZES: readonly FunctionSize[] = ['S', 'M', 'L', 'XL', 'XXL'];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const OVERRIDES = ['uuid', 'eventId', 'skills', 'state', 'size', 'isCompV1'];

/**
 * Reads a function's `config.json` and `emulator.json`.
 *
 * @param config - content of `config.json` as LivePerson's CLI writes it, V1 or V2
 * @param overrides - content of `emulator.json`, ours: `uuid`, `eventId`, `skills`, `state`, `size`, `isCompV1`
 * @throws an Error whose message names the file and the field
 */
export function readManifest(accountId: string, name: string, config: unknown, overrides: unknown): FunctionManifest {
  const settings = objectOf(config, 'config.json');
  const own = objectOf(overrides, 'emulator.json');
  const unknown = Object.keys(own).find((key) => !OVERRIDES.includes(key));
  if (unknown !== undefined)
    throw new Error(`emulator.json: "${unknown}" is not known; known are ${OVERRIDES.join(', ')}.`);
  const uuid = own['uuid'] ?? functionUuid(accountId, name);
  if (typeof uuid !== 'string' || !UUID.test(uuid)) throw new Error('emulator.json: "uuid" must be a UUID.');
  const input = objectOf(settings['input'] ?? {}, 'config.json: "input"');
  return {
    uuid: uuid.toLowerCase(),
    name,
    description: typeof settings['description'] === 'string' ? settings['description'] : '',
    eventId: eventOf(own['eventId'] ?? settings['event']),
    skills: skillsOf(own['skills']),
    state: oneOf(FUNCTION_STATES, own['state'] ?? 'Productive', 'state'),
    size: oneOf(FUNCTION_SIZES, own['size'] ?? 'S', 'size'),
    isCompV1: own['isCompV1'] === true,
    environmentVariables: environmentOf(settings['environmentVariables']),
    sampleInput: { headers: input['headers'] ?? [], payload: input['payload'] ?? {} },
  };
}

/** Environment variables as V2 (an object) and V1 (a list of pairs) write them; the placeholders of the example are left out. */
function environmentOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((entry: unknown) => {
        const { key, value: content } = objectOf(entry, 'config.json: an entry of "environmentVariables"');
        return [key, content];
      })
    : Object.entries(objectOf(value, 'config.json: "environmentVariables"'));
  const kept = pairs.filter(
    ([key, content]) => key !== '' && !(key === 'key' && (content === 'value' || content === '')),
  );
  return Object.fromEntries(
    kept.map(([key, content]) => {
      if (typeof key !== 'string' || key.includes('=') || key.includes('\0')) {
        throw new Error('config.json: "environmentVariables" has a name that is not allowed.');
      }
      if (content === null) return [key, ''];
      if (typeof content === 'string' || typeof content === 'number' || typeof content === 'boolean') {
        return [key, String(content)];
      }
      throw new Error(`config.json: the environment variable "${key}" must be text.`);
    }),
  );
}

function eventOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '' || value === 'No Event') return undefined;
  if (typeof value !== 'string') throw new Error('config.json: "event" must be an event id.');
  return value;
}

function skillsOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error('emulator.json: "skills" must be an array of skill ids.');
  return value.map((skill: unknown) => {
    if (typeof skill !== 'string' && typeof skill !== 'number')
      throw new Error('emulator.json: "skills" must be an array of skill ids.');
    return String(skill);
  });
}

function oneOf<T extends string>(known: readonly T[], value: unknown, field: string): T {
  const found = known.find((entry) => entry === value);
  if (found === undefined) throw new Error(`emulator.json: "${field}" must be one of ${known.join(', ')}.`);
  return found;
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${what} must be an object.`);
  return value as Readonly<Record<string, unknown>>;
}
