import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Organization } from '../../core/access/organization.ts';
import type { ReadOrganizations } from '../../core/access/ports.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { type Clocks, cacheReads } from './access-cache.ts';

const organizationRow = exactSchema<Organization>()(
  z.object({
    id: z.int(),
    slug: z.string(),
    name: z.string(),
    externalId: z.string(),
    cursorKey: z.string(),
    createdAt: z.int(),
    disabledAt: z.exactOptional(z.int()),
  }),
);

/** Which organization a slug is the name of. */
const slugRow = z.object({ organizationId: z.int() });

/** The partition of an organization's rows in the access table. */
export const accessPartition = (organizationId: number) => `ORG#${organizationId}`;
/** Where the organization of this id is. */
export const organizationKey = (id: number) => ({ pk: accessPartition(id), sk: 'ORG' }) as const;
/** Where it is said which organization a slug names. */
export const slugKey = (slug: string) => ({ pk: `SLUG#${slug}`, sk: 'SLUG' }) as const;

/** Reads an organization's row. @throws when the table holds something else */
export const toOrganization = (row: unknown): Organization => organizationRow.parse(row);

const read = async (Key: Record<string, string>): Promise<unknown> =>
  (await table.send(new GetCommand({ TableName: variable('ACCESS_TABLE'), Key, ConsistentRead: true }))).Item;

/** The organization of this id as it is now, or undefined. */
export async function currentOrganization(id: number): Promise<Organization | undefined> {
  const row = await read(organizationKey(id));
  return row === undefined ? undefined : toOrganization(row);
}

/** The id of the organization that has this slug, or undefined. */
async function idOfSlug(slug: string): Promise<number | undefined> {
  const row = await read(slugKey(slug));
  return row === undefined ? undefined : slugRow.parse(row).organizationId;
}

/** Finds organizations by either name, with the given ways to read them. */
const finding = (byId: typeof currentOrganization, idOf: typeof idOfSlug): ReadOrganizations => ({
  async find(name) {
    const id = 'id' in name ? name.id : await idOf(name.slug);
    return id === undefined ? undefined : byId(id);
  },
});

/** Organizations in the access table as they are now. */
export const currentOrganizations: ReadOrganizations = finding(currentOrganization, idOfSlug);

/** Organizations in the access table, each read once in `accessCacheTime` by each instance of a function. */
export const organizations = (clocks?: Clocks): ReadOrganizations =>
  finding(cacheReads(currentOrganization, clocks), cacheReads(idOfSlug, clocks));
