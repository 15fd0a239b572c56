import { updateConnection, updateConnectionNeeds } from '../../../core/connections/update-connection.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { bucketWireName, fromUpdateRequest } from '../bucket-wire.ts';
import { edgeImpulse } from '../dialect.ts';
import { findBucket } from '../find-bucket.ts';
import { bucket, organizationFrom } from '../paths.ts';
import { secretRequired } from '../verify-stored-bucket.ts';

export const updateBucket = endpoint({
  dialect: edgeImpulse,
  name: 'update-bucket',
  method: 'POST',
  path: bucket,
  scope: 'connections:update',
  organizationFrom,
  needs: updateConnectionNeeds,
  async run({ organizationId, path, body, ...context }, ports) {
    const changes = fromUpdateRequest(body);
    const which = await findBucket(organizationId, path, ports['connections.write']);
    const updated = await updateConnection(organizationId, which, changes, 'at-once', ports, context);
    switch (updated.result) {
      case 'updated':
        return { status: 200, body: { success: true }, trail: { connections: [updated.connection.uid] } };
      case 'not-found':
      case 'conflict':
        throw new Refused({ kind: updated.result });
      case 'refused':
        throw new Refused({ kind: 'refused-by-storage', diagnosis: updated.diagnosis });
      case 'secret-required':
        throw secretRequired();
      case 'name-taken':
        throw new Error('No name was changed.');
      case 'invalid':
        return unwrapOrRefuse({ ok: false, faults: updated.faults }, bucketWireName);
    }
  },
});
