import { expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { TestStanding } from '../../../functions/core/jobs/account-test.ts';
import { toTestAnswer } from '../../../functions/dialects/nodeum/test-wire.ts';

test.each<[TestStanding, number, object]>([
  [{ status: 'queued', done: 0, total: 0 }, 202, { job_id: 'j', status: 'queued', progress: 0, total: 0 }],
  [{ status: 'working', done: 2, total: 5 }, 202, { job_id: 'j', status: 'working', progress: 2, total: 5 }],
  [
    { status: 'failed', diagnosis: diagnose('secret-key-wrong') },
    202,
    {
      ...{ job_id: 'j', status: 'failed', progress: 0, total: 0 },
      message: expect.stringMatching(/^secret_key: The secret key does not belong to this access key\. Enter /),
    },
  ],
  [{ status: 'completed', buckets: [] }, 200, { cloud_buckets: [] }],
  [
    {
      status: 'completed',
      buckets: [{ name: 'b', region: 'eu-west-1', files: 0, bytes: 0 }, { name: 'a' }],
    },
    200,
    {
      cloud_buckets: [
        { id: 1, name: 'b', location: 'eu-west-1', file_count: 0, file_size_sum: 0 },
        { id: 2, name: 'a' },
      ],
    },
  ],
])('a test that is %j answers %i', (standing, status, body) => {
  expect(toTestAnswer('j', standing)).toEqual({ status, body });
});
