import { setSynchronize, setSynchronizeNeeds } from '../../../core/connections/set-synchronize.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { cval } from '../dialect.ts';
import { findStorage } from '../find-storage.ts';
import { storage, toPaths } from '../paths.ts';
import { synchronizeIn } from './wire.ts';

export const changeStorage = endpoint({
  dialect: cval,
  name: 'change-storage',
  method: 'PUT',
  ...toPaths(storage),
  scope: 'connections:update',
  needs: setSynchronizeNeeds,
  async run(request, ports) {
    const synchronize = synchronizeIn(request.query, request.body);
    const { organizationId, uid } = await findStorage(request, ports['connections.write']);
    const changed = await setSynchronize(organizationId, uid, synchronize, ports, request.now);
    if (changed !== 'changed') throw new Refused({ kind: changed });
    return { status: 200, body: { id: uid }, trail: { connections: [uid], organizationId } };
  },
});
