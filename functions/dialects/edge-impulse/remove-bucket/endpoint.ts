import { removeConnection, removeConnectionNeeds } from '../../../core/connections/remove-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { edgeImpulse } from '../dialect.ts';
import { findBucket } from '../find-bucket.ts';
import { bucket, organizationFrom } from '../paths.ts';

export const removeBucket = endpoint({
  dialect: edgeImpulse,
  name: 'remove-bucket',
  method: 'DELETE',
  path: bucket,
  scope: 'connections:delete',
  organizationFrom,
  needs: removeConnectionNeeds,
  async run({ organizationId, path, now }, ports) {
    const which = await findBucket(organizationId, path, ports['connections.write']);
    const removed = await removeConnection(organizationId, which, ports, now);
    if (removed.result !== 'removed') throw new Refused({ kind: removed.result });
    return { status: 200, body: { success: true }, trail: { connections: [removed.connection.uid] } };
  },
});
