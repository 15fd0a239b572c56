import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { isId, toOrganization } from '../organization-wire.ts';
import { organizations } from '../paths.ts';
import { parsePage, toPage } from '../query-wire.ts';

export const listOrganizations = adminEndpoint({
  dialect: admin,
  name: 'list-organizations',
  method: 'GET',
  path: organizations,
  needs: ['organizations.list'],
  async run({ query }, ports) {
    const page = unwrapOrRefuse(parsePage(query, isId), (field) => field);
    return {
      status: 200,
      body: toPage('organizations', await ports['organizations.list'].list(page), toOrganization),
    };
  },
});
