import type { Options } from 'tsup';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseOptions } from '../../tsup.config.base.ts';

const options: Options = {
  ...baseOptions,
  entry: { main: 'src/main.ts', 'keychain-main': 'src/settings/keychain-main.ts' },
  // Optional, so that tsup does not know it for a dependency.
  external: [...(baseOptions.external ?? []), '@napi-rs/keyring'],
  dts: false,
};

export default options;
