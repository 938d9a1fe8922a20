import type { ViteUserConfig } from 'vitest/config';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseConfig } from '../../vitest.config.base.ts';

const config: ViteUserConfig = {
  ...baseConfig,
  test: {
    ...baseConfig.test,
    setupFiles: ['./test/scan-after-each.ts'],
    // For what a server notices in its own time, such as a connection that was closed, on a busy machine.
    expect: { poll: { timeout: 5_000 } },
  },
};

export default config;
