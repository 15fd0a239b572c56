import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { organizationIn } from '../organization-wire.ts';
import { organization } from '../paths.ts';
import { toPage } from '../query-wire.ts';
import { fromAuditQuery, toEntry } from './wire.ts';

/** The trail of an organization, newest first. */
export const readAudit = adminEndpoint({
  dialect: admin,
  name: 'read-audit',
  method: 'GET',
  path: `${organization}/audit`,
  needs: ['organizations.read', 'audit.read'],
  async run({ path, query }, ports) {
    const part = fromAuditQuery(query);
    const { id } = await organizationIn(path, ports['organizations.read']);
    return {
      status: 200,
      body: toPage('entries', await ports['audit.read']({ organizationId: id, ...part }), toEntry),
    };
  },
});
