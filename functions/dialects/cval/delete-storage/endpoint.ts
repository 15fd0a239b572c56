import { removeConnection, removeConnectionNeeds } from '../../../core/connections/remove-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { cval } from '../dialect.ts';
import { findStorage } from '../find-storage.ts';
import { storage, toPaths } from '../paths.ts';

export const deleteStorage = endpoint({
  dialect: cval,
  name: 'delete-storage',
  method: 'DELETE',
  ...toPaths(storage),
  scope: 'connections:delete',
  needs: removeConnectionNeeds,
  async run(request, ports) {
    const { organizationId, uid } = await findStorage(request, ports['connections.write']);
    const removed = await removeConnection(organizationId, { uid }, ports, request.now);
    if (removed.result !== 'removed') throw new Refused({ kind: removed.result });
    return { status: 200, body: { id: uid }, trail: { connections: [uid], organizationId } };
  },
});
