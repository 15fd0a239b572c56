import { freeOrganizationId, newOrganization } from '../../core/access/create-organization.ts';
import { organizationNamed } from '../../core/access/organization.ts';
import type { Ports } from '../../core/ports.ts';
import { checked } from '../../http/body/unwrap-result.ts';
import { type OperatorRequest, operatorEndpoint } from '../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { admin } from './dialect.ts';
import { fromCreateRequest, organizationIn, toOrganization } from './organization-wire.ts';
import { parsePage, toPage } from './query-wire.ts';

const organizations = '/admin/organizations';
export const organization = `${organizations}/{organization}`;

export const createOrganization = operatorEndpoint({
  dialect: admin,
  name: 'create-organization',
  method: 'POST',
  path: organizations,
  needs: ['organizations.write'],
  async run({ body, now, randomBytes, audited }, ports) {
    const description = fromCreateRequest(body);
    const kept = ports['organizations.write'];
    const id = description.id ?? (await freeOrganizationId(kept));
    if (id === undefined) throw new Refused({ kind: 'conflict' });
    return audited('organization.create', id, async () => {
      const made = newOrganization({ ...description, id }, now, randomBytes);
      const result = await kept.create(made);
      switch (result) {
        case 'created':
          return { status: 201, body: toOrganization(made) };
        case 'slug-taken':
          throw taken('slug');
        case 'id-taken':
          // One that was counted was free a moment ago.
          throw description.id === undefined ? new Refused({ kind: 'conflict' }) : taken('id');
      }
    });
  },
});

const taken = (field: 'id' | 'slug') =>
  new Refused({ kind: 'invalid', faults: [{ field, code: 'taken', message: "is another organization's" }] });

export const listOrganizations = operatorEndpoint({
  dialect: admin,
  name: 'list-organizations',
  method: 'GET',
  path: organizations,
  needs: ['organizations.list'],
  async run({ query }, ports) {
    const page = checked(parsePage(query, isId), (field) => field);
    return {
      status: 200,
      body: toPage('organizations', await ports['organizations.list'].list(page), toOrganization),
    };
  },
});

const isId = (text: string): boolean => {
  const name = organizationNamed(text);
  return name !== undefined && 'id' in name;
};

export const getOrganization = operatorEndpoint({
  dialect: admin,
  name: 'get-organization',
  method: 'GET',
  path: organization,
  needs: ['organizations.read'],
  run: async ({ path }, ports) => ({
    status: 200,
    body: toOrganization(await organizationIn(path, ports['organizations.read'])),
  }),
});

export const disableOrganization = operatorEndpoint({
  dialect: admin,
  name: 'disable-organization',
  method: 'POST',
  path: `${organization}/disable`,
  needs: ['organizations.write'],
  run: (request, ports) => turned('organization.disable', request.now, request, ports),
});

export const enableOrganization = operatorEndpoint({
  dialect: admin,
  name: 'enable-organization',
  method: 'POST',
  path: `${organization}/enable`,
  needs: ['organizations.write'],
  run: (request, ports) => turned('organization.enable', undefined, request, ports),
});

/** Disables the organization that the path names as of a moment, or enables it again with undefined. */
async function turned(
  action: 'organization.disable' | 'organization.enable',
  at: number | undefined,
  { path, audited }: OperatorRequest,
  ports: Pick<Ports, 'organizations.write'>,
) {
  const kept = ports['organizations.write'];
  const { id } = await organizationIn(path, kept);
  return audited(action, id, async () => {
    const now = await kept.disable(id, at);
    if (!now) throw new Refused({ kind: 'not-found' });
    return { status: 200, body: toOrganization(now) };
  });
}
