/** Generation of an account's platform. */
export type PlatformGeneration = 'v1' | 'v2';

/**
 * What host names discovery answers: names under `localhost` with the emulator's port, or names as LivePerson's own look, without a port, for
 * clients that cannot take one.
 */
export type AdvertisedHosts = 'loopback' | 'liveperson';

/** One entry of the Domain API's answer: exactly these three fields, since LivePerson's Java client refuses any other. */
export interface ServiceHost {
  readonly service: string;
  readonly account: string;
  readonly baseURI: string;
}

/**
 * First labels of the host names. A V1 gateway contains neither `fninvocations` nor `functions`, a V2 gateway contains
 * `fninvocations`: that is how clients tell the generations apart.
 */
const LABELS = {
  v1: { faasGW: 'va.faasgw', sentinel: 'va.sentinel', faasUI: 'va.faasui' },
  v2: { faasGW: 'euwe1.fninvocations', sentinel: 'euwe1.sentinel', faasUI: 'euwe1.functions' },
} as const;

/** Where LivePerson's clients ask for hosts. */
const DISCOVERY_LABELS = ['api', 'adminlogin', 'adminlogin-a', 'adminlogin-z0-intg'];

/** Every name that the emulator goes by. */
export const CERTIFICATE_HOSTS: readonly string[] = [
  'localhost',
  ...[...DISCOVERY_LABELS, ...Object.values(LABELS).flatMap((labels) => Object.values(labels))].flatMap((label) => [
    `${label}.localhost`,
    `${label}.liveperson.net`,
  ]),
];

/** Lists an account's service hosts the way the Domain API does. */
export function serviceHosts(options: {
  readonly accountId: string;
  readonly platform: PlatformGeneration;
  readonly advertise: AdvertisedHosts;
  readonly port: number;
  readonly extraServices: Readonly<Record<string, string>>;
}): readonly ServiceHost[] {
  const suffix = options.advertise === 'liveperson' ? 'liveperson.net' : `localhost:${String(options.port)}`;
  const own = Object.entries(LABELS[options.platform]).map(
    ([service, label]) => [service, `${label}.${suffix}`] as const,
  );
  const merged = new Map([...own, ...Object.entries(options.extraServices)]);
  return [...merged].map(([service, baseURI]) => ({ service, account: options.accountId, baseURI }));
}
