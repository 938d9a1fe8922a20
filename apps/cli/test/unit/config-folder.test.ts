import { posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConfigPlace, configFolder } from '../../src/settings/config-folder.ts';

const LINUX = { platform: 'linux', variables: {}, home: '/home/ada' } as const;
const MAC = { platform: 'darwin', variables: {}, home: '/Users/ada' } as const;
const WINDOWS = { platform: 'win32', variables: {}, home: 'C:\\Users\\ada' } as const;

describe('the folder of settings', () => {
  test.each<[string, ConfigPlace, string]>([
    ['Linux', LINUX, '/home/ada/.config/lpfn'],
    ['Linux, XDG', { ...LINUX, variables: { XDG_CONFIG_HOME: '/etc/ada' } }, '/etc/ada/lpfn'],
    ['Linux, XDG empty', { ...LINUX, variables: { XDG_CONFIG_HOME: '' } }, '/home/ada/.config/lpfn'],
    ['Linux, XDG relative', { ...LINUX, variables: { XDG_CONFIG_HOME: 'conf' } }, '/home/ada/.config/lpfn'],
    ['FreeBSD', { ...LINUX, platform: 'freebsd' }, '/home/ada/.config/lpfn'],
    ['macOS', MAC, '/Users/ada/Library/Application Support/lpfn'],
    ['macOS, XDG', { ...MAC, variables: { XDG_CONFIG_HOME: '/Users/ada/.config' } }, '/Users/ada/.config/lpfn'],
    ['Windows', { ...WINDOWS, variables: { APPDATA: 'D:\\Roaming' } }, 'D:\\Roaming\\lpfn'],
    ['Windows without APPDATA', WINDOWS, 'C:\\Users\\ada\\AppData\\Roaming\\lpfn'],
    ['Windows, XDG', { ...WINDOWS, variables: { APPDATA: 'D:\\R', XDG_CONFIG_HOME: '/x' } }, 'D:\\R\\lpfn'],
    ['a folder of its own', { ...LINUX, variables: { LPFN_CONFIG_DIR: './here' } }, './here'],
    ['an empty one', { ...LINUX, variables: { LPFN_CONFIG_DIR: '' } }, '/home/ada/.config/lpfn'],
  ])('%s', (_where, place, folder) => {
    expect(configFolder(place)).toBe(folder);
  });

  test('is absolute wherever the program runs, unless a person says otherwise', () => {
    for (const place of [LINUX, MAC, WINDOWS]) {
      const path = place.platform === 'win32' ? win32 : posix;
      expect(path.isAbsolute(configFolder(place))).toBe(true);
    }
  });
});
