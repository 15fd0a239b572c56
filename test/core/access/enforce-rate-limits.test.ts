import { expect, test } from 'vitest';
import type { Caller } from '../../../functions/core/access/caller.ts';
import { enforceRateLimits } from '../../../functions/core/access/enforce-rate-limits.ts';
import type { LimitSubject } from '../../../functions/core/access/rate-limit.ts';
import { Throttled } from '../../../functions/core/ports.ts';
import { memoryLimits } from '../../memory/limits.ts';

const now = Date.UTC(2026, 5, 1);
const amazon = 'https://s3.eu-west-1.amazonaws.com';
const own = 'https://minio.example.com:9000';

/** Calls that reach out, each limit set on its own. */
function reaching(limits: Partial<Record<LimitSubject['kind'], number>> = {}) {
  const { take, rows } = memoryLimits({ key: 1_000, organization: 1_000, host: 1_000, ...limits });
  const call = (endpoint: string, by: { key?: string; token?: string; organizationId?: number } = {}) => {
    const { key = 'k1', token, organizationId = 7 } = by;
    const actor: Caller['actor'] = token === undefined ? { kind: 'key', key } : { kind: 'token', subject: token };
    return enforceRateLimits({ actor, organizationId, now }, { provider: 's3', endpoint }, { 'rateLimits.take': take });
  };
  return { call, taken: () => [...rows.keys()].sort() };
}

test('a call takes from its key, its organization and the host that the caller chose', async () => {
  const { call, taken } = reaching();
  await call(own);
  expect(taken()).toEqual(['host minio.example.com:9000', 'key k1', 'organization 7']);
});

test.each([amazon, 'https://storage.googleapis.com', 'https://acct.blob.core.windows.net', 'https://s3.wasabisys.com'])(
  'nothing is taken from %s, which is everybody’s',
  async (endpoint) => {
    const { call, taken } = reaching({ host: 1 });
    for (let calls = 0; calls < 3; calls++) await call(endpoint);
    expect(taken()).toEqual(['key k1', 'organization 7']);
  },
);

test('a dot at the end of a host’s name makes it no other host', async () => {
  const { call, taken } = reaching();
  await call('https://minio.example.com.:9000');
  await call('https://s3.eu-west-1.amazonaws.com.');
  expect(taken()).toEqual(['host minio.example.com:9000', 'key k1', 'organization 7']);
});

test('a provider’s own host at another port is still the provider’s', async () => {
  const { call, taken } = reaching();
  await call(`${amazon}:8443`);
  expect(taken()).not.toContain('host s3.eu-west-1.amazonaws.com:8443');
});

test('the holder of a token is somebody else than a key of the same name', async () => {
  const { call, taken } = reaching();
  await call(amazon, { token: 'k1' });
  await call(amazon);
  expect(taken()).toEqual(['key k1', 'key token:k1', 'organization 7']);
});

test('a key that is used up takes nothing from its organization or the host', async () => {
  const { call, taken } = reaching({ key: 1 });
  await call(own);
  await expect(call('https://other.example.com', { organizationId: 8 })).rejects.toThrow(Throttled);
  expect(taken()).toEqual(['host minio.example.com:9000', 'key k1', 'organization 7']);
});

test.each([
  ['key', 2, 30],
  ['organization', 3, 20],
  ['host', 4, 15],
] as const)('who meets the limit of the %s is told when to come back', async (kind, limit, seconds) => {
  const { call } = reaching({ [kind]: limit });
  for (let calls = 0; calls < limit; calls++) await call(own);
  const refusal: unknown = await call(own).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Throttled);
  expect(refusal).toMatchObject({ message: `the limit of the ${kind}`, retryAfterSeconds: seconds });
});

test('one organization, key or host does not stand in for another', async () => {
  const { call } = reaching({ key: 1, organization: 1, host: 1 });
  await call(own);
  await call('https://minio.example.com:9001', { key: 'k2', organizationId: 8 });
  await expect(call(own, { key: 'k3', organizationId: 9 })).rejects.toThrow('the limit of the host');
  await expect(call(amazon, { key: 'k4', organizationId: 7 })).rejects.toThrow('the limit of the organization');
  await expect(call(amazon, { key: 'k2', organizationId: 9 })).rejects.toThrow('the limit of the key');
});
