import { operatorEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { organization } from '../paths.ts';
import { turned } from '../set-organization-disabled.ts';

export const disableOrganization = operatorEndpoint({
  dialect: admin,
  name: 'disable-organization',
  method: 'POST',
  path: `${organization}/disable`,
  needs: ['organizations.write'],
  run: (request, ports) => turned('organization.disable', request.now, request, ports),
});
