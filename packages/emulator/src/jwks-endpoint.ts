import type { Endpoint } from './emulated-platform.ts';
import { jsonReply } from './reply.ts';

/** Sentinel's published keys, current and earlier ones. */
export const jwks: Endpoint = async (_call, { keys }) => jsonReply(200, { keys: await keys.published() });
