import type { Options } from 'tsup';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseOptions } from '../../tsup.config.base.ts';

const options: Options = { ...baseOptions, entry: { index: 'src/index.ts', compat: 'src/compat/index.ts' } };

export default options;
