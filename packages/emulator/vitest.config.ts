import { defineConfig } from 'vitest/config';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseConfig } from '../../vitest.config.base.ts';

export default defineConfig(baseConfig);
