// `npm run hub:registry -- export FILE | import FILE`: keeps a hub's identity and registry, or builds the hub anew from it and its nodes.
import { readFile, writeFile } from 'node:fs/promises';
import { exportRegistry, importRegistry, openHubDatabase } from '../features/registry/registry.ts';

const [what, file] = process.argv.slice(2);
const url = process.env.DATABASE_URL;
if ((what !== 'export' && what !== 'import') || !file || !url) {
  console.error(
    'DATABASE_URL=postgres://… npm run hub:registry -- export FILE\nDATABASE_URL=postgres://… npm run hub:registry -- import FILE',
  );
  process.exit(1);
}
const database = await openHubDatabase(url);
try {
  if (what === 'export') {
    // Sealed keys and the members' keys: for the operator's eyes only.
    await writeFile(file, `${JSON.stringify(await exportRegistry(database), null, 1)}\n`, { mode: 0o600 });
    console.log('The registry is kept. Keep it beside the hub’s secret, apart from the database.');
  } else {
    await importRegistry(database, JSON.parse(await readFile(file, 'utf8')));
    console.log('The hub is there again, with nothing shared yet. Start it: its nodes send what they have.');
  }
} finally {
  await database.close();
}
