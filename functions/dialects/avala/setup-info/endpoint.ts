import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { avala } from '../dialect.ts';
import { configs, organizationFrom } from '../find-config.ts';

/** What a customer's role has to trust. */
export const setupInfo = endpoint({
  dialect: avala,
  name: 'setup-info',
  method: 'GET',
  path: `${configs}setup-info/`,
  scope: 'connections:read',
  organizationFrom,
  needs: ['account.read'],
  async run({ organization }, ports) {
    const body = { avala_aws_account_id: ports['account.read'](), external_id: organization.externalId };
    return { status: 200, body };
  },
});
