import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApiKey } from '../../../functions/core/access/api-key.ts';
import type { Organization } from '../../../functions/core/access/organization.ts';
import { scopes } from '../../../functions/core/access/scope.ts';
import { apiKeyKey, toApiKey } from '../../../functions/platform/access/api-keys.ts';
import { organizationKey, toOrganization } from '../../../functions/platform/access/organizations.ts';

const id = fc.integer({ min: 1 });
const time = fc.nat();
const optional = { noNullPrototype: true };

const organization: fc.Arbitrary<Organization> = fc.record(
  {
    ...{ id, slug: fc.string(), name: fc.string(), externalId: fc.uuid(), cursorKey: fc.string(), createdAt: time },
    disabledAt: time,
  },
  { ...optional, requiredKeys: ['id', 'slug', 'name', 'externalId', 'cursorKey', 'createdAt'] },
);

const apiKey: fc.Arbitrary<ApiKey> = fc.record(
  {
    ...{ id: fc.string(), name: fc.string(), secretHash: fc.string(), createdAt: time, createdBy: fc.string() },
    organizations: fc.tuple(id, fc.array(id)).map(([home, others]): [number, ...number[]] => [home, ...others]),
    scopes: fc.subarray([...scopes]),
    ...{ expiresAt: time, revokedAt: time },
  },
  { ...optional, requiredKeys: ['id', 'name', 'secretHash', 'createdAt', 'createdBy', 'organizations', 'scopes'] },
);

test('an organization is read from its row as it was written', () => {
  fc.assert(
    fc.property(organization, (written) => {
      expect(toOrganization({ ...organizationKey(written.id), ...written })).toEqual(written);
    }),
  );
});

test('an API key is read from its row as it was written', () => {
  fc.assert(
    fc.property(apiKey, (written) => {
      expect(toApiKey({ ...apiKeyKey(written.id), ...written })).toEqual(written);
    }),
  );
});
