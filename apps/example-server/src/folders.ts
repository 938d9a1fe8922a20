import { join } from 'node:path';

/** Beside this file's folder, both in the source and when it is built. */
const APP = join(import.meta.dirname, '..');

/** Templates of the pages. */
export const VIEWS_FOLDER: string = join(APP, 'views');

/** What browsers load besides pages. */
export const PUBLIC_FOLDER: string = join(APP, 'public');
