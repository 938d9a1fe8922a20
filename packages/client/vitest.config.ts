import type { ViteUserConfig } from 'vitest/config';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseConfig } from '../../vitest.config.base.ts';

const config: ViteUserConfig = {
  ...baseConfig,
  test: {
    ...baseConfig.test,
    setupFiles: ['./test/scan-after-each.ts'],
  },
};

export default config;
