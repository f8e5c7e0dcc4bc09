// `npm run verify:holdings -- FILE`: verifies a node's proof of what the hub holds of it. Exit status 1 when it proves nothing.
import { readFile } from 'node:fs/promises';
import { verifyHoldingsProof } from '@practice-exchange/protocol';

const [file] = process.argv.slice(2);
if (!file) {
  console.error('Name the file that was downloaded: npm run verify:holdings -- what-the-hub-holds.json');
  process.exit(1);
}
const { faults, manifest, hubFingerprint, envelopes, receipts } = await verifyHoldingsProof(
  JSON.parse(await readFile(file, 'utf8')),
);
if (manifest) {
  const { head, shared, withdrawn, at } = manifest;
  console.log(
    `At ${at} the hub held ${shared} records shared and ${withdrawn} withdrawn, up to place ${head.seq} of epoch ${head.epoch}.`,
  );
  console.log(
    `${envelopes} envelopes and ${receipts} receipts. Hub key, to be compared with the operator's: ${hubFingerprint}`,
  );
}
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'The proof holds.' : 'The proof does not hold.');
process.exit(faults.length === 0 ? 0 : 1);
