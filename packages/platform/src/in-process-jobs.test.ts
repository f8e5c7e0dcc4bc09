import { describe } from 'vitest';
import { inProcessJobs } from './in-process-jobs.ts';
import { jobsContract } from './jobs-contract.ts';

describe('jobs in this process', () => {
  jobsContract((log) => inProcessJobs({ log }));
});
