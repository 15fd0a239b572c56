import { removeConnection, removeConnectionNeeds } from '../../../core/connections/remove-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { avala } from '../dialect.ts';
import { config, findConfig, perhapsOrganization } from '../find-config.ts';

export const removeConfig = endpoint({
  dialect: avala,
  name: 'remove-config',
  method: 'DELETE',
  path: config,
  scope: 'connections:delete',
  organizationFrom: perhapsOrganization,
  needs: removeConnectionNeeds,
  async run(request, ports) {
    const { connection } = await findConfig(request, ports['connections.write']);
    const { organizationId, uid } = connection;
    const removed = await removeConnection(organizationId, { uid }, ports, request.now);
    if (removed.result !== 'removed') throw new Refused({ kind: removed.result });
    return { status: 204, trail: { connections: [uid], organizationId } };
  },
});
