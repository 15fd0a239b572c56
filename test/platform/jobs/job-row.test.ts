import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownerEvents } from '../../../functions/core/records/check-cause.ts';
import type { Job, SavedSubject } from '../../../functions/core/records/job.ts';
import { s3VendorNames } from '../../../functions/core/storage/s3-vendors.ts';
import { fromRow, toRow } from '../../../functions/platform/jobs/job-row.ts';

const cause: fc.Arbitrary<SavedSubject['cause']> = fc.oneof(
  fc.constantFrom({ kind: 'schedule' } as const, { kind: 'request' } as const, { kind: 'user' } as const),
  fc.record({ kind: fc.constant('event' as const), event: fc.constantFrom('secret' as const, ...ownerEvents) }),
);
const credential = fc.record({
  kind: fc.constantFrom(
    'access-key-pair' as const,
    'account-key' as const,
    'service-account-key' as const,
    'assumed-role' as const,
  ),
  accessKey: fc.string(),
  version: fc.string(),
});
const saved = fc.record(
  { uid: fc.uuid(), credentialVersion: fc.string(), cause, credential },
  { requiredKeys: ['uid', 'credentialVersion', 'cause'] },
);
const target = fc.record(
  {
    provider: fc.constantFrom('s3' as const, 'gcs' as const, 'azure' as const),
    endpoint: fc.webUrl(),
    region: fc.string(),
    vendor: fc.constantFrom(...s3VendorNames),
    proxy: fc.webUrl(),
    bucket: fc.string(),
    prefix: fc.string(),
  },
  { requiredKeys: ['provider', 'endpoint', 'prefix'] },
);
const time = fc.maxSafeNat();
const job: fc.Arbitrary<Job> = fc.record(
  {
    fingerprint: fc.stringMatching(/^[0-9a-f]{64}$/),
    generation: time,
    organizationId: fc.nat(),
    target,
    survey: fc.constant(true as const),
    saved,
    startedAt: time,
    deadlineAt: fc.nat(2 ** 40),
    expiresAt: time,
    progress: fc.record({ done: fc.nat(), total: fc.nat() }),
  },
  { requiredKeys: ['fingerprint', 'generation', 'organizationId', 'target', 'startedAt', 'deadlineAt', 'expiresAt'] },
);

test('any job is read back from its row as it was', () => {
  fc.assert(
    fc.property(job, (one) => {
      expect(fromRow(JSON.parse(JSON.stringify(toRow(one))))).toEqual(one);
    }),
  );
});
