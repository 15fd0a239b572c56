import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { toBucket } from '../bucket-wire.ts';
import { edgeImpulse } from '../dialect.ts';
import { buckets, organizationFrom } from '../paths.ts';

export const listBuckets = endpoint({
  dialect: edgeImpulse,
  name: 'list-buckets',
  method: 'GET',
  path: buckets,
  scope: 'connections:list',
  organizationFrom,
  needs: ['connections.read'],
  async run({ organizationId, now }, ports) {
    const connections = await ports['connections.read'].all(organizationId);
    return {
      status: 200,
      body: { success: true, buckets: connections.flatMap((connection) => toBucket(connection, now) ?? []) },
    };
  },
});
