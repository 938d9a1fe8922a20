import { EmulatorError } from './emulator-error.ts';
import { randomClientSecret } from './random-credential.ts';

/** A permission on a user's profile that concerns Functions. */
export type FunctionsPermission = 'FaaS-Invocation' | 'FaaS-Developer' | 'FaaS-Admin';

/** A Conversational Cloud user. */
export interface PlatformUser {
  /** Numeric, as LivePerson's are. */
  readonly userId: string;
  readonly loginName: string;
  readonly password: string;
  readonly permissions: readonly FunctionsPermission[];
  readonly isAdmin: boolean;
}

/** What {@link Users.add} needs; what is left out is generated. */
export interface NewUser {
  readonly loginName: string;
  readonly password?: string | undefined;
  readonly userId?: string | undefined;
  /** Default `['FaaS-Invocation']`. */
  readonly permissions?: readonly FunctionsPermission[] | undefined;
  readonly isAdmin?: boolean | undefined;
}

/** The tokens of a user's session. */
export interface UserTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The users of one account. */
export interface Users {
  /** A user with the permission FaaS-Invocation. */
  readonly default: PlatformUser;
  /** @throws {@link EmulatorError} DUPLICATE if the login name is taken, INVALID_OPTION for an unknown permission */
  add(user: NewUser): PlatformUser;
  /**
   * Changes what a user may do. It counts at once, also for tokens that the user has.
   *
   * @throws {@link EmulatorError} UNKNOWN_USER, INVALID_OPTION for an unknown permission
   */
  setPermissions(loginName: string, permissions: readonly FunctionsPermission[]): PlatformUser;
  list(): readonly PlatformUser[];
  find(loginName: string): PlatformUser | undefined;
  /**
   * Signs a user in without the browser detour, as an agent's own login does.
   *
   * @param clientId - app the tokens belong to; default the account's default app
   * @throws {@link EmulatorError} UNKNOWN_USER, UNKNOWN_APP
   */
  issueTokens(loginName: string, clientId?: string): UserTokens;
}

const DEFAULT_LOGIN_NAME = 'agent@emulator.example';
/** LivePerson's user ids are long numbers. */
const FIRST_USER_ID = 1_000_000_001;
/** Permissions that exist. */
export const FUNCTIONS_PERMISSIONS: readonly FunctionsPermission[] = [
  'FaaS-Invocation',
  'FaaS-Developer',
  'FaaS-Admin',
];

/** Creates an account's users, those that were kept or else the default user. */
export function createUsers(options: {
  readonly kept?: readonly PlatformUser[] | undefined;
  /** Called after every change; what it throws undoes the change. */
  readonly changed: () => void;
  readonly issueTokens: (user: PlatformUser, clientId: string | undefined) => UserTokens;
}): Users {
  const users = new Map((options.kept ?? []).map((user) => [user.loginName, user]));
  const nextUserId = (): string => {
    let id = FIRST_USER_ID + users.size;
    while ([...users.values()].some(({ userId }) => userId === String(id))) id += 1;
    return String(id);
  };
  const add = (user: NewUser): PlatformUser => {
    if (typeof user.loginName !== 'string' || user.loginName === '')
      throw new EmulatorError('INVALID_OPTION', '"loginName" must not be empty.');
    if (users.has(user.loginName)) throw new EmulatorError('DUPLICATE', `The user ${user.loginName} exists already.`);
    const permissions = checkedPermissions(user.permissions ?? ['FaaS-Invocation']);
    const added: PlatformUser = {
      userId: user.userId ?? nextUserId(),
      loginName: user.loginName,
      password: user.password ?? randomClientSecret(),
      permissions,
      isAdmin: user.isAdmin ?? false,
    };
    users.set(added.loginName, added);
    return added;
  };
  const first = users.get(DEFAULT_LOGIN_NAME) ?? add({ loginName: DEFAULT_LOGIN_NAME });
  const known = (loginName: string): PlatformUser => {
    const user = users.get(loginName);
    if (user === undefined) throw new EmulatorError('UNKNOWN_USER', `There is no user ${loginName}.`);
    return user;
  };
  return {
    get default() {
      return users.get(first.loginName) ?? first;
    },
    add: (user) => {
      const added = add(user);
      try {
        options.changed();
      } catch (error) {
        users.delete(added.loginName);
        throw error;
      }
      return added;
    },
    list: () => [...users.values()],
    find: (loginName) => users.get(loginName),
    setPermissions: (loginName, permissions) => {
      const user = known(loginName);
      const changed = { ...user, permissions: checkedPermissions(permissions) };
      users.set(loginName, changed);
      try {
        options.changed();
      } catch (error) {
        users.set(loginName, user);
        throw error;
      }
      return changed;
    },
    issueTokens: (loginName, clientId) => options.issueTokens(known(loginName), clientId),
  };
}

function checkedPermissions(permissions: readonly FunctionsPermission[]): readonly FunctionsPermission[] {
  const unknown = permissions.find((permission) => !FUNCTIONS_PERMISSIONS.includes(permission));
  if (unknown === undefined) return [...new Set(permissions)];
  throw new EmulatorError(
    'INVALID_OPTION',
    `"${unknown}" is no permission; known are ${FUNCTIONS_PERMISSIONS.join(', ')}.`,
  );
}
