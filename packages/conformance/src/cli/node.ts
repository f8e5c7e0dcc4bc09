// `npm run conformance:node -- --listen PORT [--report] [--json FILE]`: a hub that a node is pointed at, to see what the node does.
import { writeFile } from 'node:fs/promises';
import { endWithUsage, optionsOrUsage } from '@practice-exchange/platform';
import { startScriptedHub } from '../node/scripted-hub.ts';
import { failures, lineOf } from '../report.ts';

const usage = `npm run conformance:node -- [--listen PORT] [--report] [--json FILE]

  --report   waits until somebody at the node has reported a record, and looks at that too`;
const values = optionsOrUsage(usage, {
  listen: { type: 'string', default: '0' },
  report: { type: 'boolean', default: false },
  json: { type: 'string' },
});
const port = Number(values.listen);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  endWithUsage(usage, 'Say on which port to listen, 0 to 65535.');
const say = (line: string) => process.stdout.write(`${line}\n`);
const hub = await startScriptedHub({ port, untilReported: values.report });
say('Have the node join this hub. It confirms the fingerprint by itself, and stumbles on purpose.');
say(`    address      ${hub.url}`);
say(`    invitation   ${hub.invitation}`);
if (values.report) {
  say('Once it is live, report this record there as one in which somebody could be recognised:');
  say(`    record       ${hub.record}`);
}
say(
  'It ends by itself when there is nothing more to see, about a minute after the node is live; end it earlier with Ctrl+C.\n',
);
process.once('SIGINT', () => hub.giveUp());
const report = await hub.finished;
for (const outcome of report) say(lineOf(outcome));
if (values.json) await writeFile(values.json, `${JSON.stringify({ report }, null, 2)}\n`);
await hub.close();
process.exit(failures(report).length === 0 ? 0 : 1);
