import { expect, test } from 'vitest';
import type { Connection } from '../../../functions/core/records/connection.ts';
import { listConnectors } from '../../../functions/dialects/nodeum/list-connectors/endpoint.ts';
import { Refused } from '../../../functions/http/problem.ts';
import { memoryService } from '../../memory/service.ts';

const organization = { id: 1, slug: 'demo', name: 'Demo', externalId: 'x', cursorKey: 'k', createdAt: 0 };

/** As long as it may be: with a thousand of them, an answer would be too large for Lambda. */
const longest = (id: number): Connection => ({
  ...{ uid: `u${id}`, id, organizationId: 1, name: `c${id}`, revealable: true, synchronize: false },
  ...{ target: { provider: 's3', endpoint: `https://${'x'.repeat(2_000)}`, prefix: '' }, options: '"'.repeat(2_000) },
  credential: { kind: 'access-key-pair', accessKey: 'k'.repeat(1_000), version: 'v' },
  verification: { status: 'unverified', since: 0 },
  ...{ createdAt: 0, updatedAt: 0, version: 1 },
});

const list = (query: Readonly<Record<string, string>>) => {
  const { ports, context } = memoryService();
  const connections = Array.from({ length: 1_000 }, (_, id) => longest(id));
  const asked = {
    organization,
    organizationId: 1,
    organizations: [organization],
    path: {},
    query,
    body: undefined,
    url: '',
  };
  return listConnectors.run(
    { ...context(), ...asked, actor: { kind: 'key', key: 'k' }, reveal: async () => true },
    {
      'connections.read': { ...ports['connections.read'], all: async () => connections },
      'credentials.read': async () => ({ kind: 'access-key-pair', accessKey: 'k', secretKey: 's'.repeat(4_000) }),
    },
  );
};

test('a page that does not fit into one answer is refused, and never cut short', async () => {
  const refused = await list({ limit: '1000' }).catch((error: unknown) => error);
  expect(refused instanceof Refused && refused.problem).toMatchObject({
    kind: 'invalid',
    faults: [{ field: 'limit', code: 'invalid', value: '1000' }],
  });
  const { status, body } = await list({ limit: '100', offset: '900' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ count: 1_000, cloud_connectors: { length: 100 } });
  // What Lambda hands on is a text within a text.
  expect(JSON.stringify(JSON.stringify(body)).length).toBeLessThan(6 * 2 ** 20);
});
