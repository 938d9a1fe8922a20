// @boundaries-ignore: every package shares the settings at the root of the repository.
export { baseConfig as default } from '../../vitest.config.base.ts';
