import { addConnection, addConnectionNeeds } from '../../../core/connections/add-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { fromAddRequest } from '../bucket-wire.ts';
import { edgeImpulse } from '../dialect.ts';
import { buckets, organizationFrom } from '../paths.ts';

export const addBucket = endpoint({
  dialect: edgeImpulse,
  name: 'add-bucket',
  method: 'POST',
  path: buckets,
  scope: 'connections:create',
  organizationFrom,
  needs: addConnectionNeeds,
  async run({ organizationId, body, ...context }, ports) {
    const of = { organizationId, ...fromAddRequest(body), ask: 'first' } as const;
    const added = await addConnection(of, ports, context);
    switch (added.result) {
      case 'refused':
        throw new Refused({ kind: 'refused-by-storage', diagnosis: added.diagnosis });
      case 'full':
        throw new Refused({ kind: 'full', most: added.most });
      case 'name-taken':
        throw new Error('A name that was made up was taken.');
      case 'added':
    }
    const { id, uid, verification } = added.connection;
    const verdict = verification.status === 'connecting' ? 'connecting' : 'connected';
    return { status: 200, body: { success: true, id }, trail: { connections: [uid], verdict } };
  },
});
