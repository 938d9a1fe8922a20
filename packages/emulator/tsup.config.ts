import type { Options } from 'tsup';
import { baseOptions } from '../../tsup.config.base.ts';

const options: Options = { ...baseOptions, entry: ['src/index.ts', 'src/redirect.ts'] };

export default options;
