import type { ViteUserConfig } from 'vitest/config';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseConfig } from '../../vitest.config.base.ts';

const config: ViteUserConfig = {
  ...baseConfig,
  test: {
    ...baseConfig.test,
    // Browsers and processes beside other suites are slow at times.
    testTimeout: Math.max(60_000, baseConfig.test?.testTimeout ?? 0),
    hookTimeout: 60_000,
  },
  // Without `import`, which vitest would hand to Node: `require` inside express would then be given ES modules.
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
};

export default config;
