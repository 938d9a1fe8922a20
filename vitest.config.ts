import { defineConfig } from 'vitest/config';
import { baseConfig } from './vitest.config.base.ts';

// The suite of the gates themselves. Each package has its own configuration and runs on its own.
export default defineConfig({ ...baseConfig, test: { ...baseConfig.test, include: ['scripts/test/**/*.test.mjs'] } });
