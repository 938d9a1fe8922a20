import { expect, it } from 'vitest';
import { programNotForATest, readmeFences } from '../readme-fences.mjs';

it('finds TypeScript and JavaScript, with the line they start at', () => {
  const markdown = ['# Title', '```ts', 'const a = 1;', '```', '', '```js', 'let b;', '', 'b = 2;', '```'].join('\n');
  expect(readmeFences(markdown)).toEqual([
    { language: 'ts', run: true, line: 3, code: 'const a = 1;\n' },
    { language: 'js', run: true, line: 7, code: 'let b;\n\nb = 2;\n' },
  ]);
});

it('compiles only what is marked no-run', () => {
  expect(readmeFences('```ts no-run\nx;\n```')).toEqual([{ language: 'ts', run: false, line: 2, code: 'x;\n' }]);
});

it('leaves other languages alone, also when they quote a fence', () => {
  expect(readmeFences('```text\nnpm i\n```\n```json\n{}\n```\n````md\n```ts\nx;\n```\n````\n```\nplain\n```')).toEqual(
    [],
  );
});

it('takes the indent of a list off', () => {
  expect(readmeFences('1. Do\n\n   ```ts\n   if (x) {\n     y();\n   }\n   ```')).toEqual([
    { language: 'ts', run: true, line: 4, code: 'if (x) {\n  y();\n}\n' },
  ]);
});

it('finds shell commands', () => {
  expect(readmeFences('```sh\nlpfn domains\n```\n```bash no-run\nnpm i\n```')).toEqual([
    { language: 'sh', run: true, line: 2, code: 'lpfn domains\n' },
    { language: 'sh', run: false, line: 5, code: 'npm i\n' },
  ]);
});

it.each([
  ['npm install x', 'npm'],
  ['cd y && npx -y pnpm@10 test', 'npx'],
  ['lpfn emulator --port 0', 'lpfn emulator'],
  ['x=$(git log)', 'git'],
  ['lpfn domains\n  sudo apt-get install y', 'apt-get'],
  ['sudo apt-get install y', 'apt-get'],
  ['lpfn invoke demo --data \'{"npm":1}\'', undefined],
  ['echo git', undefined],
])('refuses to run what is not for a test: %s', (code, program) => {
  expect(programNotForATest(code)).toBe(program);
});
