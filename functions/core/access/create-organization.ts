import { displayNameFaults } from '../validation/parse-display-name.ts';
import type { Fault, Parsed } from '../validation/result.ts';
import { isOrganizationId, isSlug, type Organization } from './organization.ts';
import type { WriteOrganizations } from './ports.ts';

/** A new organization as an operator describes it, of the right types. */
export interface OrganizationDescription {
  readonly name: string;
  readonly slug: string;
  /** Counted on unless given. */
  readonly id?: number | undefined;
}

export type OrganizationField = keyof OrganizationDescription;

/** Checks a description. */
export function parseOrganization(
  description: OrganizationDescription,
): Parsed<OrganizationDescription, OrganizationField> {
  const { name, slug, id } = description;
  const faults: readonly Fault<OrganizationField>[] = [
    ...displayNameFaults(name),
    ...slugFaults(slug),
    ...(id === undefined || isOrganizationId(id)
      ? []
      : [{ field: 'id', code: 'invalid', message: 'must be from 1 to 2147483647' } as const]),
  ];
  return faults.length === 0 ? { ok: true, value: { name, slug, id } } : { ok: false, faults };
}

function slugFaults(slug: string): readonly Fault<'slug'>[] {
  if (slug === '') return [{ field: 'slug', code: 'blank', message: "can't be blank" }];
  if (isSlug(slug)) return [];
  const message = 'must be a lower-case letter, followed by at most 62 lower-case letters, digits and dashes';
  return [{ field: 'slug', code: 'invalid', message }];
}

/** How many numbers are counted on in one request. */
const mostCounted = 50;

/**
 * A number that no organization has, whether it was counted or given. It is not reserved: somebody may give it to
 * another organization meanwhile.
 *
 * @returns undefined when as many as are tried have been given before; the next request goes on from there
 */
export async function freeOrganizationId(organizations: WriteOrganizations): Promise<number | undefined> {
  for (let counted = 0; counted < mostCounted; counted++) {
    const id = await organizations.nextId();
    if (!(await organizations.find({ id }))) return id;
  }
  return undefined;
}

/**
 * Makes an organization of its description, with an external id and a cursor key of its own.
 *
 * @param now epoch milliseconds
 * @param random a source of so many cryptographically random bytes
 */
export const newOrganization = (
  { name, slug, id }: Omit<OrganizationDescription, 'id'> & { readonly id: number },
  now: number,
  random: (bytes: number) => Uint8Array,
): Organization => ({
  ...{ id, slug, name },
  externalId: randomUuid(random(16)),
  cursorKey: Buffer.from(random(32)).toString('base64url'),
  createdAt: now,
});

/** A UUIDv4 of 16 random bytes (RFC 9562, section 5.4): all but the version and the variant are as drawn. */
function randomUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = (8 + (Number.parseInt(hex.charAt(16), 16) % 4)).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join(
    '-',
  );
}
