import type { Organization } from '../../functions/core/access/organization.ts';
import type { ListOrganizations, WriteOrganizations } from '../../functions/core/access/ports.ts';
import { pageOf } from './page.ts';

/** Organizations in a map: the same port as the table, held to the same suite. */
export function memoryOrganizations(): WriteOrganizations &
  ListOrganizations & { readonly rows: ReadonlyMap<number, Organization> } {
  const rows = new Map<number, Organization>();
  let last = 0;
  const named = (slug: string) => [...rows.values()].find((row) => row.slug === slug);

  return {
    rows,
    find: async (name) => structuredClone('id' in name ? rows.get(name.id) : named(name.slug)),
    list: async (page) => {
      const sorted = [...rows.values()].sort((a, b) => a.id - b.id);
      return pageOf(
        sorted,
        page,
        ({ id }) => String(id),
        ({ id }, after) => id > Number(after),
      );
    },
    nextId: async () => ++last,
    async create(organization) {
      if (rows.has(organization.id)) return 'id-taken';
      if (named(organization.slug)) return 'slug-taken';
      rows.set(organization.id, structuredClone(organization));
      return 'created';
    },
    async disable(id, at) {
      const row = rows.get(id);
      if (!row) return undefined;
      const { disabledAt = at, ...enabled } = row;
      const now: Organization = at === undefined || disabledAt === undefined ? enabled : { ...enabled, disabledAt };
      rows.set(id, now);
      return structuredClone(now);
    },
  };
}
