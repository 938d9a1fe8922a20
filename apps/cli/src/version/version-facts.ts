import { VERSION } from '../version.ts';

/** The version, and what it runs on. */
export interface VersionFacts {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
}

/** What `--version --json` and `version --json` answer. */
export function versionFacts(): VersionFacts {
  const { versions, platform, arch } = process;
  return { version: VERSION, node: versions.node, platform, arch };
}
