// A program that was written for the official client: it makes one, calls, and ends without closing anything.
import process from 'node:process';
import { Client } from '../src/compat/index.ts';

const [, , accountId = '', discoveryUrl = '', clientId = '', clientSecret = ''] = process.argv;
const client = new Client({ accountId, discoveryUrl, authStrategy: { clientId, clientSecret } });
const { body } = await client.invoke({ eventId: 'demo_event', body: { payload: { n: 1 } } });
console.log(JSON.stringify(body));
