// Writes docs/postman: the guide to external invocation as Postman collections and environments, with their README.
//
//   --check   writes nothing, and fails if a file is not what the sources in scripts/postman say
import { writeGeneratedFiles } from './generated-files.mjs';
import { postmanDocuments } from './postman-documents.mjs';

await writeGeneratedFiles(await postmanDocuments());
