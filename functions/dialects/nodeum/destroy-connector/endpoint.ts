import { removeConnection, removeConnectionNeeds } from '../../../core/connections/remove-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { nodeum } from '../dialect.ts';
import { findConnector } from '../find-connector.ts';
import { connector } from '../paths.ts';

export const destroyConnector = endpoint({
  dialect: nodeum,
  name: 'destroy-connector',
  method: 'DELETE',
  path: connector,
  scope: 'connections:delete',
  needs: removeConnectionNeeds,
  async run({ organizationId, path, now }, ports) {
    const { uid } = await findConnector(path, organizationId, ports['connections.write']);
    const removed = await removeConnection(organizationId, { uid }, ports, now);
    if (removed.result !== 'removed') throw new Refused({ kind: removed.result });
    return { status: 204, trail: { connections: [uid] } };
  },
});
