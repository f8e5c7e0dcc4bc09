// A process that begins a job and never ends it, for tests that kill it. Arguments: the address of Redis and the prefix.
import { bullmqJobs } from '../bullmq-jobs.ts';

const [redisUrl = '', prefix = ''] = process.argv.slice(2);
const jobs = bullmqJobs({ redisUrl, prefix });
jobs.define('held', async () => {
  process.send?.('running');
  await new Promise(() => undefined);
});
await jobs.start();
await jobs.wake('held');
