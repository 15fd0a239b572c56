import * as z from 'zod/mini';
import { type OrganizationDescription, parseOrganization } from '../../core/access/create-organization.ts';
import { type Organization, organizationNamed } from '../../core/access/organization.ts';
import type { ReadOrganizations } from '../../core/access/ports.ts';
import { unwrapOrRefuse } from '../../http/body/unwrap-result.ts';
import { parseBody } from '../../http/body/validate-shape.ts';
import { Refused } from '../../http/problem.ts';
import { toTime } from './time-wire.ts';

const createRequest = z.object({ name: z.string(), slug: z.string(), id: z.nullish(z.int()) });

/** @throws Refused for everything that is wrong with it */
export function fromCreateRequest(body: unknown): OrganizationDescription {
  const { name, slug, id } = parseBody(createRequest, body);
  return unwrapOrRefuse(parseOrganization({ name, slug, id: id ?? undefined }), (field) => field);
}

/** The organization that a path names. @throws Refused `not-found` for one that is not there */
export async function organizationIn(
  path: Readonly<Record<string, string>>,
  organizations: ReadOrganizations,
): Promise<Organization> {
  const name = organizationNamed(path['organization'] ?? '');
  const organization = name && (await organizations.find(name));
  if (!organization) throw new Refused({ kind: 'not-found' });
  return organization;
}

/** An organization as its operator sees it; the key of its cursors is nobody's to see. */
export const toOrganization = ({ id, slug, name, externalId, createdAt, disabledAt }: Organization) => ({
  ...{ id, slug, name, externalId },
  status: disabledAt === undefined ? 'active' : 'disabled',
  createdAt: toTime(createdAt),
  disabledAt: toTime(disabledAt),
});

export const taken = (field: 'id' | 'slug') =>
  new Refused({ kind: 'invalid', faults: [{ field, code: 'taken', message: "is another organization's" }] });

export const isId = (text: string): boolean => {
  const name = organizationNamed(text);
  return name !== undefined && 'id' in name;
};
