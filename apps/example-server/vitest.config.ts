import type { ViteUserConfig } from 'vitest/config';
// @boundaries-ignore: every package shares the settings at the root of the repository.
import { baseConfig } from '../../vitest.config.base.ts';

const config: ViteUserConfig = {
  ...baseConfig,
  // Without `import`, which vitest would hand to Node: `require` inside express would then be given ES modules.
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
};

export default config;
