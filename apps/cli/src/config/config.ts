import type { CommandContext } from '../command-context.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';

interface Row {
  readonly name: string;
  readonly value: string | null;
  readonly origin: string;
  readonly from: string | null;
}

/** What a secret looks like here. */
const HIDDEN = '[secret]';

/** `lpfn config`: each setting of this run, and what it comes from. */
export async function config({ settings, environment, output }: CommandContext): Promise<Answer> {
  const { name, origin, exists } = await settings.profile();
  const values = await settings.values();
  const secretOrigin = await settings.secretOrigin();
  const rows: readonly Row[] = [
    ...values.map((setting) => ({ ...setting, value: setting.value ?? null, from: setting.from ?? null })),
    {
      name: 'clientSecret',
      value: secretOrigin === 'unset' ? null : HIDDEN,
      origin: secretOrigin,
      from: secretOrigin === 'environment' ? 'LPFN_CLIENT_SECRET' : null,
    },
    ...Object.entries(environment.proxy ?? {}).map(([proxy, value]: [string, string | undefined]) => ({
      name: proxy,
      value: value === undefined ? null : withoutPassword(value),
      origin: value === undefined ? 'unset' : 'environment',
      from: null,
    })),
  ];
  const { configFolder } = environment;
  const text = tableText(
    [
      ['profile', exists ? name : `${name} (there is none)`, CHOSEN_BY[origin]],
      ['folder', configFolder, ''],
      ...rows.map((row) => [row.name, row.value ?? '-', row.from ?? row.origin]),
    ],
    output.interactive,
  );
  return { result: { folder: configFolder, profile: { name, origin, exists }, settings: rows }, text };
}

const CHOSEN_BY = { flag: '--profile', environment: 'LPFN_PROFILE', current: 'current' } as const;

/** Proxies are given as URLs, and may have a user and a password in them. */
function withoutPassword(proxy: string): string {
  return proxy.replace(/\/\/[^/@]*@/, `//${HIDDEN}@`);
}
