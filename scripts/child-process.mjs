import { spawn, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT } from './workspace.mjs';

/** What every child gets: the repository's own tools first, no telemetry, no colour codes in captured text. */
export function childEnvironment(extra = {}) {
  const inherited = Object.entries(process.env).filter(
    // Settings that pnpm makes for its scripts; npm warns about those it does not know.
    ([name]) => !/^npm_(?:lifecycle|package)_|^npm_config_(?:_jsr_registry|user_agent|node_gyp|verify_deps)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: join(ROOT, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? ''),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    // The dependencies were checked once, when this script was started.
    pnpm_config_verify_deps_before_run: 'false',
    ...extra,
  };
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean, timeoutMs?: number }} [options]
 *   `capture` collects the output instead of showing it; after `timeoutMs` the program is ended, with all that it has started
 * @returns {Promise<{ code: number, output: string, stdout: string }>} never rejects; a program that cannot start has code 127,
 *   one that took too long 124
 */
export function run(command, args, { cwd = ROOT, env = {}, capture = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: childEnvironment(env),
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    });
    let stdout = '';
    let output = '';
    let timedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            endWithAllItStarted(child.pid);
          }, timeoutMs);
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: `${command}: ${error.message}`, stdout });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (timedOut) output += `\n${command} did not end within ${timeoutMs / 1000} s`;
      resolve({ code: timedOut ? 124 : (code ?? 1), output, stdout });
    });
  });
}

/** Programs start others in groups of their own, which would go on, and hold this program's output open. */
function endWithAllItStarted(pid) {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const parents = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found) found.push(...parents.filter(([, ppid]) => ppid === parent).map(([child]) => child));
  for (const each of found) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }
}
