import type { Caller } from '../../core/access/caller.ts';
import type { Organization } from '../../core/access/organization.ts';
import type { Ports } from '../../core/ports.ts';
import { Refused } from '../problem.ts';

/**
 * Where a request says which of the caller's organizations it is about: by id in the path, or by slug in the query,
 * which need not be there when it is `optional`.
 */
export type OrganizationFrom = { readonly path: string } | { readonly query: string; readonly optional?: true };

/** What a request says. */
interface Asked {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * The organizations of the caller that are open, and the one that the request is about: the one it names, else the
 * caller's home. Only the caller's own are looked up, so that another's, one that does not exist and one that is
 * disabled take the same calls and are refused alike.
 *
 * @throws Refused `unauthenticated` for a path that names another (Edge Impulse's documents know no other answer),
 *   `forbidden` for a query that does (functions/dialects/README.md), `invalid` when a query has to name one of
 *   several (Avala's document, "organization")
 */
export async function resolveOrganization(
  from: OrganizationFrom | undefined,
  { path, query }: Asked,
  caller: Caller,
  ports: Pick<Ports, 'organizations.read'>,
): Promise<{ readonly organization: Organization; readonly organizations: readonly Organization[] }> {
  const found = await Promise.all(caller.organizations.map((id) => ports['organizations.read'].find({ id })));
  const organizations = found.flatMap((one) => (one && one.disabledAt === undefined ? [one] : []));
  const named = (holds: (one: Organization) => boolean, otherwise: 'unauthenticated' | 'forbidden') => {
    const organization = organizations.find(holds);
    if (!organization) throw new Refused({ kind: otherwise });
    return { organization, organizations };
  };

  if (organizations.length === 0) throw new Refused({ kind: 'unauthenticated' });
  if (from && 'path' in from) return named(({ id }) => String(id) === path[from.path], 'unauthenticated');
  const slug = from && query[from.query];
  if (slug !== undefined && slug !== '') return named((one) => one.slug === slug, 'forbidden');
  if (from && organizations.length > 1 && !from.optional) {
    const message = 'is required, because you belong to multiple organizations';
    throw new Refused({ kind: 'invalid', faults: [{ field: from.query, code: 'blank', message }] });
  }
  return named(({ id }) => id === (from ? organizations[0]?.id : caller.organizations[0]), 'unauthenticated');
}
