import { buildServedConsole } from '../console-build.ts';

/** Builds the console before any test runs, so that none sees an old one. */
export default buildServedConsole;
