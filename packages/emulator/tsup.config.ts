import type { Options } from 'tsup';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseOptions } from '../../tsup.config.base.ts';
import { buildServedConsole } from './console-build.ts';

const options: Options = {
  ...baseOptions,
  entry: ['src/index.ts', 'src/redirect.ts', 'src/vitest.ts'],
  // After the rest: cleaning the folder would take it away.
  onSuccess: buildServedConsole,
};

export default options;
