import { join } from 'node:path';
import { EmulatorError } from './emulator-error.ts';
import { createFunctionEntries } from './function-entries.ts';
import { functionView, type EmulatedFunction, type FunctionEntry } from './function-entry.ts';
import type { FunctionDeployment } from './function-execution.ts';
import { readManifest, type FunctionManifest, type FunctionSize, type FunctionState } from './function-manifest.ts';
import type { FunctionLog } from './gateway-error.ts';
import type { PrivateDirectory } from './private-directory.ts';

/** A function given as text. */
export interface NewFunction {
  readonly name: string;
  /** JavaScript with a top-level function `lambda`, as in an `index.js`. */
  readonly code: string;
  readonly uuid?: string | undefined;
  readonly eventId?: string | undefined;
  readonly description?: string | undefined;
  readonly skills?: readonly string[] | undefined;
  readonly state?: FunctionState | undefined;
  readonly size?: FunctionSize | undefined;
  readonly isCompV1?: boolean | undefined;
  readonly environmentVariables?: Readonly<Record<string, string>> | undefined;
}

/** The functions of one account. */
export interface EmulatedFunctions {
  /**
   * Adds a function, or replaces the one of that name, whose counter it keeps.
   *
   * @throws {@link EmulatorError} INVALID_FUNCTION naming the field, DUPLICATE if the UUID is another function's
   */
  add(definition: NewFunction): EmulatedFunction;
  /** Removes a function that was added; functions of the folder stay. */
  remove(name: string): boolean;
  list(): readonly EmulatedFunction[];
  /**
   * Finds a function by name or UUID.
   *
   * @throws {@link EmulatorError} UNKNOWN_FUNCTION
   */
  get(nameOrUuid: string): EmulatedFunction;
  has(nameOrUuid: string): boolean;
}

/** A function as the gateway runs it. */
export interface DeployedFunction {
  readonly manifest: FunctionManifest;
  readonly problem?: string | undefined;
  /** What runs now, with a key that names function and revision for the pool. */
  deploy(): { readonly key: string; readonly deployment: FunctionDeployment };
  ran(difference: 1 | -1): void;
  logged(logs: readonly FunctionLog[], requestId: number): void;
}

/** The functions as the gateway and the listing see them. */
export interface FunctionRegistry extends EmulatedFunctions {
  findByUuid(uuid: string): DeployedFunction | undefined;
  /** Functions that listen to an event, in the order of their names. */
  findByEvent(eventId: string): readonly DeployedFunction[];
  resetCounters(): void;
}

/** Settings of {@link createFunctionRegistry}. */
export interface FunctionRegistryOptions {
  readonly accountId: string;
  /** Folder in the layout of LivePerson's CLI. */
  readonly path?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMbOf: (size: FunctionSize) => number;
  readonly logLimit: FunctionDeployment['logLimit'];
  readonly now: () => number;
  readonly privateDirectory: PrivateDirectory;
  /** Called with the key of a revision that is no longer served. */
  readonly retired: (key: string) => void;
}

const LOGS_KEPT = 1_000;
/** LivePerson's limit of a function's source. */
const CODE_CHARACTERS = 100_000;
const FUNCTION_NAME = /^[^/\\\0]{1,50}$/;

/** Creates an account's functions. */
export function createFunctionRegistry(options: FunctionRegistryOptions): FunctionRegistry {
  let workingDirectory: string | undefined;
  const entries = createFunctionEntries({
    ...options,
    settingsChanged: () => {
      workingDirectory = undefined;
    },
  });
  const { folder, settingsPath } = entries;
  const deploymentOf = (entry: FunctionEntry): FunctionDeployment => {
    workingDirectory ??= options.privateDirectory.makeWorkingDirectory(settingsPath);
    return (entry.deployment ??= {
      entryPath: entry.entryPath,
      toolbeltDirectory: folder === undefined ? undefined : join(folder, '..', 'bin'),
      directory: workingDirectory,
      environment: { ...options.environment, ...entry.manifest.environmentVariables },
      memoryMb: options.memoryMbOf(entry.manifest.size),
      logLimit: options.logLimit,
    });
  };
  const deployed = (entry: FunctionEntry): DeployedFunction => ({
    manifest: entry.manifest,
    problem: entry.problem,
    deploy: () => ({ key: entries.keyOf(entry), deployment: deploymentOf(entry) }),
    ran: (difference) => {
      entry.invocations += difference;
    },
    logged: (logs, requestId) => {
      if (logs.length === 0) return;
      const lines = logs.slice(-LOGS_KEPT).map((line) => ({ ...line, requestId }));
      entry.logs = [...entry.logs, ...lines].slice(-LOGS_KEPT);
    },
  });

  return {
    add: (definition) => {
      const { name, code } = definition;
      if (typeof name !== 'string' || !FUNCTION_NAME.test(name))
        throw new EmulatorError('INVALID_FUNCTION', '"name" must have 1 to 50 characters and no slash.');
      if (typeof code !== 'string' || code.length > CODE_CHARACTERS) {
        throw new EmulatorError(
          'INVALID_FUNCTION',
          `"code" must be text of at most ${String(CODE_CHARACTERS)} characters.`,
        );
      }
      const manifest = manifestOf(options.accountId, definition);
      const known = entries.all.get(name);
      if (known?.fromFolder === true)
        throw new EmulatorError('DUPLICATE', `The folder holds a function named ${name} already.`);
      for (const other of entries.all.values()) {
        if (other !== known && other.manifest.uuid === manifest.uuid)
          throw new EmulatorError('DUPLICATE', `The UUID ${manifest.uuid} is that of ${other.manifest.name}.`);
      }
      const entry = entries.put(manifest, options.privateDirectory.writeFunction(code));
      return functionView(() => entry);
    },
    remove: (name) => {
      const entry = entries.all.get(name);
      return entry !== undefined && !entry.fromFolder && entries.delete(entry);
    },
    list: () => {
      entries.refresh();
      return [...entries.all.values()].sort(byName).map((entry) => functionView(() => entry));
    },
    get: (nameOrUuid) => {
      const entry = entries.find(nameOrUuid);
      if (entry === undefined)
        throw new EmulatorError(
          'UNKNOWN_FUNCTION',
          `There is no function ${nameOrUuid} on account ${options.accountId}.`,
        );
      return functionView(() => entry);
    },
    has: (nameOrUuid) => entries.find(nameOrUuid) !== undefined,
    findByUuid: (uuid) => {
      const entry = entries.find(uuid);
      return entry?.manifest.uuid === uuid.toLowerCase() ? deployed(entry) : undefined;
    },
    findByEvent: (eventId) => {
      entries.refresh();
      return [...entries.all.values()]
        .filter(({ manifest }) => manifest.eventId === eventId)
        .sort(byName)
        .map(deployed);
    },
    resetCounters: () => {
      for (const entry of entries.all.values()) {
        entry.invocations = 0;
        entry.logs = [];
      }
    },
  };
}

function manifestOf(accountId: string, definition: NewFunction): FunctionManifest {
  const { name, eventId, description, environmentVariables, uuid, skills, state, size, isCompV1 } = definition;
  const overrides = { uuid, eventId, skills, state, size, isCompV1 };
  try {
    return readManifest(accountId, name, { description, environmentVariables }, overrides);
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^(?:config|emulator)\.json: /, '') : String(error);
    throw new EmulatorError('INVALID_FUNCTION', `The function ${name} cannot be added: ${message}`, { cause: error });
  }
}

function byName(first: FunctionEntry, second: FunctionEntry): number {
  return first.manifest.name < second.manifest.name ? -1 : 1;
}
