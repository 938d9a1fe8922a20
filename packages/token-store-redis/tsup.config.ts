// @boundaries-ignore: every package shares the settings at the root of the repository.
export { baseOptions as default } from '../../tsup.config.base.ts';
