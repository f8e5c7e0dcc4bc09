import { readFileSync, writeFileSync } from 'node:fs';
import { readMarkedUpSet } from '../scoring/marked-up-set.ts';

// node packages/anonymisation/src/cli/build-uk-safeguarding.ts: writes the annotated set from its readable source.
const source = new URL('../../data/uk-safeguarding.txt', import.meta.url);
const target = new URL('../../data/uk-safeguarding.jsonl', import.meta.url);
const documents = readMarkedUpSet(readFileSync(source, 'utf8'));
writeFileSync(target, documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
console.log(`${documents.length} texts, ${documents.reduce((sum, one) => sum + one.mustKeep.length, 0)} terms to keep`);
