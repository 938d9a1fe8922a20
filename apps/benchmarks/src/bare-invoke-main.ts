// What `lpfn invoke` does on the wire, with undici and nothing else: the floor that it is compared with. Argument: the server's port.
import { Agent, request } from 'undici';
import { buildInvocation, FIXED_AUTHORIZATION, invocationUrl } from './contenders/invocation-request.ts';

const dispatcher = new Agent();
const { headers, body } = buildInvocation(FIXED_AUTHORIZATION);
const response = await request(invocationUrl(Number(process.argv[2])), { dispatcher, method: 'POST', headers, body });
if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
process.stdout.write(`${JSON.stringify(await response.body.json())}\n`);
await dispatcher.close();
