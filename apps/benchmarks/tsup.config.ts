import type { Options } from 'tsup';
// @boundaries-ignore: build settings are shared from the root of the workspace
import { baseOptions } from '../../tsup.config.base.ts';

const options: Options = {
  ...baseOptions,
  // The program, and the processes that it starts.
  entry: [
    'src/main.ts',
    'src/platform-main.ts',
    'src/contender-main.ts',
    'src/bulk-main.ts',
    'src/first-call-main.ts',
    'src/bare-invoke-main.ts',
    'src/emulator-main.ts',
    'src/load-main.ts',
  ],
  dts: false,
};

export default options;
