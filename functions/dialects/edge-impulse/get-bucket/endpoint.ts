import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { bucketIdIn, toBucket } from '../bucket-wire.ts';
import { edgeImpulse } from '../dialect.ts';
import { bucket, organizationFrom } from '../paths.ts';

export const getBucket = endpoint({
  dialect: edgeImpulse,
  name: 'get-bucket',
  method: 'GET',
  path: bucket,
  scope: 'connections:read',
  organizationFrom,
  needs: ['connections.read'],
  async run({ organizationId, path, now }, ports) {
    const connection = await ports['connections.read'].byId(organizationId, bucketIdIn(path));
    const found = connection && toBucket(connection, now);
    if (!found) throw new Refused({ kind: 'not-found' });
    return { status: 200, body: { success: true, bucket: found } };
  },
});
