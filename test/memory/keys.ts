import type { ApiKey } from '../../functions/core/access/api-key.ts';
import type { ListKeys, WriteKeys } from '../../functions/core/access/ports.ts';
import { pageOf } from './page.ts';

/** Keys in a map, of organizations in another: the same port as the table, held to the same suite. */
export function memoryKeys(organizations: {
  readonly rows: ReadonlyMap<number, unknown>;
}): WriteKeys & ListKeys & { readonly rows: ReadonlyMap<string, ApiKey> } {
  const rows = new Map<string, ApiKey>();

  return {
    rows,
    find: async (id) => structuredClone(rows.get(id)),
    ofOrganization: async (organizationId, page) => {
      const own = [...rows.values()].filter((key) => key.organizations.includes(organizationId));
      const sorted = own.sort((a, b) => (a.id < b.id ? -1 : 1));
      return pageOf(
        sorted,
        page,
        ({ id }) => id,
        ({ id }, after) => id > after,
      );
    },
    async create(key) {
      if (!key.organizations.every((id) => organizations.rows.has(id))) return 'no-organization';
      if (rows.has(key.id)) throw new Error('A key of this id is there already.');
      rows.set(key.id, structuredClone(key));
      return 'created';
    },
    async revoke(id, at) {
      const row = rows.get(id);
      if (!row) return undefined;
      const now = { ...row, revokedAt: row.revokedAt ?? at };
      rows.set(id, now);
      return structuredClone(now);
    },
  };
}
