// `npm run conformance -- --hub URL --invitation CODE`: looks at a hub as a node of its own.
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { endWithUsage, optionsOrUsage } from '@practice-exchange/platform';
import { testHub } from '../hub/test-hub.ts';
import { failures, lineOf } from '../report.ts';

const usage = `npm run conformance -- --hub URL --invitation CODE [--operator-confirms] [--json FILE]

  --operator-confirms   waits ten minutes for the operator to confirm the fingerprint, instead of asking you`;
const values = optionsOrUsage(usage, {
  hub: { type: 'string' },
  invitation: { type: 'string' },
  'operator-confirms': { type: 'boolean', default: false },
  json: { type: 'string' },
});
const { hub, invitation, json } = values;
if (!hub || !invitation || !URL.canParse(hub)) endWithUsage(usage, 'Say which hub, and with which invitation.');

const say = (line: string) => process.stdout.write(`${line}\n`);
const report = await testHub({
  hubUrl: hub,
  invitation,
  tell: (outcome) => say(lineOf(outcome)),
  confirm: async ({ fingerprint }) => {
    say('');
    say('The operator of the hub must confirm this fingerprint now, on the page of the member "Conformance suite":');
    say(`    ${fingerprint}`);
    if (!values['operator-confirms']) {
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      await lines.question('Press Enter once it is confirmed. ');
      lines.close();
    } else {
      say('Waiting for the operator, ten minutes at most.');
    }
    say('');
  },
});
const failed = failures(report);
const passed = report.filter(({ result }) => result === 'pass').length;
say('');
say(`${passed} passed, ${failed.length} failed, ${report.length - passed - failed.length} not testable from outside`);
if (json) await writeFile(json, `${JSON.stringify({ hub, report }, null, 2)}\n`);
process.exit(failed.length === 0 ? 0 : 1);
