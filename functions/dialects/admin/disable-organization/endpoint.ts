import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { organization } from '../paths.ts';
import { setOrganizationDisabled } from '../set-organization-disabled.ts';

export const disableOrganization = adminEndpoint({
  dialect: admin,
  name: 'disable-organization',
  method: 'POST',
  path: `${organization}/disable`,
  needs: ['organizations.write'],
  run: (request, ports) => setOrganizationDisabled('organization.disable', request.now, request, ports),
});
