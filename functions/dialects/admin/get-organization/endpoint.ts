import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { organizationIn, toOrganization } from '../organization-wire.ts';
import { organization } from '../paths.ts';

export const getOrganization = adminEndpoint({
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
