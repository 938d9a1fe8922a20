import { defineConfig } from 'tsup';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseOptions } from '../../tsup.config.base.ts';

export default defineConfig(baseOptions);
