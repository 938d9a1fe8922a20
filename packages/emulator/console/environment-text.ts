import { powerShellQuoted, shellQuoted } from './shell-text.ts';

/** How environment variables are written. */
export const SHELLS = ['sh', '.env', 'PowerShell'] as const;

/** How environment variables are written. */
export type Shell = (typeof SHELLS)[number];

/** Writes environment variables to be pasted. */
export function environmentText(variables: Readonly<Record<string, string>>, shell: Shell): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      switch (shell) {
        case 'sh':
          return `export ${name}=${/^[\w.:/@-]+$/.test(value) ? value : shellQuoted(value)}`;
        case '.env':
          return `${name}=${/^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value)}`;
        case 'PowerShell':
          return `$env:${name} = ${powerShellQuoted(value)}`;
      }
    })
    .join('\n');
}

/** The three lines that a newcomer needs: JavaScript as it stands, and strict TypeScript, too. */
export const THREE_LINES: string = `import { clientCredentials, createFunctionsClient } from '@lp-functions/client';
const functions = createFunctionsClient({ accountId: process.env.LPFN_ACCOUNT_ID ?? '', discoveryUrl: process.env.LPFN_DISCOVERY_URL, auth: clientCredentials({ clientId: process.env.LPFN_CLIENT_ID ?? '', clientSecret: process.env.LPFN_CLIENT_SECRET ?? '' }) });
console.log((await functions.invokeByUuid(process.env.LPFN_FUNCTION_UUID ?? '', { n: 1 })).result);`;
