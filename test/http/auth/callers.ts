import { randomBytes } from 'node:crypto';
import { type ApiKey, mintApiKey } from '../../../functions/core/access/api-key.ts';
import type { TokenHolder } from '../../../functions/core/access/caller.ts';
import type { Organization, OrganizationName } from '../../../functions/core/access/organization.ts';
import { scopes } from '../../../functions/core/access/scope.ts';

/** A key of organization 7 with every scope, but for what is said otherwise. */
export const minted = (of: Partial<ApiKey> = {}) =>
  mintApiKey({ name: 'test', organizations: [7], scopes, createdAt: 0, createdBy: 'test', ...of }, randomBytes);

export const organization = (id: number, of: Partial<Organization> = {}): Organization => ({
  ...{ id, slug: `o${id}`, name: 'Test', externalId: 'uuid', cursorKey: 'random', createdAt: 0 },
  ...of,
});

/** The ports that finding out who is calling takes, over a few keys, organizations and tokens; notes every call. */
export function access(
  keys: readonly ApiKey[],
  organizations: readonly Organization[],
  tokens: Readonly<Record<string, TokenHolder>> = {},
) {
  const calls: string[] = [];
  const isNamed = (name: OrganizationName) => (one: Organization) =>
    'id' in name ? one.id === name.id : one.slug === name.slug;
  return {
    calls,
    ports: {
      'keys.read': {
        find: async (id: string) => {
          calls.push('key');
          return keys.find((key) => key.id === id);
        },
      },
      'organizations.read': {
        find: async (name: OrganizationName) => {
          calls.push(`organization ${Object.values(name).join()}`);
          return organizations.find(isNamed(name));
        },
      },
      'tokens.verify': async (token: string) => {
        calls.push('token');
        return tokens[token];
      },
    },
  };
}
