import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { organization } from '../paths.ts';
import { setOrganizationDisabled } from '../set-organization-disabled.ts';

export const enableOrganization = adminEndpoint({
  dialect: admin,
  name: 'enable-organization',
  method: 'POST',
  path: `${organization}/enable`,
  needs: ['organizations.write'],
  run: (request, ports) => setOrganizationDisabled('organization.enable', undefined, request, ports),
});
