// Loads one entry point both ways in a new process. What differed between them would be two copies of every class.
const assert = require('node:assert/strict');

const [, , specifier] = process.argv;
const required = require(specifier);
import(specifier).then((imported) => {
  const names = Object.keys(imported);
  assert.notEqual(names.length, 0, `${specifier} exports nothing`);
  assert.deepEqual(Object.keys(required).sort(), [...names].sort());
  for (const name of names) assert.equal(required[name], imported[name], `${name} exists twice`);
});
