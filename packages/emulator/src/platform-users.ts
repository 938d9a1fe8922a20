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
  list(): readonly PlatformUser[];
  find(loginName: string): PlatformUser | undefined;
  /**
   * Signs a user in without the browser detour, as an agent's own login does.
   *
   * @param clientId - app the tokens belong to; default the account's default app
   * @throws {@link EmulatorError} UNKNOWN_USER
   */
  issueTokens(loginName: string, clientId?: string): UserTokens;
}

/** Permissions that exist. */
const FUNCTIONS_PERMISSIONS: readonly FunctionsPermission[] = ['FaaS-Invocation', 'FaaS-Developer', 'FaaS-Admin'];

/** Creates an account's users with the default user among them. */
export function createUsers(issueTokens: (user: PlatformUser, clientId: string | undefined) => UserTokens): Users {
  const users = new Map<string, PlatformUser>();
  let nextUserId = 1_000_000_001;
  const add = (user: NewUser): PlatformUser => {
    if (user.loginName === '') throw new EmulatorError('INVALID_OPTION', '"loginName" must not be empty.');
    if (users.has(user.loginName)) throw new EmulatorError('DUPLICATE', `The user ${user.loginName} exists already.`);
    const permissions = user.permissions ?? ['FaaS-Invocation'];
    const unknown = permissions.find((permission) => !FUNCTIONS_PERMISSIONS.includes(permission));
    if (unknown !== undefined) {
      throw new EmulatorError(
        'INVALID_OPTION',
        `"${unknown}" is no permission; known are ${FUNCTIONS_PERMISSIONS.join(', ')}.`,
      );
    }
    const added: PlatformUser = {
      userId: user.userId ?? String(nextUserId++),
      loginName: user.loginName,
      password: user.password ?? randomClientSecret(),
      permissions: [...permissions],
      isAdmin: user.isAdmin ?? false,
    };
    users.set(added.loginName, added);
    return added;
  };
  const first = add({ loginName: 'agent@emulator.example' });
  return {
    default: first,
    add,
    list: () => [...users.values()],
    find: (loginName) => users.get(loginName),
    issueTokens: (loginName, clientId) => {
      const user = users.get(loginName);
      if (user === undefined) throw new EmulatorError('UNKNOWN_USER', `There is no user ${loginName}.`);
      return issueTokens(user, clientId);
    },
  };
}
