import { join } from 'node:path';
import { formatted } from './markdown-document.mjs';
import { postmanCollection } from './postman/collection.mjs';
import { postmanReadme } from './postman/readme.mjs';
import { postmanEnvironment } from './postman/variables.mjs';
import { ROOT } from './workspace.mjs';

/** Where they are. */
export const POSTMAN_FOLDER = join(ROOT, 'docs', 'postman');

/**
 * Everything in docs/postman.
 *
 * @returns {Promise<Record<string, string>>} text by path
 */
export async function postmanDocuments() {
  const documents = {
    'functions-v1.postman_collection.json': JSON.stringify(postmanCollection('v1')),
    'functions-v2.postman_collection.json': JSON.stringify(postmanCollection('v2')),
    'liveperson.postman_environment.json': JSON.stringify(postmanEnvironment('liveperson')),
    'emulator.postman_environment.json': JSON.stringify(postmanEnvironment('emulator')),
    'README.md': postmanReadme(),
  };
  const files = Object.entries(documents).map(async ([name, text]) => {
    const path = join(POSTMAN_FOLDER, name);
    return [path, await formatted(text, path)];
  });
  return Object.fromEntries(await Promise.all(files));
}
