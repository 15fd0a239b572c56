import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeFingerprint } from '../../../functions/core/jobs/fingerprint.ts';

const part = fc.string({ maxLength: 4 });
const verified = fc.record({
  organizationId: fc.nat(3),
  target: fc.record(
    {
      provider: fc.constantFrom('s3', 'gcs', 'azure'),
      endpoint: part,
      region: part,
      bucket: part,
      prefix: part,
      proxy: part,
    },
    { requiredKeys: ['provider', 'endpoint', 'prefix'] },
  ),
  credential: fc.oneof(
    fc.record({ kind: fc.constant('access-key-pair' as const), accessKey: part, secretKey: part }),
    fc.record({ kind: fc.constant('account-key' as const), account: part, key: part }),
    fc.record({ kind: fc.constant('service-account-key' as const), clientEmail: part, privateKey: part }),
    fc.record({ kind: fc.constant('assumed-role' as const), roleArn: part, externalId: part }),
  ),
});
/** Of a bucket or an account; a test of an account or none. */
const verification = fc.tuple(verified, fc.boolean()).map(([of, survey]) => (survey ? { ...of, survey } : of));
const key = fc.record({ id: part, key: fc.string({ minLength: 1, maxLength: 4 }) });

test('fingerprints are equal exactly when everything verified is equal', () => {
  fc.assert(
    fc.property(verification, verification, key, (one, other, by) => {
      const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
      expect(computeFingerprint(one, by) === computeFingerprint(other, by)).toBe(same);
      expect(computeFingerprint(one, by)).toBe(computeFingerprint(structuredClone(one), by));
      expect(computeFingerprint(one, by)).toMatch(/^[0-9a-f]{64}$/);
    }),
    { numRuns: 500 },
  );
});

test('a bucket, its account, a test of that, and each by a proxy that asks who it is, are all different', () => {
  fc.assert(
    fc.property(verified, part, part, key, (of, bucket, proxyUser, by) => {
      const { bucket: _none, ...account } = of.target;
      const targets = [
        { ...of, target: { ...account, bucket } },
        { ...of, target: account },
      ];
      const jobs = [...targets, ...targets.map((one) => ({ ...one, survey: true as const }))];
      const all = [...jobs, ...jobs.map((one) => ({ ...one, credential: { ...one.credential, proxyUser } }))];
      expect(new Set(all.map((one) => computeFingerprint(one, by))).size).toBe(all.length);
    }),
  );
});

test('a rotated key gives other fingerprints, even if only its id changed', () => {
  fc.assert(
    fc.property(verification, key, (one, by) => {
      expect(computeFingerprint(one, { ...by, id: `${by.id}2` })).not.toBe(computeFingerprint(one, by));
      expect(computeFingerprint(one, { ...by, key: `${by.key}2` })).not.toBe(computeFingerprint(one, by));
    }),
  );
});

/** With every object's properties in one order, so that texts can be compared. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
