// `npm run conformance:node -- --listen PORT [--json FILE]`: a hub that a node is pointed at, to see what the node does.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startScriptedHub } from '../node/scripted-hub.ts';
import { failures, lineOf } from '../report.ts';

const { values } = parseArgs({ options: { listen: { type: 'string', default: '0' }, json: { type: 'string' } } });
const port = Number(values.listen);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('Say on which port to listen:\n  npm run conformance:node -- --listen PORT [--json FILE]\n');
  process.exit(1);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const hub = await startScriptedHub({ port });
say('Have the node join this hub. It confirms the fingerprint by itself, and stumbles on purpose.');
say(`    address      ${hub.url}`);
say(`    invitation   ${hub.invitation}`);
say('It ends by itself once the node is live; end it earlier with Ctrl+C.\n');
process.once('SIGINT', () => hub.giveUp());
const report = await hub.finished;
for (const outcome of report) say(lineOf(outcome));
if (values.json) await writeFile(values.json, `${JSON.stringify({ report }, null, 2)}\n`);
await hub.close();
process.exit(failures(report).length === 0 ? 0 : 1);
