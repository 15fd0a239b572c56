import { operatorEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { organization } from '../paths.ts';
import { turned } from '../set-organization-disabled.ts';

export const enableOrganization = operatorEndpoint({
  dialect: admin,
  name: 'enable-organization',
  method: 'POST',
  path: `${organization}/enable`,
  needs: ['organizations.write'],
  run: (request, ports) => turned('organization.enable', undefined, request, ports),
});
