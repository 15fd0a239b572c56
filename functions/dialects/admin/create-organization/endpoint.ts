import { freeOrganizationId, newOrganization } from '../../../core/access/create-organization.ts';
import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { admin } from '../dialect.ts';
import { fromCreateRequest, taken, toOrganization } from '../organization-wire.ts';
import { organizations } from '../paths.ts';

export const createOrganization = adminEndpoint({
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
