import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { organizationIn } from '../organization-wire.ts';
import { organization } from '../paths.ts';
import { forwardingTemplate } from './forwarding-template.ts';

/** What the owner of an organization's buckets deploys so that changes there are known here at once. */
export const showForwarding = adminEndpoint({
  dialect: admin,
  name: 'show-forwarding',
  method: 'GET',
  path: `${organization}/forwarding`,
  needs: ['organizations.read', 'account.read', 'events.busArn'],
  async run({ path }, ports) {
    const { externalId } = await organizationIn(path, ports['organizations.read']);
    const to = { accountId: ports['account.read'](), externalId, eventBus: ports['events.busArn']() };
    return { status: 200, body: { ...to, template: forwardingTemplate(to) } };
  },
});
