import { SettingsUnreadableError, type SettingsFolder } from './settings-folder.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** What is kept under one name: everything but secrets and tokens. */
export interface Profile {
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly discoveryUrl?: string | undefined;
  readonly platform?: string | undefined;
  readonly eventSource?: string | undefined;
  readonly userId?: string | undefined;
  /** As whom to speak: the app itself, or the user who logged in. */
  readonly auth?: string | undefined;
  /** The user who logged in. */
  readonly subject?: string | undefined;
  /** Where the user logged in: origin of Sentinel at that time. */
  readonly sentinelOrigin?: string | undefined;
  /** Where a login comes back to. */
  readonly redirectUri?: string | undefined;
  /** Folder of the tokens, if it is not lpfn's own. */
  readonly store?: string | undefined;
}

/** Names of the fields of a {@link Profile}, in the order in which they are shown. */
export const PROFILE_FIELDS: readonly (keyof Profile)[] = [
  'accountId',
  'clientId',
  'discoveryUrl',
  'platform',
  'eventSource',
  'userId',
  'auth',
  'subject',
  'sentinelOrigin',
  'redirectUri',
  'store',
];

/** All profiles. */
export interface Profiles {
  /** Name of the one that is used when none is named. It need not exist. */
  readonly current: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** The file that profiles are kept in. */
export interface ProfileFile {
  /** All profiles; none if there is no file. @throws SettingsUnreadableError */
  read(): Promise<Profiles>;
  /**
   * Changes fields of a profile, or makes it. The first profile that is made becomes the current one.
   *
   * @param changes - fields to set; `undefined` removes one.
   */
  update(name: string, changes: Profile): Promise<void>;
  /** Removes a profile. False if there is none of that name. */
  remove(name: string): Promise<boolean>;
  /** Makes a profile the current one. @throws ProfileUnknownError */
  use(name: string): Promise<void>;
}

/** A profile was named that does not exist. */
export class ProfileUnknownError extends Error {
  readonly code = 'PROFILE_UNKNOWN';
  readonly hint: string;

  /**
   * @param name - that was asked for.
   * @param known - those that exist.
   */
  constructor(name: string, known: readonly string[]) {
    super(`there is no profile ${JSON.stringify(name)}`);
    this.name = 'ProfileUnknownError';
    const add = `"lpfn profile add ${name}" makes it`;
    this.hint = known.length === 0 ? `There are no profiles yet: ${add}.` : `Profiles: ${known.join(', ')}; ${add}.`;
  }
}

/** Used when no profile is named. */
export const DEFAULT_PROFILE = 'default';

const FILE = 'profiles.json';
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

/**
 * Checks a name for a profile.
 *
 * @throws UsageError
 */
export function checkProfileName(name: string): void {
  if (NAME.test(name)) return;
  throw new UsageError(
    `${JSON.stringify(name)} is no name for a profile`,
    'Letters, digits, dots, dashes and underscores, at most 64, beginning with a letter or digit.',
  );
}

/** The profiles of a folder of settings. */
export function createProfileFile(folder: SettingsFolder): ProfileFile {
  const parse = (content: Readonly<Record<string, unknown>> | undefined): Profiles => {
    const profiles = readProfiles(content ?? { profiles: {} });
    if (profiles === undefined) throw new SettingsUnreadableError(folder.path(FILE));
    return profiles;
  };
  const change = (work: (profiles: Profiles) => Profiles): Promise<void> =>
    folder.changeJson(FILE, (content) => ({ ...work(parse(content)) }));

  return {
    read: async () => parse(await folder.readJson(FILE)),
    async update(name, changes) {
      checkProfileName(name);
      await change(({ current, profiles }) => ({
        current: Object.keys(profiles).length === 0 ? name : current,
        // JSON leaves out what is undefined.
        profiles: { ...profiles, [name]: { ...profiles[name], ...changes } },
      }));
    },
    async remove(name) {
      let found = false;
      await change(({ current, profiles }) => {
        const { [name]: gone, ...others } = profiles;
        found = gone !== undefined;
        return { current: current === name ? DEFAULT_PROFILE : current, profiles: others };
      });
      return found;
    },
    use: (name) =>
      change(({ profiles }) => {
        if (profiles[name] === undefined) throw new ProfileUnknownError(name, Object.keys(profiles));
        return { current: name, profiles };
      }),
  };
}

/** What the file says; `undefined` if it says something else. Fields that this version does not know are kept. */
function readProfiles({ current, profiles }: Readonly<Record<string, unknown>>): Profiles | undefined {
  if (current !== undefined && typeof current !== 'string') return undefined;
  if (!isRecord(profiles)) return undefined;
  const known = Object.values(profiles).every(
    (profile) =>
      isRecord(profile) &&
      PROFILE_FIELDS.every((field) => profile[field] === undefined || typeof profile[field] === 'string'),
  );
  // Without a prototype, so that no name finds what every object has of itself.
  const named = Object.assign(Object.create(null) as object, profiles) as Profiles['profiles'];
  return known ? { current: current ?? DEFAULT_PROFILE, profiles: named } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
