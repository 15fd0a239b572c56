import { changeSynchronization, changeSynchronizationNeeds } from '../../../core/connections/set-synchronize.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { cval } from '../dialect.ts';
import { storageIn } from '../find-storage.ts';
import { at, storage } from '../paths.ts';
import { synchronizeIn } from './wire.ts';

export const changeStorage = endpoint({
  dialect: cval,
  name: 'change-storage',
  method: 'PUT',
  ...at(storage),
  scope: 'connections:update',
  needs: changeSynchronizationNeeds,
  async run(request, ports) {
    const synchronize = synchronizeIn(request.query, request.body);
    const { organizationId, uid } = await storageIn(request, ports['connections.write']);
    const changed = await changeSynchronization(organizationId, uid, synchronize, ports, request.now);
    if (changed !== 'changed') throw new Refused({ kind: changed });
    return { status: 200, body: { id: uid }, trail: { connections: [uid], organizationId } };
  },
});
