import { auditVerdict } from '../../../core/access/audit.ts';
import { verifyConnection, verifyConnectionNeeds } from '../../../core/connections/verify-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { avala } from '../dialect.ts';
import { config, findConfig, perhapsOrganization } from '../find-config.ts';
import { rateLimitHeaders } from '../rate-limit.ts';
import { toTestResponse } from './wire.ts';

export const testConfig = endpoint({
  dialect: avala,
  name: 'test-config',
  method: 'POST',
  path: `${config}test/`,
  scope: 'connections:verify',
  organizationFrom: perhapsOrganization,
  needs: verifyConnectionNeeds,
  async run(request, ports) {
    const { connection, target } = await findConfig(request, ports['connections.read']);
    const { organizationId, uid } = connection;
    const verified = await verifyConnection(organizationId, { uid }, () => target, ports, request);
    // The stored secret is asked for where it belongs, so that the other refusal cannot be.
    if (verified.result !== 'told') throw new Refused({ kind: 'not-found' });
    return {
      status: 200,
      body: toTestResponse(verified.progress, verified.connection),
      headers: rateLimitHeaders(verified.progress.allowance),
      trail: { connections: [uid], organizationId, verdict: auditVerdict(verified.progress) },
    };
  },
});
